"""Records that people write of public pages: one JSON object a page, each of which becomes a source graph."""

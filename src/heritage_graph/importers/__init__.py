"""One module a published data set: its rows become the quads of one source graph."""

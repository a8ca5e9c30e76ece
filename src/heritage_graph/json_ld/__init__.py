"""What the graph says, as JSON that is JSON-LD too: `context` (keys), `written` (nodes), `record` (whole records)."""

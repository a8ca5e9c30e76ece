"""Move a whole graph from one store to another: folder or engine, log and published view with it."""

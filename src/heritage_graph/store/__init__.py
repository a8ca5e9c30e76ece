"""Where the graph is kept: the port, the embedded store, its generations and its readers."""

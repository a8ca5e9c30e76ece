"""The network of collaborations: the explorer, the path between two, and what readers choose from."""

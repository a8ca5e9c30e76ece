"""The network of collaborations: the explorer, the path between two, what readers choose from, and small pictures."""

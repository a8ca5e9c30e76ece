"""Find, with queries over a whole state, the nodes that may break a shape: never too few of them."""

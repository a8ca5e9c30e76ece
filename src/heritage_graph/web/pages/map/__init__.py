"""Where things are: the page with its data, and the picture for who runs no scripts."""

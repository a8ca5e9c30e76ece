"""Where things are: the page with its data, the picture for who runs no scripts, and what small pictures draw."""

"""SHACL: our shapes, what a change makes them look at, and the report."""

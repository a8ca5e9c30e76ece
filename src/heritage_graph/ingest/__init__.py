"""Bring documents into the graph: parse, validate, infer, commit."""

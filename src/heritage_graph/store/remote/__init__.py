"""A SPARQL engine of somebody else's as the store: read and written over HTTP, in processes that can be killed."""

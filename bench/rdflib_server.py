"""Serve the N-Triples of a file from memory with rdflib-endpoint: `rdflib_server.py FILE PORT`."""

from __future__ import annotations

import sys

import uvicorn
from rdflib import Graph
from rdflib_endpoint import SparqlEndpoint


def main() -> None:
    """Load the file, then serve it on loopback at `/`."""
    graph = Graph()
    graph.parse(sys.argv[1], format="nt")
    uvicorn.run(SparqlEndpoint(graph=graph), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")


if __name__ == "__main__":
    main()

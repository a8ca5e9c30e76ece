"""The fixtures of all tests: the engines, of which one each runs a session."""

from engines import oxigraph, oxigraph_server, virtuoso, virtuoso_server

__all__ = ["oxigraph", "oxigraph_server", "virtuoso", "virtuoso_server"]

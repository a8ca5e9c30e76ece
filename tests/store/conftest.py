"""The fixtures of the store tests."""

from store_fixtures import ask, data

__all__ = ["ask", "data"]

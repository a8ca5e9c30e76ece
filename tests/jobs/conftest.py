"""The small store of the store tests."""

from store_fixtures import data

__all__ = ["data"]

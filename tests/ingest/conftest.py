"""The fixtures of the ingest tests."""

from ingest_fixtures import lenient, rulebook

__all__ = ["lenient", "rulebook"]

"""An empty place of each kind, and the rules that a change is judged by."""

from __future__ import annotations

import pytest
from ingest_fixtures import lenient
from places import KINDS, empty_place

__all__ = ["lenient"]


@pytest.fixture(params=KINDS)
def place(request, tmp_path):
    return empty_place(request.param, request, tmp_path / "data")

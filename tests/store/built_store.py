"""The data folder that `make setup` leaves, with the documents and the records of pages: read, never written."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Store

BUILT = Path(__file__).parents[2] / "build" / "shipped"


@cache
def built_store():
    """Its last generation, opened to be read; a test that asks for it before it is there fails and says what to do."""
    made = [path for path in BUILT.glob("generations/*") if path.name.isdigit()]
    if not made:
        pytest.fail(f"{BUILT} is missing: run make setup", pytrace=False)
    return Store.read_only(str(max(made, key=lambda path: int(path.name))))

"""A data folder with the shipped dataset."""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture
def data(shipped_store, tmp_path):
    """A copy of it."""
    return shutil.copytree(shipped_store, tmp_path / "data")

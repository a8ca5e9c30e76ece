"""A data folder with the shipped dataset."""

from __future__ import annotations

import shutil

import pytest

from heritage_graph.assets import asset_folder
from heritage_graph.ingest.local import initialise
from heritage_graph.ingest.rulebook import load_rulebook


@pytest.fixture(scope="session")
def shipped(tmp_path_factory):
    """A data folder with the shipped dataset; not to be changed, but copied."""
    data = tmp_path_factory.mktemp("shipped") / "data"
    initialise(data, rulebook=load_rulebook(asset_folder("shapes")))
    return data


@pytest.fixture
def data(shipped, tmp_path):
    """A copy of it."""
    return shutil.copytree(shipped, tmp_path / "data")

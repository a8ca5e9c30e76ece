"""What all tests share: the engines, of which one each runs a session, and the stores that are made once a run."""

import os

import pytest
import shipped_stores
from engines import oxigraph, oxigraph_server, virtuoso, virtuoso_server

__all__ = ["oxigraph", "oxigraph_server", "virtuoso", "virtuoso_server"]


def pytest_configure(config):
    os.environ.setdefault("HERITAGE_GRAPH_RECORDS", "false")  # a store of documents alone is made sooner
    if shipped_stores.begin():
        config.add_cleanup(shipped_stores.end)


@pytest.fixture(scope="session")
def shipped_store():
    """A data folder with the shipped dataset; not to be changed or served, but copied."""
    return shipped_stores.shipped_store()

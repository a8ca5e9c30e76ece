"""A small graph of invented things, its index, and a data folder with the shipped dataset."""

from __future__ import annotations

import shutil

import pytest
from pyoxigraph import RdfFormat, Store

from heritage_graph.assets import asset_files
from heritage_graph.index.build import build
from heritage_graph.index.index import Index
from heritage_graph.store.state import StoreState

PREFIXES = """
@prefix hg:      <https://w3id.org/heritage-graph/ns#> .
@prefix id:      <https://w3id.org/heritage-graph/id/> .
@prefix role:    <https://w3id.org/heritage-graph/vocab/role/> .
@prefix skos:    <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd:     <http://www.w3.org/2001/XMLSchema#> .
"""


@pytest.fixture(scope="session")
def indexed():
    """What makes the index of the published view that some Turtle and the ontology make, in a folder."""

    def make(folder, turtle, *, seconds=2.0):
        store = Store()
        for path in asset_files("ontology", ".ttl"):
            store.load(path.read_bytes(), format=RdfFormat.TURTLE)
        store.load((PREFIXES + turtle).encode(), format=RdfFormat.TURTLE)
        build(StoreState(store), folder / "index.sqlite", stamp="test")
        index = Index(7, folder / "index.sqlite", seconds=seconds)
        opened.append(index)
        return index

    opened = []
    yield make
    for index in opened:
        index.close()


@pytest.fixture
def data(shipped_store, tmp_path):
    """A copy of it."""
    return shutil.copytree(shipped_store, tmp_path / "data")

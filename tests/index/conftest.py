"""A small graph of invented things, its index, and a data folder with the shipped dataset."""

from __future__ import annotations

import shutil

import pytest
from pyoxigraph import RdfFormat, Store

from heritage_graph.assets import asset_files, asset_folder
from heritage_graph.index.build import build
from heritage_graph.index.index import Index
from heritage_graph.ingest.local import initialise
from heritage_graph.ingest.rulebook import load_rulebook
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

"""Small states of fictional things."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from heritage_graph.assets import asset_files
from heritage_graph.namespaces import ONTOLOGY, source_graph
from heritage_graph.store.state import StoreState

PREFIXES = """
@prefix xsd:  <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl:  <http://www.w3.org/2002/07/owl#> .
@prefix hg:   <https://w3id.org/heritage-graph/ns#> .
@prefix o:    <https://w3id.org/heritage-graph/id/organization/> .
@prefix p:    <https://w3id.org/heritage-graph/id/place/> .
@prefix c:    <https://w3id.org/heritage-graph/id/country/> .
@prefix s:    <https://w3id.org/heritage-graph/id/site/> .
"""


@pytest.fixture(scope="session")
def ontology():
    """The quads of the modules, in their graph."""
    return [
        Quad(quad.subject, quad.predicate, quad.object, ONTOLOGY)
        for path in asset_files("ontology", ".ttl")
        if path.parent.name == "ontology"
        for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)
    ]


@pytest.fixture(scope="session")
def state_of(ontology):
    """What makes a state of Turtle documents, by the slugs of their sources (or the graph itself)."""

    def made(**documents):
        store = Store()
        store.extend([*ontology, *(_in_view(quad) for quad in ontology)])
        for slug, text in documents.items():
            graph = source_graph(slug) if ":" not in slug else NamedNode(slug)
            quads = [
                Quad(quad.subject, quad.predicate, quad.object, graph)
                for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE)
            ]
            store.extend([*quads, *map(_in_view, quads)])
        return StoreState(store)

    return made


def _in_view(quad):
    return Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())

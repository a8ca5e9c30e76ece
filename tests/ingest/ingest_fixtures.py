"""Small documents of the model, and states of the graph held in memory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

from heritage_graph.assets import asset_folder
from heritage_graph.graph_view import MemoryView
from heritage_graph.ingest.pipeline import Occasion
from heritage_graph.ingest.rulebook import Rulebook, load_rulebook
from heritage_graph.namespaces import LOG, is_published
from heritage_graph.validation.shapes import load_shapes

OCCASION = Occasion(datetime(2026, 11, 21, 12, 0, tzinfo=UTC), "key", "a test")

PREFIXES = """
@prefix hg:   <https://w3id.org/heritage-graph/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd:  <http://www.w3.org/2001/XMLSchema#> .
@prefix id:   <https://w3id.org/heritage-graph/id/> .
@prefix hgv:  <https://w3id.org/heritage-graph/vocab/> .
"""

LENIENT_SHAPE = """
@prefix sh:  <http://www.w3.org/ns/shacl#> .
@prefix hg:  <https://w3id.org/heritage-graph/ns#> .
@prefix hgs: <https://w3id.org/heritage-graph/shapes#> .

hgs:Never-used
  a               sh:NodeShape ;
  sh:targetClass  hg:NothingIsThis ;
  sh:severity     sh:Violation ;
  sh:message      "Never."@en, "أبدا"@ar, "Jamais."@fr ;
  sh:nodeKind     sh:IRI .
"""


class State:
    """Quads of all graphs as the base of a change."""

    def __init__(self, quads=frozenset(), generation=0):
        self.quads = frozenset(quads)
        self.generation = generation
        self.view = MemoryView(
            quad
            for quad in self.quads
            if not isinstance(quad.graph_name, DefaultGraph) and is_published(quad.graph_name)
        )

    def graph(self, name):
        return frozenset(quad.triple for quad in self.quads if quad.graph_name == name)

    def about(self, name, subjects):
        return frozenset(triple for triple in self.graph(name) if triple.subject in subjects)

    def foresee(self, triples):
        """All is at hand."""

    def after(self, changeset):
        if changeset is None:
            return self
        return State((self.quads - set(changeset.removed)) | set(changeset.added), changeset.generation)

    def without_log(self):
        return frozenset(quad for quad in self.quads if quad.graph_name != LOG)

    def default_graph(self):
        return {quad.triple for quad in self.quads if isinstance(quad.graph_name, DefaultGraph)}


def triples(turtle):
    return frozenset(quad.triple for quad in parse(PREFIXES + turtle, RdfFormat.TURTLE))


def in_graph(turtle, graph):
    return [Quad(each.subject, each.predicate, each.object, graph) for each in triples(turtle)]


@pytest.fixture(scope="session")
def rulebook():
    return load_rulebook(asset_folder("shapes"))


@pytest.fixture(scope="session")
def lenient(tmp_path_factory):
    """A rulebook that refuses nothing, for tests about states rather than verdicts."""
    folder = tmp_path_factory.mktemp("shapes")
    (folder / "shape.ttl").write_text(LENIENT_SHAPE, encoding="utf-8")
    shapes = load_shapes(folder)
    return Rulebook(shapes, shapes, shapes)

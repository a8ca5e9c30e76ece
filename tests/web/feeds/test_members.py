"""The members of the event stream: which changes are versions, and what is said of each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from heritage_graph.changes.entries import Change
from heritage_graph.model.change_iris import change_iri
from heritage_graph.web.ldes.members import member_quads

STREAM = NamedNode("https://data.example.org/ldes#stream")
THING = "https://w3id.org/heritage-graph/id/agreement/made-up"
NAME = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
GRAPHS = [NamedNode(f"https://w3id.org/heritage-graph/graph/source/{name}") for name in ("one", "two")]
STATED_TWICE = serialize(
    [Quad(NamedNode(THING), NAME, Literal("Made up", language="en"), graph) for graph in GRAPHS],
    format=RdfFormat.N_QUADS,
)


def change(sequence, kind, *, has_content):
    moment = datetime(2026, 11, 21, 12, tzinfo=UTC)
    return Change(sequence, sequence, moment, THING, kind, "agreement", (GRAPHS[0].value,), has_content)


@pytest.fixture
def quads():
    """What is said of a version that was followed too soon, one with content, and a deletion."""
    changes = [
        change(1, "create", has_content=False),
        change(2, "update", has_content=True),
        change(3, "delete", has_content=False),
    ]
    return list(member_quads(changes, {2: STATED_TWICE}, STREAM))


def test_a_version_whose_content_was_not_taken_is_no_member(quads):
    members = [quad.object.value for quad in quads if quad.subject == STREAM]

    assert members == [change_iri(2, THING), change_iri(3, THING)]


def test_what_several_sources_state_stands_once_in_the_graph_of_the_version(quads):
    version = NamedNode(change_iri(2, THING))

    assert [quad.triple for quad in quads if quad.graph_name == version] == [
        Quad(NamedNode(THING), NAME, Literal("Made up", language="en")).triple
    ]


def test_the_graphs_that_state_it_are_told_beside(quads):
    derived = NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")

    assert [quad.object for quad in quads if quad.predicate == derived] == GRAPHS

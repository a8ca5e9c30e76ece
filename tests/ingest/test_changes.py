"""A document speaks for its own graph, and never for the rules."""

import pytest
from ingest_fixtures import in_graph, triples
from pyoxigraph import DefaultGraph, Quad

from heritage_graph.errors import ForbiddenContent
from heritage_graph.ingest.changes import Mode, changes_of_document
from heritage_graph.namespaces import CURATION, META, VOCAB, source_graph

GRAPH = source_graph("trial")
NOTE = "id:agreement\\/trial hg:note 'A note'@en ."


def changes(quads):
    return changes_of_document(quads, graph=GRAPH, mode=Mode.MERGE)


def test_triples_without_a_graph_go_to_the_graph_of_the_document():
    quads = [Quad(each.subject, each.predicate, each.object, DefaultGraph()) for each in triples(NOTE)]

    assert [change.graph for change in changes(quads)] == [GRAPH]


def test_a_document_may_describe_its_own_graph():
    described = in_graph(f"<{GRAPH.value}> a hg:SourceGraph .", META)

    assert [change.graph for change in changes([*in_graph(NOTE, GRAPH), *described])] == [GRAPH, META]


def test_terms_are_stated_in_the_graphs_of_terms():
    quads = in_graph("hgv:role\\/witness hg:impliesCollaboration true .", VOCAB)

    assert [change.graph for change in changes_of_document(quads, graph=VOCAB, mode=Mode.MERGE)] == [VOCAB]


@pytest.mark.parametrize(
    ("turtle", "graph", "slug"),
    [
        (NOTE, source_graph("other"), "graph-forbidden"),
        (NOTE, CURATION, "graph-forbidden"),
        (f"<{source_graph('other').value}> a hg:SourceGraph .", META, "graph-forbidden"),
        ("hg:Place <http://www.w3.org/2000/01/rdf-schema#subClassOf> hg:Agent .", GRAPH, "terms-forbidden"),
        ("id:x <http://www.w3.org/2000/01/rdf-schema#subClassOf> hg:Agent .", GRAPH, "terms-forbidden"),
        ("hgv:role\\/witness hg:impliesCollaboration true .", GRAPH, "terms-forbidden"),
        ("<https://w3id.org/heritage-graph/shapes#Agreement> hg:note 'off'@en .", GRAPH, "terms-forbidden"),
    ],
)
def test_a_document_that_speaks_for_others_or_for_the_rules_is_refused(turtle, graph, slug):
    with pytest.raises(ForbiddenContent) as refusal:
        changes(in_graph(turtle, graph))

    assert refusal.value.slug == slug

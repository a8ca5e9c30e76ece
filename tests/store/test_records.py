"""Records read from a store: together they are the published view, and every subject is in one."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from heritage_graph.namespaces import HG, RDFS
from heritage_graph.store.records import Records

ID = "https://w3id.org/heritage-graph/id/"
A, B = NamedNode(f"{ID}project/a"), NamedNode(f"{ID}project/b")
EVIDENCE, FURTHER = NamedNode(f"{ID}evidence/1"), NamedNode(f"{ID}evidence/2")
PART, FOREIGN = NamedNode(f"{ID}participation/1"), NamedNode("https://example.org/x")


def named(node):
    return Triple(node, RDFS.label, Literal(node.value.rpartition("/")[2]))


VIEWS = {
    "two things": ([named(A), named(B)], [A, B]),
    "evidence of one": ([named(A), named(EVIDENCE), Triple(A, HG.evidence, EVIDENCE)], [A]),
    "evidence of two": (
        [named(A), named(B), named(EVIDENCE), Triple(A, HG.evidence, EVIDENCE), Triple(B, HG.evidence, EVIDENCE)],
        [A, B],
    ),
    "a participation with evidence": (
        [named(A), Triple(PART, HG.inContext, A), Triple(PART, HG.evidence, EVIDENCE), named(EVIDENCE)],
        [A],
    ),
    "a participation in what nothing is said of": ([Triple(PART, HG.inContext, A), named(PART)], [PART]),
    "evidence that nobody cites": ([named(EVIDENCE)], [EVIDENCE]),
    "a circle": (
        [Triple(EVIDENCE, HG.evidence, FURTHER), Triple(FURTHER, HG.evidence, EVIDENCE), named(EVIDENCE)],
        [EVIDENCE],
    ),
    "one that cites itself": ([Triple(EVIDENCE, HG.evidence, EVIDENCE)], [EVIDENCE]),
    "a thing in the context of another": ([named(A), named(B), Triple(B, HG.inContext, A)], [A, B]),
    "a foreign node": ([named(A), Triple(A, HG.evidence, FOREIGN), named(FOREIGN)], [A]),
}


def records_of(triples):
    store = Store()
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return Records(store)


@pytest.mark.parametrize(("triples", "entities"), VIEWS.values(), ids=VIEWS)
def test_an_entity_is_a_subject_that_is_no_node_around_another(triples, entities):
    assert records_of(triples).entities() == entities


@pytest.mark.parametrize("triples", [triples for triples, _ in VIEWS.values()], ids=VIEWS)
def test_the_records_together_are_the_view(triples):
    records = records_of(triples)

    assert {each for entity in records.entities() for each in records.statements(entity)} == set(triples)


def test_a_node_is_in_the_record_of_each_entity_that_uses_it():
    records = records_of(VIEWS["evidence of two"][0])

    assert [named(EVIDENCE) in set(records.statements(entity)) for entity in (A, B)] == [True, True]

"""What follows from the ontology by OWL 2 RL: no contradiction with the shipped data, and the ones we want caught."""

from __future__ import annotations

import pytest
from owlrl.OWLRL import OWLRL_Semantics
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize
from rdflib import Graph

from heritage_graph.assets import asset_files
from heritage_graph.namespaces import HG, ID, RDF, XSD

pytestmark = pytest.mark.slow


def one(number: int) -> NamedNode:
    """A thing of the case of a number."""
    return ID.term(f"thing/{number}-one")


def two(number: int) -> NamedNode:
    """Another thing of it."""
    return ID.term(f"thing/{number}-two")


def a(thing: NamedNode, name: str) -> Triple:
    return Triple(thing, RDF.type, HG.term(name))


CONTRADICTIONS = {
    "a state that is a place": ([a(one(1), "State"), a(one(1), "Place")], one(1).value),
    "a state that is a country": ([a(one(2), "State"), a(one(2), "Country")], one(2).value),
    "a committee that is generic": ([a(one(3), "GenericActor"), a(one(3), "Committee")], one(3).value),
    "a person who is generic": ([a(one(4), "GenericActor"), a(one(4), "Person")], one(4).value),
    "an agreement signed at a state": ([a(one(5), "State"), Triple(two(5), HG.signedAt, one(5))], one(5).value),
    "a territory that is a state and a country": (
        [Triple(two(6), HG.territory, one(6)), Triple(one(6), HG.territory, two(6))],
        one(6).value,
    ),
    "an organization that succeeds a generic one": (
        [Triple(one(7), HG.succeeds, two(7)), a(two(7), "GenericActor")],
        two(7).value,
    ),
    "a line that is no number": ([Triple(one(8), HG.line, Literal("eighty", datatype=XSD.integer))], "'eighty'"),
}
"""Facts that contradict each other, and what the contradiction names."""
CONCLUSIONS = {
    "collaboration both ways": (
        [Triple(one(11), HG.collaboratesWith, two(11))],
        Triple(two(11), HG.collaboratesWith, one(11)),
    ),
    "part of a part": (
        [Triple(one(12), HG.partOf, two(12)), Triple(two(12), HG.partOf, ID.term("thing/three"))],
        Triple(one(12), HG.partOf, ID.term("thing/three")),
    ),
    "an excavation is an activity": ([a(one(13), "Excavation")], a(one(13), "Activity")),
    "governed": ([Triple(one(14), HG.governs, two(14))], a(two(14), "Agreement")),
    "a territory is a place": ([Triple(one(15), HG.territory, two(15))], a(two(15), "Place")),
}
"""Facts, and what follows from them."""
WORKSHOP = one(16)


@pytest.fixture(scope="module")
def module_triples(modules) -> set[Triple]:
    return set().union(*(triples.all for triples in modules.values()))


def close(triples) -> OWLRL_Semantics:
    """The OWL 2 RL closure of *triples*, without the axioms that say nothing of our terms.

    owlrl collects contradictions in `error_messages` as it goes; the closed graph is `graph`.
    """
    graph = Graph()
    graph.parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    closing = OWLRL_Semantics(graph, axioms=False, daxioms=False, rdfs=False)
    closing.closure()
    return closing


@pytest.fixture(scope="module")
def closed(module_triples) -> OWLRL_Semantics:
    """The closure of the ontology and all cases; each is about things of its own."""
    cases = [facts for facts, _ in (*CONTRADICTIONS.values(), *CONCLUSIONS.values())]
    return close(module_triples.union(*cases, [a(WORKSHOP, "Workshop")]))


@pytest.fixture(scope="module")
def statements(closed) -> set[str]:
    """The lines of the closed graph in N-Triples."""
    return set(closed.graph.serialize(format="nt").splitlines())


def test_ontology_and_shipped_data_hold_no_contradiction(everything):
    data = {quad.triple for path in asset_files("sources", ".trig") for quad in parse(path=str(path))}

    assert close(everything.all | data).error_messages == []


@pytest.mark.parametrize("named", [named for _, named in CONTRADICTIONS.values()], ids=CONTRADICTIONS)
def test_a_contradiction_is_found(closed, named):
    assert any(named in message for message in closed.error_messages)


@pytest.mark.parametrize("conclusion", [conclusion for _, conclusion in CONCLUSIONS.values()], ids=CONCLUSIONS)
def test_what_follows_is_found(statements, conclusion):
    assert line(conclusion) in statements


def test_nothing_follows_that_was_not_meant(statements):
    assert line(a(WORKSHOP, "Conference")) not in statements


def line(triple: Triple) -> str:
    return f"{triple.subject} {triple.predicate} {triple.object} ."

"""What follows from the ontology by OWL 2 RL: no contradiction with the shipped data, and the ones we want caught."""

from __future__ import annotations

import pytest
from owlrl.OWLRL import OWLRL_Semantics
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize
from rdflib import Graph

from heritage_graph.assets import asset_files
from heritage_graph.namespaces import HG, ID, RDF, XSD

pytestmark = pytest.mark.slow

THING = ID.term("thing/one")
OTHER = ID.term("thing/two")


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


def contradictions(triples) -> list[str]:
    return close(triples).error_messages


def a(thing: NamedNode, name: str) -> Triple:
    return Triple(thing, RDF.type, HG.term(name))


def test_ontology_and_shipped_data_hold_no_contradiction(everything):
    data = {quad.triple for path in asset_files("sources", ".trig") for quad in parse(path=str(path))}

    assert contradictions(everything.all | data) == []


@pytest.mark.parametrize(
    "facts",
    [
        [a(THING, "State"), a(THING, "Place")],
        [a(THING, "State"), a(THING, "Country")],
        [a(THING, "GenericActor"), a(THING, "Committee")],
        [a(THING, "GenericActor"), a(THING, "Person")],
        [a(THING, "State"), Triple(OTHER, HG.signedAt, THING)],
        [Triple(OTHER, HG.territory, THING), Triple(THING, HG.territory, OTHER)],
        [Triple(THING, HG.succeeds, OTHER), a(OTHER, "GenericActor")],
        [Triple(THING, HG.line, Literal("eighty", datatype=XSD.integer))],
    ],
    ids=[
        "a state that is a place",
        "a state that is a country",
        "a committee that is generic",
        "a person who is generic",
        "an agreement signed at a state",
        "a territory that is a state and a country",
        "an organization that succeeds a generic one",
        "a line that is no number",
    ],
)
def test_a_contradiction_is_found(module_triples, facts):
    assert len(contradictions(module_triples | set(facts))) > 0


@pytest.mark.parametrize(
    ("facts", "conclusion"),
    [
        ([Triple(THING, HG.collaboratesWith, OTHER)], Triple(OTHER, HG.collaboratesWith, THING)),
        (
            [Triple(THING, HG.partOf, OTHER), Triple(OTHER, HG.partOf, ID.term("thing/three"))],
            Triple(THING, HG.partOf, ID.term("thing/three")),
        ),
        ([a(THING, "Excavation")], a(THING, "Activity")),
        ([Triple(THING, HG.governs, OTHER)], a(OTHER, "Agreement")),
        ([Triple(THING, HG.territory, OTHER)], a(OTHER, "Place")),
    ],
    ids=[
        "collaboration both ways",
        "part of a part",
        "an excavation is an activity",
        "governed",
        "a territory is a place",
    ],
)
def test_what_follows_is_found(module_triples, facts, conclusion):
    closed = close(module_triples | set(facts)).graph

    assert f"{conclusion.subject} {conclusion.predicate} {conclusion.object} ." in nt_lines(closed)


def test_nothing_follows_that_was_not_meant(module_triples):
    closed = close(module_triples | {a(THING, "Workshop")}).graph
    conclusion = a(THING, "Conference")

    assert f"{conclusion.subject} {conclusion.predicate} {conclusion.object} ." not in nt_lines(closed)


def nt_lines(graph: Graph) -> set[str]:
    return set(graph.serialize(format="nt").splitlines())

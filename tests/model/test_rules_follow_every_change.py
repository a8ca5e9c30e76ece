"""However source graphs come, change and go, graph/inferred is what follows from those that are there."""

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple

from heritage_graph.graph_view import MemoryView, NextState
from heritage_graph.model.rules import affected_units, derive_all, replace_inferences
from heritage_graph.namespaces import HG, HGV, ID, RDF, RDFS, XSD, source_graph

AGREEMENTS = [ID.term(f"agreement/{name}") for name in "abc"]
CONTEXTS = [*AGREEMENTS[:2], ID.term("event/e")]
AGENTS = [ID.term("organization/x"), ID.term("organization/y"), ID.term("state/x")]
PARTICIPATIONS = [ID.term(f"participation/{number}") for number in range(4)]
TERMS = [ID.term(f"term/{name}") for name in "de"]
GENERAL = [ID.term(f"terms/{name}") for name in "gh"]
EVIDENCE = [ID.term(f"evidence/{name}") for name in "pq"]
ROLES = [HGV.term("role/party"), HGV.term("role/volunteer")]
DATES = [
    Literal("2022", datatype=XSD.gYear),
    Literal("2022-04", datatype=XSD.gYearMonth),
    Literal("2022-04-12", datatype=XSD.date),
    Literal("2024-02-29", datatype=XSD.date),
    Literal("2020-13-45", datatype=XSD.date),
]
DURATIONS = [Literal(text, datatype=XSD.duration) for text in ("P3Y", "P18M", "P0Y")]
BASES = [HGV.term("date-basis/on-signature"), HGV.term("date-basis/stated")]
BOOLEANS = [Literal("true", datatype=XSD.boolean), Literal("false", datatype=XSD.boolean)]


def triples(subjects: list[NamedNode], predicate: NamedNode, objects: list) -> st.SearchStrategy[Triple]:
    return st.builds(Triple, st.sampled_from(subjects), st.just(predicate), st.sampled_from(objects))


STATEMENTS = st.one_of(
    *(triples(AGREEMENTS, HG.term(name), DATES) for name in ("signedOn", "effectiveFrom", "validUntil")),
    *(triples(CONTEXTS[-1:], HG.term(name), DATES) for name in ("startsOn", "endsOn")),
    triples(AGREEMENTS, HG.renews, AGREEMENTS),
    triples(GENERAL, HG.governs, AGREEMENTS),
    triples(GENERAL + AGREEMENTS, HG.hasTerm, TERMS),
    triples(TERMS, HG.duration, DURATIONS),
    triples(TERMS, HG.effectBasis, BASES),
    triples(TERMS + PARTICIPATIONS + AGREEMENTS, HG.evidence, EVIDENCE),
    triples(PARTICIPATIONS, HG.inContext, CONTEXTS),
    triples(PARTICIPATIONS, HG.participant, AGENTS),
    triples(PARTICIPATIONS, HG.role, ROLES),
    triples(ROLES, HG.impliesCollaboration, BOOLEANS),
    triples(AGENTS, RDF.type, [HG.GenericActor, HG.Organization]),
    triples(CONTEXTS, RDF.type, [HG.Conference, HG.Meeting]),
    triples([HG.Conference, HG.Meeting], RDFS.subClassOf, [HG.Meeting, HG.Event]),
)
AGREEMENT_A, AGREEMENT_B, AGREEMENT_C = AGREEMENTS
EVENT = CONTEXTS[-1]
FULL = frozenset(
    {
        Triple(AGREEMENT_A, HG.signedOn, DATES[2]),
        Triple(AGREEMENT_A, HG.evidence, EVIDENCE[0]),
        Triple(GENERAL[0], HG.governs, AGREEMENT_A),
        Triple(GENERAL[0], HG.hasTerm, TERMS[0]),
        Triple(TERMS[0], HG.effectBasis, BASES[0]),
        Triple(TERMS[0], HG.duration, DURATIONS[0]),
        Triple(TERMS[0], HG.evidence, EVIDENCE[1]),
        Triple(AGREEMENT_B, HG.renews, AGREEMENT_A),
        Triple(AGREEMENT_C, HG.renews, AGREEMENT_B),
        Triple(EVENT, RDF.type, HG.Conference),
        Triple(HG.Conference, RDFS.subClassOf, HG.Meeting),
        Triple(HG.Meeting, RDFS.subClassOf, HG.Event),
        Triple(EVENT, HG.startsOn, DATES[1]),
        Triple(ROLES[0], HG.impliesCollaboration, BOOLEANS[0]),
        Triple(PARTICIPATIONS[0], HG.evidence, EVIDENCE[0]),
        *(Triple(PARTICIPATIONS[at], HG.inContext, CONTEXTS[2 * (at // 2)]) for at in range(4)),
        *(Triple(PARTICIPATIONS[at], HG.participant, AGENTS[at % 2]) for at in range(4)),
        *(Triple(PARTICIPATIONS[at], HG.role, ROLES[0]) for at in range(4)),
    }
)
"""A state in which every rule concludes something, so that one triple more or less makes a difference."""

GRAPHS = st.sampled_from([source_graph(name) for name in "stu"])
LESS = st.frozensets(st.sampled_from(sorted(FULL, key=str)), min_size=1, max_size=3).map(FULL.difference)
CONTENTS = st.one_of(st.frozensets(STATEMENTS, max_size=12), LESS, st.just(FULL), st.just(frozenset()))
CHANGES = st.lists(st.tuples(GRAPHS, CONTENTS), max_size=8)
"""Replacements of whole graphs; the first is an addition, an empty one a removal."""


def quads_of(graphs: Mapping[NamedNode, frozenset[Triple]]) -> set[Quad]:
    return {
        Quad(each.subject, each.predicate, each.object, graph) for graph, content in graphs.items() for each in content
    }


def carried_out(changes: Iterable[tuple[NamedNode, frozenset[Triple]]]) -> tuple[set[Quad], set[Quad]]:
    """The asserted and the inferred quads after *changes*, the latter brought up to date one change at a time."""
    graphs: dict[NamedNode, frozenset[Triple]] = {}
    inferred: set[Quad] = set()
    for graph, content in changes:
        before = quads_of(graphs)
        graphs[graph] = content
        after = quads_of(graphs)
        previous = MemoryView(before)
        view = NextState(previous, added=after - before, removed=before - after)
        units = affected_units({quad.triple for quad in before ^ after}, view, previous)
        added, removed = replace_inferences(units, view, MemoryView(inferred))
        inferred = (inferred - removed) | added
    return quads_of(graphs), inferred


@settings(max_examples=400, deadline=None)
@given(CHANGES)
def test_any_sequence_of_changes_ends_where_a_fresh_load_ends(changes):
    asserted, inferred = carried_out(changes)

    assert inferred == derive_all(MemoryView(asserted))


@settings(max_examples=150, deadline=None)
@given(CHANGES, st.frozensets(STATEMENTS, min_size=1, max_size=12))
def test_what_a_source_implied_goes_with_it_and_nothing_else_does(changes, content):
    passing = source_graph("passing")
    _, without = carried_out(changes)
    _, after = carried_out([*changes, (passing, content), (passing, frozenset())])

    assert after == without


@pytest.mark.parametrize("triple", sorted(FULL, key=str), ids=str)
def test_one_triple_that_goes_and_comes_back_leaves_what_a_fresh_load_gives(triple):
    less = FULL - {triple}
    states = [
        carried_out([(source_graph("s"), content) for content in contents]) for contents in ([FULL, less], [less, FULL])
    ]

    assert [inferred for _, inferred in states] == [derive_all(MemoryView(asserted)) for asserted, _ in states]


@settings(max_examples=150, deadline=None)
@given(CHANGES)
def test_what_is_added_was_absent_and_what_is_removed_was_there(changes):
    asserted, inferred = carried_out(changes)
    units = affected_units({quad.triple for quad in asserted}, MemoryView(), MemoryView(asserted))
    added, removed = replace_inferences(units, MemoryView(), MemoryView(inferred))

    assert (added, removed) == (set(), inferred)


@settings(max_examples=100, deadline=None)
@given(CHANGES)
def test_every_inferred_triple_has_a_node_with_a_rule_and_premises(changes):
    _, inferred = carried_out(changes)
    view = MemoryView(inferred)
    nodes = {quad.subject for quad in inferred if quad.predicate == HG.byRule}
    stated = {
        (subject.object, predicate.object, object_.object)
        for node in nodes
        for subject in view.triples(node, RDF.subject)
        for predicate in view.triples(node, RDF.predicate)
        for object_ in view.triples(node, RDF.object)
        if any(view.triples(node, HG.inferredAbout))
    }
    plain = {(quad.subject, quad.predicate, quad.object) for quad in inferred if quad.subject not in nodes}

    assert plain == stated

"""A decision joins two things or holds them apart, says who made it, and can be taken back without a trace."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.errors import ParameterError, UnknownName
from heritage_graph.model.link_decisions import Outcome, Ruling, change_of, identity_of, links_in, usual_keep
from heritage_graph.model.link_proposals import (
    Decision,
    LinkStatus,
    Proposal,
    proposal_iri,
    read_proposals,
    triples_of,
)
from heritage_graph.namespaces import DCTERMS, ID, OWL, RDF, SKOS

DAY = date(2026, 11, 21)
A, B, C, D = (f"{ID}organization/{name}" for name in ("a", "bb", "ccc", "dddd"))
ACCEPT, REJECT, UNDO = (Ruling(outcome, "A curator", "It is so.", DAY) for outcome in Outcome)


def proposal(one, other, **known):
    return Proposal((one, other), 92.5, "same-name", **known)


def by_iri(*proposals):
    return {each.iri: each for each in proposals}


def after(curation, change):
    return (curation - change.removed) | change.added


def decided(curation, ruling, *wanted, keep=()):
    """The graph after a ruling."""
    iris = [each.iri for each in wanted]
    return after(curation, change_of(ruling, iris, read_proposals(curation), keep=keep))


def replaced(curation):
    return {(t.subject.value, t.object.value) for t in curation if t.predicate == DCTERMS.isReplacedBy}


def graph_of(*proposals):
    return frozenset().union(*map(triples_of, proposals))


AB, BC, CD = proposal(A, B), proposal(B, C), proposal(C, D)
ALL = graph_of(AB, BC, CD)


def test_a_proposal_is_read_as_it_was_written():
    whole = proposal(
        A,
        B,
        identifiers=("ror:1", "wikidata:Q1"),
        names=(Literal("Museum", language="en"), Literal("المتحف", language="ar")),
        agrees=(f"{ID}x",),
        differs=(f"{ID}y",),
        status=LinkStatus.ACCEPTED,
        decision=Decision("A curator", DAY, "It is so.", A),
    )

    assert read_proposals(triples_of(whole)) == {whole.iri: whole}


@pytest.mark.parametrize("text", ["organization-a--organization-bb", "link/organization-a--organization-bb", AB.iri])
def test_a_proposal_has_a_short_name(text):
    assert proposal_iri(text) == AB.iri


def test_accepting_states_that_the_two_are_one_and_which_address_stays():
    stated = decided(ALL, ACCEPT, AB) - ALL

    assert stated >= {
        Triple(NamedNode(B), OWL.sameAs, NamedNode(A)),
        Triple(NamedNode(B), DCTERMS.isReplacedBy, NamedNode(A)),
    }


def test_accepting_tells_who_when_and_why():
    assert read_proposals(decided(ALL, ACCEPT, AB))[AB.iri].decision == Decision("A curator", DAY, "It is so.", A)


def test_the_curator_chooses_which_address_stays():
    assert replaced(decided(ALL, ACCEPT, AB, keep=[B])) == {(A, B)}


def test_an_address_that_stays_is_one_of_the_two():
    with pytest.raises(ParameterError, match="none of the things"):
        decided(ALL, ACCEPT, AB, keep=[C])


def test_rejecting_joins_nothing_and_is_remembered():
    rejected = decided(ALL, REJECT, AB)

    assert (replaced(rejected), read_proposals(rejected)[AB.iri].status) == (set(), LinkStatus.REJECTED)


@pytest.mark.parametrize("ruling", [ACCEPT, REJECT])
def test_taking_back_leaves_the_graph_as_it_was(ruling):
    assert decided(decided(ALL, ruling, AB), UNDO, AB) == ALL


@pytest.mark.parametrize(
    ("before", "ruling", "message"),
    [(ACCEPT, ACCEPT, "accepted already"), (REJECT, ACCEPT, "rejected already"), (ACCEPT, REJECT, "accepted already")],
)
def test_what_is_decided_is_not_decided_again(before, ruling, message):
    with pytest.raises(ParameterError, match=message):
        decided(decided(ALL, before, AB), ruling, AB)


def test_what_waits_cannot_be_taken_back():
    with pytest.raises(ParameterError, match="none to take back"):
        decided(ALL, UNDO, AB)


def test_what_was_not_proposed_is_not_decided():
    with pytest.raises(UnknownName):
        decided(graph_of(AB), ACCEPT, CD)


@pytest.mark.parametrize(
    ("by", "because"), [("", "It is so."), ("A curator", " "), ("A\ncurator", "x"), ("A", "x" * 501)]
)
def test_a_decision_says_who_and_why_in_a_line(by, because):
    with pytest.raises(ParameterError, match="takes one line"):
        Ruling(Outcome.ACCEPT, by, because, DAY)


@pytest.mark.parametrize("order", [*permutations([AB, BC, CD])])
def test_of_things_that_are_all_one_each_leads_to_the_same_whatever_the_order(order):
    graph = ALL
    for each in order:
        graph = decided(graph, ACCEPT, each)

    assert replaced(graph) == {(B, A), (C, A), (D, A)}


def test_taking_one_back_of_several_leaves_what_the_others_say():
    graph = decided(ALL, ACCEPT, AB, BC, CD)

    assert replaced(decided(graph, UNDO, BC)) == {(B, A), (D, C)}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([AB, BC, CD, proposal(A, C), proposal(A, D)]), unique=True), st.data())
def test_the_graph_tells_what_is_accepted_and_not_how_it_came_to_be(chosen, data):
    everything = graph_of(AB, BC, CD, proposal(A, C), proposal(A, D))
    gone = data.draw(st.lists(st.sampled_from(chosen), unique=True)) if chosen else []
    graph = everything
    for each in chosen:
        graph = decided(graph, ACCEPT, each)
    for each in gone:
        graph = decided(graph, UNDO, each)
    straight = everything
    for each in sorted((each for each in chosen if each not in gone), key=lambda each: each.iri):
        straight = decided(straight, ACCEPT, each)

    assert graph == straight


def test_nothing_is_replaced_by_two_and_nothing_by_itself():
    graph = decided(graph_of(AB, BC, proposal(A, C)), ACCEPT, AB, BC, proposal(A, C))
    sources = [one for one, _ in replaced(graph)]

    assert sorted(sources) == sorted({B, C})


def test_the_address_with_a_number_of_a_registry_does_not_stay():
    assert usual_keep([f"{ID}organization/ror-00x1", f"{ID}organization/museum-of-the-north"]).endswith("north")


def test_what_links_are_is_told_from_the_rest_of_the_curators_graph():
    other = Triple(NamedNode(A), SKOS.altLabel, Literal("A", language="en"))
    curation = decided(ALL | {other}, ACCEPT, AB)

    assert links_in(curation) == curation - {other}


def test_a_proposal_that_is_cut_short_is_passed_over():
    assert read_proposals([Triple(NamedNode(AB.iri), RDF.type, NamedNode(A))]) == {}


def test_open_proposals_state_nothing():
    assert identity_of([AB, BC]) == frozenset()

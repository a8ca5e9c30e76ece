"""A change makes the same state as loading the end result afresh, and a refused one makes none."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_fixtures import OCCASION, State, triples
from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.errors import InvalidData
from heritage_graph.ingest.changes import GraphChange, Mode
from heritage_graph.ingest.pipeline import prepare
from heritage_graph.ingest.shipped import shipped_changes
from heritage_graph.namespaces import CURATION, HG, HGV, ID, INFERRED, META, RDF, VOCAB, XSD, is_published, source_graph

GRAPHS = [source_graph("first"), source_graph("second"), CURATION]
ROLES = triples("<https://w3id.org/heritage-graph/vocab/role/party> hg:impliesCollaboration true .")

AGREEMENTS = [ID.term(f"agreement/{name}") for name in "ab"]
AGENTS = [ID.term(f"organization/{name}") for name in "xyz"]
TERMS = ID.term("terms/general")
DATES = [
    Literal("2021", datatype=XSD.gYear),
    Literal("2021-05", datatype=XSD.gYearMonth),
    Literal("2021-05-07", datatype=XSD.date),
    Literal("2020-02-29", datatype=XSD.date),
]


def participation(agreement, agent):
    node = ID.term(f"participation/{agreement.value[-1]}--{agent.value[-1]}")
    return [
        Triple(node, RDF.type, HG.Participation),
        Triple(node, HG.inContext, agreement),
        Triple(node, HG.participant, agent),
        Triple(node, HG.role, HGV.term("role/party")),
    ]


def general_terms(agreement):
    effect, duration = ID.term("term/effect"), ID.term("term/duration")
    return [
        Triple(TERMS, RDF.type, HG.GeneralTerms),
        Triple(TERMS, HG.governs, agreement),
        Triple(TERMS, HG.hasTerm, effect),
        Triple(TERMS, HG.hasTerm, duration),
        Triple(effect, RDF.type, HG.EffectTerm),
        Triple(effect, HG.effectBasis, HGV.term("date-basis/on-signature")),
        Triple(duration, RDF.type, HG.DurationTerm),
        Triple(duration, HG.duration, Literal("P3Y", datatype=XSD.duration)),
    ]


FACTS = st.one_of(
    st.builds(participation, st.sampled_from(AGREEMENTS), st.sampled_from(AGENTS)),
    st.builds(lambda a, d: [Triple(a, HG.signedOn, d)], st.sampled_from(AGREEMENTS), st.sampled_from(DATES)),
    st.builds(lambda a: [Triple(a, RDF.type, HG.Agreement)], st.sampled_from(AGREEMENTS)),
    st.builds(general_terms, st.sampled_from(AGREEMENTS)),
    st.builds(lambda a, b: [Triple(a, HG.renews, b)], st.sampled_from(AGREEMENTS), st.sampled_from(AGREEMENTS)),
)
DOCUMENTS = st.lists(FACTS, max_size=6).map(lambda facts: frozenset(triple for fact in facts for triple in fact))
CHANGES = st.builds(
    GraphChange, st.sampled_from(GRAPHS), st.sampled_from([Mode.REPLACE, Mode.MERGE, Mode.REMOVE]), DOCUMENTS
).map(lambda change: change if change.mode != Mode.REMOVE else GraphChange(change.graph, Mode.REMOVE))


def with_roles(rulebook):
    prepared = prepare([GraphChange(VOCAB, Mode.REPLACE, ROLES)], base=State(), rulebook=rulebook, occasion=OCCASION)
    return State().after(prepared.changeset)


def follow(state, changes, rulebook):
    for change in changes:
        state = state.after(prepare([change], base=state, rulebook=rulebook, occasion=OCCASION).changeset)
    return state


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, max_size=6))
def test_any_sequence_of_changes_equals_a_fresh_load_of_the_final_state(changes, lenient):
    start = with_roles(lenient)
    end = follow(start, changes, lenient)
    loads = [GraphChange(graph, Mode.REPLACE, end.graph(graph)) for graph in GRAPHS if end.graph(graph)]
    fresh = start.after(prepare(loads, base=start, rulebook=lenient, occasion=OCCASION).changeset)

    assert end.without_log() == fresh.without_log()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(CHANGES, max_size=6))
def test_the_default_graph_is_the_merge_of_the_published_graphs(changes, lenient):
    end = follow(with_roles(lenient), changes, lenient)
    graphs = {quad.graph_name for quad in end.without_log()}
    merge = {
        triple
        for graph in graphs
        if isinstance(graph, NamedNode) and is_published(graph)
        for triple in end.graph(graph)
    }

    assert end.default_graph() == merge


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=DOCUMENTS, retracted=DOCUMENTS)
def test_retracting_a_source_retracts_what_it_implied_and_nothing_else(kept, retracted, lenient):
    start = follow(with_roles(lenient), [GraphChange(GRAPHS[0], Mode.REPLACE, kept)], lenient)
    end = follow(start, [GraphChange(GRAPHS[1], Mode.REPLACE, retracted), GraphChange(GRAPHS[1], Mode.REMOVE)], lenient)

    assert end.without_log() == start.without_log()


@pytest.fixture(scope="module")
def shipped(rulebook):
    prepared = prepare(shipped_changes(), base=State(), rulebook=rulebook, occasion=OCCASION)
    return State().after(prepared.changeset)


TWO_PARTIES = """
id:agreement\\/trial
  a                 hg:MemorandumOfUnderstanding ;
  skos:prefLabel    "Trial memorandum"@en ;
  hg:labelSource    hgv:label-source\\/translated ;
  hg:agreementKind  hgv:agreement-kind\\/memorandum-of-understanding ;
  hg:signedOn       "2025-03-01"^^xsd:date ;
  hg:evidence       id:evidence\\/trial .

id:evidence\\/trial
  a            hg:PageEvidence ;
  hg:document  id:document\\/trial ;
  hg:readOn    "2026-11-21"^^xsd:date .

id:document\\/trial
  a               hg:SourceDocument ;
  skos:prefLabel  "Trial page"@en ;
  hg:evidence     id:evidence\\/trial .

id:participation\\/trial--icesco
  a               hg:Participation ;
  hg:inContext    id:agreement\\/trial ;
  hg:participant  id:organization\\/icesco ;
  hg:role         hgv:role\\/party ;
  hg:evidence     id:evidence\\/trial .
"""
SECOND_PARTY = """
id:participation\\/trial--iccrom
  a               hg:Participation ;
  hg:inContext    id:agreement\\/trial ;
  hg:participant  id:organization\\/iccrom ;
  hg:role         hgv:role\\/party ;
  hg:evidence     id:evidence\\/trial .
"""


def trial(turtle):
    return [GraphChange(source_graph("trial"), Mode.REPLACE, triples(turtle))]


def test_an_agreement_with_one_party_is_refused_in_words(shipped, rulebook):
    with pytest.raises(InvalidData) as refusal:
        prepare(trial(TWO_PARTIES), base=shipped, rulebook=rulebook, occasion=OCCASION)

    assert "two" in " ".join(result.messages["en"] for result in refusal.value.report.results)


def test_an_agreement_with_two_parties_is_accepted_and_lets_them_collaborate(shipped, rulebook):
    prepared = prepare(trial(TWO_PARTIES + SECOND_PARTY), base=shipped, rulebook=rulebook, occasion=OCCASION)
    concluded = {
        (quad.subject.value.rsplit("/", 1)[-1], quad.object)
        for quad in prepared.changeset.added
        if quad.graph_name == INFERRED and quad.predicate == RDF.predicate
    }

    assert HG.collaboratesWith in {predicate for name, predicate in concluded if name.startswith("trial")}


def test_a_new_source_graph_is_described_in_the_meta_graph(shipped, rulebook):
    prepared = prepare(trial(TWO_PARTIES + SECOND_PARTY), base=shipped, rulebook=rulebook, occasion=OCCASION)
    described = {quad.subject for quad in prepared.changeset.added if quad.graph_name == META}

    assert source_graph("trial") in described


def test_removing_a_source_removes_its_description(shipped, rulebook):
    there = shipped.after(
        prepare(trial(TWO_PARTIES + SECOND_PARTY), base=shipped, rulebook=rulebook, occasion=OCCASION).changeset
    )
    gone = prepare([GraphChange(source_graph("trial"), Mode.REMOVE)], base=there, rulebook=rulebook, occasion=OCCASION)

    assert there.after(gone.changeset).without_log() == shipped.without_log()


def test_loading_the_same_again_changes_nothing(shipped, rulebook):
    prepared = prepare(shipped_changes(), base=shipped, rulebook=rulebook, occasion=OCCASION)

    assert prepared.changeset is None


def test_the_receipt_counts_the_entities_that_came(shipped, rulebook):
    prepared = prepare(trial(TWO_PARTIES + SECOND_PARTY), base=shipped, rulebook=rulebook, occasion=OCCASION)

    assert (prepared.receipt.created, prepared.receipt.deleted) == (2, 0)

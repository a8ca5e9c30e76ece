"""The log of a commit names exactly the entities whose record it changed, and the graphs by which."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ingest_fixtures import OCCASION, State, in_graph, triples
from pyoxigraph import Literal, NamedNode, Quad, Store, Variable

from heritage_graph.graph_view import MemoryView
from heritage_graph.ingest.changes import GraphChange, Mode
from heritage_graph.ingest.journal import ChangedEntity, changed_entities
from heritage_graph.ingest.pipeline import prepare
from heritage_graph.model.records import Surroundings
from heritage_graph.namespaces import CURATION, HG, HGV, ID, LOG, VOCAB, source_graph

FIRST, SECOND = source_graph("first"), source_graph("second")
ACCORD, TALKS = ID.term("agreement/accord"), ID.term("event/talks")
PARTICIPATION, SPAN = ID.term("participation/accord--ministry"), ID.term("evidence/first-1-9")
ACCORD_WITH_A_PARTY = """
id:agreement\\/accord a hg:Accord ; hg:evidence id:evidence\\/first-1-9 .
id:participation\\/accord--ministry hg:inContext id:agreement\\/accord ; hg:participant id:organization\\/ministry .
id:evidence\\/first-1-9 hg:line 1 .
"""

# The definition of a record, in SPARQL; things with a page of their own stand around nothing.
RECORD = """
PREFIX hg: <https://w3id.org/heritage-graph/ns#>
SELECT ?entity ?node WHERE {
  ?entity (hg:evidence|hg:hasTerm|hg:hasContribution|hg:amount|^hg:inContext|^hg:inferredAbout)* ?node
}
"""


def between(before, after):
    """What the log tells of the way from some quads to others."""
    before, after = set(before), set(after)
    found = changed_entities(
        added=after - before, removed=before - after, before=MemoryView(before), after=MemoryView(after)
    )
    return {entity.iri: entity for entity in found}


def records(quads):
    """The record of each entity by the SPARQL path: quads by IRI."""
    store = Store()
    store.extend(Quad(each.subject, each.predicate, each.object) for each in quads)
    surroundings = Surroundings(MemoryView(quads))
    found = {}
    for subject in {quad.subject for quad in quads}:
        if surroundings.is_entity(subject):
            nodes = {row["node"] for row in store.query(RECORD, substitutions={Variable("entity"): subject})}
            found[subject] = frozenset(quad for quad in quads if quad.subject in nodes)
    return found


def logged(turtle, graph, *, lenient, start=()):
    """The quads of the log of a commit that brings some Turtle into a graph."""
    change = GraphChange(graph, Mode.MERGE, triples(turtle))
    prepared = prepare([change], base=State(start, 6), rulebook=lenient, occasion=OCCASION)
    return {quad.triple for quad in prepared.changeset.added if quad.graph_name == LOG}


@pytest.mark.parametrize(
    "changed",
    [
        "id:agreement\\/accord hg:listIsOpen true .",
        "id:participation\\/accord--ministry hg:role hgv:role\\/party .",
        "id:evidence\\/first-1-9 hg:start 1 .",
        "id:contribution\\/accord hg:share 1 . id:agreement\\/accord hg:hasContribution id:contribution\\/accord .",
    ],
)
def test_a_change_of_the_thing_or_of_a_node_around_it_is_a_change_of_it(changed):
    start = in_graph(ACCORD_WITH_A_PARTY, FIRST)

    assert between(start, [*start, *in_graph(changed, SECOND)]) == {ACCORD: ChangedEntity(ACCORD, "update", (SECOND,))}


def test_a_further_graph_that_states_the_same_is_a_change():
    start = in_graph(ACCORD_WITH_A_PARTY, FIRST)
    same = in_graph("id:evidence\\/first-1-9 hg:line 1 .", SECOND)

    assert between(start, [*start, *same])[ACCORD] == ChangedEntity(ACCORD, "update", (SECOND,))


def test_what_is_made_and_given_up_names_all_graphs_that_state_it():
    quads = [*in_graph(ACCORD_WITH_A_PARTY, FIRST), *in_graph("id:agreement\\/accord a hg:Agreement .", CURATION)]

    assert [between([], quads)[ACCORD], between(quads, [])[ACCORD]] == [
        ChangedEntity(ACCORD, "create", (CURATION, FIRST)),
        ChangedEntity(ACCORD, "delete", (CURATION, FIRST)),
    ]


def test_a_node_that_two_things_use_is_a_change_of_both():
    start = in_graph(ACCORD_WITH_A_PARTY + "id:event\\/talks hg:evidence id:evidence\\/first-1-9 .", FIRST)

    assert set(between(start, [*start, *in_graph("id:evidence\\/first-1-9 hg:end 9 .", FIRST)])) == {ACCORD, TALKS}


def test_a_node_that_nothing_leads_to_is_an_entity_of_its_own_until_something_does():
    alone = in_graph("id:participation\\/accord--ministry hg:inContext id:agreement\\/accord .", FIRST)
    joined = [*alone, *in_graph("id:agreement\\/accord a hg:Accord .", SECOND)]

    assert [found.kind for found in between(alone, joined).values()] == ["create", "delete"]


def test_nodes_in_a_ring_that_nothing_leads_to_are_entities():
    ring = in_graph(
        "id:participation\\/accord--ministry hg:evidence id:evidence\\/first-1-9 . "
        "id:evidence\\/first-1-9 hg:evidence id:participation\\/accord--ministry .",
        FIRST,
    )

    assert set(between([], ring)) == {PARTICIPATION, SPAN}


def test_concepts_terms_and_foreign_things_are_logged():
    quads = [
        *in_graph("hgv:role\\/witness hg:note 'x'@en . hg:Accord hg:note 'x'@en .", VOCAB),
        *in_graph("<https://example.org/thing> hg:note 'x'@en .", FIRST),
    ]

    assert set(between([], quads)) == {
        HGV.term("role/witness"),
        HG.Accord,
        NamedNode("https://example.org/thing"),
    }


def test_the_log_says_by_which_graph_each_thing_changed(lenient):
    log = logged(ACCORD_WITH_A_PARTY, FIRST, lenient=lenient)

    assert {triple.object for triple in log if triple.subject.value.endswith("/change/7--agreement--accord")} >= {
        ACCORD,
        FIRST,
        HGV.term("change-kind/create"),
    }


def test_changes_of_things_whose_kinds_and_names_run_together_have_names_of_their_own(lenient):
    log = logged("id:event-series\\/x hg:note 'a'@en . id:event\\/series-x hg:note 'b'@en .", FIRST, lenient=lenient)

    assert len({triple.subject for triple in log if triple.predicate == HG.changed}) == 2


def test_the_change_of_a_foreign_thing_is_named_without_its_address(lenient):
    log = logged("<https://example.org/a?b=c#d> hg:note 'a'@en .", FIRST, lenient=lenient)

    assert all("example" not in triple.subject.value for triple in log)


THINGS = [ID.term(f"agreement/{name}") for name in "ab"] + [NamedNode("https://example.org/thing")]
NODES = [ID.term(f"participation/{name}") for name in "pq"] + [ID.term(f"evidence/{name}") for name in "ef"]
STATEMENTS = st.one_of(
    st.builds(
        Quad,
        st.sampled_from(THINGS + NODES),
        st.sampled_from([HG.evidence, HG.amount]),
        st.sampled_from(NODES),
        st.sampled_from([FIRST, SECOND]),
    ),
    st.builds(
        Quad,
        st.sampled_from(NODES),
        st.sampled_from([HG.inContext, HG.inferredAbout]),
        st.sampled_from(THINGS + NODES),
        st.sampled_from([FIRST, SECOND]),
    ),
    st.builds(
        lambda subject, graph: Quad(subject, HG.note, Literal("a note", language="en"), graph),
        st.sampled_from(THINGS + NODES),
        st.sampled_from([FIRST, SECOND]),
    ),
)
STATES = st.sets(STATEMENTS, max_size=12)


@settings(max_examples=400, deadline=None)
@given(kept=STATES, gone=STATES, come=STATES)
def test_the_log_names_exactly_the_entities_whose_record_is_another_one(kept, gone, come):
    before, after = kept | gone, kept | come
    was, is_ = records(before), records(after)

    assert {iri: entity.kind for iri, entity in between(before, after).items()} == {
        iri: "create" if iri not in was else "delete" if iri not in is_ else "update"
        for iri in {*was, *is_}
        if was.get(iri) != is_.get(iri)
    }


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(quads=STATES)
def test_the_union_of_all_records_is_all_there_is(quads):
    found = records(quads)

    assert {quad for record in found.values() for quad in record} == quads

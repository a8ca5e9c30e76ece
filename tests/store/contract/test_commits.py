"""A commit is whole, of one base, and read back letter by letter, wherever the graph stands."""

from __future__ import annotations

import pytest
from commit_fixtures import REPORT, changeset, stated, thing
from places import opened, quads_of
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from heritage_graph.errors import StaleBase
from heritage_graph.namespaces import LOG, XSD, source_graph

SAYS = NamedNode("https://example.org/says")
LETTERS = source_graph("some-letters")
LITERALS = [
    *(Literal(text, datatype=XSD.gYear) for text in ("2024", "0950")),
    *(Literal(text, datatype=XSD.gYearMonth) for text in ("2024-01",)),
    *(Literal(text, datatype=XSD.date) for text in ("2024-01-01", "-0500-01-01")),
    *(Literal(text, datatype=XSD.dateTime) for text in ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00.123456Z")),
    *(Literal(text, datatype=XSD.duration) for text in ("P3Y", "P10D")),
    *(Literal(number) for number in (0, 1, 255, 511, -1, 12345678901)),
    *(Literal(value=truth) for truth in (True, False)),
    *(Literal("Bare", language=language) for language in ("en", "fr", "ar")),
    Literal("Bare"),
    Literal(""),
    Literal(' tab\t"quote" \\ line\nend '),
]


def in_two_graphs_and_the_view(quads):
    return [Quad(*quad.triple, graph) for quad in quads for graph in (REPORT, LETTERS, DefaultGraph())]


def without_log(place):
    return {quad for quad in quads_of(place) if quad.graph_name != LOG}


def test_a_commit_stands_in_its_graphs_in_the_view_and_in_the_log(place):
    change = changeset(0, stated([1, 2]))
    with opened(place) as store:
        store.commit(change)

    assert quads_of(place) == set(change.added)


def test_a_commit_takes_out_what_it_removes(place):
    with opened(place) as store:
        store.commit(changeset(0, stated([1, 2, 3])))
        store.commit(changeset(1, stated([4]), removed=stated([1, 3])))

    assert without_log(place) == {*stated([2]), *stated([4])}


def test_literals_of_one_property_stay_apart_and_as_they_are(place):
    said = in_two_graphs_and_the_view(Quad(thing(1), SAYS, literal) for literal in LITERALS)
    with opened(place) as store:
        store.commit(changeset(0, said))

    assert without_log(place) == set(said)


def test_texts_in_many_languages_and_graphs_are_taken_out_together(place):
    texts = [Quad(thing(number), SAYS, literal) for number in range(20) for literal in LITERALS]
    said = in_two_graphs_and_the_view(texts)
    with opened(place) as store:
        store.commit(changeset(0, said))
        store.commit(changeset(1, removed=said))

    assert without_log(place) == set()


def test_what_stays_in_one_graph_is_taken_out_of_the_other(place):
    with opened(place) as store:
        store.commit(changeset(0, [*stated([1], graph=REPORT), *stated([1], graph=LETTERS)]))
        store.commit(changeset(1, removed=[quad for quad in stated([1]) if quad.graph_name == REPORT]))

    assert without_log(place) == set(stated([1], graph=LETTERS))


def test_the_last_commit_is_known_again_after_opening(place):
    with opened(place) as store:
        store.commit(changeset(0, stated([1])))
        store.commit(changeset(1, stated([2])))
    del store
    with opened(place) as again:
        known = again.generation, again.key

    assert known == (2, "key-2")


def test_of_two_changes_of_one_base_the_second_is_refused(place):
    with opened(place) as store:
        store.commit(changeset(0, stated([1])))

        with pytest.raises(StaleBase) as refused:
            store.commit(changeset(0, stated([2]), key="another"))

    assert refused.value.details == {"base": 0, "generation": 1}


def test_a_refused_change_leaves_no_trace(place):
    with opened(place) as store:
        store.commit(changeset(0, stated([1])))
        before = quads_of(place)
        with pytest.raises(StaleBase):
            store.commit(changeset(0, stated([2]), key="another"))

    assert quads_of(place) == before

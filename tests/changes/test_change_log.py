"""Pages of the log: complete, in order, by any part, and each a range of an index."""

from __future__ import annotations

from datetime import timedelta

import pytest

from heritage_graph.changes import change_log
from heritage_graph.changes.entries import Choice
from heritage_graph.ingest.changes import Mode
from heritage_graph.namespaces import ID, source_graph

FIRST, SECOND = source_graph("first").value, source_graph("second").value
PLACES = " ".join(f"id:place\\/p{number} a hg:Place ." for number in range(7))
EVENTS = " ".join(f"id:event\\/e{number} a hg:Event ." for number in range(3))


@pytest.fixture(scope="module")
def filled(tmp_path_factory, new_store):
    """A log: places and events by the first graph; notes on two places and one more by the second; one place gone."""
    kept = new_store(tmp_path_factory.mktemp("filled") / "data")
    kept.commit("first", PLACES + EVENTS)
    kept.append()
    kept.commit("second", 'id:place\\/p1 hg:note "x"@en . id:place\\/p5 hg:note "x"@en . id:person\\/one a hg:Person .')
    kept.append()
    kept.commit("first", "id:place\\/p0 a hg:Place .", mode=Mode.REMOVE)
    kept.append()
    return kept


def names(found):
    return [(getattr(each, "change", each)).iri.removeprefix(ID) for each in found]


def pages(ask, size):
    """All items of a list, page by page."""
    found, after = [], 0
    while page := ask(after=after, limit=size):
        found += page
        after = getattr(page[-1], "change", page[-1]).sequence
    return found


CHOICES = [
    Choice(),
    Choice(families=("place",)),
    Choice(families=("person", "place", "place")),
    Choice(families=("ship",)),
    Choice(graph=FIRST),
    Choice(graph=SECOND, families=("place",)),
    Choice(graph="https://example.org/nowhere"),
]


def test_a_record_stands_where_its_last_change_does(filled):
    assert names(filled.log().records(limit=20)) == [
        "event/e0", "event/e1", "event/e2", "place/p2", "place/p3", "place/p4", "place/p6",
        "person/one", "place/p1", "place/p5", "place/p0",
    ]  # fmt: skip


def test_every_change_is_told_once(filled):
    assert [change.sequence for change in filled.log().changes(limit=50)] == list(range(1, 15))


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_pages_of_any_size_are_the_same_list(filled, choice, size):
    log = filled.log()
    records = pages(lambda **page: log.records(**page, choice=choice), size)
    changes = pages(lambda **page: log.changes(**page, choice=choice), size)

    assert (records, changes) == (log.records(limit=100, choice=choice), log.changes(limit=100, choice=choice))


@pytest.mark.parametrize("choice", CHOICES)
def test_the_last_changes_are_the_end_of_the_list_turned_round(filled, choice):
    log = filled.log()

    assert log.last_changes(limit=3, choice=choice) == log.changes(limit=100, choice=choice)[::-1][:3]


@pytest.mark.parametrize("choice", CHOICES)
def test_the_count_is_that_of_the_records(filled, choice):
    log = filled.log()

    assert log.count(choice) == len(log.records(limit=100, choice=choice))


def test_records_are_chosen_by_family_and_by_a_graph_that_states_them(filled):
    log = filled.log()

    assert [
        names(log.records(limit=20, choice=choice))
        for choice in (Choice(families=("person", "event")), Choice(graph=SECOND), Choice(("place",), SECOND))
    ] == [
        ["event/e0", "event/e1", "event/e2", "person/one"],
        ["person/one", "place/p1", "place/p5"],
        ["place/p1", "place/p5"],
    ]


def test_changes_are_chosen_by_the_graph_that_made_them_and_by_what_they_did(filled):
    log = filled.log()

    assert [
        names(log.changes(limit=20, choice=choice, kinds=kinds))
        for choice, kinds in (
            (Choice(graph=SECOND), ()),
            (Choice(), ("delete",)),
            (Choice(families=("place",)), ("update", "delete")),
            (Choice(graph=FIRST), ("delete",)),
        )
    ] == [["person/one", "place/p1", "place/p5"], ["place/p0"], ["place/p1", "place/p5", "place/p0"], ["place/p0"]]


def test_both_ends_of_a_time_are_included(filled):
    moments = sorted({change.at for change in filled.log().changes(limit=50)})
    middle = Choice(since=moments[1], until=moments[1])
    log = filled.log()

    assert (names(log.changes(limit=20, choice=middle)), names(log.records(limit=20, choice=middle))) == (
        ["person/one", "place/p1", "place/p5"],
        ["person/one", "place/p1", "place/p5"],
    )


@pytest.mark.parametrize("away", [timedelta(days=-400), timedelta(days=400)])
def test_a_time_without_changes_has_none(filled, away):
    moment = filled.now + away
    choice = Choice(since=moment, until=moment)

    assert (filled.log().changes(limit=20, choice=choice), filled.log().count(choice)) == ([], 0)


def test_the_history_of_a_thing_is_told_oldest_first(filled):
    history = filled.log().history(f"{ID}place/p0")

    assert [(change.generation, change.kind) for change in history] == [(1, "create"), (3, "delete")]


def test_of_what_was_never_seen_there_is_neither_record_nor_history(filled):
    log = filled.log()

    assert (log.record(f"{ID}place/never"), log.history(f"{ID}place/never")) == (None, [])


def test_contents_are_given_for_the_versions_that_have_some(filled):
    log = filled.log()

    assert sorted(log.contents(range(50))) == list(range(1, 14))


def test_the_log_tells_the_families_and_the_graphs_that_occur(filled):
    log = filled.log()

    assert (log.families(), log.graphs()) == (["event", "person", "place"], [FIRST, SECOND])


def test_the_state_tells_how_far_the_log_goes(filled):
    state = filled.log().state()

    assert (state.generation, state.sequence, state.records, state.last) == (3, 14, 11, filled.now)


def test_a_generation_is_found_by_its_last_change(filled):
    log = filled.log()

    assert [log.sequence_of(generation) for generation in (0, 1, 2, 3, 9)] == [0, 10, 13, 14, 14]


def test_a_change_is_told_from_that_of_another_store_by_the_key_of_its_commit(filled):
    log = filled.log()

    assert [log.key_of(sequence) for sequence in (0, 1, 11, 99)] == [None, "commit-1", "commit-2", None]


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("kinds", [(), ("delete",)])
def test_every_page_is_a_range_of_an_index(filled, choice, kinds):
    tables = change_log.Tables(filled.path)
    with tables.reading() as reading:
        ways = [
            *change_log.ways_to_changes(reading, choice, kinds),
            *change_log.ways_to_records(reading, choice),
        ]
        plans = [
            step[3]
            for way in ways
            for step in reading.execute(
                f"EXPLAIN QUERY PLAN {change_log.PAGE.format(way.source)}", (*way.values, 1, 9, 5)
            )
        ]
    tables.close()

    assert [plan for plan in plans if not plan.startswith(("SEARCH ", "SCALAR SUBQUERY"))] == []

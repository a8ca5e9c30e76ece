"""The shortest chain of collaborations, with what connects each pair."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st
from participations import AGENTS, meetings, named, networks, parts, told

from heritage_graph.analysis.collaborations import collaborations_in
from heritage_graph.analysis.shortest_path import shortest_path


def path(rows, start, goal):
    return told(shortest_path(rows, {"from": start, "to": goal}), "hop", "one", "other", "context")


def length(rows, start, goal):
    return [hop for hop, *_ in path(rows, start, goal)][-1:]


def test_a_path_has_a_row_for_each_hop_and_each_shared_context():
    assert path(meetings("ab", "abd", "bc"), "a", "c") == [
        ("1", "a", "b", "0-ab"),
        ("1", "a", "b", "1-abd"),
        ("2", "b", "c", "2-bc"),
    ]


def test_of_two_shortest_paths_the_first_by_iri_is_told():
    assert path(meetings("ac", "cd", "ab", "bd"), "a", "d") == [("1", "a", "b", "2-ab"), ("2", "b", "d", "3-bd")]


def test_without_a_chain_there_is_no_row():
    assert path(meetings("ab", "cd"), "a", "d") == []


def test_who_is_not_in_the_network_is_reached_by_no_path():
    assert path(meetings("ab"), "a", "z") == []


def test_an_agent_is_at_itself_without_a_hop():
    assert path(meetings("ab"), "a", "a") == [("0", "a", "a", None)]


def test_meeting_a_part_of_ones_own_house_is_no_hop():
    assert path([*meetings("ab", "bc"), *parts(b="a")], "a", "c") == []


def test_two_parts_of_one_house_are_no_partners():
    assert path([*meetings("ab"), *parts(a="h", b="h")], "a", "b") == []


def test_whom_a_house_mate_cannot_reach_another_guest_can():
    rows = [*meetings("abx"), *parts(b="a")]

    assert path(rows, "x", "b") == [("1", "x", "b", "0-abx")]


def test_names_come_along():
    rows = shortest_path([*meetings("ab"), *named(a="Alpha")], {"from": "a", "to": "b"})

    assert told(rows, "oneName", "otherName") == [("Alpha", None)]


@given(networks, st.sampled_from(AGENTS), st.sampled_from(AGENTS))
def test_the_way_back_is_as_long(rows, start, goal):
    assert length(rows, start, goal) == length(rows, goal, start)


@given(networks, st.sampled_from(AGENTS), st.sampled_from(AGENTS))
def test_a_path_is_as_short_as_the_graph_of_partners_allows(rows, start, goal):
    partners = nx.Graph([*collaborations_in([*rows, *parts(b="a")]).pairs(), (start, start), (goal, goal)])
    shortest = nx.single_source_shortest_path_length(partners, start)

    assert length([*rows, *parts(b="a")], start, goal) == [str(shortest[each]) for each in shortest if each == goal]


@given(networks, st.randoms())
def test_the_order_of_the_rows_does_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))

    assert path(shuffled, "a", "d") == path(rows, "a", "d")

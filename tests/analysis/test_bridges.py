"""Agents that hold groups together, checked against taking each of them out."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from participations import meetings, named, networks, parts, told

from heritage_graph.analysis import bridges as module
from heritage_graph.analysis.bridges import bridges, groups_by_cut, pivot_count
from heritage_graph.analysis.collaborations import collaborations_in, partner_graph


def graph_of(rows):
    known = collaborations_in(rows)
    return partner_graph(known, known.pairs())


def test_the_groups_that_fall_apart_are_told_with_the_partners_that_lead_into_them():
    rows = bridges(meetings("abc", "cde", "df"), {})

    assert told(rows, "agent", "groups", "group", "groupSize", "through", "bridge") == [
        ("c", "2", "1", "3", "d", "false"),
        ("c", "2", "1", "3", "e", "false"),
        ("c", "2", "2", "2", "a", "false"),
        ("c", "2", "2", "2", "b", "false"),
        ("d", "2", "1", "4", "c", "false"),
        ("d", "2", "1", "4", "e", "false"),
        ("d", "2", "2", "1", "f", "true"),
    ]


def test_who_lies_on_shortest_paths_without_holding_anything_together_has_one_row():
    rows = bridges(meetings("ab", "bc", "cd", "da"), {})

    assert told(rows, "agent", "groups", "group", "through") == [(agent, "1", None, None) for agent in "abcd"]


def test_a_group_in_which_all_know_each_other_has_no_bridge():
    assert bridges(meetings("abcd"), {}) == []


def test_the_share_of_shortest_paths_is_told_and_that_it_is_exact():
    rows = bridges(meetings("ab", "bc", "bd"), {})

    assert told(rows[:1], "agent", "betweenness", "exact") == [("b", "1.0", "true")]


def test_a_part_of_a_house_is_no_partner_that_leads_anywhere():
    assert bridges([*meetings("ab", "bc"), *parts(b="a")], {}) == []


def test_names_come_along():
    rows = bridges([*meetings("ab", "bc"), *named(b="Beta", a="Alpha")], {})

    assert told(rows, "agentName", "throughName") == [("Beta", "Alpha"), ("Beta", None)]


@pytest.fixture
def _small_budget(monkeypatch):
    monkeypatch.setattr(module, "_STEPS", 40)


@pytest.mark.usefixtures("_small_budget")
def test_beyond_the_steps_allowed_the_share_is_estimated_and_says_so():
    rows = bridges(meetings(*("abcdefgh"[place : place + 2] for place in range(7))), {})

    assert {exact for (exact,) in told(rows, "exact")} == {"false"}


def test_a_network_without_links_has_no_sample():
    assert pivot_count(graph_of([])) == 0


@given(networks)
def test_the_groups_are_those_that_are_left_when_the_agent_is_taken_out(rows):
    graph = graph_of(rows)
    expected = {}
    for node in nx.articulation_points(graph):
        without = graph.subgraph(nx.node_connected_component(graph, node) - {node})
        left = [(len(group), sorted(group & set(graph[node]))) for group in nx.connected_components(without)]
        expected[node] = sorted(left, key=lambda group: (-group[0], group[1]))

    assert groups_by_cut(graph) == expected


@given(networks)
def test_a_bridge_is_a_link_without_which_the_network_has_one_piece_more(rows):
    graph = graph_of(rows)
    agents = [*collaborations_in(rows).contexts]
    links = {
        frozenset({row["agent"]["value"], row["through"]["value"]})
        for row in bridges(rows, {})
        if row.get("bridge", {}).get("value") == "true"
    }
    cuts = set(nx.articulation_points(graph))

    assert links == {frozenset({agents[a], agents[b]}) for a, b in nx.bridges(graph) if {a, b} & cuts}

"""Communities: every partner in one, the same ones every time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from participations import meetings, named, networks, told

from heritage_graph.analysis.collaborations import collaborations_in, partner_graph
from heritage_graph.analysis.communities import communities, communities_of

TWO_GROUPS = meetings("abc", "abcd", "ab", "efg", "ef", "fg", "cg")


def test_two_groups_with_one_link_between_them_are_two_communities():
    assert told(communities(TWO_GROUPS, {}), "community", "size", "agent", "partnersInside", "partnersOutside") == [
        ("1", "4", "a", "3", "0"),
        ("1", "4", "b", "3", "0"),
        ("1", "4", "c", "3", "1"),
        ("1", "4", "d", "3", "0"),
        ("2", "3", "e", "2", "0"),
        ("2", "3", "f", "2", "0"),
        ("2", "3", "g", "2", "1"),
    ]


def test_who_has_no_partner_is_in_no_community():
    assert communities(meetings("a"), {}) == []


def test_names_come_along():
    assert told(communities([*meetings("ab"), *named(a="Alpha")], {}), "agentName") == [("Alpha",), (None,)]


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_communities_do_not_depend_on_the_hashes_of_texts(seed):
    program = "from test_communities import *; print(told(communities(TWO_GROUPS, {}), 'community', 'agent'))"
    again = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        check=True,
        text=True,
    )

    assert again.stdout.strip() == str(told(communities(TWO_GROUPS, {}), "community", "agent"))


@given(networks)
def test_every_agent_with_a_partner_is_in_one_community(rows):
    known = collaborations_in(rows)
    grouped = [row["agent"]["value"] for row in communities(rows, {})]

    assert sorted(grouped) == sorted({agent for pair in known.pairs() for agent in pair})


@given(networks)
def test_every_community_is_connected(rows):
    known = collaborations_in(rows)
    graph = partner_graph(known, known.pairs())

    assert all(nx.is_connected(graph.subgraph(community)) for community in communities_of(graph))

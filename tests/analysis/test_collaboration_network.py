"""The network as links with their contexts, whole or around one agent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from participations import AGENTS, meetings, named, networks, parts, told

from heritage_graph.analysis.collaboration_network import collaboration_network
from heritage_graph.analysis.rows import iri
from heritage_graph.errors import ParameterError

CHAIN = meetings("ab", "bc", "cd", "bd", "ef")


def links(rows, **values):
    return [f"{one}{other}" for one, other in told(collaboration_network(rows, values), "one", "other")]


def test_each_pair_has_a_row_for_each_context():
    rows = collaboration_network([*meetings("ba", "ab"), *named(a="Alpha")], {})

    assert told(rows, "one", "oneName", "other", "context") == [
        ("a", "Alpha", "b", "0-ba"),
        ("a", "Alpha", "b", "1-ab"),
    ]


def test_parts_of_one_house_are_not_linked():
    assert links([*meetings("abc"), *parts(b="a")]) == ["ac", "bc"]


@pytest.mark.parametrize(
    ("depth", "expected"), [("1", ["ab"]), ("2", ["ab", "bc", "bd", "cd"]), ("9", ["ab", "bc", "bd", "cd"])]
)
def test_the_surroundings_of_an_agent_reach_as_far_as_is_asked(depth, expected):
    assert links(CHAIN, agent="a", depth=depth) == expected


def test_an_agent_without_partners_has_no_surroundings():
    assert links(CHAIN, agent="z", depth="2") == []


def test_a_network_that_nobody_could_read_is_refused():
    rows = [{"agent": iri(f"agent-{number}"), "context": iri("congress")} for number in range(1500)]

    with pytest.raises(ParameterError, match="ask for a period, a source, a kind or a role"):
        collaboration_network(rows, {})


@given(networks, st.sampled_from(AGENTS), st.integers(1, 3))
def test_surroundings_are_a_part_of_the_whole_and_grow(rows, agent, depth):
    near, far = (set(links(rows, agent=agent, depth=str(each))) for each in (depth, depth + 1))

    assert near <= far <= set(links(rows))

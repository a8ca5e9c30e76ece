"""The nodes above the pages of the event stream, for logs of any length."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from heritage_graph.changes.entries import LogState
from heritage_graph.web.feeds import PAGE_SIZE
from heritage_graph.web.ldes.tree import FAN, below_root, node_named

LENGTHS = [0, 1, 99, 100, 101, 10_000, 10_001, 1_000_000, 1_000_001, 2_345_678]


def state_of(sequence):
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    return LogState(7, sequence, moment, moment, sequence)


def pages_below(nodes, state):
    """The pages to which *nodes* lead, in order."""
    return [
        page
        for node in nodes
        for page in pages_below(node.below(state), state) or [node.first]
    ]  # fmt: skip


@pytest.mark.parametrize("sequence", LENGTHS)
def test_every_page_is_reached_once(sequence):
    state = state_of(sequence)

    assert pages_below(below_root(state), state) == list(range(1, -(-sequence // PAGE_SIZE) + 1))


@pytest.mark.parametrize("sequence", LENGTHS)
def test_no_node_leads_to_more_than_a_document_should_list(sequence):
    state = state_of(sequence)
    below = below_root(state)

    assert max(len(nodes) for nodes in (below, *(node.below(state) for node in below))) <= FAN


@pytest.mark.parametrize("sequence", LENGTHS)
def test_a_node_is_found_by_its_name(sequence):
    state = state_of(sequence)
    below = below_root(state)

    assert [node_named(node.name, state) for node in below] == below


def test_a_node_keeps_its_place_when_the_log_grows_by_a_level():
    before, after = state_of(1_000_000), state_of(1_000_001)

    assert [node_named(node.name, after) for node in below_root(before)] == below_root(before)


@pytest.mark.parametrize("name", ["2-101", "1-99", "100-1", "101-200-300", "1-100 ", "1-10000", "201-300"])
def test_a_name_that_fits_no_place_in_the_tree_names_nothing(name):
    assert node_named(name, state_of(20_000)) is None


def test_a_node_is_settled_once_something_follows_all_that_it_covers():
    (first, *_) = below_root(state_of(20_000))

    assert [first.is_settled(state_of(sequence)) for sequence in (9_999, 10_000, 10_001)] == [False, False, True]

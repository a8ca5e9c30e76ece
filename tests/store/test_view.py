"""What of a state is looked at together: the triples of one graph about some of its things."""

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from heritage_graph.store.state import StoreState
from heritage_graph.store.view import triples_about

GRAPH = NamedNode("https://example.org/graph")
OTHER_GRAPH = NamedNode("https://example.org/other-graph")
LABEL = NamedNode("https://example.org/label")
THINGS = [NamedNode(f"https://example.org/thing/{number}") for number in range(300)]


@pytest.fixture(scope="module")
def state():
    store = Store()
    for graph in (GRAPH, OTHER_GRAPH):
        store.extend(Quad(thing, LABEL, Literal(graph.value), graph) for thing in THINGS)
    return StoreState(store)


@pytest.mark.parametrize("count", [0, 1, 100, 101, 300])
def test_all_that_a_graph_says_of_few_or_many_things_is_found_and_nothing_else(state, count):
    about = triples_about(state, GRAPH, set(THINGS[:count]))

    assert {(triple.subject, triple.object) for triple in about} == {
        (thing, Literal(GRAPH.value)) for thing in THINGS[:count]
    }

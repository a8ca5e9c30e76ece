"""What another process is told to read of an engine is read whole, or not at all."""

from contextlib import closing

import pytest
from commit_fixtures import changeset, engine_of, stated

from heritage_graph.errors import MovedOn
from heritage_graph.store.remote.commit import RemoteStore
from heritage_graph.store.states import state_told

UNDER_WAY = """
INSERT DATA { GRAPH <https://w3id.org/heritage-graph/graph/log> {
  <https://w3id.org/heritage-graph/graph/journal> <https://w3id.org/heritage-graph/graph/journal#changesTo> 2 } }
"""


@pytest.fixture
def told(oxigraph):
    """What a process is told of an engine with one commit."""
    engine = engine_of(oxigraph)
    with closing(RemoteStore(engine)) as store:
        store.commit(changeset(0, stated([1])))
    return {"engine": engine.as_json(), "generation": 1, "key": "key-1", "confined": False}


def test_a_state_is_opened_where_it_was_told_to_be(told):
    with closing(state_told(told).state) as state:
        named = list(state.rows("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"))

    assert len(named) == 1


def test_a_state_into_which_a_commit_is_under_way_is_not_read(oxigraph, told):
    opened = state_told(told)
    oxigraph.change(UNDER_WAY)

    with closing(opened.state), pytest.raises(MovedOn, match="in the middle of a commit"):
        opened.check()

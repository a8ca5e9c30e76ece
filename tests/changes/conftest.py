"""Stores with a few commits of made-up things, and what appends their changes to a log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ingest_fixtures import LENIENT_SHAPE
from pyoxigraph import RdfFormat, parse

from heritage_graph.changes.append import append
from heritage_graph.changes.change_log import ChangeLog
from heritage_graph.ingest.bases import StoreBase
from heritage_graph.ingest.changes import GraphChange, Mode
from heritage_graph.ingest.pipeline import Occasion, prepare
from heritage_graph.ingest.rulebook import Rulebook
from heritage_graph.namespaces import GRAPH
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.store.state import FolderState
from heritage_graph.validation.shapes import load_shapes

BEGIN = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PREFIXES = """
@prefix hg: <https://w3id.org/heritage-graph/ns#> .
@prefix id: <https://w3id.org/heritage-graph/id/> .
"""


class Kept:
    """A store in a folder and its log. The clock of both stands still until it is set."""

    def __init__(self, data, rulebook, *, key="commit"):
        self.data = data
        self.path = data / "changes.sqlite"
        self.now = BEGIN
        self._rulebook = rulebook
        self._key = key
        self._logs = []

    def commit(self, source, turtle, *, mode=Mode.REPLACE, group="source"):
        """Bring some Turtle into the graph of a source, or of another group; an hour passes."""
        self.now += timedelta(hours=1)
        store = EmbeddedStore(self.data)
        triples = frozenset(quad.triple for quad in parse(PREFIXES + turtle, RdfFormat.TURTLE))
        change = GraphChange(GRAPH.term(f"{group}/{source}"), mode, triples)
        occasion = Occasion(self.now, f"{self._key}-{store.generation + 1}")
        prepared = prepare([change], base=StoreBase(store.store), rulebook=self._rulebook, occasion=occasion)
        return store.commit(prepared.changeset)

    def retire(self, generation):
        EmbeddedStore(self.data).retire(generation)

    def append(self, *, checkpoints=None):
        kept = published_generations(self.data) if checkpoints is None else checkpoints
        states = {number: FolderState(generation_folder(self.data, number)) for number in kept}
        append(self.path, states, clock=self.now.timestamp)

    def log(self):
        self._logs.append(ChangeLog(self.path))
        return self._logs[-1]

    def taken(self):
        """The log once it is up to date."""
        self.append()
        return self.log()

    def close(self):
        for log in self._logs:
            log.close()


@pytest.fixture(scope="session")
def no_rules(tmp_path_factory):
    """A rulebook that refuses nothing."""
    folder = tmp_path_factory.mktemp("shapes")
    (folder / "shape.ttl").write_text(LENIENT_SHAPE, encoding="utf-8")
    shapes = load_shapes(folder)
    return Rulebook(shapes, shapes, shapes)


@pytest.fixture(scope="session")
def new_store(no_rules):
    """What makes an empty store and its log in a folder; *key* begins the keys of its commits."""

    def make(data, *, key="commit"):
        EmbeddedStore(data)
        made.append(Kept(data, no_rules, key=key))
        return made[-1]

    made = []
    yield make
    for each in made:
        each.close()


@pytest.fixture
def kept(tmp_path, new_store):
    """An empty store and its log."""
    return new_store(tmp_path / "data")


@pytest.fixture
def another(tmp_path, new_store):
    """Another one, with commits of its own."""
    return new_store(tmp_path / "another", key="another")

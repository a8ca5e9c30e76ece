"""A data folder as the source or the target of a copy.

    {data}/copy.tmp/store        what has been copied so far
    {data}/copy.tmp/state.json   of what it is a copy, and how far it is

The rename of the first to `{data}/store` decides that the copy is whole.
"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from heritage_graph.errors import EngineTrouble, TargetNotEmpty, UnknownName
from heritage_graph.namespaces import VIEW
from heritage_graph.store.aside import LIVE
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.generations import GENERATIONS, generation_folder, published_generations
from heritage_graph.store.releases import FOLDER as RELEASES
from heritage_graph.store.state import FolderState, State, StoreState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pyoxigraph import Triple

_COPY: Final = "copy.tmp"
_STATE: Final = "state.json"
_MADE_OF_IT: Final = ("changes.sqlite", "changes.sqlite-wal", "changes.sqlite-shm")
_FOLDERS: Final = (LIVE, "store.next", "store.stale", GENERATIONS, RELEASES, "indexes", "dumps")


class FolderSource:
    """The last generation of the data folder *data*.

    Raises:
        UnknownName: there is none.
    """

    def __init__(self, data: Path) -> None:
        self.name = str(data)
        published = published_generations(data)
        if not any(published):
            raise UnknownName(f"{data} holds no store")
        self._state = FolderState(generation_folder(data, published[-1]))

    def state(self) -> State:
        """See `Source.state`."""
        return self._state

    def close(self) -> None:
        """See `Source.close`: it goes with this."""


class FolderTarget:
    """The data folder *data*, which need not exist."""

    def __init__(self, data: Path) -> None:
        self.name = str(data)
        self._data = data
        self._copy = data / _COPY
        self._told: dict[str, int] = {}
        self._stamp = ""
        self._store: Store | None = None

    def state(self) -> State:
        """See `Target.state`."""
        assert self._store is not None
        return StoreState(self._store)

    def begin(self, stamp: str, *, replace: bool) -> dict[NamedNode, int]:
        """See `Target.begin`."""
        there = None
        with suppress(FileNotFoundError, ValueError):
            there = json.loads((self._copy / _STATE).read_text(encoding="utf-8"))
        holds_another = (self._data / LIVE).exists() or (there is not None and there["stamp"] != stamp)
        if holds_another and not replace:
            raise TargetNotEmpty(f"{self._data} holds a store, or a part of another copy; --replace lets it go")
        if holds_another or there is None:
            self._clear()
            there = {"stamp": stamp, "graphs": {}}
        (self._copy / LIVE).mkdir(parents=True, exist_ok=True)
        self._stamp, self._told = stamp, there["graphs"]
        try:
            self._store = Store(str(self._copy / LIVE))
        except OSError as fault:
            raise EngineTrouble(f"{self._copy} cannot be opened: {fault}") from fault
        self._note()
        return {NamedNode(graph): count for graph, count in self._told.items()}

    def add(self, graph: NamedNode, triples: Sequence[Triple], *, done: int) -> None:
        """See `Target.add`."""
        assert self._store is not None
        place = DefaultGraph() if graph == VIEW else graph
        try:
            self._store.extend(Quad(triple.subject, triple.predicate, triple.object, place) for triple in triples)
            self._store.flush()
        except OSError as fault:
            raise EngineTrouble(f"{self._copy} could not be written: {fault}") from fault
        self._told[graph.value] = done
        self._note()

    def forget(self, graph: NamedNode) -> None:
        """See `Target.forget`."""
        assert self._store is not None
        self._store.clear_graph(DefaultGraph() if graph == VIEW else graph)
        self._store.flush()
        self._told.pop(graph.value, None)
        self._note()

    def finish(self) -> None:
        """See `Target.finish`."""
        assert self._store is not None
        self._store.optimize()
        self._store.flush()
        self._store = None  # closes it
        (self._copy / LIVE).rename(self._data / LIVE)
        shutil.rmtree(self._copy)
        EmbeddedStore(self._data)  # publishes its last generation

    def close(self) -> None:
        """See `Target.close`."""
        self._store = None

    def _clear(self) -> None:
        """Remove a store and what was made of it; keys and settings stay."""
        for name in (*_FOLDERS, _COPY):
            shutil.rmtree(self._data / name, ignore_errors=True)
        for name in _MADE_OF_IT:
            (self._data / name).unlink(missing_ok=True)

    def _note(self) -> None:
        unfinished = self._copy / f"{_STATE}.tmp"
        unfinished.write_text(json.dumps({"stamp": self._stamp, "graphs": self._told}), encoding="utf-8")
        unfinished.rename(self._copy / _STATE)

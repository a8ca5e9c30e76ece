"""The embedded store: one RocksDB folder written by one process, and the checkpoints it publishes.

    {data}/store              the live store; only its writer opens it
    {data}/generations/{n}    checkpoints (hard links), opened read-only by readers and gates

A commit is one SPARQL update, which pyoxigraph applies as one transaction, and is acknowledged when the log of the
engine is on the disk: an update alone makes no fsync. See `store.checkpoint` and docs/adr/0051.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, serialize

from heritage_graph.errors import EngineTrouble, StaleBase, StorageFull, StoreLocked
from heritage_graph.store.aside import LIVE, NEXT, exchange, give_back, is_waiting, mend, opening
from heritage_graph.store.checkpoint import link_checkpoint, sync_log
from heritage_graph.store.generations import GENERATIONS, generation_folder, published_generations
from heritage_graph.store.releases import kept_generations, releases_locked
from heritage_graph.store.view import last_commit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pyoxigraph import Quad

    from heritage_graph.store.base import Changeset

_UNFINISHED: Final = ".tmp"
RESERVE_BYTES: Final = 256 << 20
"""Writes stop while there is less room than this: after ENOSPC the engine refuses writes until re-opened."""

LONGEST_LOG: Final = 256 << 10
"""With more bytes in its log the engine flushes: whoever opens a generation reads the log back first."""


class EmbeddedStore:
    """The live store of the folder *data*, open for writing.

    Opening clears what a crash left behind, publishes a commit that was flushed but not yet checkpointed, and lets a
    store that was built aside take the place of this one: see `store.aside`.

    Raises:
        StoreLocked: another process has the store open for writing.
        EngineTrouble: the folder cannot be read or written.
    """

    def __init__(self, data: Path, *, reserve_bytes: int = RESERVE_BYTES) -> None:
        self._data = data
        self._reserve_bytes = reserve_bytes
        (data / GENERATIONS).mkdir(parents=True, exist_ok=True)
        with opening(data):
            mend(data)
            self._store = _open(data / LIVE)
            self._clear_leftovers()
            self.generation, self.key = last_commit(self._store)
            if not generation_folder(data, self.generation).exists():
                self._publish()
            self._take_in()

    @property
    def store(self) -> Store:
        """The live store, for reading within this process."""
        return self._store

    def commit(self, changeset: Changeset) -> int:
        """Apply *changeset* as one durable transaction, publish it, and return its generation.

        Raises:
            StaleBase: it rests on a generation that is not the last one.
            StorageFull: there is too little room; nothing has changed.
            EngineTrouble: the engine failed; the store must be opened anew before the next write.
        """
        if changeset.base != self.generation:
            raise StaleBase(
                f"the change rests on generation {changeset.base}, but the last one is {self.generation}; "
                "read it again and repeat the change",
                base=changeset.base,
                generation=self.generation,
            )
        self._require_room()
        try:
            self._store.update(_update_text(changeset))
            if sync_log(self._data / LIVE) > LONGEST_LOG:
                self._store.flush()
        except OSError as fault:
            raise EngineTrouble(f"the store could not write: {fault}") from fault
        self.generation, self.key = changeset.generation, changeset.key
        self._publish()
        return self.generation

    def take_in(self) -> None:
        """Let a store that was built aside take the place of this one, when there is one and it rests on this one.

        One that does not is put where its maker finds it.

        Raises:
            EngineTrouble: the engine failed; the store must be opened anew before the next write.
        """
        with opening(self._data):
            self._take_in()

    def _take_in(self) -> None:
        if not is_waiting(self._data):
            return
        try:
            generation, _ = last_commit(Store.read_only(str(self._data / NEXT)))
            if generation != self.generation + 1:
                give_back(self._data)
                return
            del self._store  # closes it
            exchange(self._data)
            self._store = _open(self._data / LIVE)
        except OSError as fault:
            raise EngineTrouble(f"what a bulk load has built could not be put in place: {fault}") from fault
        self.generation, self.key = last_commit(self._store)
        self._publish()

    def retire(self, generation: int) -> None:
        """Delete the checkpoint of *generation*, unless it is the last one or a release keeps it.

        The caller makes sure that nobody reads it.

        Raises:
            EngineTrouble: the file of a release cannot be read; nothing is deleted.
        """
        folder = generation_folder(self._data, generation)
        unfinished = folder.with_suffix(_UNFINISHED)
        with releases_locked(self._data):
            if generation == self.generation or generation in kept_generations(self._data) or not folder.exists():
                return
            folder.rename(unfinished)  # from here on nobody can name it
        shutil.rmtree(unfinished, ignore_errors=True)

    def generations(self) -> list[int]:
        """The numbers of the published generations, oldest first."""
        return published_generations(self._data)

    def _publish(self) -> None:
        folder = generation_folder(self._data, self.generation)
        unfinished = folder.with_suffix(_UNFINISHED)
        try:
            if not link_checkpoint(self._data / LIVE, unfinished):
                self._store.backup(unfinished)
            unfinished.rename(folder)
        except OSError as fault:
            raise EngineTrouble(f"generation {self.generation} could not be published: {fault}") from fault

    def _clear_leftovers(self) -> None:
        """Remove what a killed process left: half checkpoints and orphans of a bulk load. The lock is held."""
        for folder in (self._data / GENERATIONS).glob(f"*{_UNFINISHED}*"):
            shutil.rmtree(folder, ignore_errors=True)
        for file in (self._data / LIVE).glob("bulk-*.sst"):
            file.unlink()

    def _require_room(self) -> None:
        free = shutil.disk_usage(self._data).free
        if free < self._reserve_bytes:
            raise StorageFull(
                f"only {free >> 20} MiB are free and {self._reserve_bytes >> 20} MiB are kept in reserve; "
                "make room and try again. Reading goes on.",
                retry_after=60,
            )


def _open(folder: Path) -> Store:
    try:
        return Store(str(folder))
    except OSError as fault:
        if "lock" in str(fault).lower():
            raise StoreLocked(
                f"{folder} is open in another process; stop that service, or send it your documents over HTTP"
            ) from fault
        raise EngineTrouble(f"the store {folder} cannot be opened: {fault}") from fault


def _update_text(changeset: Changeset) -> str:
    """One update request: what goes, then what comes. Its operations are one transaction."""
    operations = [
        operation
        for keyword, quads in (("DELETE DATA", changeset.removed), ("INSERT DATA", changeset.added))
        if (operation := _data_block(keyword, quads))
    ]
    return " ;\n".join(operations)


def _data_block(keyword: str, quads: Iterable[Quad]) -> str:
    by_graph: dict[NamedNode | DefaultGraph, list[Quad]] = {}
    for quad in quads:
        graph = quad.graph_name
        assert isinstance(graph, NamedNode | DefaultGraph)
        by_graph.setdefault(graph, []).append(quad)
    blocks = []
    for graph, members in by_graph.items():
        triples = serialize((quad.triple for quad in members), format=RdfFormat.N_TRIPLES)
        assert triples is not None
        text = triples.decode()
        blocks.append(text if isinstance(graph, DefaultGraph) else f"GRAPH {graph} {{\n{text}}}\n")
    return f"{keyword} {{\n{''.join(blocks)}}}" if blocks else ""

"""Bring files of any length into the store of this machine: build the next generation aside, and swap it in."""

from __future__ import annotations

import resource
import shutil
import time
import uuid
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from pyoxigraph import Store

from heritage_graph.errors import EngineTrouble, StoreLocked
from heritage_graph.ingest.bases import StoreBase
from heritage_graph.ingest.bulk.build import Stage, Statements, build, record
from heritage_graph.ingest.bulk.catching_up import catch_up
from heritage_graph.ingest.bulk.entities import Both
from heritage_graph.ingest.bulk.merging import load
from heritage_graph.ingest.bulk.notes import open_notes
from heritage_graph.ingest.changes import place_of
from heritage_graph.ingest.pipeline import Occasion
from heritage_graph.namespaces import LOG, META
from heritage_graph.rdf_streams import parse_file
from heritage_graph.store.aside import STALE, building, is_waiting, offer, withdraw
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.store.linked_copies import linked_copy
from heritage_graph.store.view import last_commit

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import NamedNode, Triple

    from heritage_graph.ingest.bulk.build import Built, Told
    from heritage_graph.ingest.changes import Mode
    from heritage_graph.ingest.pipeline import Base, Receipt
    from heritage_graph.ingest.rulebook import Rulebook
    from heritage_graph.validation.report import Report

_KEPT: Final = 3
_ATTEMPTS: Final = 5
_POLL_S: Final = 0.05
_PATIENCE_S: Final = 120.0


@dataclass(frozen=True)
class Loaded:
    """What a load did: the receipt and the report as of any commit, and what it took.

    `seconds` are those of each stage, `peak_bytes` the most memory that this process has held at once, `statements` how
    many were read.
    """

    receipt: Receipt
    report: Report
    statements: int
    seconds: dict[str, float]
    peak_bytes: int
    changes: bool


def load_in_bulk(
    data: Path,
    stated: Statements | Callable[[Base], Statements],
    *,
    rulebook: Rulebook,
    message: str,
    told: Told = lambda *_: None,
    dry_run: bool = False,
) -> Loaded:
    """Bring *stated* into the store in *data* as one generation; with *dry_run* only say what it would do.

    A service may have the store open, and goes on writing meanwhile. *stated* may be a function of the state on which
    it rests; what it reads from that state must be read before it returns.

    Raises:
        RefusedInput: a document or the next state is refused; nothing has changed.
        StaleBase: others have written what the load would overwrite; nothing has changed.
        EngineTrouble: the folder cannot be written, or another load is under way.
    """
    clock = _Clock(told)
    occasion = Occasion(datetime.now(UTC), uuid.uuid4().hex, message)
    if not published_generations(data):
        EmbeddedStore(data)  # makes the empty generation
    with building(data) as folder, closing(open_notes(folder / "notes")) as notes:
        before = _copy_of_last(data, folder / "before")
        before.backup(str(folder / "after"))
        states = Both(before, Store(str(folder / "after")))
        wanted = stated(StoreBase(before)) if callable(stated) else stated
        built = build(wanted, states=states, rulebook=rulebook, folder=folder, notes=notes, told=clock.told)
        states.after.flush()
        if dry_run or built.inferred is None:
            receipt = record(built, folder / "log.nt", states=states, occasion=occasion, notes=notes)
        else:
            clock.told(Stage.PUBLISHING, 0)
            receipt = _Load(data, folder, built, states, occasion, rulebook, notes).put_in_place()
        clock.stop()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return Loaded(receipt, built.report, clock.statements, clock.seconds, peak, built.inferred is not None)


def statements_of_files(
    paths: Iterable[Path], *, graph: NamedNode, mode: Mode, told: Callable[[Path, int], None] = lambda *_: None
) -> Statements:
    """What files state for the source graph *graph*: see `ingest.changes.changes_of_document`.

    *told* is called with the file that is read, and how many of its bytes have been.
    """

    def quads() -> Iterator[tuple[NamedNode, Triple]]:
        for path in paths:
            for quad in parse_file(path, base_iri=graph.value, told=partial(told, path)):
                yield place_of(quad, graph=graph), quad.triple

    return Statements(quads(), (graph,), mode)


@dataclass
class _Load:
    """A load that is built and has to take the place of the live store, which others may write meanwhile."""

    data: Path
    folder: Path
    built: Built
    states: Both
    occasion: Occasion
    rulebook: Rulebook
    notes: sqlite3.Connection

    def put_in_place(self) -> Receipt:
        """Have it take the place of the live store, by this process or by the service that has that open.

        A service that finds that others have written since lets nobody write until this has caught up with them.

        Raises:
            StaleBase, InvalidData: as `catch_up`.
            EngineTrouble: the service does not take it, or others write all the time.
        """
        for attempt in range(_ATTEMPTS):
            if published_generations(self.data)[-1] > last_commit(self.states.before)[0]:
                self._catch_up(_copy_of_last(self.data, self.folder / f"now-{attempt}"))
            receipt = self._offer(attempt)
            self._wait()
            if not (self.data / STALE).exists():
                return receipt
        raise EngineTrouble("others wrote whenever the load was to be put in place; nothing was stored. Load it again.")

    def _catch_up(self, now: Store) -> None:
        self.states = catch_up(
            self.states,
            now,
            written=[each.graph for each in self.built.differences if each.graph != META],
            rulebook=self.rulebook,
            occasion=self.occasion,
            notes=self.notes,
        )

    def _offer(self, attempt: int) -> Receipt:
        """Offer a copy, with its log entry; the state itself stays as it is, should it have to catch up."""
        log, copy = self.folder / f"log-{attempt}.nt", self.folder / f"offered-{attempt}"
        receipt = record(self.built, log, states=self.states, occasion=self.occasion, notes=self.notes)
        self.states.after.flush()
        self.states.after.backup(str(copy))
        _add_log(copy, log)
        offer(copy, self.data)
        return receipt

    def _wait(self) -> None:
        """Wait until what was offered has been taken, or put back."""
        try:
            store = EmbeddedStore(self.data)
        except StoreLocked:
            until = time.monotonic() + _PATIENCE_S
            while is_waiting(self.data):
                if time.monotonic() > until:
                    withdraw(self.data)
                    raise EngineTrouble(
                        "the service that has the store open does not take the load; stop it and load again"
                    ) from None
                time.sleep(_POLL_S)
        else:
            for generation in store.generations()[:-_KEPT]:
                store.retire(generation)


def _add_log(copy: Path, log: Path) -> None:
    """Put the log entry into the store in the folder *copy*, which is closed again and on the disk afterwards."""
    store = Store(str(copy))
    load(log, store, LOG)
    store.flush()


def _copy_of_last(data: Path, folder: Path) -> Store:
    """A copy of the last generation, to read; it shares the files, so that the generation may be retired meanwhile."""
    trouble = EngineTrouble("")
    for _ in range(_ATTEMPTS):
        generation = generation_folder(data, published_generations(data)[-1])
        shutil.rmtree(folder, ignore_errors=True)
        try:
            linked_copy(generation, folder)
        except OSError as fault:  # retired between the two
            trouble = EngineTrouble(f"generation {generation.name} cannot be copied: {fault}")
        else:
            Store(str(folder))  # has what is in its log in tables too: a backup of what is read is of these alone
            return Store.read_only(str(folder))
    raise trouble


class _Clock:
    """Tells what is done, and keeps how long each stage took."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._stage: Stage | None = None
        self._began = 0.0
        self.seconds: dict[str, float] = {}
        self.statements = 0

    def told(self, stage: Stage, done: int) -> None:
        """Take note that *done* parts of the work of *stage* are done."""
        if stage is not self._stage:
            self.stop()
            self._stage, self._began = stage, time.monotonic()
        if stage is Stage.READING:
            self.statements = done
        self._told(stage, done)

    def stop(self) -> None:
        """End the stage that runs."""
        if self._stage is not None:
            self.seconds[self._stage.value] = round(time.monotonic() - self._began, 3)
            self._stage = None

"""Bring files of any length into the store of this machine: build the next generation aside, and swap it in."""

from __future__ import annotations

import resource
import time
import uuid
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from pyoxigraph import Store

from heritage_graph.errors import EngineTrouble, StaleBase, StoreLocked
from heritage_graph.ingest.bases import StoreBase
from heritage_graph.ingest.bulk.build import Stage, Statements, build, record
from heritage_graph.ingest.bulk.entities import Both
from heritage_graph.ingest.bulk.notes import open_notes
from heritage_graph.ingest.changes import place_of
from heritage_graph.ingest.pipeline import Occasion, Receipt
from heritage_graph.namespaces import source_graph
from heritage_graph.rdf_streams import parse_file
from heritage_graph.store.aside import STALE, building, is_waiting, offer
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.generations import generation_folder, published_generations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from pyoxigraph import NamedNode, Triple

    from heritage_graph.ingest.bulk.build import Told
    from heritage_graph.ingest.changes import Mode
    from heritage_graph.ingest.pipeline import Base
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
    with building(data) as folder:
        receipt, report = _build(data, folder, stated, rulebook=rulebook, occasion=occasion, clock=clock)
        changes = bool(receipt.graphs)
        if changes and not dry_run:
            clock.told(Stage.PUBLISHING, 0)
            _hand_over(folder, data)
        clock.stop()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return Loaded(receipt, report, clock.statements, clock.seconds, peak, changes)


def statements_of_files(
    paths: Iterable[Path], *, slug: str, mode: Mode, told: Callable[[Path, int], None] = lambda *_: None
) -> Statements:
    """What files state for the source *slug*: see `ingest.changes.changes_of_document`.

    *told* is called with the file that is read, and how many of its bytes have been.
    """
    graph = source_graph(slug)

    def quads() -> Iterator[tuple[NamedNode, Triple]]:
        for path in paths:
            for quad in parse_file(path, base_iri=graph.value, told=partial(told, path)):
                yield place_of(quad, graph=graph), quad.triple

    return Statements(quads(), (graph,), mode)


def _build(
    data: Path,
    folder: Path,
    stated: Statements | Callable[[Base], Statements],
    *,
    rulebook: Rulebook,
    occasion: Occasion,
    clock: _Clock,
) -> tuple[Receipt, Report]:
    """Build the next generation in *folder*/store, which is closed afterwards."""
    states = _copies(data, folder)
    wanted = stated(StoreBase(states.before)) if callable(stated) else stated
    with closing(open_notes(folder / "notes")) as notes:
        built = build(wanted, states=states, rulebook=rulebook, folder=folder, notes=notes, told=clock.told)
        receipt = record(built, states=states, occasion=occasion, folder=folder, notes=notes, told=clock.told)
    states.after.flush()
    return receipt, built.report


def _copies(data: Path, folder: Path) -> Both:
    """Two copies of the last generation, to read and to write; they share its files, so it may be retired meanwhile."""
    last = EngineTrouble("")
    for _ in range(_ATTEMPTS):
        generation = generation_folder(data, published_generations(data)[-1])
        try:
            Store.read_only(str(generation)).backup(str(folder / "before"))
        except OSError as fault:  # retired between the two
            last = EngineTrouble(f"generation {generation.name} cannot be copied: {fault}")
            continue
        before = Store.read_only(str(folder / "before"))
        before.backup(str(folder / "store"))
        return Both(before, Store(str(folder / "store")))
    raise last


def _hand_over(folder: Path, data: Path) -> None:
    """Have the built store take the place of the live one, by this process or by the service that has that open.

    Raises:
        StaleBase: the live store has moved on.
        EngineTrouble: the service does not take it.
    """
    offer(folder / "store", data)
    try:
        store = EmbeddedStore(data)
    except StoreLocked:
        _wait(data)
    else:
        for generation in store.generations()[:-_KEPT]:
            store.retire(generation)
    if (data / STALE).exists():
        raise StaleBase(
            "others have written while the load was built; nothing was stored. Load it again.",
        )


def _wait(data: Path) -> None:
    until = time.monotonic() + _PATIENCE_S
    while is_waiting(data):
        if time.monotonic() > until:
            raise EngineTrouble("the service that has the store open does not take the load; stop it and load again")
        time.sleep(_POLL_S)


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

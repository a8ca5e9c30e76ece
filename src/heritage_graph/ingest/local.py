"""Bring documents into a data folder or an engine, within this process: what the command line does."""

from __future__ import annotations

import uuid
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import StaleBase
from heritage_graph.ingest.bases import MemoryBase, StateBase, StoreBase
from heritage_graph.ingest.pipeline import Occasion, Prepared, empty_base, prepare
from heritage_graph.ingest.shipped import shipped_changes, shipped_quads
from heritage_graph.model.link_decisions import links_in
from heritage_graph.namespaces import CURATION
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.store.remote.commit import RemoteStore
from heritage_graph.store.remote.engine import Engine
from heritage_graph.store.remote.state import EngineState
from heritage_graph.store.state import FolderState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from heritage_graph.ingest.changes import GraphChange
    from heritage_graph.ingest.pipeline import Base
    from heritage_graph.ingest.rulebook import Rulebook
    from heritage_graph.store.base import Changeset

    Place = Path | Engine
    """Where a graph is: a data folder, or an engine."""

_KEPT: Final = 3
_TRIES: Final = 8
"""So often changes are prepared anew when others commit to an engine meanwhile."""


def initialise(place: Place, *, rulebook: Rulebook) -> Prepared:
    """Make a store in *place* and bring in ontology, vocabularies and the shipped dataset, as one commit.

    On a store that has them it brings them up to date; what others loaded stays, and so do link proposals and what was
    decided on them.

    Raises:
        RefusedInput: the shipped dataset does not pass the gate.
        EngineTrouble: the folder cannot be written, or another process has it open.
    """
    return bring_in(place, shipped_with_links, rulebook=rulebook, message="the shipped dataset")


def shipped_with_links(base: Base) -> list[GraphChange]:
    """Everything that `initialise` brings in, with the links of *base*."""
    links = links_in(base.graph(CURATION))
    return [
        replace(change, triples=change.triples | links) if change.graph == CURATION else change
        for change in shipped_changes()
    ]


def bring_in(
    place: Place,
    changes: Iterable[GraphChange] | Callable[[Base], Iterable[GraphChange]],
    *,
    rulebook: Rulebook,
    message: str,
    dry_run: bool = False,
) -> Prepared:
    """Bring *changes* into the store in *place* as one commit; with *dry_run* only say what it would do.

    *changes* may be a function of the state on which they rest; it is called anew when others come first.

    Raises:
        RefusedInput: the next state would break a rule, or others came first again and again; nothing has changed.
        EngineTrouble, LimitReached: the folder cannot be written, or another process has it open; the engine failed.
    """
    wanted = changes if callable(changes) else list(changes)
    with _opened(place) as opened:
        for attempt in range(_TRIES):
            base = opened.base()
            occasion = Occasion(datetime.now(UTC), uuid.uuid4().hex, message)
            stated = wanted(base) if callable(wanted) else wanted
            prepared = prepare(stated, base=base, rulebook=rulebook, occasion=occasion)
            if prepared.changeset is None or dry_run:
                break
            try:
                opened.commit(prepared.changeset)
            except StaleBase:
                if attempt == _TRIES - 1:
                    raise
            else:
                break
    return prepared


def judge(place: Place, changes: Iterable[GraphChange], *, rulebook: Rulebook) -> Prepared:
    """What *changes* would do to the last generation in *place*, or to the shipped dataset where there is none.

    Raises:
        RefusedInput: the next state would break a rule.
        EngineTrouble, LimitReached: the engine failed.
    """
    with _read(place) as stored:
        base: Base = stored if stored.generation else MemoryBase(shipped_quads())
        return prepare(changes, base=base, rulebook=rulebook, occasion=Occasion(datetime.now(UTC), ""))


@dataclass(frozen=True)
class _Opened:
    """A store that is open for writing: its state now, and what commits to it."""

    base: Callable[[], Base]
    commit: Callable[[Changeset], None]


def _opened(place: Place) -> AbstractContextManager[_Opened]:
    return _opened_engine(place) if isinstance(place, Engine) else _opened_folder(place)


@contextmanager
def _opened_folder(data: Path) -> Iterator[_Opened]:
    store = EmbeddedStore(data)

    def commit(changeset: Changeset) -> None:
        store.commit(changeset)
        for generation in store.generations()[:-_KEPT]:
            store.retire(generation)

    yield _Opened(lambda: StoreBase(store.store), commit)


@contextmanager
def _opened_engine(engine: Engine) -> Iterator[_Opened]:
    with closing(RemoteStore(engine)) as store, closing(EngineState(engine)) as state:

        def commit(changeset: Changeset) -> None:
            store.commit(changeset)

        yield _Opened(lambda: StateBase(state), commit)


@contextmanager
def _read(place: Place) -> Iterator[Base]:
    if isinstance(place, Engine):
        with closing(EngineState(place)) as state:
            yield StateBase(state)
    elif published := published_generations(place):
        yield StateBase(FolderState(generation_folder(place, published[-1])))
    else:
        yield empty_base()

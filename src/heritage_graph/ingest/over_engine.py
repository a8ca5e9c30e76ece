"""Bring documents into an engine, within this process: what the command line does."""

from __future__ import annotations

import uuid
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from heritage_graph.errors import StaleBase
from heritage_graph.ingest.bases import StateBase
from heritage_graph.ingest.local import shipped_with_links
from heritage_graph.ingest.pipeline import Occasion, prepare
from heritage_graph.store.remote.commit import RemoteStore
from heritage_graph.store.remote.state import EngineState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from heritage_graph.ingest.changes import GraphChange
    from heritage_graph.ingest.pipeline import Base, Prepared
    from heritage_graph.ingest.rulebook import Rulebook
    from heritage_graph.store.remote.engine import Engine


def last_generation_on(engine: Engine) -> int:
    """The number of the last generation on *engine*, 0 when it is empty; what a crash has left is settled first.

    Raises:
        EngineTrouble, LimitReached: the engine failed.
    """
    with closing(RemoteStore(engine)) as store:
        return store.generation


def initialise_engine(engine: Engine, *, rulebook: Rulebook) -> Prepared | None:
    """Bring ontology, vocabularies and the shipped dataset into *engine*, as one commit.

    On an engine that has them it brings them up to date. None when somebody else has committed meanwhile, such as
    another node that starts too; nothing was stored then.

    Raises:
        RefusedInput: the shipped dataset does not pass the gate.
        EngineTrouble, LimitReached: the engine failed.
    """
    try:
        return bring_into(engine, shipped_with_links, rulebook=rulebook, message="the shipped dataset")
    except StaleBase:
        return None


def bring_into(
    engine: Engine, changes: Callable[[Base], Iterable[GraphChange]], *, rulebook: Rulebook, message: str
) -> Prepared:
    """Bring the changes that *changes* makes of the state of *engine* into it, as one commit.

    Raises:
        RefusedInput: the next state would break a rule, or somebody else has committed meanwhile (`StaleBase`); nothing
            has changed.
        EngineTrouble, LimitReached: the engine failed.
    """
    with closing(RemoteStore(engine)) as store, closing(EngineState(engine)) as state:
        base = StateBase(state)
        occasion = Occasion(datetime.now(UTC), uuid.uuid4().hex, message)
        prepared = prepare(changes(base), base=base, rulebook=rulebook, occasion=occasion)
        if prepared.changeset is not None:
            store.commit(prepared.changeset)
        return prepared

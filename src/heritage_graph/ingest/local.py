"""Bring documents into a store of this machine, within this process: what the command line does."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pyoxigraph import Store

from heritage_graph.ingest.bases import MemoryBase, StoreBase
from heritage_graph.ingest.pipeline import Occasion, Prepared, prepare
from heritage_graph.ingest.shipped import shipped_changes, shipped_quads
from heritage_graph.model.link_decisions import links_in
from heritage_graph.namespaces import CURATION
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.generations import generation_folder, published_generations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from heritage_graph.ingest.changes import GraphChange
    from heritage_graph.ingest.pipeline import Base
    from heritage_graph.ingest.rulebook import Rulebook

_KEPT: Final = 3


def is_initialised(data: Path) -> bool:
    """Tell whether *data* holds a store with at least one commit."""
    return any(published_generations(data))


def initialise(data: Path, *, rulebook: Rulebook) -> Prepared:
    """Make a store in *data* and bring in ontology, vocabularies and the shipped dataset, as one commit.

    On a store that has them it brings them up to date; what others loaded stays, and so do link proposals and what was
    decided on them.

    Raises:
        RefusedInput: the shipped dataset does not pass the gate.
        EngineTrouble: the folder cannot be written, or another process has it open.
    """
    return bring_in(data, shipped_with_links, rulebook=rulebook, message="the shipped dataset")


def shipped_with_links(base: Base) -> list[GraphChange]:
    """Everything that `initialise` brings in, with the links of *base*."""
    links = links_in(base.graph(CURATION))
    return [
        replace(change, triples=change.triples | links) if change.graph == CURATION else change
        for change in shipped_changes()
    ]


def bring_in(
    data: Path,
    changes: Iterable[GraphChange] | Callable[[Base], Iterable[GraphChange]],
    *,
    rulebook: Rulebook,
    message: str,
    dry_run: bool = False,
) -> Prepared:
    """Bring *changes* into the store in *data* as one commit; with *dry_run* only say what it would do.

    *changes* may be a function of the state on which they rest.

    Raises:
        RefusedInput: the next state would break a rule; nothing has changed.
        EngineTrouble: the folder cannot be written, or another process has it open.
    """
    store = EmbeddedStore(data)
    occasion = Occasion(datetime.now(UTC), uuid.uuid4().hex, message)
    base = StoreBase(store.store)
    wanted = changes(base) if callable(changes) else changes
    prepared = prepare(wanted, base=base, rulebook=rulebook, occasion=occasion)
    if prepared.changeset is not None and not dry_run:
        store.commit(prepared.changeset)
        for generation in store.generations()[:-_KEPT]:
            store.retire(generation)
    return prepared


def judge(data: Path, changes: Iterable[GraphChange], *, rulebook: Rulebook) -> Prepared:
    """What *changes* would do to the last generation in *data*, or to the shipped dataset where there is no store.

    Raises:
        RefusedInput: the next state would break a rule.
    """
    published = published_generations(data)
    base: Base = (
        StoreBase(Store.read_only(str(generation_folder(data, published[-1]))))
        if published
        else MemoryBase(shipped_quads())
    )
    return prepare(changes, base=base, rulebook=rulebook, occasion=Occasion(datetime.now(UTC), ""))

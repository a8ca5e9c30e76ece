"""Bring documents into an engine, within this process: what the command line does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heritage_graph.errors import StaleBase
from heritage_graph.ingest.local import initialise

if TYPE_CHECKING:
    from heritage_graph.ingest.pipeline import Prepared
    from heritage_graph.ingest.rulebook import Rulebook
    from heritage_graph.store.remote.engine import Engine


def initialise_engine(engine: Engine, *, rulebook: Rulebook) -> Prepared | None:
    """Bring ontology, vocabularies and the shipped dataset into *engine*, as one commit.

    On an engine that has them it brings them up to date. None when somebody else has committed meanwhile, such as
    another node that starts too; nothing was stored then.

    Raises:
        RefusedInput: the shipped dataset does not pass the gate.
        EngineTrouble, LimitReached: the engine failed.
    """
    try:
        return initialise(engine, rulebook=rulebook)
    except StaleBase:
        return None

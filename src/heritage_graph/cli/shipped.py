"""Bring the shipped dataset into the place that the settings name: what `init` does, and the first `serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heritage_graph.assets import asset_folder
from heritage_graph.cli.output import stage
from heritage_graph.ingest.local import initialise
from heritage_graph.ingest.over_engine import initialise_engine
from heritage_graph.ingest.rulebook import load_rulebook

if TYPE_CHECKING:
    from heritage_graph.ingest.pipeline import Prepared
    from heritage_graph.settings import Settings


def bring_in_shipped(settings: Settings) -> Prepared | None:
    """Bring ontology, vocabularies and the shipped dataset in, as one commit; None when another node came first.

    Raises:
        RefusedInput: the shipped dataset does not pass the gate.
        EngineTrouble, LimitReached: the folder cannot be written, or the engine failed.
    """
    engine = settings.remote_engine()
    with stage("reading shapes"):
        rulebook = load_rulebook(asset_folder("shapes"))
    with stage(f"bringing the shipped dataset through the gate into {settings.engine or settings.data}"):
        if engine is None:
            return initialise(settings.data, rulebook=rulebook)
        return initialise_engine(engine, rulebook=rulebook)

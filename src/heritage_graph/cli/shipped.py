"""Bring the shipped dataset into the place that the settings name: what `init` does, and the first `serve`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heritage_graph.assets import asset_folder
from heritage_graph.cli.options import place_of
from heritage_graph.cli.output import rows_counted, stage
from heritage_graph.importers.records.bringing import bring_in_records
from heritage_graph.importers.records.identities import read_identities
from heritage_graph.importers.records.reading import Seen
from heritage_graph.importers.records.withheld import read_withheld
from heritage_graph.ingest.local import bring_in, initialise
from heritage_graph.ingest.over_engine import initialise_engine
from heritage_graph.ingest.rulebook import load_rulebook
from heritage_graph.ingest.shipped import registered_changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.ingest.pipeline import Prepared
    from heritage_graph.ingest.rulebook import Rulebook
    from heritage_graph.settings import Settings


def bring_in_shipped(settings: Settings) -> Iterator[Prepared]:
    """Bring ontology, vocabularies and the shipped dataset in, by a commit each: documents, who is meant, records.

    Nothing more comes in after the first when another node has committed meanwhile.

    Raises:
        RefusedInput: the shipped dataset does not pass the gate.
        EngineTrouble, LimitReached: the folder cannot be written, or the engine failed.
    """
    engine = settings.remote_engine()
    with stage("reading shapes"):
        rulebook = load_rulebook(asset_folder("shapes"))
    with stage(f"bringing the shipped dataset through the gate into {settings.engine or settings.data}"):
        first = (
            initialise(settings.data, rulebook=rulebook)
            if engine is None
            else initialise_engine(engine, rulebook=rulebook)
        )
    if first is not None:
        yield first
        if settings.records:
            yield from _records(settings, rulebook)


def _records(settings: Settings, rulebook: Rulebook) -> Iterator[Prepared]:
    place, sources = place_of(settings), asset_folder("sources")
    with stage("bringing in who and what the shipped records speak of"):
        yield bring_in(place, registered_changes(), rulebook=rulebook, message="the register of the shipped records")
    with rows_counted("bringing the shipped records through the gate") as progress:
        yield bring_in_records(
            place,
            [sources / "records"],
            withheld=read_withheld(sources),
            identities=read_identities(sources / "records"),
            seen=Seen(),
            rulebook=rulebook,
            progress=progress,
        ).prepared

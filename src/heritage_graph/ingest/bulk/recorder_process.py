"""The recording process: it notes the entities that a bulk load changes, while the load is checked.

Started by `recording`. It reads copies of both states, and leaves a file of notes.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Store

from heritage_graph.ingest.bulk.entities import Both, note_changes
from heritage_graph.ingest.bulk.merging import Difference
from heritage_graph.ingest.bulk.notes import open_notes
from heritage_graph.store.errand_end import run_errand

if TYPE_CHECKING:
    from heritage_graph.store.frames import Json


def run(settings: Json) -> None:
    """Note what the differences that *settings* name change.

    Raises:
        OSError, ValueError, RuntimeError, sqlite3.Error: the disk or a store failed.
    """
    states = Both(Store.read_only(settings["before"]), Store.read_only(settings["after"]))
    differences = [
        Difference(NamedNode(graph), added, removed, Path(added_in), Path(removed_in))
        for graph, added, removed, added_in, removed_in in settings["differences"]
    ]
    with closing(open_notes(Path(settings["notes"]))) as notes:
        note_changes(differences, states=states, notes=notes, told=lambda _: None)
        notes.execute("COMMIT")


if __name__ == "__main__":
    run_errand(run)

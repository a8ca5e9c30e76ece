"""The appending process: one run of the change log over the checkpoints that are kept, and no way out to the network.

Started by `changes.changes`. What it appends is one transaction, so that one that was killed leaves the file as it was.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from heritage_graph.changes.append import append
from heritage_graph.store.errand import run_errand

if TYPE_CHECKING:
    from heritage_graph.store.frames import Json


def run(settings: Json) -> None:
    """Append to the log that *settings* name what its checkpoints tell.

    Raises:
        OSError, ValueError, RuntimeError, sqlite3.Error: the disk or the store failed.
    """
    checkpoints = {int(generation): Path(folder) for generation, folder in settings["checkpoints"].items()}
    append(Path(settings["path"]), checkpoints)


if __name__ == "__main__":
    run_errand(run)

"""The appending process: one run of the change log over the generations that are kept, and no way out to the network.

Started by `changes.changes`. What it appends is one transaction, so that one that was killed leaves the file as it was.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from heritage_graph.changes.append import append, append_last
from heritage_graph.store.errand_end import run_errand
from heritage_graph.store.states import state_told

if TYPE_CHECKING:
    from heritage_graph.store.frames import Json


def run(settings: Json) -> None:
    """Append to the log that *settings* name what its states tell.

    Raises:
        OSError, ValueError, RuntimeError, sqlite3.Error: the disk or the store failed.
    """
    path = Path(settings["path"])
    states = {int(generation): state_told(told) for generation, told in settings["states"].items()}
    if settings["keeps_past"]:
        append(path, {generation: opened.state for generation, opened in states.items()})
    else:
        ((generation, opened),) = states.items()
        append_last(path, generation, opened.state, check=opened.check)


if __name__ == "__main__":
    run_errand(run)

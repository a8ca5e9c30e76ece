"""The index building process: one index of one generation, and no way out to the network.

Started by `index.indexes` for one generation. It writes `{n}.sqlite.tmp` and gives it its name when it is whole, so
that one that was killed leaves nothing which anybody would read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from heritage_graph.index.build import build
from heritage_graph.store.durable import sync
from heritage_graph.store.errand_end import run_errand
from heritage_graph.store.states import state_told

if TYPE_CHECKING:
    from heritage_graph.store.frames import Json

UNFINISHED = ".tmp"
"""The ending of a file that is not whole."""


def run(settings: Json) -> None:
    """Build the index that *settings* name, from the state that they tell.

    Raises:
        OSError, ValueError, RuntimeError, sqlite3.Error: the disk or the store failed.
    """
    path = Path(settings["path"])
    unfinished = path.with_name(path.name + UNFINISHED)
    unfinished.unlink(missing_ok=True)
    opened = state_told(settings["state"])
    build(opened.state, unfinished, stamp=settings["stamp"])
    opened.check()
    unfinished.rename(path)
    sync(path.parent)


if __name__ == "__main__":
    run_errand(run)

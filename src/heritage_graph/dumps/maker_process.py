"""The dump making process: the dump of one checkpoint, at the lowest priority and with no way out to the network.

Started by `dumps.dumps` for one generation. It writes the folder `{n}.tmp` and gives it its name when it is whole, so
that one that was killed leaves nothing which anybody would read.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from heritage_graph.dumps.make import make
from heritage_graph.store.durable import sync
from heritage_graph.store.errand_end import run_errand
from heritage_graph.store.generations import stamp_of
from heritage_graph.store.priority import LAST, give_way

if TYPE_CHECKING:
    from heritage_graph.store.frames import Json

UNFINISHED: Final = ".tmp"
"""The ending of a folder that is not whole."""

STAMP: Final = ".stamp"
"""The file in the folder of a dump that tells of which checkpoint it is."""


def run(settings: Json) -> None:
    """Make the dump that *settings* name, of the checkpoint that they name, at the lowest priority.

    Raises:
        HeritageGraphError, OSError, ValueError, RuntimeError: see `make`.
    """
    give_way(LAST)
    checkpoint, folder = Path(settings["checkpoint"]), Path(settings["folder"])
    unfinished = folder.with_name(folder.name + UNFINISHED)
    shutil.rmtree(unfinished, ignore_errors=True)
    stamp = stamp_of(checkpoint)
    make(checkpoint, unfinished, generation=settings["generation"], reserve_bytes=settings["reserve_bytes"])
    (unfinished / STAMP).write_text(stamp, encoding="ascii")
    shutil.rmtree(folder, ignore_errors=True)  # that of another store, whose generations had the same numbers
    unfinished.rename(folder)
    sync(folder.parent)


if __name__ == "__main__":
    run_errand(run)

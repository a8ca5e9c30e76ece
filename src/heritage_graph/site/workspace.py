"""A store of one's own over the same generations: the application runs over it while the store itself is in service."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from heritage_graph.changes.changes import CHANGES
from heritage_graph.dumps.dumps import DUMPS
from heritage_graph.dumps.maker_process import UNFINISHED, run
from heritage_graph.errors import UnknownName
from heritage_graph.store.aside import LIVE
from heritage_graph.store.generations import GENERATIONS, generation_folder, published_generations
from heritage_graph.store.linked_copies import linked_copy
from heritage_graph.store.releases import FOLDER as RELEASES
from heritage_graph.store.releases import releases_locked

if TYPE_CHECKING:
    from pathlib import Path


def copy_store(data: Path, folder: Path) -> Path:
    """Make *folder* a store like *data*, and return the checkpoint of its last generation.

    Files that never change are linked where the file system allows it, so that this takes little room and time. The
    live store is the last generation: what has been committed since is not there.

    Raises:
        UnknownName: *data* holds no store.
    """
    with releases_locked(data):  # nothing is retired meanwhile
        published = published_generations(data)
        if not any(published):
            raise UnknownName(f"{data} holds no store; make one with: heritage-graph init --data {data}")
        for generation in published:
            linked_copy(generation_folder(data, generation), folder / GENERATIONS / str(generation))
        last = generation_folder(folder, published[-1])
        linked_copy(last, folder / LIVE)
        linked_copy(data / RELEASES, folder / RELEASES)
    if (data / CHANGES).exists():
        _copy_tables(data / CHANGES, folder / CHANGES)
    return last


def copy_dumps(data: Path, folder: Path, *, reserve_bytes: int) -> None:
    """Bring the dumps of the store *data* into *folder*, a copy of it, and make that of the last generation.

    Raises:
        StorageFull: it does not fit.
    """
    if (data / DUMPS).exists():
        linked_copy(data / DUMPS, folder / DUMPS, leave=f"*{UNFINISHED}")
    last = published_generations(folder)[-1]
    dump = folder / DUMPS / str(last)
    if not dump.exists():
        dump.parent.mkdir(exist_ok=True)
        checkpoint = generation_folder(folder, last)
        run({"checkpoint": checkpoint, "folder": dump, "generation": last, "reserve_bytes": reserve_bytes})


def _copy_tables(source: Path, target: Path) -> None:
    """Copy a file of SQLite as it is between two transactions."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as there,
        closing(sqlite3.connect(target)) as here,
    ):
        there.backup(here)

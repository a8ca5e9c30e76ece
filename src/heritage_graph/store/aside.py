"""A store that is built beside the live one, and the renames by which it takes its place.

    {data}/bulk.lock       locked by the process that builds, as long as it lives
    {data}/bulk.tmp        what it builds; of no worth without it
    {data}/store.next      a store that is whole and waits to take the place of the live one
    {data}/store.stale     one that cannot, because the live store has moved on; its maker may bring it up to date
    {data}/store.old       a live store whose place was taken

The rename to `store.next` decides: whoever opens the live store next, finds it and lets it take its place, whatever
has happened in between.
"""

from __future__ import annotations

import fcntl
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import StoreLocked
from heritage_graph.store.durable import sync

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIVE: Final = "store"
"""The folder of the live store, in the data folder."""
NEXT: Final = "store.next"
STALE: Final = "store.stale"
_OLD: Final = "store.old"
_BUILDING: Final = "bulk.tmp"
_BUILD_LOCK: Final = "bulk.lock"
_OPEN_LOCK: Final = "store.lock"


@contextmanager
def building(data: Path) -> Iterator[Path]:
    """An empty folder in *data* to build in; it is gone afterwards. One process builds at a time.

    Raises:
        StoreLocked: another process builds.
    """
    with (data / _BUILD_LOCK).open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise StoreLocked(f"another bulk load is under way in {data}; wait until it is done") from fault
        folder = data / _BUILDING
        _remove(folder, data / STALE)
        folder.mkdir()
        try:
            yield folder
        finally:
            _remove(folder, data / STALE)


def is_building(data: Path) -> bool:
    """Tell whether a process builds a store aside."""
    try:
        with (data / _BUILD_LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def is_waiting(data: Path) -> bool:
    """Tell whether a store waits to take the place of the live one."""
    return (data / NEXT).exists()


def is_catching_up(data: Path) -> bool:
    """Tell whether the maker of a store that could not take the place of the live one brings it up to date."""
    return (data / STALE).exists() and is_building(data)


def offer(built: Path, data: Path) -> None:
    """Have the store in the folder *built*, which is closed, wait to take the place of the live one."""
    built.rename(data / NEXT)
    sync(data)
    _remove(data / STALE)


def withdraw(data: Path) -> None:
    """Have no store wait any more; one that was taken in the same moment has been taken."""
    with opening(data):
        _remove(data / NEXT)


@contextmanager
def opening(data: Path) -> Iterator[None]:
    """While this lasts, no other process opens the live store or moves it."""
    with (data / _OPEN_LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def exchange(data: Path) -> None:
    """Let the store that waits take the place of the live one, which is closed; within `opening`."""
    (data / LIVE).rename(data / _OLD)
    (data / NEXT).rename(data / LIVE)
    sync(data)
    _remove(data / _OLD)


def give_back(data: Path) -> None:
    """Put the store that waits where its maker finds it; remove it when its maker is gone. Within `opening`."""
    _remove(data / STALE)
    (data / NEXT).rename(data / STALE)
    if not is_building(data):
        _remove(data / STALE)


def mend(data: Path) -> None:
    """Finish what a crash broke off, and remove what it left; within `opening`, before the live store is opened."""
    if is_waiting(data) and not (data / LIVE).exists():  # broken off between the two renames
        (data / NEXT).rename(data / LIVE)
        sync(data)
    _remove(data / _OLD)
    if not is_building(data):
        _remove(data / _BUILDING, data / STALE)


def _remove(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)

"""Make a store's log durable, and checkpoints of it that need no flush: files are linked, the log is copied.

What RocksDB has not written to a table yet stands in its write-ahead log, which it reads back whenever the folder is
opened, also read-only (RocksDB wiki, "Write Ahead Log"). `Store.backup` flushes before it links, which is a table and
four syncs for each of eleven column families; RocksDB can leave that out (`log_size_for_flush` of its checkpoints),
pyoxigraph 0.5 cannot. See docs/adr/0051.

A store that is opened read-only must not be asked for a `backup`: what it has read back from the log would be left out.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

from heritage_graph.store.durable import sync

if TYPE_CHECKING:
    from pathlib import Path

_CURRENT: Final = "CURRENT"
_LOGS: Final = "*.log"
_NEVER_WRITTEN_AGAIN: Final = (".sst", ".blob")


def sync_log(live: Path) -> int:
    """Make durable what was written to the store in *live*, which this process has open; the bytes of its last log.

    Raises:
        OSError: the disk refuses.
    """
    logs = sorted(live.glob(_LOGS), key=lambda log: int(log.stem))
    for log in logs:
        sync(log)
    return logs[-1].stat().st_size


def link_checkpoint(live: Path, folder: Path) -> bool:
    """Make *folder* a durable checkpoint of the store in *live*, to which this process alone writes, and not now.

    False, and no folder, when it cannot be made so: the engine changed its tables meanwhile, as it does in the
    background, or the file system has no links or no room. A backup by the engine copes, or says what is wrong.
    """
    try:
        before = _tables(live)
        folder.mkdir()
        for file in live.iterdir():
            if file.suffix in _NEVER_WRITTEN_AGAIN:
                os.link(file, folder / file.name)
        for file in (live / _CURRENT, live / before[0], *live.glob(_LOGS)):
            sync(shutil.copyfile(file, folder / file.name))
        sync(folder)
        is_whole = _tables(live) == before
    except OSError:
        is_whole = False
    if not is_whole:
        shutil.rmtree(folder, ignore_errors=True)
    return is_whole


def _tables(live: Path) -> tuple[str, int]:
    """What tells which tables the store consists of: its manifest, a log of changes, and how long that is."""
    manifest = (live / _CURRENT).read_text(encoding="ascii").strip()
    return manifest, (live / manifest).stat().st_size

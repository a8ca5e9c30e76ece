"""Copies of folders that share what is never written again: tables of the engine, and compressed dumps."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_NEVER_WRITTEN_AGAIN: Final = (".sst", ".gz", ".zst")


def linked_copy(source: Path, target: Path, *, leave: str = "") -> None:
    """Make *target* a copy of the folder *source*, without the names that match *leave*, of links where it can be.

    Raises:
        OSError: it is not there, or goes meanwhile, or the disk refuses.
    """
    shutil.copytree(source, target, copy_function=_link_or_copy, ignore=shutil.ignore_patterns(leave))


def _link_or_copy(source: str, target: str) -> None:
    if source.endswith(_NEVER_WRITTEN_AGAIN):
        try:
            os.link(source, target)
        except OSError:  # another file system, or one without links
            shutil.copy2(source, target)
    else:
        shutil.copy2(source, target)

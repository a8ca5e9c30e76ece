"""Data folders with the shipped dataset, made once a run for all processes that test: copy them, never serve them."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from heritage_graph.assets import asset_folder
from heritage_graph.ingest.local import initialise
from heritage_graph.ingest.rulebook import load_rulebook

_FOLDER = "TEST_STORES"
_WHOLE = Path(__file__).resolve().parents[2] / "build/shipped"


def begin():
    """Make the folder of this run, unless the process that started this one has; tell whether it was made."""
    if _FOLDER in os.environ:
        return False
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix="heritage-graph-test-")
    return True


def end():
    """Remove it."""
    shutil.rmtree(os.environ.pop(_FOLDER))


def once(name, make):
    """The folder *name* of this run; *make* fills it when it is asked for the first time by any process."""
    folder = Path(os.environ[_FOLDER])
    whole, begun = folder / name, folder / f"{name}.begun"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shutil.rmtree(begun, ignore_errors=True)
            make(begun)
            begun.rename(whole)
    return whole


@cache
def shipped_store():
    """A folder with the shipped dataset, brought in through the gate."""
    return once("shipped", lambda folder: initialise(folder, rulebook=load_rulebook(asset_folder("shapes"))))


def whole_store():
    """The folder with the whole shipped dataset, records and all, as set-up has made it."""
    if not _WHOLE.is_dir():
        raise FileNotFoundError(f"{_WHOLE} is missing; run: make setup")
    return _WHOLE

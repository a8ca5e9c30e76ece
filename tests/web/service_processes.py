"""Find the processes of a service by the store that they read: a service that was forked bears no command line."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def processes_reading(data, module):
    """The processes that run *module* of ours and hold files of the stores in *data* open."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended while it was looked at
            runs_it = f".{module}\0" in (process / "cmdline").read_bytes().decode()
            if runs_it and any(file.readlink().is_relative_to(data) for file in (process / "fd").iterdir()):
                found.append(int(process.name))
    return found

"""Coroutines as tests, and patience with what processes of the tests' own do."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from functools import wraps
from pathlib import Path

from heritage_graph.errors import Busy


def awaited(test):
    """The coroutine function *test* as a plain one."""

    @wraps(test)
    def run(**fixtures):
        asyncio.run(test(**fixtures))

    return run


def processes_of(module):
    """The processes of this one that run a module of ours."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text, parent = entry.read_bytes(), int((entry.parent / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if module.encode() in text and parent == os.getpid():
            found.append(int(entry.parent.name))
    return found


async def until(condition):
    """Wait for what a process does; the test's own time limit ends it otherwise."""
    while not (found := condition()):  # noqa: ASYNC110 - of other processes, which have no events for us
        await asyncio.sleep(0.005)
    return found


async def patient(ask):
    """What *ask* gives once it is not busy any more, however busy the machine is."""
    while True:
        with suppress(Busy):
            return await ask()

"""Start a worker process over a socket pair, and end it for certain."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import orjson

from heritage_graph.store.frame_channel import FrameChannel
from heritage_graph.store.priority import LAST

if TYPE_CHECKING:
    from collections.abc import Mapping

_GRACE_S: Final = 5.0


class Process(Protocol):
    """A process that can be ended, and whose end can be waited for."""

    @property
    def pid(self) -> int:
        """The process id, for the operator's tools."""

    def kill(self) -> None:
        """End it now, whatever it does."""

    async def wait(self) -> int:
        """The exit code (negative: the signal that ended it), once it has ended."""


class Worker:
    """One running worker process and the channel to it."""

    def __init__(self, process: Process, channel: FrameChannel) -> None:
        self._process = process
        self.channel = channel

    @property
    def pid(self) -> int:
        """The process id, for the operator's tools."""
        return self._process.pid

    def kill(self) -> None:
        """End the process now, whatever it does; it is reaped in `wait`."""
        self._process.kill()
        self.channel.close()

    def yield_processor(self) -> None:
        """Give all threads of the process the lowest priority (Linux: each has its own); there is no way back."""
        with suppress(OSError):  # it has ended
            for thread in Path(f"/proc/{self.pid}/task").iterdir():
                os.setpriority(os.PRIO_PROCESS, int(thread.name), LAST)

    async def wait(self) -> int:
        """The exit code (negative: the signal that ended it), once the process has ended."""
        return await self._process.wait()

    async def stop(self) -> None:
        """Let the process finish what it does: close its input, and kill it when it stays longer than 5 s."""
        self.channel.close()
        try:
            await asyncio.wait_for(self.wait(), _GRACE_S)
        except TimeoutError:
            self.kill()
            await self.wait()


class Spawned:
    """A process of a program of its own, a child of this one."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """The process id, for the operator's tools."""
        return self._process.pid

    def kill(self) -> None:
        """End it now, whatever it does; it is reaped in `wait`."""
        if self._process.poll() is None:
            self._process.kill()

    async def wait(self) -> int:
        """The exit code (negative: the signal that ended it), once it has ended; given up, it is still reaped."""
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(None, self._process.wait))

    def reap(self) -> int:
        """As `wait`, where there is no event loop."""
        return self._process.wait()


def spawn(module: str, settings: Mapping[str, object], connection: socket.socket) -> Spawned:
    """Run `python -m MODULE` with *settings* as JSON and its end of a socket pair.

    The process finds both with `worker_end.connection_and_settings`. The settings may hold credentials, so they come
    on its standard input and not on a command line, which everybody on the machine can read.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(connection.fileno())],
        pass_fds=(connection.fileno(),),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "RUST_BACKTRACE": "0"},
    )
    assert process.stdin is not None
    with suppress(BrokenPipeError), process.stdin as pipe:  # it was killed before it read them
        pipe.write(orjson.dumps(settings))
    return Spawned(process)


async def start_worker(module: str, settings: Mapping[str, object]) -> Worker:
    """Run *module* as a worker with *settings*: see `spawn`. The channel to it carries frames."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)  # noqa: FBT003 - the socket module's own signature
    with theirs:
        process = spawn(module, settings, theirs)
    try:
        _, channel = await asyncio.get_running_loop().create_connection(FrameChannel, sock=ours)
    except asyncio.CancelledError:
        process.kill()
        await process.wait()  # else nobody would take note of its end
        raise
    return Worker(process, channel)

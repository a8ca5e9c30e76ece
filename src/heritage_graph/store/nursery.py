"""The front's end of a nursery: readers forked from one process, and how each of them ended."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import WorkerLost
from heritage_graph.store.frame_channel import FrameChannel
from heritage_graph.store.worker import Spawned, Worker, spawn

if TYPE_CHECKING:
    from pathlib import Path

    from heritage_graph.store.frames import Json

_MESSAGE_BYTES: Final = 64 << 10
_UNKNOWN_END: Final = -signal.SIGKILL  # a reader dies with its nursery


class _Forked:
    """A process that was forked by the nursery: killed by us, reaped and reported by the nursery."""

    def __init__(self, pid: int, ended: asyncio.Future[int]) -> None:
        self.pid = pid
        self._ended = ended

    def kill(self) -> None:
        """End it now, unless the nursery has told of its end."""
        if not self._ended.done():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    async def wait(self) -> int:
        """The exit code, once it has ended."""
        return await asyncio.shield(self._ended)


class Nursery:
    """One nursery process, made by `start_nursery`.

    `generation` is the one whose published view it holds in memory and shares with the readers that are forked
    from then on; None while it holds none.
    """

    def __init__(self, process: Spawned, control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._numbers = count()
        self._births: dict[int, asyncio.Future[int]] = {}
        self._deaths: dict[int, asyncio.Future[int]] = {}
        self._held: asyncio.Future[int | None] | None = None
        self.generation: int | None = None
        self.closed = False
        asyncio.get_running_loop().add_reader(control.fileno(), self._hear)

    @property
    def pid(self) -> int:
        """The process id, for the operator's tools."""
        return self._process.pid

    async def fork(self) -> Worker:
        """A reader that shares the view.

        Raises:
            WorkerLost: the nursery has ended.
        """
        ours, theirs = socket.socketpair()
        ours.setblocking(False)  # noqa: FBT003 - the socket module's own signature
        number = next(self._numbers)
        born = self._births[number] = asyncio.get_running_loop().create_future()
        with theirs:
            self._send({"fork": number}, theirs.fileno())
        try:
            pid = await born
        except BaseException:
            ours.close()
            raise
        process = _Forked(pid, self._deaths[pid])
        _, channel = await asyncio.get_running_loop().create_connection(FrameChannel, sock=ours)
        return Worker(process, channel)

    async def hold(self, generation: int, folder: Path, *, most: int) -> int | None:
        """Hold the published view of *generation*, and tell how many statements it has; None: more than *most*.

        Raises:
            WorkerLost: the nursery has ended.
        """
        self._held = asyncio.get_running_loop().create_future()
        self._send({"hold": str(folder), "most": most})
        statements = await self._held
        if statements is not None:
            self.generation = generation
        return statements

    async def stop(self) -> None:
        """Let it end, and with it the readers that are left."""
        self._close()
        await self._process.wait()

    def _send(self, message: Json, *descriptors: int) -> None:
        try:
            socket.send_fds(self._control, [orjson.dumps(message)], descriptors)
        except OSError:
            self._close()
        if self.closed:
            raise _lost()

    def _hear(self) -> None:
        """Take the messages that have come."""
        while not self.closed:
            try:
                message = self._control.recv(_MESSAGE_BYTES)
            except BlockingIOError:
                return
            except OSError:
                message = b""
            if not message:
                self._close()
                return
            self._take(orjson.loads(message))

    def _take(self, told: Json) -> None:
        if "held" in told:
            assert self._held is not None
            if not self._held.done():
                self._held.set_result(told["held"])
        elif "born" in told:
            pid = told["pid"]
            self._deaths[pid] = asyncio.get_running_loop().create_future()
            birth = self._births.pop(told["born"])
            if not birth.done():
                birth.set_result(pid)
        else:
            self._deaths.pop(told["ended"]).set_result(told["code"])

    def _close(self) -> None:
        """Close our end; whoever waits for the nursery learns that it is gone."""
        if self.closed:
            return
        self.closed = True
        asyncio.get_running_loop().remove_reader(self._control.fileno())
        self._control.close()
        waiting: list[asyncio.Future[int] | asyncio.Future[int | None]] = [*self._births.values()]
        if self._held is not None:
            waiting.append(self._held)
        for future in waiting:
            if not future.done():
                future.set_exception(_lost())
        for death in self._deaths.values():
            if not death.done():
                death.set_result(_UNKNOWN_END)


async def start_nursery(*, memory_bytes: int, confined: bool, networked: bool = False) -> Nursery:
    """Start a nursery whose readers have *memory_bytes* for a query beyond what they share.

    *confined* keeps it and its readers from starting programs and, unless *networked*, off the network.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)  # noqa: FBT003 - the socket module's own signature
    settings = {"memory_bytes": memory_bytes, "confined": confined, "networked": networked}
    with theirs:
        process = spawn("heritage_graph.store.nursery_process", settings, theirs)
    return Nursery(process, ours)


def _lost() -> WorkerLost:
    return WorkerLost("the process that makes the readers ended; try again", retry_after=1)

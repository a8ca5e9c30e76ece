"""Stored results as they come: as they are, or converted in a process that can be killed."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import (
    Busy,
    EngineTrouble,
    HeritageGraphError,
    LimitReached,
    NotInXml,
    QueryTimeout,
    WorkerLost,
)
from heritage_graph.store.conversion import DIGEST
from heritage_graph.store.frames import DATA, FAULT
from heritage_graph.store.worker import start_worker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from heritage_graph.store.frames import Json
    from heritage_graph.store.worker import Worker

_PART: Final = 256 << 10
_RETRY_AFTER_S: Final = 5
STORED: Final = {"bindings": "json", "boolean": "json", "graph": "nt"}
"""The format in which a result of each form is stored."""


@dataclass(frozen=True)
class ConversionLimits:
    """What one conversion may take, and how many may run at once."""

    seconds: float = 600.0
    memory_bytes: int = 512 << 20
    at_once: int = 2


class Conversions:
    """The conversions of one service."""

    def __init__(self, limits: ConversionLimits, *, confined: bool = True) -> None:
        self._limits = limits
        self._confined = confined
        self._running = 0

    def results(self, path: Path, form: str, extension: str) -> AsyncGenerator[bytes, None]:
        """The parts of the result in the file *path* in the format that *extension* names.

        Raises, on the way:
            Busy: too many conversions run.
            LimitReached: it took longer than its limit.
            EngineTrouble: the file cannot be read, or the process ended.
        """
        return _stored(path) if extension == STORED[form] else self._counted(path, form, extension)

    async def digest(self, path: Path) -> str:
        """The SHA-256 of the sorted lines of the file *path*, in hexadecimal; empty when they hold blank nodes.

        Raises:
            LimitReached, EngineTrouble: as `results`.
        """
        async with aclosing(self._converted(path, "graph", DIGEST)) as parts:
            return b"".join([part async for part in parts]).decode()

    async def _counted(self, path: Path, form: str, extension: str) -> AsyncGenerator[bytes, None]:
        """As `_converted`, no more than so many at once: a client that takes its time holds a process."""
        if self._running >= self._limits.at_once:
            raise Busy(
                f"{self._running} results are being converted already; try again in {_RETRY_AFTER_S} s",
                retry_after=_RETRY_AFTER_S,
            )
        self._running += 1
        try:
            async with aclosing(self._converted(path, form, extension)) as parts:
                async for part in parts:
                    yield part
        finally:
            self._running -= 1

    async def _converted(self, path: Path, form: str, extension: str) -> AsyncGenerator[bytes, None]:
        settings = {
            "path": str(path),
            "form": form,
            "extension": extension,
            "memory_bytes": self._limits.memory_bytes,
            "confined": self._confined,
        }
        worker = await start_worker("heritage_graph.store.conversion", settings)
        deadline = asyncio.get_running_loop().time() + self._limits.seconds
        try:
            while (part := await self._next_part(worker, deadline)) is not None:
                yield part
        finally:
            worker.kill()
            await worker.wait()

    async def _next_part(self, worker: Worker, deadline: float) -> bytes | None:
        try:
            async with asyncio.timeout_at(deadline):
                received = await worker.channel.receive()
        except TimeoutError:
            raise QueryTimeout(
                f"converting the result took longer than {self._limits.seconds:g} s", limit_s=self._limits.seconds
            ) from None
        if received is None:
            raise WorkerLost("the process that converts results ended; try again", retry_after=1)
        kind, payload = received
        if kind == FAULT:
            raise _error(orjson.loads(payload))
        return payload if kind == DATA else None


def _error(fault: Json) -> HeritageGraphError:
    """The error that a fault frame of the converting process stands for."""
    if fault["slug"] == NotInXml.slug:
        return NotInXml(fault["character"])
    return EngineTrouble(f"the stored result cannot be read: {fault['message']}")


async def _stored(path: Path) -> AsyncGenerator[bytes, None]:
    """The file as it is."""
    try:
        file = await asyncio.to_thread(path.open, "rb")
    except OSError as fault:
        raise EngineTrouble("the stored result is not there any more") from fault
    try:
        while part := await asyncio.to_thread(file.read, _PART):
            yield part
    finally:
        file.close()


async def first_of(parts: AsyncGenerator[bytes, None]) -> bytes:
    """The first part, so that a fault is known before the answer begins; empty when there is none.

    Raises:
        LimitReached, EngineTrouble: as the parts would.
    """
    try:
        return await anext(parts, b"")
    except (LimitReached, EngineTrouble):
        await parts.aclose()
        raise

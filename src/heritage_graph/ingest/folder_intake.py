"""Writing to a data folder: the checkpoints that the gate reads, and the only process that has the store open."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.ingest.intake import GateLimits, Intake, writer_fault
from heritage_graph.store.aside import is_catching_up, is_waiting
from heritage_graph.store.frames import ASK, FAULT, Json, json_frame
from heritage_graph.store.worker import Worker, start_worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from heritage_graph.store.generations import Generations

_CATCHING_UP_S: Final = 60.0
_POLL_S: Final = 0.02


class FolderIntake(Intake):
    """The gate and the writer of the data folder *data*."""

    def __init__(
        self,
        data: Path,
        generations: Generations,
        *,
        shapes: Path,
        limits: GateLimits,
        reserve_bytes: int,
        on_commit: Callable[[], Awaitable[None]],
        confined: bool = True,
    ) -> None:
        super().__init__(shapes=shapes, limits=limits, on_commit=on_commit, confined=confined)
        self._data = data
        self._generations = generations
        self._reserve_bytes = reserve_bytes
        self._writer_key = ""

    async def retire(self, generation: int) -> None:
        """Have the writer delete the checkpoint of *generation*, unless somebody or a release has come to keep it.

        Raises:
            EngineTrouble: the writer cannot start; nothing is deleted.
        """
        async with self._turn:
            writer = await self._running_writer()
            if generation not in self._generations.retirable():
                return
            self._generations.withdraw(generation)
            await writer.channel.send(json_frame(ASK, {"retire": generation}))
            received = await writer.channel.receive()
            if received is not None:  # else its successor tells what there is
                answer: Json = orjson.loads(received[1])
                self._generations.publish(answer["generations"])

    async def take_in(self) -> None:
        """Have the writer put in place what a bulk load has built, and return once it is published.

        When others have written meanwhile, nobody else writes until the load has caught up with them, at most for
        `_CATCHING_UP_S`.

        Raises:
            EngineTrouble: the writer or the disk failed; what was built is put in place when the writer starts anew.
        """
        async with self._turn:
            last = self._generations.last
            until = time.monotonic() + _CATCHING_UP_S
            while await self._take_in_once() and time.monotonic() < until:  # noqa: ASYNC110 - another process tells
                await asyncio.sleep(_POLL_S)
            if self._generations.last != last:
                await self._on_commit()

    async def _take_in_once(self) -> bool:
        """Have the writer take in what waits; tell whether its maker is catching up, to try again."""
        if is_waiting(self._data):
            writer = await self._running_writer()
            await writer.channel.send(json_frame(ASK, {"take_in": True}))
            received = await writer.channel.receive()
            if received is None:  # its successor takes it in
                await writer.wait()
                await self._running_writer()
                return False
            kind, payload = received
            answer: Json = orjson.loads(payload)
            if kind == FAULT:
                raise writer_fault(answer)
            self._note(answer)
        return is_catching_up(self._data)

    @property
    def _last(self) -> int:
        return self._generations.last

    def _note(self, told: Json) -> None:
        self._writer_key = told["key"]
        self._generations.publish(told["generations"])

    async def _look(self) -> None:
        """Nothing: nobody else writes."""

    def _place(self) -> Json:
        return {}

    @contextmanager
    def _base(self) -> Iterator[Json]:
        base = self._generations.last
        self._generations.hold(base)
        try:
            yield self._generations.told(base)
        finally:
            self._generations.release(base)

    async def _started_writer(self) -> Worker:
        return await start_worker(
            "heritage_graph.store.writer_process", {"data": str(self._data), "reserve_bytes": self._reserve_bytes}
        )

    async def _was_committed(self, key: str) -> bool:
        await self._running_writer()  # it says whose commit was the last that was durable
        return self._writer_key == key

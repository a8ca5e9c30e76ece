"""The pool of reader processes: run a query where it can be killed, and answer with a whole result or an error."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import Busy, WorkerLost
from heritage_graph.store.nursery import Nursery, start_nursery
from heritage_graph.store.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from heritage_graph.store.base import Answer, QueryRequest
    from heritage_graph.store.generations import Generations

BYTES_PER_STATEMENT: Final = 480
"""What a statement of the published view takes in memory, with a reserve (measured: 380 at a million)."""

_QUIET_S: Final = 0.5
_ATTEMPTS: Final = 5
_RETRY_AFTER_S: Final = 2


class ReaderPool:
    """*size* reader processes over the published generations.

    One of them is kept for `lane="lookup"` (entity pages, labels) when there are at least two, so that a storm of
    heavy queries leaves those standing. At most *queue* requests wait in each lane.

    Soon after a generation was published, when nothing more has come, its published view is brought into memory if
    it takes no more than *view_bytes* there, and readers that share it replace the others.

    The readers are kept off the network and from starting programs when *confined*; *networked* ones may reach it.
    """

    def __init__(
        self,
        generations: Generations,
        *,
        size: int,
        memory_bytes: int,
        queue: int = 64,
        view_bytes: int = 0,
        confined: bool = True,
        networked: bool = False,
    ) -> None:
        self._generations = generations
        self._most_in_view = view_bytes // BYTES_PER_STATEMENT
        self._nursery: Nursery | None = None
        self._starting = asyncio.Lock()
        self._viewing: asyncio.Task[None] | None = None
        self._size = size
        self._memory_bytes = memory_bytes
        self._queue = queue
        self._confined = confined
        self._networked = networked
        self._readers: set[Reader] = set()
        self._idle: deque[Reader] = deque()
        self._heavy_running = 0
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {"lookup": deque(), "heavy": deque()}
        self._replacing: set[asyncio.Task[None]] = set()
        self._stopped = False

    @property
    def pids(self) -> list[int]:
        """The process ids of the readers."""
        return [reader.worker.pid for reader in self._readers]

    @property
    def in_memory(self) -> int | None:
        """The generation whose published view the readers to come share in memory; None when they have the disk."""
        return None if self._nursery is None else self._nursery.generation

    async def start(self) -> None:
        """Start all readers; returns when they answer."""
        await asyncio.gather(*(self._add_reader() for _ in range(self._size)))
        self._bring_view()

    async def stop(self) -> None:
        """End all readers; running queries finish first, within the grace of a worker."""
        self._stopped = True
        if self._viewing is not None:
            self._viewing.cancel()
            await asyncio.gather(self._viewing, return_exceptions=True)
        while self._replacing:
            await asyncio.gather(*self._replacing)
        await asyncio.gather(*(reader.worker.stop() for reader in self._readers))
        if self._nursery is not None:
            await self._nursery.stop()

    async def refresh(self) -> None:
        """Move the idle readers to the last generation, so that the ones before it may be retired."""
        self._bring_view()
        for reader in list(self._idle):
            if reader.generation != self._generations.last and reader in self._idle:
                self._idle.remove(reader)
                await reader.open(self._generations.last)
                self._give_back(reader)

    async def query(self, request: QueryRequest, *, lane: str = "heavy") -> Answer:
        """Run *request* and return its answer once it is whole or its first MiB is there.

        Raises:
            QueryFault: it does not parse.
            NotAcceptable: its form cannot be given in the formats asked for.
            LimitReached: it passed its time, memory or size, or the queue is full.
            EngineTrouble: the store failed or the reader ended for no reason of the query's.
            GenerationNotKept: `at_generation` is not kept.
        """
        try:
            return await self._query_once(request, lane)
        except WorkerLost:  # it was killed from outside, perhaps while it was idle: asking again changes nothing
            return await self._query_once(request, lane)

    async def _query_once(self, request: QueryRequest, lane: str) -> Answer:
        generation = self._generations.last if request.at_generation is None else request.at_generation
        self._generations.require(generation)
        reader = await self._take(lane)
        answering = False
        try:
            await reader.open(generation)
            answer = await reader.ask(request, generation, on_end=lambda: self._give_back(reader, lane))
            answering = answer.rest is not None
            return answer
        finally:
            if not answering:
                self._give_back(reader, lane)

    async def _take(self, lane: str) -> Reader:
        """An idle reader, waiting for one in the order of arrival within the lane."""
        waiting = self._waiting[lane]
        self._replace_ended()
        while not self._may_take(lane):
            if len(waiting) >= self._queue:
                raise Busy(
                    f"{self._queue} requests wait already; try again in {_RETRY_AFTER_S} s",
                    retry_after=_RETRY_AFTER_S,
                )
            turn = asyncio.get_running_loop().create_future()
            waiting.append(turn)
            try:
                await turn
            finally:
                with suppress(ValueError):
                    waiting.remove(turn)
        if lane == "heavy":
            self._heavy_running += 1
        return self._idle.popleft()

    def _replace_ended(self) -> None:
        """Replace the idle readers that have ended."""
        for reader in [reader for reader in self._idle if reader.has_ended]:
            self._idle.remove(reader)
            self._replace(reader)

    def _may_take(self, lane: str) -> bool:
        heavy_limit = max(1, self._size - 1)
        return bool(self._idle) and (lane == "lookup" or self._heavy_running < heavy_limit)

    def _give_back(self, reader: Reader, lane: str = "lookup") -> None:
        """Take *reader* back from who had it in *lane*, or replace it when it has ended."""
        if lane == "heavy":
            self._heavy_running -= 1
        if reader.has_ended or self._is_outdated(reader):
            self._replace(reader)
        else:
            self._idle.append(reader)
        self._wake()

    def _wake(self) -> None:
        """Let the next one in line try: lookups first, they are short."""
        for lane in ("lookup", "heavy"):
            if self._may_take(lane):
                for turn in self._waiting[lane]:
                    if not turn.done():
                        turn.set_result(None)
                        return

    def _replace(self, reader: Reader) -> None:
        self._forget(reader)
        self._in_background(self._bury_and_add(reader))

    async def _bury_and_add(self, reader: Reader) -> None:
        if not self._stopped:
            await self._add_reader()
        if reader.has_ended:
            reader.worker.kill()
        await reader.worker.stop()
        await self._end_unused(reader.nursery)

    async def _add_reader(self) -> None:
        """Fork a reader and have it open the last generation; one that is killed meanwhile is followed by another."""
        for attempt in range(_ATTEMPTS):
            reader = None
            try:
                nursery = await self._running_nursery()
                reader = Reader(await nursery.fork(), nursery, self._generations, memory_bytes=self._memory_bytes)
                self._readers.add(reader)
                await reader.open(self._generations.last)
            except WorkerLost:
                if reader is not None:
                    self._forget(reader)
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                self._give_back(reader)
                return

    def _forget(self, reader: Reader) -> None:
        reader.let_go()
        self._readers.discard(reader)

    async def _running_nursery(self) -> Nursery:
        async with self._starting:
            if self._nursery is None or self._nursery.closed:
                lost = self._nursery
                self._nursery = await self._start_nursery()
                if lost is not None:
                    await lost.stop()
                    self._bring_view()
            return self._nursery

    async def _start_nursery(self) -> Nursery:
        return await start_nursery(memory_bytes=self._memory_bytes, confined=self._confined, networked=self._networked)

    def _is_outdated(self, reader: Reader) -> bool:
        """Tell whether a newer nursery has taken the place of the one that made *reader*."""
        return reader.nursery is not self._nursery and not self._stopped

    async def _end_unused(self, nursery: Nursery) -> None:
        if nursery is not self._nursery and all(reader.nursery is not nursery for reader in self._readers):
            await nursery.stop()

    def _bring_view(self) -> None:
        """Bring the view of the last generation into memory, unless that is being done."""
        if self._most_in_view and not self._stopped and (self._viewing is None or self._viewing.done()):
            self._viewing = asyncio.get_running_loop().create_task(self._hold_view())

    async def _hold_view(self) -> None:
        """Replace the readers by children of a nursery that holds the view, until that is the last generation's."""
        while self.in_memory != self._generations.last:
            generation = -1
            while generation != self._generations.last:  # commits often come in a row
                generation = self._generations.last
                await asyncio.sleep(_QUIET_S)
            nursery = await self._start_nursery()
            if not await self._filled(nursery, generation):
                await nursery.stop()
                return
            before, self._nursery = self._nursery, nursery
            for reader in list(self._idle):
                if self._is_outdated(reader) and reader in self._idle:
                    self._idle.remove(reader)
                    self._replace(reader)
            if before is not None:
                await self._end_unused(before)

    async def _filled(self, nursery: Nursery, generation: int) -> bool:
        """Have *nursery* hold the view of *generation*; false when it does not fit."""
        self._generations.hold(generation)
        try:
            folder = self._generations.folder(generation)
            return await nursery.hold(generation, folder, most=self._most_in_view) is not None
        except WorkerLost:  # out of memory, or killed from outside: the disk serves as well
            return False
        finally:
            self._generations.release(generation)

    def _in_background(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)

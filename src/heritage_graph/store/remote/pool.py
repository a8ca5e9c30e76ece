"""The pool of workers that ask a remote engine: what `ReaderPool` is for the embedded store."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import (
    GenerationNotKept,
    QueryTimeout,
    UpstreamDown,
    UpstreamGaveUp,
    WorkerLost,
)
from heritage_graph.store.lanes import Lanes, Place
from heritage_graph.store.remote.breaker import PAUSE_S, Breaker
from heritage_graph.store.remote.reader import RemoteReader, start_reader

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from heritage_graph.store.base import Answer, QueryRequest
    from heritage_graph.store.remote.engine import Engine

_FAILING: Final = (UpstreamDown, UpstreamGaveUp, QueryTimeout)


class RemotePool:
    """Workers that ask *engine*, each over a connection that it keeps: *size* for short queries, as many for long ones.

    A query begins among the short ones; one that runs longer than `LONG_S` gives its place to others while there is
    room among the long ones. One short place is kept for `lane="lookup"` when there are at least two. At most *queue*
    lookups wait, as many other short queries, and as many long ones. While the engine does not answer, nobody waits.

    An answer is of one generation, the last one when it was made; there are no others.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        size: int,
        memory_bytes: int,
        queue: int = 64,
        confined: bool = True,
        pause_s: float = PAUSE_S,
    ) -> None:
        self._engine = engine
        self._size = size
        self._memory_bytes = memory_bytes
        self._confined = confined
        self._lanes = Lanes(size, queue=queue)
        self._breaker = Breaker(self._answers, pause_s=pause_s)
        self._prober: RemoteReader | None = None
        self._readers: set[RemoteReader] = set()
        self._idle: list[RemoteReader] = []
        self._background: set[asyncio.Task[None]] = set()
        self._stopped = False
        self._last: int | None = None

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers."""
        return [reader.worker.pid for reader in self._readers]

    @property
    def in_memory(self) -> int | None:
        """None: nothing of the graph is held here."""
        return None

    @property
    def last(self) -> int | None:
        """The last generation that the engine has told; None before the first answer."""
        return self._last

    async def start(self) -> None:
        """Start the workers of short queries. An engine that does not answer yet is tried again while this serves.

        Raises:
            UpstreamTrouble: it answers, and not as an engine does that lets us in.
        """
        try:
            self._idle += await asyncio.gather(*(self._new() for _ in range(self._size)))
            self._prober = await self._started()
            await self.refresh()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """End all workers; running queries finish first, within the grace of a worker."""
        self._stopped = True
        await self._breaker.stop()
        while self._background:
            await asyncio.gather(*self._background)
        ending = [*self._readers, *([] if self._prober is None else [self._prober])]
        await asyncio.gather(*(reader.worker.stop() for reader in ending))

    async def refresh(self) -> None:
        """Ask the engine for its last generation, unless it does not answer.

        Raises:
            UpstreamTrouble: it answers, and not as it should.
        """
        reader = await self._reader()
        try:
            self._last = await reader.generation(self._last)
        except (UpstreamDown, UpstreamGaveUp, WorkerLost):
            self._breaker.suspect()
        finally:
            self._put_back(reader)

    async def query(self, request: QueryRequest, *, lane: str = "heavy", client: str = "") -> Answer:
        """Run *request* of *client* and return its answer once it is whole on its way from the engine.

        Raises:
            QueryFault: it does not parse.
            NotAcceptable: its form cannot be given in the formats asked for.
            LimitReached: it passed its time, memory or size, or the queue is full, or the graph never stood still.
            EngineTrouble: the engine failed (`UpstreamTrouble`), or the worker ended for no reason of the query's.
            GenerationNotKept: `at_generation` is not the last one.
        """
        lookup = lane == "lookup"
        try:
            return await self._run(request, self._lanes.place(client, lookup=lookup))
        except WorkerLost:  # killed from outside, perhaps while it was idle: asking again changes nothing
            return await self._run(request, self._lanes.place(client, lookup=lookup))

    async def _run(self, request: QueryRequest, place: Place) -> Answer:
        self._breaker.require()
        await self._lanes.take(place)
        reader: RemoteReader | None = None
        try:
            self._breaker.require()  # it may have stopped answering while this waited
            reader = await self._reader()
            self._lanes.begin(place, self._found_long)
            answer = await reader.ask(request, self._last, on_end=lambda: self._leave(place, reader))
            place.answering = answer.rest is not None
        except _FAILING:
            self._breaker.suspect()
            raise
        finally:
            if not place.answering:
                self._leave(place, reader)
        self._last = answer.generation
        if request.at_generation not in {None, answer.generation}:
            await answer.give_up()
            raise GenerationNotKept(
                f"the graph is on an engine that keeps its last generation only, {answer.generation}; "
                f"{request.at_generation} is not kept",
                generations=[answer.generation],
            )
        return answer

    def _found_long(self, place: Place) -> None:
        """Have a query that takes long make room for the short ones, and see whether it is the engine that does."""
        self._breaker.suspect()
        if not self._lanes.is_full_of_long:
            self._lanes.go_on_as_long(place)

    def _leave(self, place: Place, reader: RemoteReader | None) -> None:
        if reader is not None:
            self._put_back(reader)
        self._lanes.leave(place)

    async def _reader(self) -> RemoteReader:
        """An idle worker, or a new one."""
        while self._idle:
            reader = self._idle.pop()
            if not reader.has_ended:
                return reader
            self._bury(reader)
        return await self._new()

    async def _new(self) -> RemoteReader:
        reader = await self._started()
        self._readers.add(reader)
        return reader

    async def _started(self) -> RemoteReader:
        return await start_reader(self._engine, memory_bytes=self._memory_bytes, confined=self._confined)

    def _put_back(self, reader: RemoteReader) -> None:
        """Keep *reader* for the next query, if it lives and there are not enough idle."""
        if reader.has_ended or len(self._idle) >= self._size:
            self._bury(reader)
            if not self._idle and not self._stopped:
                self._in_background(self._add_idle())
        else:
            self._idle.append(reader)

    async def _add_idle(self) -> None:
        self._put_back(await self._new())

    def _bury(self, reader: RemoteReader) -> None:
        self._readers.discard(reader)
        self._in_background(reader.worker.stop())

    async def _answers(self) -> bool:
        """Probe the engine, by a worker that does nothing else."""
        if self._prober is None or self._prober.has_ended:
            ended = self._prober
            self._prober = await self._started()
            if ended is not None:
                await ended.worker.stop()
        return await self._prober.answers()

    def _in_background(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

"""The pool of reader processes: run a query where it can be killed, and answer with a whole result or an error."""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import (
    Busy,
    EngineTrouble,
    HeritageGraphError,
    NotAcceptable,
    NotInXml,
    QueryFault,
    QueryMemory,
    QueryTimeout,
    QueryTooComplex,
    RemoteFailed,
    ResultTooLarge,
    UnknownFunction,
    WorkerLost,
)
from heritage_graph.store.base import Answer, QueryRequest
from heritage_graph.store.frames import ASK, DATA, FAULT, START, Json, json_frame
from heritage_graph.store.nursery import Nursery, start_nursery

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from heritage_graph.store.generations import Generations
    from heritage_graph.store.worker import Worker

HELD_BACK_BYTES: Final = 1 << 20
"""The status line waits until the result is whole or this much of it is there."""

BYTES_PER_STATEMENT: Final = 480
"""What a statement of the published view takes in memory, with a reserve (measured: 380 at a million)."""

_OPEN_TIMEOUT_S: Final = 10.0
_QUIET_S: Final = 0.5
_ATTEMPTS: Final = 5
_RETRY_AFTER_S: Final = 2


class _Reader:
    """One reader process, the nursery that forked it, and the generation that it has open."""

    def __init__(self, worker: Worker, nursery: Nursery) -> None:
        self.worker = worker
        self.nursery = nursery
        self.view = nursery.generation
        self.generation: int | None = None


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
        self._readers: set[_Reader] = set()
        self._idle: deque[_Reader] = deque()
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
                await self._move(reader, self._generations.last)
                self.give_back(reader)

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
            await self._move(reader, generation)
            deadline = asyncio.get_running_loop().time() + request.timeout_s
            async with _Deadline(deadline, request.timeout_s):
                answer = await self._ask(reader, request, generation, deadline, lane)
        except (QueryTimeout, asyncio.CancelledError):
            reader.worker.kill()
            raise
        else:
            answering = answer.rest is not None
            return answer
        finally:
            if not answering:
                self.give_back(reader, lane)

    async def _ask(self, reader: _Reader, request: QueryRequest, generation: int, deadline: float, lane: str) -> Answer:
        channel = reader.worker.channel
        in_view = reader.view == generation and not request.default_graphs and not request.named_graphs
        await channel.send(json_frame(ASK, _wire(request, in_view=in_view)))
        kind, payload = await self.receive(reader)
        if kind == FAULT:
            raise _error(orjson.loads(payload), request)
        assert kind == START
        head: Json = orjson.loads(payload)
        parts: list[bytes] = []
        size = 0
        while size < HELD_BACK_BYTES:
            kind, payload = await self.receive(reader)
            if kind == FAULT:
                raise _error(orjson.loads(payload), request)
            if kind != DATA:
                return Answer(generation, head["form"], head["extension"], b"".join(parts))
            parts.append(payload)
            size += len(payload)
        rest = _Rest(self, reader, request, deadline, lane)
        return Answer(generation, head["form"], head["extension"], b"".join(parts), rest)

    async def receive(self, reader: _Reader) -> tuple[bytes, bytes]:
        """The next frame of *reader*; raises why it ended when it has."""
        received = await reader.worker.channel.receive()
        if received is None:
            raise await self._post_mortem(reader)
        return received

    async def _post_mortem(self, reader: _Reader) -> HeritageGraphError:
        """Why a reader ended in the middle of a query."""
        code = await reader.worker.wait()
        if code == -signal.SIGABRT:
            limit_mb = self._memory_bytes >> 20
            return QueryMemory(
                f"the query needed more than {limit_mb} MiB; make it more selective, or aggregate less at once",
                limit_mb=limit_mb,
            )
        if code == -signal.SIGSEGV:
            return QueryTooComplex("the query nests more deeply than the engine can follow; write it flatter")
        return WorkerLost("the reader process ended before it had answered; try again", retry_after=1)

    async def _move(self, reader: _Reader, generation: int) -> None:
        """Have *reader* open *generation*, if it has another one open."""
        if reader.generation == generation:
            return
        folder = self._generations.folder(generation)
        self._generations.hold(generation)
        if reader.generation is not None:
            self._generations.release(reader.generation)
        reader.generation = generation
        await reader.worker.channel.send(json_frame(ASK, {"open": str(folder)}))
        try:
            received = await asyncio.wait_for(reader.worker.channel.receive(), _OPEN_TIMEOUT_S)
        except TimeoutError:
            reader.worker.kill()
            raise WorkerLost("a reader process did not open the last generation; try again") from None
        if received is None:
            raise WorkerLost("a reader process could not open the last generation; try again")

    async def _take(self, lane: str) -> _Reader:
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
        for reader in [reader for reader in self._idle if reader.worker.channel.closed]:
            self._idle.remove(reader)
            self._replace(reader)

    def _may_take(self, lane: str) -> bool:
        heavy_limit = max(1, self._size - 1)
        return bool(self._idle) and (lane == "lookup" or self._heavy_running < heavy_limit)

    def give_back(self, reader: _Reader, lane: str = "lookup") -> None:
        """Take *reader* back from who had it in *lane*, or replace it when it has ended."""
        if lane == "heavy":
            self._heavy_running -= 1
        if reader.worker.channel.closed or self._is_outdated(reader):
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

    def _replace(self, reader: _Reader) -> None:
        self._forget(reader)
        self._in_background(self._bury_and_add(reader))

    async def _bury_and_add(self, reader: _Reader) -> None:
        if not self._stopped:
            await self._add_reader()
        if reader.worker.channel.closed:
            reader.worker.kill()
        await reader.worker.stop()
        await self._end_unused(reader.nursery)

    async def _add_reader(self) -> None:
        """Fork a reader and have it open the last generation; one that is killed meanwhile is followed by another."""
        for attempt in range(_ATTEMPTS):
            reader = None
            try:
                nursery = await self._running_nursery()
                reader = _Reader(await nursery.fork(), nursery)
                self._readers.add(reader)
                await self._move(reader, self._generations.last)
            except WorkerLost:
                if reader is not None:
                    self._forget(reader)
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                self.give_back(reader)
                return

    def _forget(self, reader: _Reader) -> None:
        if reader.generation is not None:
            self._generations.release(reader.generation)
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

    def _is_outdated(self, reader: _Reader) -> bool:
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


class _Rest:
    """The parts of an answer that are still to come; gives the reader back at their end, or when it is closed."""

    def __init__(self, pool: ReaderPool, reader: _Reader, request: QueryRequest, deadline: float, lane: str) -> None:
        self._pool = pool
        self._reader = reader
        self._request = request
        self._deadline = deadline
        self._lane = lane
        self._open = True

    def __aiter__(self) -> _Rest:
        return self

    async def __anext__(self) -> bytes:
        if not self._open:
            raise StopAsyncIteration
        try:
            async with _Deadline(self._deadline, self._request.timeout_s):
                kind, payload = await self._pool.receive(self._reader)
        except BaseException:
            await self.aclose()
            raise
        if kind == DATA:
            return payload
        self._finish()
        if kind == FAULT:
            raise _error(orjson.loads(payload), self._request)
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """Give the answer up: the reader still produces it, so it is ended."""
        if self._open:
            self._reader.worker.kill()
            self._finish()

    def _finish(self) -> None:
        self._open = False
        self._pool.give_back(self._reader, self._lane)


class _Deadline:
    """Turn the end of the time into `QueryTimeout`, as a context."""

    def __init__(self, deadline: float, limit_s: float) -> None:
        self._timeout = asyncio.timeout_at(deadline)
        self._limit_s = limit_s

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: object) -> None:
        try:
            await self._timeout.__aexit__(kind, fault, trace)  # type: ignore[arg-type]  # a traceback is passed on
        except TimeoutError:
            raise QueryTimeout(
                f"the query ran longer than {self._limit_s:g} s and was stopped; make it more selective",
                limit_s=self._limit_s,
                retryable=False,
            ) from None


def _wire(request: QueryRequest, *, in_view: bool) -> Json:
    return {
        "in_view": in_view,
        "text": request.text,
        "bindings_format": request.bindings_format,
        "graph_format": request.graph_format,
        "quads": request.quads,
        "base_iri": request.base_iri,
        "default_graphs": request.default_graphs,
        "named_graphs": request.named_graphs,
        "max_bytes": request.max_bytes,
        "max_rows": request.max_rows,
        "labels": request.labels,
    }


def _error(fault: Json, request: QueryRequest) -> HeritageGraphError:
    """The error that a reader's fault frame stands for."""
    error: HeritageGraphError
    match fault["slug"]:
        case "sparql-syntax":
            place = {name: fault[name] for name in ("line", "column", "token")}
            error = QueryFault(fault["message"], **place)
        case "unknown-function":
            function = fault["function"]
            error = UnknownFunction(
                f"there is no function <{function}> here; there are those of SPARQL 1.1, XML Schema and GeoSPARQL",
                function=function,
            )
        case "not-acceptable":
            error = NotAcceptable(f"the answer is of the form {fault['form']}", form=fault["form"])
        case "not-in-xml":
            error = NotInXml(
                f"the result holds the character {fault['character']}, which no XML can hold; ask for another format",
                character=fault["character"],
            )
        case "result-too-large":
            limit = {name: value for name, value in fault.items() if name in {"limit_bytes", "limit_rows"}}
            told = f"{limit['limit_rows']:,} rows" if "limit_rows" in limit else f"{limit['limit_bytes']:,} bytes"
            error = ResultTooLarge(
                f"the result is larger than {told}; ask for less, or page with LIMIT and a filter on the ORDER BY key",
                **limit,
            )
        case _ if request.federated:
            error = RemoteFailed(
                "a server that the query asks with SERVICE did not answer as it should; ask it by itself, or write "
                "SERVICE SILENT to go on without it"
            )
        case _:
            error = EngineTrouble("the store could not evaluate the query")
    return error

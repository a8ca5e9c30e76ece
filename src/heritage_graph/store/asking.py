"""Ask a worker process a query, wait no longer than allowed, and tell why it ended when it did."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import (
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
from heritage_graph.store.remote.faults import error_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from heritage_graph.store.worker import Worker

HELD_BACK_BYTES: Final = 1 << 20
"""The status line waits until the result is whole or this much of it is there."""


class AskedWorker:
    """One worker that answers queries, one at a time; a query may use *memory_bytes* in it."""

    def __init__(self, worker: Worker, *, memory_bytes: int) -> None:
        self.worker = worker
        self._memory_bytes = memory_bytes

    async def answer(
        self, request: QueryRequest, more: Json, generation: int | None, *, on_end: Callable[[], None]
    ) -> Answer:
        """The answer to *request*, which the worker is told with *more*, once it is whole or its first MiB is there.

        It is of *generation*, or of the one that the worker tells. The answer's rest, if there is one, calls *on_end*
        when it has ended; the process is busy until then.

        Raises:
            HeritageGraphError: see `ReaderPool.query`. The process was ended when the query ran too long.
        """
        deadline = asyncio.get_running_loop().time() + request.timeout_s
        try:
            async with _Deadline(deadline, request.timeout_s):
                return await self._begin(request, more, generation, deadline, on_end)
        except (QueryTimeout, asyncio.CancelledError):
            self.worker.kill()
            raise

    async def _begin(
        self,
        request: QueryRequest,
        more: Json,
        generation: int | None,
        deadline: float,
        on_end: Callable[[], None],
    ) -> Answer:
        await self.worker.channel.send(json_frame(ASK, {**_wire(request), **more}))
        if generation is None:
            generation = (await self._start(request))["generation"]
        head = await self._start(request)
        parts: list[bytes] = []
        size = 0
        while size < HELD_BACK_BYTES:
            kind, payload = await self.receive()
            if kind == FAULT:
                raise _error(orjson.loads(payload), request)
            if kind != DATA:
                return Answer(generation, head["form"], head["extension"], b"".join(parts))
            parts.append(payload)
            size += len(payload)
        rest = _Rest(self, request, deadline, on_end)
        return Answer(generation, head["form"], head["extension"], b"".join(parts), rest)

    async def _start(self, request: QueryRequest) -> Json:
        kind, payload = await self.receive()
        if kind == FAULT:
            raise _error(orjson.loads(payload), request)
        assert kind == START
        head: Json = orjson.loads(payload)
        return head

    async def receive(self) -> tuple[bytes, bytes]:
        """The next frame; raises why the process has ended when it has."""
        received = await self.worker.channel.receive()
        if received is None:
            raise await self._post_mortem()
        return received

    async def _post_mortem(self) -> HeritageGraphError:
        """Why the process ended in the middle of a query."""
        code = await self.worker.wait()
        if code == -signal.SIGABRT:
            limit_mb = self._memory_bytes >> 20
            return QueryMemory(
                f"the query needed more than {limit_mb} MiB; make it more selective, or aggregate less at once",
                limit_mb=limit_mb,
            )
        if code == -signal.SIGSEGV:
            return QueryTooComplex("the query nests more deeply than the engine can follow; write it flatter")
        return WorkerLost("the reader process ended before it had answered; try again", retry_after=1)


class _Rest:
    """The parts of an answer that are still to come; tells when they have ended, or when it is closed."""

    def __init__(self, asked: AskedWorker, request: QueryRequest, deadline: float, on_end: Callable[[], None]) -> None:
        self._asked = asked
        self._request = request
        self._deadline = deadline
        self._on_end = on_end
        self._open = True

    def __aiter__(self) -> _Rest:
        return self

    async def __anext__(self) -> bytes:
        if not self._open:
            raise StopAsyncIteration
        try:
            async with _Deadline(self._deadline, self._request.timeout_s):
                kind, payload = await self._asked.receive()
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
            self._asked.worker.kill()
            self._finish()

    def _finish(self) -> None:
        self._open = False
        self._on_end()


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


def _wire(request: QueryRequest) -> Json:
    return {
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
    if "details" in fault:
        return error_of(fault)
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
            error = NotInXml(fault["character"])
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

"""The front's side of the analysis process: give it rows, take its answer, and end it when it takes too long."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import HeritageGraphError, NotInXml, ParameterError, QueryTimeout, WorkerLost
from heritage_graph.store.frames import ASK, DATA, END, FAULT, START, frame, json_frame
from heritage_graph.store.worker import start_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from heritage_graph.analysis.rows import Row
    from heritage_graph.store.frames import Json
    from heritage_graph.store.worker import Worker

_START_S: Final = 30.0


@dataclass(frozen=True)
class AnalysisLimits:
    """What one analysis may take, how long it may wait for its turn, and how many run at once.

    Starting a process and loading the algorithm are not counted, for they are no fault of the question.
    """

    seconds: float = 30.0
    memory_bytes: int = 512 << 20
    at_once: int = 2


class Analyses:
    """The analysis processes of one service, started when they are needed. Every method belongs to one event loop."""

    def __init__(self, limits: AnalysisLimits, *, confined: bool = True) -> None:
        self._limits = limits
        self._confined = confined
        self._idle: list[Worker] = []
        self._turns = asyncio.Semaphore(limits.at_once)

    @property
    def pids(self) -> list[int]:
        """The process ids of the processes at rest."""
        return [worker.pid for worker in self._idle]

    async def run(self, name: str, rows: Sequence[Row], values: Mapping[str, str]) -> list[Row]:
        """The rows that the analysis *name* makes of *rows*.

        Raises:
            ParameterError: the analysis refuses the values.
            LimitReached: it took longer than its limit.
            EngineTrouble: its process ended, by its memory limit perhaps.
        """
        document = orjson.dumps({"results": {"bindings": list(rows)}})
        found: list[Row] = orjson.loads(await self.written(name, document, values, "json"))["results"]["bindings"]
        return found

    async def written(self, name: str, document: bytes, values: Mapping[str, str], extension: str) -> bytes:
        """The answer of the analysis *name* to the SPARQL results *document* in the format of *extension*.

        Raises:
            NotInXml: XML is wanted and cannot hold it.
            ParameterError, LimitReached, EngineTrouble: as `run`.
        """
        try:
            async with asyncio.timeout(self._limits.seconds) as limit, self._turns:
                request = {"analysis": name, "values": dict(values), "extension": extension}
                return await self._answer(request, document, limit)
        except TimeoutError:
            raise QueryTimeout(
                f"the analysis took longer than {self._limits.seconds:g} s; narrow the question",
                limit_s=self._limits.seconds,
            ) from None

    async def stop(self) -> None:
        """End the processes."""
        while self._idle:
            await self._idle.pop().stop()

    async def _answer(self, request: Json, document: bytes, limit: asyncio.Timeout) -> bytes:
        clock = asyncio.get_running_loop().time
        limit.reschedule(clock() + _START_S)
        worker = await self._taken()
        whole = False
        try:
            await worker.channel.send(json_frame(ASK, request) + frame(DATA, document) + json_frame(END, {}))
            answer = await _answer_of(worker, lambda: limit.reschedule(clock() + self._limits.seconds))
            whole = True
        except (ParameterError, NotInXml):
            whole = True
            raise
        finally:
            if whole:
                self._idle.append(worker)
            else:
                worker.kill()
                await asyncio.shield(worker.wait())
        return answer

    async def _taken(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if not worker.channel.closed:
                return worker
            await worker.wait()
        return await start_worker(
            "heritage_graph.analysis.process",
            {"memory_bytes": self._limits.memory_bytes, "confined": self._confined},
        )


async def _answer_of(worker: Worker, on_start: Callable[[], None]) -> bytes:
    """The body that *worker* sends; *on_start* is called when it begins to compute."""
    parts: list[bytes] = []
    while (received := await worker.channel.receive()) is not None:
        kind, payload = received
        if kind == FAULT:
            raise _error(orjson.loads(payload))
        if kind == END:
            return b"".join(parts)
        if kind == START:
            on_start()
        else:
            parts.append(payload)
    raise WorkerLost("the analysis process ended, perhaps for want of memory; narrow the question", retry_after=1)


def _error(fault: Json) -> HeritageGraphError:
    """The error that a fault frame stands for."""
    if fault["slug"] == NotInXml.slug:
        return NotInXml(fault["character"])
    details = {name: value for name, value in fault.items() if name not in {"slug", "message"}}
    return ParameterError(fault["message"], **details)

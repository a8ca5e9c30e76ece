"""One worker for a remote engine as the front sees it: ask it what clients ask, and how the engine stands."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import HeritageGraphError, UpstreamDown, UpstreamGaveUp, WorkerLost
from heritage_graph.store.asking import AskedWorker
from heritage_graph.store.frames import ASK, FAULT, Json, json_frame
from heritage_graph.store.remote.client import READY_S, WORKER
from heritage_graph.store.remote.faults import down, error_of
from heritage_graph.store.worker import start_worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from heritage_graph.store.base import Answer, QueryRequest
    from heritage_graph.store.remote.engine import Engine
    from heritage_graph.store.worker import Worker

PROBE_S: Final = 2.0
"""An engine that has not answered the least question after this time does not answer."""


class RemoteReader:
    """One worker that asks *engine*, made by `start_reader`; a query may use *memory_bytes* in it."""

    def __init__(self, worker: Worker, *, memory_bytes: int) -> None:
        self.worker = worker
        self._asked = AskedWorker(worker, memory_bytes=memory_bytes)

    @property
    def has_ended(self) -> bool:
        """Whether the process has gone, or has been ended."""
        return self.worker.channel.closed

    async def ask(self, request: QueryRequest, known: int | None, *, on_end: Callable[[], None]) -> Answer:
        """The answer to *request*: see `AskedWorker.answer`. *known* is a generation that was the last one before."""
        more: Json = {
            "do": "answer",
            "generation": known,
            "timeout_s": request.timeout_s,
            "federated": request.federated,
        }
        return await self._asked.answer(request, more, None, on_end=on_end)

    async def generation(self, known: int | None) -> int:
        """The number of the last generation on the engine, 0 before the first.

        Raises:
            UpstreamTrouble, WorkerLost: it does not tell.
        """
        told = await self._told({"do": "generation", "generation": known})
        generation: int = told["generation"]
        return generation

    async def answers(self) -> bool:
        """Tell whether the engine answers the least question, whatever it answers."""
        try:
            await self._told({"do": "probe"})
        except (UpstreamDown, UpstreamGaveUp, WorkerLost):
            return False
        except HeritageGraphError:
            return True
        return True

    async def _told(self, asked: Json) -> Json:
        await self.worker.channel.send(json_frame(ASK, {**asked, "timeout_s": PROBE_S}))
        try:
            received = await asyncio.wait_for(self.worker.channel.receive(), PROBE_S)
        except TimeoutError:
            self.worker.kill()
            raise down() from None
        except asyncio.CancelledError:
            self.worker.kill()
            raise
        if received is None:
            raise _lost()
        kind, payload = received
        told: Json = orjson.loads(payload)
        if kind == FAULT:
            raise error_of(told)
        return told


async def start_reader(engine: Engine, *, memory_bytes: int, confined: bool) -> RemoteReader:
    """A worker for *engine* that is ready; *confined* keeps it from starting programs.

    Raises:
        WorkerLost: it ended, or was not ready in time and was ended.
    """
    worker = await start_worker(WORKER, {"memory_bytes": memory_bytes, "confined": confined})
    await worker.channel.send(json_frame(ASK, engine.as_json()))
    try:
        ready = await asyncio.wait_for(worker.channel.receive(), READY_S)
    except BaseException as fault:
        worker.kill()
        await worker.wait()
        if isinstance(fault, TimeoutError):
            raise _lost() from None
        raise
    if ready is None:
        await worker.wait()
        raise _lost()
    return RemoteReader(worker, memory_bytes=memory_bytes)


def _lost() -> WorkerLost:
    return WorkerLost("the process that asks the engine ended before it had answered; try again", retry_after=1)

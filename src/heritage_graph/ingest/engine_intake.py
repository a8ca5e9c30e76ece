"""Writing to a remote engine, beside other nodes that may write to it as well."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import EngineTrouble, LimitReached, WorkerLost
from heritage_graph.ingest.intake import GateLimits, Intake, writer_fault
from heritage_graph.store.frames import ASK, FAULT, Json, json_frame
from heritage_graph.store.remote.commit import PATIENCE_S
from heritage_graph.store.worker import Worker, start_worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from heritage_graph.store.remote.engine import Engine

_WRITER: Final = "heritage_graph.store.remote.writer_process"


class EngineIntake(Intake):
    """The gate and the writer of this node for the graph on *engine*."""

    def __init__(
        self,
        engine: Engine,
        *,
        shapes: Path,
        limits: GateLimits,
        on_commit: Callable[[], Awaitable[None]],
        confined: bool = True,
        patience_s: int = PATIENCE_S,
    ) -> None:
        super().__init__(shapes=shapes, limits=limits, on_commit=on_commit, confined=confined)
        self._engine = engine
        self._patience_s = patience_s
        self._stands: Json = {"generation": 0, "key": ""}

    @property
    def _last(self) -> int:
        generation: int = self._stands["generation"]
        return generation

    def _note(self, told: Json) -> None:
        self._stands = {"generation": told["generation"], "key": told["key"]}

    async def _look(self) -> None:
        await self._asked({"stand": True})

    def _place(self) -> Json:
        return {"engine": self._engine.as_json(), "confined": self._confined}

    @contextmanager
    def _base(self) -> Iterator[Json]:
        yield self._stands

    async def _started_writer(self) -> Worker:
        writer = await start_worker(_WRITER, {"patience_s": self._patience_s})
        await writer.channel.send(json_frame(ASK, self._engine.as_json()))
        return writer

    async def _was_committed(self, key: str) -> bool:
        try:
            answer = await self._asked({"outcome": key})
        except (EngineTrouble, LimitReached) as fault:
            raise EngineTrouble(
                f"{fault}; whether the change was stored is known when the engine can be asked again", retry_after=5
            ) from fault
        return answer["outcome"] is not None

    async def _asked(self, request: Json) -> Json:
        """What the writer answers; one that ended since it was last asked is replaced.

        Raises:
            EngineTrouble, LimitReached: the engine failed.
        """
        for _ in range(2):
            writer = await self._running_writer()
            await writer.channel.send(json_frame(ASK, request))
            received = await writer.channel.receive()
            if received is not None:
                kind, payload = received
                answer: Json = orjson.loads(payload)
                if kind == FAULT:
                    raise writer_fault(answer)
                self._note(answer)
                return answer
        raise WorkerLost("the writer ended before it had answered; try again", retry_after=1)

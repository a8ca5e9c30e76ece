"""The running service over a remote engine: workers that ask it, a gate and a writer, and a look at where it stands."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import (
    EngineTrouble,
    GenerationNotKept,
    LimitReached,
    MovedOn,
    UpstreamDown,
    UpstreamGaveUp,
    WorkerLost,
)
from heritage_graph.ingest.engine_intake import EngineIntake
from heritage_graph.service import Service, whole
from heritage_graph.store.base import QueryRequest
from heritage_graph.store.remote.generations import EngineGenerations
from heritage_graph.store.remote.pool import RemotePool
from heritage_graph.store.remote.questions import ALIVE
from heritage_graph.store.view import LAST_COMMIT

if TYPE_CHECKING:
    from pathlib import Path

    from heritage_graph.service import ServiceLimits
    from heritage_graph.store.base import Answer
    from heritage_graph.store.remote.engine import Engine

_SHOWS_THE_LOG: Final = """
PREFIX hg: <https://w3id.org/heritage-graph/ns#>
ASK { ?commit hg:commitKey ?key }
"""
_LOOK_EACH_S: Final = 0.4
_LOOK_S: Final = 2.0
_WATCH_EACH: Final = 3  # looks


class EngineService(Service):
    """The graph on *engine* in service. Nothing of it stands on this node.

    What others commit is seen within half a second.
    """

    def __init__(self, engine: Engine, *, shapes: Path, limits: ServiceLimits, confined: bool = True) -> None:
        super().__init__()
        self._engine = engine
        self._confined = confined
        self._generations = EngineGenerations(engine, confined=confined)
        self._readers = RemotePool(
            engine, size=limits.readers, memory_bytes=limits.reader_memory_bytes, queue=limits.queue, confined=confined
        )
        self.intake = EngineIntake(engine, shapes=shapes, limits=limits.gate, on_commit=self.look, confined=confined)
        self._trouble: EngineTrouble | LimitReached | None = EngineTrouble(
            "the service is starting; try again shortly", retry_after=1
        )
        self._looking = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None

    @property
    def generations(self) -> EngineGenerations:
        """The last generation on the engine, as this node has seen it."""
        return self._generations

    async def start(self) -> None:
        """See `Service.start`. An engine that does not answer yet is waited for while this serves."""
        await self._readers.start()
        with suppress(UpstreamDown, UpstreamGaveUp, WorkerLost, LimitReached):
            await self.look()
        with suppress(UpstreamDown, UpstreamGaveUp, WorkerLost, LimitReached):
            await self.intake.start()
        self._watch = asyncio.get_running_loop().create_task(self._look_after())

    async def stop(self) -> None:
        """See `Service.stop`."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        await self.intake.stop()
        await self._readers.stop()

    async def query(self, request: QueryRequest, *, lane: str = "heavy", client: str = "") -> Answer:
        """See `Service.query`."""
        if request.at_generation is not None:
            self._generations.require(request.at_generation)
        try:
            answer = await self._readers.query(request, lane=lane, client=client)
        except GenerationNotKept as fault:  # it was the last one when this began
            await self.look()
            raise MovedOn(f"{fault}; ask again", retry_after=1) from fault
        if answer.generation != self._generations.last:
            await self.look()
        return answer

    def pool(self, *, size: int, memory_bytes: int) -> RemotePool:
        """See `Service.pool`."""
        return RemotePool(self._engine, size=size, memory_bytes=memory_bytes, confined=self._confined)

    def check_ready(self) -> None:
        """See `Service.check_ready`: the engine has answered when it was last looked at."""
        if isinstance(self._trouble, LimitReached):
            raise EngineTrouble(f"the engine does not answer: {self._trouble}", retry_after=1) from self._trouble
        if self._trouble is not None:
            raise self._trouble

    async def look(self) -> None:
        """See where the engine stands now, and tell the followers when that is elsewhere.

        Raises:
            EngineTrouble, LimitReached: it does not answer.
        """
        async with self._looking:
            try:
                has_moved = await self._has_moved()
            except (EngineTrouble, LimitReached) as fault:
                self._trouble = fault
                raise
            self._trouble = None
            if has_moved:
                self._tell_followers()

    async def _has_moved(self) -> bool:
        """Ask the engine for its last commit, and note it; every answer tells its number."""
        answer = await self._asked(ALIVE)
        if self._generations.key and answer.generation == self._generations.last:
            return False
        if not self._generations.key:
            await self._check_default_graph()
        answer = await self._asked(LAST_COMMIT)
        rows = orjson.loads(await whole(answer))["results"]["bindings"]
        generation, key = (int(rows[0]["generation"]["value"]), rows[0]["key"]["value"]) if rows else (0, "")
        return self._generations.see(generation, key)

    async def _check_default_graph(self) -> None:
        """Make sure that a query without a dataset is not answered from the named graphs too.

        Raises:
            EngineTrouble: it is.
        """
        if orjson.loads(await whole(await self._asked(_SHOWS_THE_LOG)))["boolean"]:
            raise EngineTrouble(
                "the engine answers queries from all its graphs together, and so would show what is not published; set "
                "it to answer them from its default graph alone (docs/how-to/serve-over-a-sparql-engine.md)"
            )

    async def _asked(self, text: str) -> Answer:
        return await self._readers.query(QueryRequest(text, timeout_s=_LOOK_S), lane="lookup")

    async def _look_after(self) -> None:
        """Look where the engine stands, and start the gate or the writer anew when one has ended between requests."""
        looks = 0
        while True:
            await asyncio.sleep(_LOOK_EACH_S)
            with suppress(EngineTrouble, LimitReached):  # who asks is told
                await self.look()
            looks += 1
            if looks % _WATCH_EACH == 0:
                with suppress(EngineTrouble, LimitReached):  # it is tried again, and the next request tells its sender
                    await self.intake.keep_alive()

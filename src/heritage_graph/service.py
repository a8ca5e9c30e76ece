"""The running service without HTTP: what it is asked, and writer, gate and readers over one data folder."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

import orjson

from heritage_graph.errors import EngineTrouble
from heritage_graph.ingest.folder_intake import FolderIntake
from heritage_graph.ingest.intake import GateLimits, Intake
from heritage_graph.store.aside import is_waiting
from heritage_graph.store.base import Answer, QueryRequest
from heritage_graph.store.embedded import RESERVE_BYTES
from heritage_graph.store.generations import Generations, published_generations
from heritage_graph.store.readers import ReaderPool
from heritage_graph.store.releases import kept_generations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from heritage_graph.store.frames import Json
    from heritage_graph.store.published import Published

_WATCH_S: Final = 0.25

Row = dict[str, dict[str, str]]
"""A row of SPARQL results in JSON: variable to `{"type", "value", "datatype", "xml:lang"}`; unbound ones are absent."""


@dataclass(frozen=True)
class ServiceLimits:
    """How many readers there are, how much each may use, how many may wait, and what the gate may take.

    The published view is held in memory when it takes no more than *view_bytes* there. *federation* adds one reader
    that may reach the network.
    """

    readers: int = 3
    reader_memory_bytes: int = 512 << 20
    queue: int = 64
    view_bytes: int = 0
    federation: bool = False
    gate: GateLimits = field(default_factory=GateLimits)
    reserve_bytes: int = RESERVE_BYTES


class Pool(Protocol):
    """Readers of their own."""

    async def start(self) -> None:
        """Start them; returns when they answer."""

    async def stop(self) -> None:
        """End them."""

    async def query(self, request: QueryRequest, *, lane: str = "heavy", client: str = "") -> Answer:
        """See `ReaderPool.query`."""


class Service(ABC):
    """A graph in service. Start it before use; every method belongs to the event loop of `start`."""

    intake: Intake

    def __init__(self) -> None:
        self._followers: list[Callable[[], None]] = []

    @property
    @abstractmethod
    def generations(self) -> Published:
        """The generations that can be read."""

    @abstractmethod
    async def start(self) -> None:
        """Start all processes; returns when queries are answered. The first document may wait for the gate.

        Raises:
            EngineTrouble: a process cannot start; the message says why.
        """

    @abstractmethod
    async def stop(self) -> None:
        """End all processes; what runs finishes first, within a few seconds."""

    @abstractmethod
    async def query(self, request: QueryRequest, *, lane: str = "heavy", client: str = "") -> Answer:
        """Run *request* of *client*: see `ReaderPool.query`.

        Raises:
            QueryFault, NotAcceptable, LimitReached, EngineTrouble, GenerationNotKept: as `ReaderPool.query`.
            MovedOn: the generation that was asked is not the last one any more, and is not kept.
        """

    @abstractmethod
    def pool(self, *, size: int, memory_bytes: int) -> Pool:
        """More readers of the same graph, for whoever starts and stops them; they answer lookups like any query."""

    @abstractmethod
    def check_ready(self) -> None:
        """Make sure that queries are answered and documents taken.

        Raises:
            EngineTrouble: they are not, for now; the message says why.
        """

    async def rows(
        self, text: str, *, lane: str = "lookup", timeout_s: float = 10.0, at_generation: int | None = None
    ) -> list[Row]:
        """All rows of a SELECT, in its order.

        Raises:
            LimitReached, QueryFault, EngineTrouble: as `query`.
        """
        request = QueryRequest(text, timeout_s=timeout_s, at_generation=at_generation)
        answer = await self.query(request, lane=lane)
        document: Json = orjson.loads(await whole(answer))
        rows: list[Row] = document["results"]["bindings"]
        return rows

    def follow(self, told: Callable[[], None]) -> None:
        """Have *told* called whenever a generation was published."""
        self._followers.append(told)

    def _tell_followers(self) -> None:
        for told in self._followers:
            told()


class FolderService(Service):
    """One data folder in service."""

    def __init__(self, data: Path, *, shapes: Path, limits: ServiceLimits, confined: bool = True) -> None:
        super().__init__()
        self._data = data
        self._confined = confined
        self._generations = Generations(data, published_generations(data))
        self.readers = ReaderPool(
            self._generations,
            size=limits.readers,
            memory_bytes=limits.reader_memory_bytes,
            queue=limits.queue,
            view_bytes=limits.view_bytes,
            confined=confined,
        )
        self._federated = ReaderPool(
            self._generations,
            size=1,
            memory_bytes=limits.reader_memory_bytes,
            queue=limits.queue,
            confined=confined,
            networked=True,
        )
        self._federation = limits.federation
        self.intake: FolderIntake = FolderIntake(
            data,
            self._generations,
            shapes=shapes,
            limits=limits.gate,
            reserve_bytes=limits.reserve_bytes,
            on_commit=self._moved_on,
            confined=confined,
        )
        self._told_of = self._generations.last if self._generations.published else 0
        self._refreshed_to = self._told_of
        self._watch: asyncio.Task[None] | None = None

    @property
    def generations(self) -> Generations:
        """The generations of the folder."""
        return self._generations

    async def start(self) -> None:
        """See `Service.start`."""
        # This was loaded when other generations were there, when a front takes the place of another.
        self._generations.publish(published_generations(self._data))
        if self._generations.published:  # reading need not wait for the writer
            await asyncio.gather(self.intake.start(), self.readers.start())
        else:
            await self.intake.start()
            await self.readers.start()
        if self._federation:
            await self._federated.start()
        self._watch = asyncio.get_running_loop().create_task(self._look_after())

    async def stop(self) -> None:
        """See `Service.stop`."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        await self.intake.stop()
        await self.readers.stop()
        await self._federated.stop()

    async def query(self, request: QueryRequest, *, lane: str = "heavy", client: str = "") -> Answer:
        """See `Service.query`; a federated request goes to the reader that may reach the network."""
        pool = self._federated if request.federated else self.readers
        return await pool.query(request, lane=lane, client=client)

    def pool(self, *, size: int, memory_bytes: int) -> ReaderPool:
        """See `Service.pool`."""
        return ReaderPool(self._generations, size=size, memory_bytes=memory_bytes, confined=self._confined)

    def check_ready(self) -> None:
        """See `Service.check_ready`."""
        if not self.readers.pids or "writer" not in self.intake.pids:
            raise EngineTrouble("the service is starting or lacks a process; try again shortly", retry_after=1)

    async def _moved_on(self) -> None:
        """A generation was published: tell the followers; idle readers move to it soon, or when they are asked."""
        self._told_of = self._generations.last
        self._tell_followers()

    async def _refresh(self) -> None:
        """Move the idle readers to the last generation, so that the ones before may be retired."""
        self._refreshed_to = self._generations.last
        await self.readers.refresh()
        await self._federated.refresh()

    async def _look_after(self) -> None:
        """Start the gate or the writer anew when one has ended between requests, and retire what nobody needs.

        Idle readers are moved here, so that a commit need not wait for it, and once for commits that come in a row.
        """
        while True:
            with suppress(EngineTrouble):  # it is tried again, and the next request tells its sender
                await self.intake.keep_alive()
            if is_waiting(self._data):
                with suppress(EngineTrouble):  # as above
                    await self.intake.take_in()
            if self._generations.last != self._told_of:  # published while no writer ran, or by one that has ended since
                await self._moved_on()
            if self._generations.last != self._refreshed_to:
                await self._refresh()
            with suppress(EngineTrouble):  # while it cannot be told what the releases keep, everything is kept
                await self._retire_outdated()
            await asyncio.sleep(_WATCH_S)

    async def _retire_outdated(self) -> None:
        """Retire what nobody needs; a reader that has answered a question about the past and is idle needs nothing."""
        releases = kept_generations(self._data)
        if outdated := self._generations.outdated(releases):
            await self.readers.leave(outdated)
            await self._federated.leave(outdated)
        for generation in self._generations.retirable(releases):
            await self.intake.retire(generation)


async def whole(answer: Answer) -> bytes:
    """The bytes of an answer once all are there.

    Raises:
        LimitReached, EngineTrouble: what stopped it on the way.
    """
    return b"".join([part async for part in answer.parts()])


async def answer_once(request: QueryRequest, pool: Pool) -> Answer:
    """The whole answer to one query, from *pool*, which is started and stopped for it.

    Raises:
        QueryFault, LimitReached, EngineTrouble: as `Service.query`.
    """
    await pool.start()
    try:
        answer = await pool.query(request)
        return replace(answer, first=await whole(answer), rest=None)
    finally:
        await pool.stop()

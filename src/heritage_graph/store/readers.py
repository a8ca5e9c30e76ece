"""The pool of reader processes: run a query where it can be killed, and answer with a whole result or an error."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import WorkerLost
from heritage_graph.store.lanes import Lanes, Place
from heritage_graph.store.nursery import Nursery, start_nursery
from heritage_graph.store.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Container, Coroutine

    from heritage_graph.store.base import Answer, QueryRequest
    from heritage_graph.store.generations import Generations

BYTES_PER_STATEMENT: Final = 480
"""What a statement of the published view takes in memory, with a reserve (measured: 380 at a million)."""

_QUIET_S: Final = 0.5
_ATTEMPTS: Final = 5


class _SentBack(Exception):
    """The query turned out to be long while all places of long ones were taken; it waits for one."""


class ReaderPool:
    """Reader processes over the published generations: *size* for short queries, as many for long ones.

    A query begins among the short ones. One that runs longer than `LONG_S` goes on at the lowest priority, in a place
    of a long query; where none is free, it is ended and waits for one. Queries of a client whose queries are long
    begin there. One short place is kept for `lane="lookup"` (entity pages, labels) when there are at least two. At
    most *queue* lookups wait, as many other short queries, and as many long ones.

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
        self._size = size
        self._memory_bytes = memory_bytes
        self._most_in_view = view_bytes // BYTES_PER_STATEMENT
        self._confined = confined
        self._networked = networked
        self._lanes = Lanes(size, queue=queue)
        self._nursery: Nursery | None = None
        self._nurseries: set[Nursery] = set()
        self._starting = asyncio.Lock()
        self._viewing: asyncio.Task[None] | None = None
        self._readers: set[Reader] = set()
        self._idle: list[Reader] = []
        self._on_the_way = 0
        self._background: set[asyncio.Task[None]] = set()
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
        """Start the readers of short queries; returns when they answer."""
        await asyncio.gather(*(self._add_idle() for _ in range(self._size)))
        self._bring_view()

    async def stop(self) -> None:
        """End all readers; running queries finish first, within the grace of a worker."""
        self._stopped = True
        if self._viewing is not None:
            self._viewing.cancel()
            await asyncio.gather(self._viewing, return_exceptions=True)
        while self._background:
            await asyncio.gather(*self._background)
        await asyncio.gather(*(reader.worker.stop() for reader in self._readers))
        await asyncio.gather(*(self._end(nursery) for nursery in self._nurseries))

    async def refresh(self) -> None:
        """Move the idle readers to the last generation, and bring its view into memory if it fits."""
        self._bring_view()
        await self.leave({reader.generation for reader in self._idle} - {self._generations.last})

    async def leave(self, generations: Container[int | None]) -> None:
        """Move the idle readers of *generations* to the last one, so that those may be retired."""
        for reader in list(self._idle):
            if reader.generation in generations and reader in self._idle:
                self._idle.remove(reader)
                with suppress(WorkerLost):  # killed from outside while it was idle: putting it back replaces it
                    await reader.open(self._generations.last)
                self._put_back(reader)

    async def query(self, request: QueryRequest, *, lane: str = "heavy", client: str = "") -> Answer:
        """Run *request* of *client* and return its answer once it is whole or its first MiB is there.

        Raises:
            QueryFault: it does not parse.
            NotAcceptable: its form cannot be given in the formats asked for.
            LimitReached: it passed its time, memory or size, or the queue is full.
            EngineTrouble: the store failed or the reader ended for no reason of the query's.
            GenerationNotKept: `at_generation` is not kept.
        """
        lookup = lane == "lookup"
        place = self._lanes.place(client, lookup=lookup)
        was_lost = False
        while True:
            try:
                return await self._run(request, place)
            except _SentBack:
                place = Place(client, is_long=True, lookup=lookup)
            except WorkerLost:  # killed from outside, perhaps while it was idle: asking again changes nothing
                if was_lost:
                    raise
                was_lost = True
                place = Place(client, is_long=place.is_long, lookup=lookup)

    async def _run(self, request: QueryRequest, place: Place) -> Answer:
        generation = self._generations.last if request.at_generation is None else request.at_generation
        self._generations.require(generation)
        await self._lanes.take(place)
        try:
            place.reader = await self._reader(is_long=place.is_long)
            await place.reader.open(generation)
            self._lanes.begin(place, self._found_long)
            answer = await place.reader.ask(request, generation, on_end=lambda: self._leave(place))
            place.answering = answer.rest is not None
        except WorkerLost:
            if place.sent_back:
                raise _SentBack from None
            raise
        else:
            return answer
        finally:
            if not place.answering:
                self._leave(place)

    def _leave(self, place: Place) -> None:
        if place.reader is not None:
            self._put_back(place.reader)
        self._lanes.leave(place)

    def _found_long(self, place: Place) -> None:
        """Have a query that has turned out to be long make room for the short ones."""
        assert place.reader is not None
        if place.reader.has_ended:
            return
        if self._lanes.is_full_of_long and not place.answering and not place.lookup:
            place.sent_back = True
            place.reader.worker.kill()
            return
        self._lanes.go_on_as_long(place)
        place.reader.yield_processor()
        self._fill_up()

    async def _reader(self, *, is_long: bool) -> Reader:
        """An idle reader of the right priority, or a new one."""
        for reader in self._idle:
            if reader.yields == is_long and not reader.has_ended:
                self._idle.remove(reader)
                return reader
        reader = await self._forked()
        if is_long:
            reader.yield_processor()
        return reader

    def _put_back(self, reader: Reader) -> None:
        """Keep *reader* for the next query, if it lives, is of the newest nursery, and there are not enough idle."""
        alike = sum(other.yields == reader.yields for other in self._idle)
        if reader.has_ended or self._is_outdated(reader) or alike >= self._size:
            self._forget(reader)
            self._in_background(self._bury(reader))
            self._fill_up()
        else:
            self._idle.append(reader)

    def _fill_up(self) -> None:
        """Have a reader stand ready for each short place, so that no query waits for a fork."""
        at_hand = sum(not reader.yields for reader in self._readers) + self._on_the_way
        for _ in range(self._size - at_hand):
            self._on_the_way += 1
            self._in_background(self._add_one_more())

    async def _add_one_more(self) -> None:
        try:
            await self._add_idle()
        finally:
            self._on_the_way -= 1

    async def _add_idle(self) -> None:
        if not self._stopped:
            self._put_back(await self._forked())

    async def _forked(self) -> Reader:
        """A new reader that has the last generation open; one that is killed meanwhile is followed by another."""
        for attempt in range(_ATTEMPTS):
            reader = None
            try:
                nursery = await self._running_nursery()
                reader = Reader(await nursery.fork(), nursery, self._generations, memory_bytes=self._memory_bytes)
                self._readers.add(reader)
                await reader.open(self._generations.last)
            except BaseException as fault:
                if reader is not None:
                    self._forget(reader)
                    self._in_background(self._bury(reader))
                if not isinstance(fault, WorkerLost) or attempt == _ATTEMPTS - 1:
                    raise
            else:
                return reader
        raise AssertionError  # the last attempt returns or raises

    async def _bury(self, reader: Reader) -> None:
        await reader.worker.stop()
        await self._end_unused(reader.nursery)

    def _forget(self, reader: Reader) -> None:
        reader.let_go()
        self._readers.discard(reader)

    async def _running_nursery(self) -> Nursery:
        async with self._starting:
            if self._nursery is None or self._nursery.closed:
                lost = self._nursery
                self._nursery = await self._start_nursery()
                if lost is not None:
                    await self._end(lost)
                    self._bring_view()
            return self._nursery

    async def _start_nursery(self) -> Nursery:
        nursery = await start_nursery(
            memory_bytes=self._memory_bytes, confined=self._confined, networked=self._networked
        )
        self._nurseries.add(nursery)
        return nursery

    async def _end(self, nursery: Nursery) -> None:
        await nursery.stop()
        self._nurseries.discard(nursery)

    def _is_outdated(self, reader: Reader) -> bool:
        """Tell whether a newer nursery has taken the place of the one that made *reader*."""
        return reader.nursery is not self._nursery and not self._stopped

    async def _end_unused(self, nursery: Nursery) -> None:
        if nursery is not self._nursery and all(reader.nursery is not nursery for reader in self._readers):
            await self._end(nursery)

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
                await self._end(nursery)
                return
            before, self._nursery = self._nursery, nursery
            await self._renew()
            if before is not None:
                await self._end_unused(before)

    async def _renew(self) -> None:
        """Replace the idle readers of the nursery before, one after the other, so that there are never none."""
        for reader in list(self._idle):
            if self._is_outdated(reader):
                fresh = None if reader.yields else await self._forked()
                if reader in self._idle:
                    self._idle.remove(reader)
                    self._put_back(reader)
                if fresh is not None:
                    self._put_back(fresh)

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
        self._background.add(task)
        task.add_done_callback(self._background.discard)

"""Who runs next: short queries before long ones, and of those that wait the client who has taken least."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Callable

    from heritage_graph.store.reader import Reader

LONG_S: Final = 0.2
"""A query that has run longer than this is long: it goes on with what processor time the short ones leave."""

_TOLERATED_S: Final = 1.0
_FORGOTTEN_A_SECOND: Final = 0.1
_MOST_CLIENTS: Final = 10_000
_RETRY_AFTER_S: Final = 2


class LongTimes:
    """How long the queries of each client have lately run beyond `LONG_S`; a second is forgotten in ten."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._times: dict[str, tuple[float, float]] = {}

    def add(self, client: str, seconds: float) -> None:
        """Note that a query of *client* has run for *seconds*."""
        if client and seconds > LONG_S:
            if len(self._times) >= _MOST_CLIENTS:
                self._times = {each: noted for each, noted in self._times.items() if self.of(each)}
            self._times[client] = self.of(client) + seconds - LONG_S, self._clock()

    def of(self, client: str) -> float:
        """The seconds that stand against *client* now."""
        seconds, noted = self._times.get(client, (0.0, 0.0))
        return max(0.0, seconds - (self._clock() - noted) * _FORGOTTEN_A_SECOND)

    def expects_long(self, client: str) -> bool:
        """Tell whether the next query of *client* should be taken for a long one from the start."""
        return self.of(client) > _TOLERATED_S


@dataclass(eq=False)
class Place:
    """Where one query runs: the client whose it is, whether it is long, and its reader once there is one.

    A *lookup* is one of ours (pages, names): it goes first and is never sent back. `began` is when the query began to
    run, `timer` what will find it long. `answering` tells that part of the answer is on its way, `sent_back` that the
    query has to begin anew as a long one.
    """

    client: str
    is_long: bool
    lookup: bool
    reader: Reader | None = None
    began: float | None = None
    timer: asyncio.TimerHandle | None = field(default=None, repr=False)
    answering: bool = False
    sent_back: bool = False
    turn: asyncio.Future[None] | None = field(default=None, repr=False)


class Lane:
    """The places of short queries, or of long ones: *size* at once, and those who wait for one.

    Of *size*, *kept* places are for lookups only.
    """

    def __init__(self, size: int, *, kept: int = 0) -> None:
        self._size = size
        self._kept = kept
        self._taken = 0
        self._lookups = 0
        self._clients: Counter[str] = Counter()
        self._waiting: list[Place] = []

    def waiting(self, *, lookup: bool) -> int:
        """How many lookups wait, or how many others."""
        return sum(place.lookup == lookup for place in self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether no place is free."""
        return self._taken >= self._size

    async def take(self, place: Place) -> None:
        """Wait until *place* may be taken, and take it."""
        if self._may(place):  # whoever waits may not: they were let in as places became free
            self.occupy(place)
            return
        place.turn = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place.turn
        except asyncio.CancelledError:
            if place in self._waiting:
                self._waiting.remove(place)
            else:  # its turn had come in this very moment
                self.leave(place)
            raise

    def occupy(self, place: Place) -> None:
        """Take *place* at once, even beyond the number of places."""
        self._taken += 1
        self._lookups += place.lookup
        self._clients[place.client] += not place.lookup

    def leave(self, place: Place) -> None:
        """Give *place* up, and let those who wait take it."""
        self._taken -= 1
        self._lookups -= place.lookup
        self._clients[place.client] -= not place.lookup
        if not self._clients[place.client]:
            del self._clients[place.client]
        self.let_in()

    def let_in(self) -> None:
        """Let in those for whom there is a place: lookups, then who runs least, then who came first."""
        while able := [place for place in self._waiting if self._may(place)]:
            place = min(able, key=lambda each: (not each.lookup, self._clients[each.client]))
            self._waiting.remove(place)
            self.occupy(place)
            assert place.turn is not None
            place.turn.set_result(None)

    def _may(self, place: Place) -> bool:
        gave_up = place.turn is not None and place.turn.done()
        if gave_up or self._taken >= self._size:
            return False
        return place.lookup or self._taken - self._lookups < self._size - self._kept


class Lanes:
    """The lane of the short queries and that of the long ones, *size* places each, and how long each client's run.

    One short place is kept for lookups when there are at least two. At most *queue* lookups wait, as many other short
    queries, and as many long ones.
    """

    def __init__(self, size: int, *, queue: int) -> None:
        self._queue = queue
        self._short = Lane(size, kept=1 if size > 1 else 0)
        self._long = Lane(size)
        self._times = LongTimes(lambda: asyncio.get_running_loop().time())

    def place(self, client: str, *, lookup: bool) -> Place:
        """A place for the next query of *client*: among the long ones at once when its queries are long."""
        return Place(client, is_long=not lookup and self._times.expects_long(client), lookup=lookup)

    @property
    def is_full_of_long(self) -> bool:
        """Whether no place of a long query is free."""
        return self._long.is_full

    async def take(self, place: Place) -> None:
        """Wait until *place* may be taken, and take it.

        Raises:
            Busy: too many of its kind wait already.
        """
        lane = self._lane_of(place)
        if lane.waiting(lookup=place.lookup) >= self._queue:
            raise Busy(
                f"{self._queue} requests wait already; try again in {_RETRY_AFTER_S} s", retry_after=_RETRY_AFTER_S
            )
        await lane.take(place)

    def begin(self, place: Place, found_long: Callable[[Place], None]) -> None:
        """Look at the clock as a query begins to run; *found_long* is called when it has run longer than `LONG_S`."""
        loop = asyncio.get_running_loop()
        place.began = loop.time()
        if not place.is_long:
            place.timer = loop.call_later(LONG_S, found_long, place)

    def go_on_as_long(self, place: Place) -> None:
        """Give a short place to others; its query has turned out to be long, and goes on as one of those."""
        self._short.leave(place)
        place.is_long = True
        self._long.occupy(place)

    def leave(self, place: Place) -> None:
        """Give *place* up, and note how long its query ran."""
        if place.timer is not None:
            place.timer.cancel()
        if place.began is not None:
            self._times.add(place.client, asyncio.get_running_loop().time() - place.began)
        self._lane_of(place).leave(place)

    def _lane_of(self, place: Place) -> Lane:
        return self._long if place.is_long else self._short

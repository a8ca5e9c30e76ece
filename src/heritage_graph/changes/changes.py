"""Keep the change log of one data folder up to date: a process of its own appends after each publication.

The log is the file `{data}/changes.sqlite`. It is made of the log in the graph: one that was removed, or that is of
another store, is made anew.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from heritage_graph.changes.change_log import ChangeLog
from heritage_graph.errors import Busy, EngineTrouble, MovedOn, WorkerLost
from heritage_graph.store.errand import send_on_errand

if TYPE_CHECKING:
    from pathlib import Path

    from heritage_graph.store.frames import Json
    from heritage_graph.store.published import Published

CHANGES: Final = "changes.sqlite"
"""The file of the change log, in the data folder."""

_WAIT_S: Final = 2.0
_LONG_WAIT_S: Final = 5.0
_RETRY_AFTER_S: Final = 2
_REST_S: Final = 1.0
_HELD: Final = 50


class Changes:
    """The change log of *data*. Every method belongs to the event loop of `start`.

    Generations that were published are held until they are taken, up to the last fifty; of those that went before, the
    log has the changes without content.
    """

    def __init__(
        self, data: Path, generations: Published, *, memory_bytes: int = 1 << 30, confined: bool = True
    ) -> None:
        self._path = data / CHANGES
        self._generations = generations
        self._memory_bytes = memory_bytes
        self._confined = confined
        self._log: ChangeLog | None = None
        self._file = 0
        self._taken = -1
        self._held: list[int] = []
        self._news = asyncio.Event()
        self._moved = asyncio.Condition()
        self._fault: EngineTrouble | None = None
        self._following: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to take what was committed since; what a crash left is taken again."""
        self._following = asyncio.get_running_loop().create_task(self._follow())
        self.published()

    async def stop(self) -> None:
        """End what is being appended, and close the log."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        if self._log is not None:
            self._log.close()
            self._log = None

    def published(self) -> None:
        """Take note that a generation was published; it is held, and will be taken."""
        if self._generations.published and self._generations.last not in (*self._held, self._taken):
            self._generations.hold(self._generations.last)
            self._held.append(self._generations.last)
            for generation in self._held[:-_HELD]:
                self._release(generation)
        self._news.set()

    async def log(self, *, at_least: int | None = None, patience_s: float | None = None) -> ChangeLog:
        """The log, once it has the last generation, or as it is when that takes longer than 2 s.

        While there is none at all, this waits up to 5 s; with *at_least*, so long for that generation. *patience_s* is
        how long this waits instead.

        Raises:
            Busy: there is none in time.
            EngineTrouble: it cannot be made.
        """
        wanted = self._generations.last if at_least is None else at_least
        if self._taken < wanted:  # also after a fault, which may have passed
            self._fault = None
            self._news.set()
        usual = _WAIT_S if at_least is None and self._log is not None else _LONG_WAIT_S
        patience = usual if patience_s is None else patience_s
        with suppress(TimeoutError):
            async with asyncio.timeout(patience), self._moved:
                await self._moved.wait_for(lambda: self._taken >= wanted or self._fault is not None)
        if self._log is None or self._taken < (at_least or 0):
            if self._fault is not None:
                raise self._fault
            raise Busy(
                f"the change log has not taken generation {wanted} yet; ask again in {_RETRY_AFTER_S} s",
                generation=wanted,
                retry_after=_RETRY_AFTER_S,
            )
        return self._log

    async def _follow(self) -> None:
        """Append whenever there is another generation, in no more than half of the time while they follow fast."""
        now = asyncio.get_running_loop().time
        while True:
            await self._news.wait()
            self._news.clear()
            began = now()
            if self._generations.published and self._generations.last != self._taken:
                await self._take()
            await asyncio.sleep(min(now() - began, _REST_S))

    async def _take(self) -> None:
        """Append up to the last generation; a fault is told to who asks, and tried again at the next publication."""
        last = self._generations.last
        kept = self._generations.published
        for generation in kept:
            self._generations.hold(generation)
        try:
            states = {generation: self._generations.told(generation) for generation in kept}
            try:
                await self._append(states)
            except WorkerLost:  # killed from outside, perhaps; nothing was changed
                await self._append(states)
        except MovedOn:  # what it moved to will be published
            pass
        except EngineTrouble as fault:
            self._fault = fault
        else:
            self._fault, self._taken = None, last
            self._open()
            for generation in [each for each in self._held if each <= last]:
                self._release(generation)
        finally:
            for generation in kept:
                self._generations.release(generation)
            async with self._moved:
                self._moved.notify_all()

    def _open(self) -> None:
        """Open the file, or another one that stands in its place."""
        file = self._path.stat().st_ino
        if self._log is None or file != self._file:
            if self._log is not None:
                self._log.close()
            self._log, self._file = ChangeLog(self._path), file

    def _release(self, generation: int) -> None:
        self._held.remove(generation)
        self._generations.release(generation)

    async def _append(self, states: dict[int, Json]) -> None:
        settings = {
            "path": str(self._path),
            "keeps_past": self._generations.keeps_past,
            "states": {str(generation): told for generation, told in states.items()},
            "memory_bytes": self._memory_bytes,
            "confined": self._confined,
        }
        module = "heritage_graph.changes.appender_process"
        await send_on_errand(module, settings, trouble="the change log cannot be appended to")

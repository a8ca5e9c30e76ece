"""The indexes of one data folder: built for each generation by a process of its own, kept while the generation is.

The index of generation n is the file `{data}/indexes/{n}.sqlite`. While it is built its name ends in `.tmp`; a crash
may leave such a file, and the next start clears it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import Busy, EngineTrouble, GenerationNotKept, MovedOn
from heritage_graph.index.build import LAYOUT
from heritage_graph.index.builder_process import UNFINISHED
from heritage_graph.index.index import Index
from heritage_graph.store.errand import send_on_errand

if TYPE_CHECKING:
    from pathlib import Path

    from heritage_graph.store.frames import Json
    from heritage_graph.store.published import Published

INDEXES: Final = "indexes"
"""The folder of the indexes, in the data folder."""

_SUFFIX: Final = ".sqlite"
_WAIT_S: Final = 2.0
_LONG_WAIT_S: Final = 5.0
_RETRY_AFTER_S: Final = 2
_LOOK_S: Final = 0.05


class Indexes:
    """The indexes of the generations of *data*. Every method belongs to the event loop of `start`.

    One is built at a time; its generation is held until it is done. After a publication the last generation is indexed
    without being asked for, though no more than half of the time goes into that: of generations that follow fast, only
    those that are asked for are indexed.
    """

    def __init__(
        self, data: Path, generations: Published, *, memory_bytes: int = 1 << 30, confined: bool = True
    ) -> None:
        self._folder = data / INDEXES
        self._generations = generations
        self._memory_bytes = memory_bytes
        self._confined = confined
        self._open: dict[int, Index] = {}
        self._building: dict[int, asyncio.Task[Index]] = {}
        self._turn = asyncio.Lock()
        self._published = asyncio.Event()
        self._following: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Clear what a crash left, and begin to index the last generation."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for left in self._folder.glob(f"*{UNFINISHED}*"):
            left.unlink(missing_ok=True)
        self._following = asyncio.get_running_loop().create_task(self._follow())
        self.published()

    async def stop(self) -> None:
        """End what is being built, and close all indexes."""
        tasks = [*self._building.values(), *([self._following] if self._following is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for index in self._open.values():
            index.close()
        self._open.clear()

    def published(self) -> None:
        """Take note that a generation was published; it will be indexed."""
        self._published.set()

    async def current(self, *, at_least: int | None = None, patience_s: float | None = None) -> Index:
        """The index of the last generation, or of the newest that is there when it is not built within 2 s.

        While there is none at all, this waits up to 5 s; with *at_least*, so long for the index of that generation or
        of a later one. *patience_s* is how long this waits for an index instead. An index says of which generation it
        is.

        Raises:
            Busy: there is none in time.
            EngineTrouble: it cannot be built.
        """
        now = asyncio.get_running_loop().time
        began, wanted = now(), at_least or 0
        while (last := self._generations.last) < wanted:
            if now() >= began + _LONG_WAIT_S:
                raise Busy(
                    f"generation {wanted} is not published; the last one is {last}",
                    generation=last,
                    retry_after=_RETRY_AFTER_S,
                )
            await asyncio.sleep(_LOOK_S)
        usual = _WAIT_S if at_least is None and self._newest(wanted) is not None else _LONG_WAIT_S
        patience = usual if patience_s is None else patience_s
        index = await self._within(last, began + patience) or self._newest(wanted)
        if index is None:
            raise _not_ready(last)
        return index

    async def of(self, generation: int) -> Index:
        """The index of *generation*, built when there is none yet.

        Raises:
            GenerationNotKept: there is no such generation any more.
            Busy: it is not built within 5 s; it will be soon.
            EngineTrouble: it cannot be built.
        """
        self._generations.require(generation)
        index = await self._within(generation, asyncio.get_running_loop().time() + _LONG_WAIT_S)
        if index is None:
            raise _not_ready(generation)
        return index

    def _newest(self, least: int) -> Index | None:
        """The index of the newest generation that is kept and indexed, *least* or later."""
        kept = set(self._generations.published)
        newest = max((number for number in self._open if number >= least and number in kept), default=None)
        return None if newest is None else self._open[newest]

    async def _within(self, generation: int, deadline: float) -> Index | None:
        """The index of *generation*; None when it is not there at *deadline*, and is still being built."""
        if generation in self._open:
            return self._open[generation]
        building = self._begin(generation)
        await asyncio.wait([building], timeout=max(0.0, deadline - asyncio.get_running_loop().time()))
        return building.result() if building.done() else None

    def _begin(self, generation: int) -> asyncio.Task[Index]:
        """What builds the index of *generation*, begun now unless it runs already."""
        if generation not in self._building:
            task = asyncio.get_running_loop().create_task(self._made(generation))
            self._building[generation] = task
            task.add_done_callback(lambda done: self._over(generation, done))
        return self._building[generation]

    def _over(self, generation: int, task: asyncio.Task[Index]) -> None:
        del self._building[generation]
        if not task.cancelled():
            task.exception()  # told to whoever waits, if anybody does

    async def _made(self, generation: int) -> Index:
        self._generations.hold(generation)
        try:
            async with self._turn:
                told, stamp = self._generations.told(generation), self._generations.stamp(generation)
                path = self._folder / f"{generation}{_SUFFIX}"
                if not await asyncio.to_thread(_is_of, path, stamp):
                    await self._build(told, stamp, path)
                index = self._open[generation] = Index(generation, path)
                return index
        finally:
            self._generations.release(generation)

    async def _build(self, told: Json, stamp: str, path: Path) -> None:
        settings = {
            "state": told,
            "stamp": stamp,
            "path": str(path),
            "memory_bytes": self._memory_bytes,
            "confined": self._confined,
        }
        await send_on_errand("heritage_graph.index.builder_process", settings, trouble="the index cannot be built")

    async def _follow(self) -> None:
        """Index the last generation whenever there is another one, and remove the indexes of those that are gone."""
        loop = asyncio.get_running_loop()
        while True:
            await self._published.wait()
            self._published.clear()
            began = loop.time()
            if self._generations.published:
                with suppress(EngineTrouble, GenerationNotKept, MovedOn):  # tried again when somebody asks
                    await self._within(self._generations.last, float("inf"))
            self._remove_gone()
            await asyncio.sleep(loop.time() - began)

    def _remove_gone(self) -> None:
        """Remove the indexes of generations that are not kept; on Linux who reads one reads on."""
        kept = set(self._generations.published)
        for path in self._folder.glob(f"*{_SUFFIX}"):
            if path.stem.isdecimal() and int(path.stem) not in kept:
                if (index := self._open.pop(int(path.stem), None)) is not None:
                    index.close()
                path.unlink(missing_ok=True)


def _is_of(path: Path, stamp: str) -> bool:
    """Tell whether *path* is an index of the generation that *stamp* tells, in the layout that is read here."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as tables:
        try:
            made = tables.execute("SELECT stamp, layout FROM made").fetchone()
        except sqlite3.DatabaseError:
            return False
    return bool(made == (stamp, LAYOUT))


def _not_ready(generation: int) -> Busy:
    return Busy(
        f"the index of generation {generation} is being built; ask again in {_RETRY_AFTER_S} s",
        generation=generation,
        retry_after=_RETRY_AFTER_S,
    )

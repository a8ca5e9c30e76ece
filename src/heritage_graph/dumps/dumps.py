"""The dumps of one data folder: made one at a time for each generation that stays, and removed with it.

The dump of generation n is the folder `{data}/dumps/{n}`. While it is made its name ends in `.tmp`; a crash may leave
such a folder, and the next start clears it.
"""

from __future__ import annotations

import asyncio
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from heritage_graph.dumps.maker_process import STAMP, UNFINISHED
from heritage_graph.dumps.manifest import Manifest, read_manifest
from heritage_graph.errors import EngineTrouble, GenerationNotKept, HeritageGraphError, StorageFull
from heritage_graph.store.errand import send_on_errand
from heritage_graph.store.generations import stamp_of
from heritage_graph.store.releases import kept_generations

if TYPE_CHECKING:
    from pathlib import Path

    from heritage_graph.dumps.manifest import DumpFile
    from heritage_graph.store.generations import Generations

DUMPS: Final = "dumps"
"""The folder of the dumps, in the data folder."""

_QUIET_S: Final = 5.0
_LONGEST_S: Final = 600.0
_LOOK_S: Final = 5.0
_AGAIN_S: Final = 60.0
_TIMES_THE_CHECKPOINT: Final = 2  # quads as they are, sorted on the way, and the files took 1.2 times as much
_RETRY_AFTER_S: Final = 60


class Dumps:
    """The dumps of the generations of *data*. Every method belongs to the event loop of `start`.

    Dumped are all releases, and the last generation once it has been the last for *quiet_s* seconds; where generations
    follow faster for ever, one is every ten minutes. No more than half of the time goes into that. A generation is held
    while its dump is made.
    """

    def __init__(
        self,
        data: Path,
        generations: Generations,
        *,
        wanted: bool = True,
        reserve_bytes: int = 256 << 20,
        memory_bytes: int = 1 << 30,
        quiet_s: float = _QUIET_S,
        confined: bool = True,
    ) -> None:
        self._data = data
        self._folder = data / DUMPS
        self._generations = generations
        self._wanted = wanted
        self._reserve_bytes = reserve_bytes
        self._memory_bytes = memory_bytes
        self._quiet_s = quiet_s
        self._confined = confined
        self._made: dict[int, Manifest] = {}
        self._troubles: dict[int, str] = {}
        self._again: dict[int, float] = {}
        self._moved = 0.0
        self._last_made = 0.0
        self._published = asyncio.Event()
        self._following: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Clear what a crash left, find what there is, and begin to make what is missing."""
        await asyncio.to_thread(self._find)
        if self._wanted:
            self._moved = self._last_made = asyncio.get_running_loop().time()
            self._following = asyncio.get_running_loop().create_task(self._follow())

    async def stop(self) -> None:
        """Break off what is being made; the next process makes it anew."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    def published(self) -> None:
        """Take note that a generation was published; it will be dumped if it stays."""
        self._published.set()

    def manifests(self) -> list[Manifest]:
        """The dumps that there are, newest generation first."""
        return [self._made[generation] for generation in sorted(self._made, reverse=True)]

    def listed(self) -> list[DumpFile]:
        """The files of all dumps, newest generation first."""
        return [file for manifest in self.manifests() for file in manifest.files]

    def manifest(self, generation: int) -> Manifest | None:
        """The dump of *generation*; None when there is none."""
        return self._made.get(generation)

    def folder(self, generation: int) -> Path:
        """Where the files of the dump of *generation* are, when there is one."""
        return self._folder / str(generation)

    def expected(self) -> list[int]:
        """The generations whose dumps are being made, or will be as soon as it is their turn; sorted."""
        if not self._wanted or not self._generations.published:
            return []
        return sorted(self._to_keep({self._generations.last}) - self._made.keys())

    def trouble(self, generation: int) -> str | None:
        """Why the dump of *generation* could not be made when that was last tried; None when it was not, or could."""
        return self._troubles.get(generation)

    def _find(self) -> None:
        """Take up the dumps that are whole and of the generations that there are; remove everything else."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for folder in self._folder.iterdir():
            manifest = read_manifest(folder) if folder.name.isdecimal() and self._wanted else None
            if manifest is None or not self._is_of_ours(folder):
                shutil.rmtree(folder, ignore_errors=True)
            else:
                self._made[manifest.generation] = manifest

    def _is_of_ours(self, folder: Path) -> bool:
        """Tell whether *folder* is the dump of the very checkpoint of its number."""
        try:
            checkpoint = self._generations.folder(int(folder.name))
            return (folder / STAMP).read_text(encoding="ascii") == stamp_of(checkpoint)
        except (OSError, GenerationNotKept):
            return False

    async def _follow(self) -> None:
        """Make what is due, and remove the dumps of the generations that are gone."""
        loop = asyncio.get_running_loop()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(_LOOK_S, self._quiet_s)):
                    await self._published.wait()
            if self._published.is_set():
                self._published.clear()
                self._moved = loop.time()
            await self._remove_gone()
            if (due := self._due(loop.time())) is not None:
                began = loop.time()
                await self._make_or_note(due)
                self._last_made = loop.time()
                await asyncio.sleep(loop.time() - began)

    def _due(self, now: float) -> int | None:
        """The generation to dump now, releases first."""
        if not self._generations.published:
            return None
        stands = now - self._moved >= self._quiet_s or now - self._last_made >= _LONGEST_S
        due = self._to_keep({self._generations.last} if stands else set()) - self._made.keys()
        return min((each for each in due if self._again.get(each, now) <= now), default=None)

    def _to_keep(self, besides: set[int]) -> set[int]:
        """The generations that are releases, and those *besides*; only what is published."""
        try:
            releases = kept_generations(self._data)
        except EngineTrouble:  # while it cannot be told what the releases are, the others go on
            releases = frozenset()
        return (besides | releases) & set(self._generations.published)

    async def _make_or_note(self, generation: int) -> None:
        """Make the dump of *generation*, or note why that cannot be, and when it is tried again."""
        try:
            await self._make(generation)
        except (HeritageGraphError, OSError) as fault:
            self._troubles[generation] = str(fault)
            self._again[generation] = asyncio.get_running_loop().time() + _AGAIN_S
        else:
            self._troubles.pop(generation, None)

    async def _make(self, generation: int) -> None:
        checkpoint = self._generations.folder(generation)
        self._generations.hold(generation)
        try:
            await asyncio.to_thread(self._require_room, checkpoint)
            await self._run(checkpoint, generation)
            manifest = await asyncio.to_thread(read_manifest, self.folder(generation))
        finally:
            self._generations.release(generation)
            await asyncio.to_thread(shutil.rmtree, self._folder / f"{generation}{UNFINISHED}", ignore_errors=True)
        if manifest is None:
            raise EngineTrouble("the dump was made and cannot be read")
        self._made[generation] = manifest

    async def _run(self, checkpoint: Path, generation: int) -> None:
        settings = {
            "checkpoint": str(checkpoint),
            "folder": str(self.folder(generation)),
            "generation": generation,
            "reserve_bytes": self._reserve_bytes,
            "memory_bytes": self._memory_bytes,
            "confined": self._confined,
        }
        await send_on_errand("heritage_graph.dumps.maker_process", settings, trouble="the dump cannot be made")

    def _require_room(self, checkpoint: Path) -> None:
        needed = _TIMES_THE_CHECKPOINT * sum(path.stat().st_size for path in checkpoint.iterdir())
        if shutil.disk_usage(self._folder).free < self._reserve_bytes + needed:
            raise StorageFull("there is too little room on the disk for a dump", retry_after=_RETRY_AFTER_S)

    async def _remove_gone(self) -> None:
        """Remove the dumps of generations that are not kept; on Linux who downloads one reads on."""
        for generation in self._made.keys() - set(self._generations.published):
            del self._made[generation]
            await asyncio.to_thread(shutil.rmtree, self.folder(generation), ignore_errors=True)
        for notes in (self._troubles, self._again):
            for generation in notes.keys() - set(self._generations.published):
                notes.pop(generation, None)

"""Which generations are published, who reads them, and which may go.

A checkpoint's files are opened lazily, so deleting one under a reader breaks that reader: a generation is retired
only when nobody holds it, it is not among the last few, and no release keeps it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import GenerationNotKept

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from heritage_graph.store.frames import Json

KEPT: Final = 3
GENERATIONS: Final = "generations"
"""The folder of the checkpoints, in the data folder."""


class Generations:
    """The published generations of the folder *data*, as one process knows them."""

    keeps_past: Final = True

    def __init__(self, data: Path, published: Iterable[int], *, keep: int = KEPT) -> None:
        self._data = data
        self._published = sorted(published)
        self._keep = keep
        self._holders: Counter[int] = Counter()

    @property
    def last(self) -> int:
        """The number of the last generation."""
        return self._published[-1]

    @property
    def published(self) -> tuple[int, ...]:
        """The numbers of all published generations, oldest first."""
        return tuple(self._published)

    def publish(self, published: Iterable[int]) -> None:
        """Take note of the generations that exist now."""
        self._published = sorted(published)

    def withdraw(self, generation: int) -> None:
        """Let nobody come to read *generation* any more; it is about to be retired."""
        self._published.remove(generation)

    def require(self, generation: int) -> None:
        """Make sure that *generation* is kept.

        Raises:
            GenerationNotKept: it was never made, or is no longer kept.
        """
        if generation not in self._published:
            raise GenerationNotKept(
                f"generation {generation} is not kept; kept are {', '.join(map(str, self._published))}. A generation "
                "stays when its keeper makes it a release: heritage-graph release NAME",
                generations=list(self._published),
            )

    def folder(self, generation: int) -> Path:
        """Where *generation* stands.

        Raises:
            GenerationNotKept: it was never made, or is no longer kept.
        """
        self.require(generation)
        return generation_folder(self._data, generation)

    def told(self, generation: int) -> Json:
        """See `Published.told`.

        Raises:
            GenerationNotKept: it was never made, or is no longer kept.
        """
        return {"folder": str(self.folder(generation)), "generation": generation}

    def stamp(self, generation: int) -> str:
        """See `Published.stamp`.

        Raises:
            GenerationNotKept: it was never made, or is no longer kept.
            OSError: its folder has gone.
        """
        return stamp_of(self.folder(generation))

    def hold(self, generation: int) -> None:
        """Keep *generation* from being retired until `release`."""
        self._holders[generation] += 1

    def release(self, generation: int) -> None:
        """Give up one hold."""
        self._holders[generation] -= 1

    def outdated(self, releases: Collection[int] = ()) -> list[int]:
        """The generations that are neither a release nor among the last few; they stay while somebody holds them."""
        return [generation for generation in self._published[: -self._keep] if generation not in releases]

    def retirable(self, releases: Collection[int] = ()) -> list[int]:
        """The generations that nobody needs: the outdated ones that nobody holds."""
        return [generation for generation in self.outdated(releases) if not self._holders[generation]]


def generation_folder(data: Path, generation: int) -> Path:
    """Where the checkpoint of *generation* stands."""
    return data / GENERATIONS / str(generation)


def stamp_of(checkpoint: Path) -> str:
    """What tells the checkpoint in a folder from another of the same number, such as one of a store made anew.

    Raises:
        OSError: there is none.
    """
    return str((checkpoint / "CURRENT").stat().st_mtime_ns)


def published_generations(data: Path) -> list[int]:
    """The numbers of the generations published under *data*, oldest first."""
    return sorted(int(folder.name) for folder in (data / GENERATIONS).glob("*") if folder.name.isdecimal())


def is_initialised(data: Path) -> bool:
    """Tell whether *data* holds a store with at least one commit."""
    return any(published_generations(data))

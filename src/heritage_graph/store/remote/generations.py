"""The generations on an engine, of which only the last can be read: that of the last commit in its log."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import GenerationNotKept, MovedOn

if TYPE_CHECKING:
    from heritage_graph.store.frames import Json
    from heritage_graph.store.remote.engine import Engine

_REMEMBERED: Final = 50


class EngineGenerations:
    """What a node knows of the generations on *engine*: what `see` was told last."""

    keeps_past: Final = False

    def __init__(self, engine: Engine, *, confined: bool = True) -> None:
        self._engine = engine
        self._confined = confined
        self._last = 0
        self._key = ""
        self._before: deque[int] = deque(maxlen=_REMEMBERED)

    @property
    def last(self) -> int:
        """See `Published.last`; 0 while nothing has been seen."""
        return self._last

    @property
    def published(self) -> tuple[int, ...]:
        """The last generation alone; none on an empty engine."""
        return (self._last,) if self._last else ()

    @property
    def key(self) -> str:
        """The key of the last commit; empty while nothing has been seen."""
        return self._key

    def see(self, generation: int, key: str) -> bool:
        """Take note of the last commit on the engine; tell whether it is another one than before."""
        is_news = (generation, key) != (self._last, self._key)
        if is_news:
            self._before.append(self._last)
        self._last, self._key = generation, key
        return is_news

    def require(self, generation: int) -> None:
        """See `Published.require`.

        Raises:
            MovedOn: it was the last one not long ago, when whoever asks began.
            GenerationNotKept: it was not.
        """
        if generation != self._last and generation in self._before:
            raise MovedOn(f"the graph moved on from generation {generation}; ask again", retry_after=1)
        if generation not in self.published:
            raise GenerationNotKept(
                f"generation {generation} cannot be read: the graph is on an engine, which has its last generation "
                f"alone ({self._last})",
                generations=list(self.published),
            )

    def hold(self, generation: int) -> None:
        """Nothing: an engine keeps nothing for anybody."""

    def release(self, generation: int) -> None:
        """Nothing, as `hold`."""

    def told(self, generation: int) -> Json:
        """See `Published.told`. It holds the credentials of the engine.

        Raises:
            MovedOn, GenerationNotKept: it is not the last one.
        """
        self.require(generation)
        return {
            "engine": self._engine.as_json(),
            "confined": self._confined,
            "generation": generation,
            "key": self._key,
        }

    def stamp(self, generation: int) -> str:
        """See `Published.stamp`: the key of the commit.

        Raises:
            MovedOn, GenerationNotKept: it is not the last one.
        """
        self.require(generation)
        return self._key

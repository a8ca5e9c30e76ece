"""What the rest of the service knows of the generations, wherever the graph stands: a port."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from heritage_graph.store.frames import Json


class Published(Protocol):
    """The generations that can be read, as one process knows them. `Generations` are those of a folder."""

    @property
    def keeps_past(self) -> bool:
        """Whether generations before the last one may be kept, and named to be kept for good."""

    @property
    def last(self) -> int:
        """The number of the last generation; undefined while there is none."""

    @property
    def published(self) -> tuple[int, ...]:
        """The numbers of all generations that can be read, oldest first."""

    def require(self, generation: int) -> None:
        """Make sure that *generation* can be read; raises `GenerationNotKept`, or `MovedOn`, when it cannot."""

    def hold(self, generation: int) -> None:
        """Keep *generation* until `release`, where whoever keeps it can."""

    def release(self, generation: int) -> None:
        """Give up one hold."""

    def told(self, generation: int) -> Json:
        """What another process is told to read *generation*: see `states.state_told`."""

    def stamp(self, generation: int) -> str:
        """What tells *generation* from another of the same number, such as one of a store made anew."""

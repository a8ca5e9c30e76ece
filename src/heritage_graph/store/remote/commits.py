"""What the ways of committing to an engine have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from heritage_graph.errors import StaleBase

if TYPE_CHECKING:
    from heritage_graph.store.base import Changeset


class Commits(Protocol):
    """A way of committing, as one engine allows."""

    def recover(self) -> None:
        """Finish or undo what a crash has left, of this node or of another."""

    def apply(self, changeset: Changeset) -> None:
        """Apply *changeset* as a whole, or not at all; the log tells which.

        Raises:
            StaleBase: its base is not the last commit; nothing has changed.
            UpstreamTrouble: the engine failed, and `settle` is to be asked.
        """

    def settle(self, key: str) -> None:
        """Return once nothing of the commit called *key* is under way: the log tells for good what became of it."""


def stale(base: int, last: int) -> StaleBase:
    """The error of a change that rests on *base* when the last generation is *last*."""
    return StaleBase(
        f"the change rests on generation {base}, but the last one is {last}; read it again and repeat the change",
        base=base,
        generation=last,
    )

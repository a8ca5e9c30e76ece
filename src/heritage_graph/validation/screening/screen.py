"""Which queries find the candidates of a shape, and when none can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from heritage_graph.validation.screening.targets import target_pattern

if TYPE_CHECKING:
    import rdflib

    from heritage_graph.store.state import State


@dataclass(frozen=True)
class Screen:
    """Queries that find, in their column ?this, every node that may break a shape.

    `in_full` is None, or says why there is one query, which finds every focus node.
    """

    queries: tuple[str, ...]
    in_full: str | None


class Screening:
    """The screens of the shapes in *shapes*, for *state*."""

    def __init__(self, state: State, shapes: rdflib.Graph) -> None:
        self._state = state
        self._shapes = shapes

    def screen(self, shape: rdflib.URIRef) -> Screen:
        """The screen of *shape*."""
        target = target_pattern(self._shapes, shape)
        return Screen((f"SELECT DISTINCT ?this WHERE {{ {target} }}",), "not screened yet")

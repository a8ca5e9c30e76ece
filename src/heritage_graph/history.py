"""The commits of a store, as its log tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from heritage_graph.query_files import bind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.query_files import Catalogue
    from heritage_graph.store.state import State


@dataclass(frozen=True)
class Commit:
    """One commit; `added` and `removed` count the quads that sources stated, `graphs` the named graphs touched."""

    generation: int
    when: datetime
    message: str
    added: int
    removed: int
    graphs: int


def commits(state: State, *, catalogue: Catalogue) -> Iterator[Commit]:
    """The commits up to the generation whose state is *state*, newest first."""
    for row in state.rows(bind(catalogue.query("commits"), {})):
        generation, when, message, added, removed, graphs = (
            value.value if isinstance(value, Literal) else "" for value in row
        )
        yield Commit(int(generation), datetime.fromisoformat(when), message, int(added), int(removed), int(graphs))

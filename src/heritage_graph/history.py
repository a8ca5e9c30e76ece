"""The commits of a store, as its log tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pyoxigraph import Literal, QuerySolutions, Store

from heritage_graph.query_files import bind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from heritage_graph.query_files import Catalogue


@dataclass(frozen=True)
class Commit:
    """One commit; `added` and `removed` count the quads that sources stated, `graphs` the named graphs touched."""

    generation: int
    when: datetime
    message: str
    added: int
    removed: int
    graphs: int


def commits(generation: Path, *, catalogue: Catalogue) -> Iterator[Commit]:
    """The commits up to the generation in the folder *generation*, newest first."""
    rows = Store.read_only(str(generation)).query(bind(catalogue.query("commits"), {}))
    assert isinstance(rows, QuerySolutions)
    for row in rows:
        texts = {
            name: value.value if isinstance(value := row[name], Literal) else ""
            for name in ("generation", "when", "message", "quadsAdded", "quadsRemoved", "graphs")
        }
        yield Commit(
            generation=int(texts["generation"]),
            when=datetime.fromisoformat(texts["when"]),
            message=texts["message"],
            added=int(texts["quadsAdded"]),
            removed=int(texts["quadsRemoved"]),
            graphs=int(texts["graphs"]),
        )

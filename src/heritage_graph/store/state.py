"""A state of the graph to read from, wherever it stands: a port of two questions, and the embedded store behind."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, QueryTriples, Store, Triple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Term = NamedNode | BlankNode | Literal | Triple
Row = tuple[Term | None, ...]
"""A row of a SELECT in the order of its projection; None where a variable is unbound."""


class State(Protocol):
    """A state that does not change while it is read; the default graph is the published view."""

    def rows(self, text: str) -> Iterator[Row]:
        """The rows of the SELECT *text*, in its order, as they come.

        Raises:
            EngineTrouble, OSError, ValueError, RuntimeError: the engine failed.
        """

    def triples(self, text: str) -> Iterator[Triple]:
        """The triples of the CONSTRUCT *text*, each once, in no order, as they come.

        Raises:
            EngineTrouble, OSError, ValueError, RuntimeError: the engine failed.
        """


class StoreState:
    """The state of *store*, which must not change while it is read."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(self, text: str) -> Iterator[Row]:
        """See `State.rows`."""
        rows = self._store.query(text)
        assert isinstance(rows, QuerySolutions)
        return map(tuple, rows)

    def triples(self, text: str) -> Iterator[Triple]:
        """See `State.triples`."""
        triples = self._store.query(text)
        assert isinstance(triples, QueryTriples)
        return triples


class FolderState:
    """The checkpoint in *folder*; it is opened when something is first asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> None:
        """Open it now, which takes tens of milliseconds, for one who will ask later.

        Raises:
            OSError: it cannot be opened.
        """
        _ = self._state

    @cached_property
    def _state(self) -> StoreState:
        return StoreState(Store.read_only(str(self._folder)))

    def rows(self, text: str) -> Iterator[Row]:
        """See `State.rows`."""
        return self._state.rows(text)

    def triples(self, text: str) -> Iterator[Triple]:
        """See `State.triples`."""
        return self._state.triples(text)

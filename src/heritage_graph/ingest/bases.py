"""What a change may rest on: a state of a store or an engine, or quads in memory."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from heritage_graph.graph_view import MemoryView
from heritage_graph.namespaces import is_published
from heritage_graph.store.state import FolderState, StoreState
from heritage_graph.store.view import LAST_COMMIT, StateView, commit_in, triples_about, triples_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from contextlib import AbstractContextManager

    from pyoxigraph import NamedNode, Quad, Store, Triple

    from heritage_graph.store.frames import Json
    from heritage_graph.store.state import State


class Bases(Protocol):
    """What opens the state that `Published.told` names, and makes sure that it stayed that state to the end."""

    def __call__(self, told: Json) -> AbstractContextManager[StateBase]:
        """The state that *told* names."""

    def look_ahead(self, told: Json) -> None:
        """Get ready for the state that *told* names, which is likely to be asked for next."""


class StateBase:
    """What *state* holds; it must not change while this is used.

    To find its last commit takes the longer the more there are: who knows that it is *generation* says so.
    """

    def __init__(self, state: State, *, generation: int | None = None) -> None:
        self._state = state
        self.generation = commit_in(state.rows(LAST_COMMIT))[0] if generation is None else generation
        self.view = StateView(state)
        self._graphs: dict[NamedNode, frozenset[Triple]] = {}

    def graph(self, name: NamedNode) -> frozenset[Triple]:
        """See `pipeline.Base.graph`."""
        if name not in self._graphs:
            self._graphs[name] = triples_in(self._state, name)
        return self._graphs[name]

    def about(self, name: NamedNode, subjects: AbstractSet[NamedNode]) -> frozenset[Triple]:
        """See `pipeline.Base.about`."""
        return triples_about(self._state, name, subjects)

    def foresee(self, triples: Iterable[Triple]) -> None:
        """See `pipeline.Base.foresee`."""
        self.view.foresee(triples)


class StoreBase(StateBase):
    """The state of *store* now; it must not change while this is used."""

    def __init__(self, store: Store) -> None:
        super().__init__(StoreState(store))


class FolderBases:
    """The states of the checkpoints that are named: a `Bases`."""

    def __init__(self) -> None:
        self._ahead: tuple[Json, FolderState] | None = None

    def look_ahead(self, told: Json) -> None:
        """Open the checkpoint that *told* names; that it has gone is told to whoever asks for it."""
        state = FolderState(Path(told["folder"]))
        with suppress(OSError):
            state.open()
        self._ahead = (told, state)

    @contextmanager
    def __call__(self, told: Json) -> Iterator[StateBase]:
        """The state of the checkpoint that *told* names."""
        if self._ahead is None or self._ahead[0] != told:
            self._ahead = (told, FolderState(Path(told["folder"])))
        yield StateBase(self._ahead[1], generation=told["generation"])


class MemoryBase:
    """*quads* of named graphs as a state of the graph, for judging a document where there is no store."""

    generation = 1

    def __init__(self, quads: Sequence[Quad]) -> None:
        self._quads = quads
        self.view = MemoryView(quad for quad in quads if is_published(quad.graph_name))  # type: ignore[arg-type]  # named

    def graph(self, name: NamedNode) -> frozenset[Triple]:
        """See `pipeline.Base.graph`."""
        return frozenset(quad.triple for quad in self._quads if quad.graph_name == name)

    def about(self, name: NamedNode, subjects: AbstractSet[NamedNode]) -> frozenset[Triple]:
        """See `pipeline.Base.about`."""
        return frozenset(triple for triple in self.graph(name) if triple.subject in subjects)

    def foresee(self, triples: Iterable[Triple]) -> None:
        """See `pipeline.Base.foresee`; all is at hand."""

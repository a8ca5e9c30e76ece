"""What a change may rest on: a store, or quads in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heritage_graph.graph_view import MemoryView
from heritage_graph.namespaces import is_published
from heritage_graph.store.view import StoreView, graph_triples, last_commit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyoxigraph import NamedNode, Quad, Store, Triple


class StoreBase:
    """The state of *store* now; it must not change while this is used."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.generation, _ = last_commit(store)
        self.view = StoreView(store)
        self._graphs: dict[NamedNode, frozenset[Triple]] = {}

    def graph(self, name: NamedNode) -> frozenset[Triple]:
        """See `pipeline.Base.graph`."""
        if name not in self._graphs:
            self._graphs[name] = graph_triples(self._store, name)
        return self._graphs[name]


class MemoryBase:
    """*quads* of named graphs as a state of the graph, for judging a document where there is no store."""

    generation = 1

    def __init__(self, quads: Sequence[Quad]) -> None:
        self._quads = quads
        self.view = MemoryView(quad for quad in quads if is_published(quad.graph_name))  # type: ignore[arg-type]  # named

    def graph(self, name: NamedNode) -> frozenset[Triple]:
        """See `pipeline.Base.graph`."""
        return frozenset(quad.triple for quad in self._quads if quad.graph_name == name)

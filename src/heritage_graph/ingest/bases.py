"""A store as the base of a change: its generation, its published view and its graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heritage_graph.store.view import StoreView, graph_triples, last_commit

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Store, Triple


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

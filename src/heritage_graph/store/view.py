"""Read a generation as a `GraphView`: small lookups by subject or object, each asked once.

Lookups are SPARQL, not `Store.quads_for_pattern`: on disk that returns wrong rows for some objects (pyoxigraph
0.5.13: 255, 511, -1 …). The texts are fixed and their terms are bound by substitution of projected variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store, Triple, Variable

from heritage_graph.namespaces import is_published

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from heritage_graph.graph_view import Subject, Term
    from heritage_graph.store.state import Row

_NAMED: Final = "SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
LAST_COMMIT: Final = """
PREFIX hg: <https://w3id.org/heritage-graph/ns#>
SELECT ?generation ?key
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/log> { ?commit hg:generation ?generation ; hg:commitKey ?key } }
ORDER BY DESC(?generation) LIMIT 1
"""
"""The generation of the last commit and its key, of which `commit_in` makes values; no row in a new store."""

_S: Final = Variable("s")
_O: Final = Variable("o")
_G: Final = Variable("g")


class StoreView:
    """A `GraphView` of the published graphs of *store*, which must not change while the view is used."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_subject: dict[Term, dict[Triple, frozenset[NamedNode]]] = {}
        self._by_object: dict[Term, dict[Triple, frozenset[NamedNode]]] = {}

    def triples(
        self, subject: Subject | None = None, predicate: NamedNode | None = None, object_: Term | None = None
    ) -> Iterator[Triple]:
        """See `GraphView.triples`; at least one of *subject* and *object_* is given."""
        found: Iterable[Triple]
        if subject is not None:
            found = self._about(subject)
        elif object_ is not None:
            found = self._referring(object_)
        else:
            raise ValueError("a lookup gives a subject or an object")
        for triple in found:
            if (predicate is None or triple.predicate == predicate) and (object_ is None or triple.object == object_):
                yield triple

    def graphs(self, triple: Triple) -> frozenset[NamedNode]:
        """See `GraphView.graphs`."""
        assert isinstance(triple.subject, NamedNode)
        return self._about(triple.subject).get(triple, frozenset())

    def _about(self, subject: Subject) -> dict[Triple, frozenset[NamedNode]]:
        if subject not in self._by_subject:
            self._by_subject[subject] = self._lookup(_S, subject)
        return self._by_subject[subject]

    def _referring(self, object_: Term) -> dict[Triple, frozenset[NamedNode]]:
        if object_ not in self._by_object:
            self._by_object[object_] = self._lookup(_O, object_)
        return self._by_object[object_]

    def _lookup(self, variable: Variable, term: Term) -> dict[Triple, frozenset[NamedNode]]:
        found: dict[Triple, set[NamedNode]] = {}
        for quad in _quads(self._store, {variable: term}):
            if isinstance(quad.graph_name, NamedNode) and is_published(quad.graph_name):
                found.setdefault(quad.triple, set()).add(quad.graph_name)
        return {triple: frozenset(graphs) for triple, graphs in found.items()}


def graph_triples(store: Store, graph: NamedNode) -> frozenset[Triple]:
    """All triples of one named graph; empty when there is no such graph."""
    return frozenset(quad.triple for quad in _quads(store, {_G: graph}))


def as_stored(triples: Iterable[Triple]) -> frozenset[Triple]:
    """*triples* as a store gives them back: numbers and times in canonical form ("12.50" becomes "12.5")."""
    store = Store()
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return frozenset(quad.triple for quad in store)


def named_graphs(store: Store) -> list[NamedNode]:
    """The names of all graphs that hold something, sorted."""
    return sorted((graph for graph in store.named_graphs() if isinstance(graph, NamedNode)), key=str)


def last_commit(store: Store) -> tuple[int, str]:
    """The generation of the last commit and its key; (0, "") in a new store."""
    rows = store.query(LAST_COMMIT)
    assert isinstance(rows, QuerySolutions)
    return commit_in(map(tuple, rows))


def commit_in(rows: Iterable[Row]) -> tuple[int, str]:
    """What the rows of `LAST_COMMIT` tell; (0, "") when there is none."""
    for generation, key in rows:
        assert isinstance(generation, Literal)
        assert isinstance(key, Literal)
        return int(generation.value), key.value
    return 0, ""


def _quads(store: Store, terms: dict[Variable, NamedNode | BlankNode | Literal | Triple]) -> Iterator[Quad]:
    rows = store.query(_NAMED, substitutions=terms)
    assert isinstance(rows, QuerySolutions)
    for row in rows:
        yield Quad(row["s"], row["p"], row["o"], row["g"])

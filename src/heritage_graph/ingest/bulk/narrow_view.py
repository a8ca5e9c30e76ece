"""Read a store as a `GraphView` that fetches no more than it is asked for: for changes of millions of things."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store, Triple, Variable

from heritage_graph.namespaces import is_published

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from heritage_graph.graph_view import Subject, Term

_NAMED: Final = "SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
_S: Final = Variable("s")
_P: Final = Variable("p")
_O: Final = Variable("o")
_Found = dict[Triple, frozenset[NamedNode]]


class NarrowView:
    """The published graphs of *store* that *chosen* accepts; what was looked up is kept as long as the view.

    A look-up by object and property fetches just these: what refers to a thing in all ways may be millions of triples.
    """

    def __init__(self, store: Store, chosen: Callable[[NamedNode], bool] = lambda _: True) -> None:
        self._store = store
        self._chosen = chosen
        self._known: dict[tuple[Term | None, NamedNode | None, Term | None], _Found] = {}
        self._graphs: _Found = {}

    def triples(
        self, subject: Subject | None = None, predicate: NamedNode | None = None, object_: Term | None = None
    ) -> Iterator[Triple]:
        """See `GraphView.triples`; at least one of *subject* and *object_* is given."""
        if subject is None:
            yield from self._found(None, predicate, object_)
            return
        for triple in self._found(subject, None, None):
            if (predicate is None or triple.predicate == predicate) and (object_ is None or triple.object == object_):
                yield triple

    def graphs(self, triple: Triple) -> frozenset[NamedNode]:
        """See `GraphView.graphs`."""
        known = self._graphs.get(triple)
        if known is not None:
            return known
        assert isinstance(triple.subject, NamedNode)
        return self._found(triple.subject, None, None).get(triple, frozenset())

    def _found(self, subject: Term | None, predicate: NamedNode | None, object_: Term | None) -> _Found:
        pattern = (subject, predicate, object_)
        if pattern not in self._known:
            terms = {variable: term for variable, term in zip((_S, _P, _O), pattern, strict=True) if term is not None}
            if not terms.keys() & {_S, _O}:
                raise ValueError("a lookup gives a subject or an object")
            self._known[pattern] = self._lookup(terms)
            self._graphs.update(self._known[pattern])
        return self._known[pattern]

    def _lookup(self, terms: dict[Variable, Term]) -> _Found:
        rows = self._store.query(_NAMED, substitutions=terms)  # type: ignore[arg-type]  # a dict of narrower values
        assert isinstance(rows, QuerySolutions)
        graphs: defaultdict[Triple, set[NamedNode]] = defaultdict(set)
        for subject, predicate, object_, graph in rows:
            if is_published(graph) and self._chosen(graph):
                graphs[Triple(subject, predicate, object_)].add(graph)
        return {triple: frozenset(found) for triple, found in graphs.items()}


def is_in(store: Store, triples: Iterable[Triple], graph: NamedNode) -> Iterator[tuple[Triple, bool]]:
    """Each of *triples*, and whether *graph* of *store* holds it."""
    return ((triple, Quad(triple.subject, triple.predicate, triple.object, graph) in store) for triple in triples)

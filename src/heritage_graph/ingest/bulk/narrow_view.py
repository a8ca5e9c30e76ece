"""Read a store as a `GraphView` that fetches no more than it is asked for: for changes of millions of things."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from heritage_graph.namespaces import is_published
from heritage_graph.store.state import StoreState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from pyoxigraph import DefaultGraph, Store

    from heritage_graph.graph_view import Subject, Term

# A row takes the engine far longer than finding it: each of its terms is looked up.
_ABOUT: Final = "SELECT ?s ?p ?o ?g WHERE { VALUES ?s { $things } GRAPH ?g { ?s ?p ?o } }"
_ABOUT_IN_SOME_WAYS: Final = (
    "SELECT ?s ?p ?o ?g WHERE { VALUES ?s { $things } GRAPH ?g { ?s ?p ?o } FILTER(?p IN ($properties)) }"
)
_REFERRING: Final = "SELECT ?s ?p ?o ?g WHERE { VALUES ?o { $things } GRAPH ?g { ?s ?p ?o } }"
_REFERRING_IN_ONE_WAY: Final = (
    "SELECT ?s ($properties AS ?p) ?o ?g WHERE { VALUES ?o { $things } GRAPH ?g { ?s $properties ?o } }"
)
_AT_ONCE: Final = 400
_Thing = TypeVar("_Thing")
_Found = dict[Triple, frozenset[NamedNode]]


class NarrowView:
    """The published graphs of *store* that *chosen* accepts; what was looked up is kept as long as the view.

    When *properties* are given, the view has no other ones. A look-up by object and property fetches just these: what
    refers to a thing in all ways may be millions of triples.
    """

    def __init__(
        self,
        store: Store,
        chosen: Callable[[NamedNode], bool] = lambda _: True,
        properties: Collection[NamedNode] = (),
    ) -> None:
        self._state = StoreState(store)
        self._chosen = chosen
        self._properties = frozenset(properties)
        self._about: dict[Term, _Found] = {}
        self._referring: dict[tuple[NamedNode | None, Term], _Found] = {}
        self._graphs: _Found = {}

    def triples(
        self, subject: Subject | None = None, predicate: NamedNode | None = None, object_: Term | None = None
    ) -> Iterator[Triple]:
        """See `GraphView.triples`; at least one of *subject* and *object_* is given."""
        if subject is not None:
            self.foresee([subject])
            for triple in self._about[subject]:
                if (predicate is None or triple.predicate == predicate) and (
                    object_ is None or triple.object == object_
                ):
                    yield triple
        elif object_ is not None:
            self.foresee_referring(predicate, [object_])
            yield from self._referring[predicate, object_]
        else:
            raise ValueError("a lookup gives a subject or an object")

    def graphs(self, triple: Triple) -> frozenset[NamedNode]:
        """See `GraphView.graphs`."""
        known = self._graphs.get(triple)
        if known is not None:
            return known
        assert not isinstance(triple.subject, Triple)
        self.foresee([triple.subject])
        return self._graphs.get(triple, frozenset())

    def foresee(self, subjects: Iterable[Subject]) -> None:
        """Look up together what is said of *subjects*."""
        text = _ABOUT_IN_SOME_WAYS if self._properties else _ABOUT
        asked = list(dict.fromkeys(subject for subject in subjects if subject not in self._about))
        for part in _parts(asked):
            found = self._lookup(text, part, ", ".join(map(str, self._properties)), lambda triple: triple.subject)
            self._about.update((subject, found.get(subject, {})) for subject in part)

    def foresee_referring(self, predicate: NamedNode | None, objects: Iterable[Term]) -> None:
        """Look up together what refers to *objects* by *predicate*, or in any way when that is None."""
        text = _REFERRING if predicate is None else _REFERRING_IN_ONE_WAY
        asked = list(dict.fromkeys(each for each in objects if (predicate, each) not in self._referring))
        for part in _parts(asked):
            found = self._lookup(text, part, str(predicate), lambda triple: triple.object)
            self._referring.update(((predicate, each), found.get(each, {})) for each in part)

    def _lookup(
        self, text: str, things: Sequence[Term], properties: str, key: Callable[[Triple], object]
    ) -> dict[object, _Found]:
        filled = text.replace("$properties", properties).replace("$things", " ".join(map(str, things)))
        graphs: defaultdict[Triple, set[NamedNode]] = defaultdict(set)
        for subject, predicate, object_, graph in self._state.rows(filled):
            assert isinstance(subject, NamedNode | BlankNode)
            assert isinstance(predicate, NamedNode)
            assert isinstance(object_, NamedNode | BlankNode | Literal)
            if isinstance(graph, NamedNode) and is_published(graph) and self._chosen(graph):
                graphs[Triple(subject, predicate, object_)].add(graph)
        found: defaultdict[object, _Found] = defaultdict(dict)
        for triple, stating in graphs.items():
            self._graphs[triple] = found[key(triple)][triple] = frozenset(stating)
        return found


def _parts(things: Sequence[_Thing]) -> Iterator[Sequence[_Thing]]:
    return (things[begin : begin + _AT_ONCE] for begin in range(0, len(things), _AT_ONCE))


def is_in(store: Store, triples: Iterable[Triple], graph: NamedNode | DefaultGraph) -> Iterator[tuple[Triple, bool]]:
    """Each of *triples*, and whether *graph* of *store* holds it."""
    return ((triple, Quad(triple.subject, triple.predicate, triple.object, graph) in store) for triple in triples)

"""Read a state as a `GraphView`: small lookups by subject or object, each asked once, and together where foreseen.

Lookups are SPARQL, not `Store.quads_for_pattern`: on disk that returns wrong rows for some objects (pyoxigraph
0.5.13: 255, 511, -1 …).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from heritage_graph.namespaces import ID, is_published
from heritage_graph.store.state import StoreState
from heritage_graph.terms import serialise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from heritage_graph.graph_view import Subject, Term
    from heritage_graph.store.state import Row, State

_ABOUT: Final = "SELECT ?s ?p ?o ?g WHERE { VALUES ?s { $terms } GRAPH ?g { ?s ?p ?o } }"
_REFERRING: Final = "SELECT ?s ?p ?o ?g WHERE { VALUES ?o { $terms } GRAPH ?g { ?s ?p ?o } }"
_IN_GRAPH: Final = "SELECT ?s ?p ?o FROM NAMED $graph WHERE { GRAPH $graph { ?s ?p ?o } }"
_IN_GRAPH_ABOUT: Final = "SELECT ?s ?p ?o FROM NAMED $graph WHERE { VALUES ?s { $terms } GRAPH $graph { ?s ?p ?o } }"
_TOGETHER: Final = 100
"""So many things are looked up at once."""
LAST_COMMIT: Final = """
PREFIX hg: <https://w3id.org/heritage-graph/ns#>
SELECT ?generation ?key
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/log> { ?commit hg:generation ?generation ; hg:commitKey ?key } }
ORDER BY DESC(?generation) LIMIT 1
"""
"""The generation of the last commit and its key, of which `commit_in` makes values; no row in a new store."""


class StateView:
    """A `GraphView` of the published graphs of *state*, which must not change while the view is used."""

    def __init__(self, state: State) -> None:
        self._about = _Lookups(state, _ABOUT, lambda triple: triple.subject)
        self._referring = _Lookups(state, _REFERRING, lambda triple: triple.object)

    def foresee(self, triples: Iterable[Triple]) -> None:
        """Have the things of which *triples* speak looked up together once one of them is: an engine is far away."""
        for triple in triples:
            if isinstance(triple.subject, NamedNode):
                self._about.foresee(triple.subject)
                self._referring.foresee(triple.subject)
            if isinstance(triple.object, NamedNode) and triple.object.value.startswith(ID):
                self._about.foresee(triple.object)  # what refers to it may be very much

    def triples(
        self, subject: Subject | None = None, predicate: NamedNode | None = None, object_: Term | None = None
    ) -> Iterator[Triple]:
        """See `GraphView.triples`; at least one of *subject* and *object_* is given."""
        found: Iterable[Triple]
        if subject is not None:
            found = self._about.of(subject)
        elif object_ is not None:
            found = self._referring.of(object_)
        else:
            raise ValueError("a lookup gives a subject or an object")
        for triple in found:
            if (predicate is None or triple.predicate == predicate) and (object_ is None or triple.object == object_):
                yield triple

    def graphs(self, triple: Triple) -> frozenset[NamedNode]:
        """See `GraphView.graphs`."""
        assert isinstance(triple.subject, NamedNode)
        return frozenset(self._about.of(triple.subject).get(triple, ()))


class _Lookups:
    """The published triples of *state* by one of their terms, with the graphs that state them."""

    def __init__(self, state: State, text: str, term_of: Callable[[Triple], Term | Triple]) -> None:
        self._state = state
        self._text = text
        self._term_of = term_of
        self._found: dict[Term | Triple, dict[Triple, set[NamedNode]]] = {}
        self._foreseen: dict[Term, None] = {}

    def foresee(self, term: Term) -> None:
        """Look *term* up with the first other that is looked up, unless it has been."""
        if term not in self._found:
            self._foreseen[term] = None

    def of(self, term: Term) -> dict[Triple, set[NamedNode]]:
        """The triples of *term*."""
        if term not in self._found:
            self._foreseen.pop(term, None)
            self._look_up([term, *islice(self._foreseen, _TOGETHER - 1)] if self._foreseen else [term])
        return self._found[term]

    def _look_up(self, terms: list[Term]) -> None:
        for term in terms:
            self._found[term] = {}
            self._foreseen.pop(term, None)
        listed = " ".join(serialise(term) for term in terms if not isinstance(term, BlankNode))
        for subject, predicate, object_, graph in self._state.rows(self._text.replace("$terms", listed)):
            if isinstance(graph, NamedNode) and is_published(graph):
                triple = Triple(subject, predicate, object_)  # type: ignore[arg-type]  # all are bound
                self._found.setdefault(self._term_of(triple), {}).setdefault(triple, set()).add(graph)


def graph_triples(store: Store, graph: NamedNode) -> frozenset[Triple]:
    """All triples of one named graph of *store*; empty when there is no such graph."""
    return triples_in(StoreState(store), graph)


def triples_in(state: State, graph: NamedNode) -> frozenset[Triple]:
    """All triples of one named graph of *state*; empty when there is no such graph."""
    rows = state.rows(_IN_GRAPH.replace("$graph", serialise(graph)))
    return frozenset(Triple(*row) for row in rows)  # type: ignore[arg-type]  # all are bound


def triples_about(state: State, graph: NamedNode, subjects: AbstractSet[NamedNode]) -> frozenset[Triple]:
    """The triples of one named graph of *state* whose subject is one of *subjects*."""
    if len(subjects) > _TOGETHER:
        return frozenset(triple for triple in triples_in(state, graph) if triple.subject in subjects)
    listed = " ".join(map(serialise, sorted(subjects, key=str)))
    text = _IN_GRAPH_ABOUT.replace("$graph", serialise(graph)).replace("$terms", listed)
    return frozenset(Triple(*row) for row in state.rows(text))  # type: ignore[arg-type]  # all are bound


def as_stored(triples: Iterable[Triple]) -> frozenset[Triple]:
    """*triples* as a store gives them back: numbers and times in canonical form ("12.50" becomes "12.5")."""
    store = Store()
    store.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return frozenset(quad.triple for quad in store)


def named_graphs(store: Store) -> list[NamedNode]:
    """The names of all graphs that hold something, sorted."""
    return sorted((graph for graph in store.named_graphs() if isinstance(graph, NamedNode)), key=str)


def last_commit(store: Store) -> tuple[int, str]:
    """The generation of the last commit in *store* and its key; (0, "") in a new store."""
    return commit_in(StoreState(store).rows(LAST_COMMIT))


def commit_in(rows: Iterable[Row]) -> tuple[int, str]:
    """What the rows of `LAST_COMMIT` tell; (0, "") when there is none."""
    for generation, key in list(rows):  # to the end: a worker that is not read to the end is ended
        assert isinstance(generation, Literal)
        assert isinstance(key, Literal)
        return int(generation.value), key.value
    return 0, ""

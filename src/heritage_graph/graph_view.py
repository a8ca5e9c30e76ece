"""What rules and validation may ask of a state of the graph: a protocol, and its forms in memory.

A view covers the *published* named graphs (source, curation, inferred, vocab, ontology). It answers with merged
triples, and says on request which graphs assert one.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Subject = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal


class GraphView(Protocol):
    """A state of the published graphs; every pattern binds at least a subject or an object."""

    def triples(
        self, subject: Subject | None = None, predicate: NamedNode | None = None, object_: Term | None = None
    ) -> Iterable[Triple]:
        """The distinct triples that match, in no order; merged over the published graphs."""

    def graphs(self, triple: Triple) -> frozenset[NamedNode]:
        """The published named graphs that assert *triple*; empty when none does."""


class MemoryView:
    """A view of quads held in memory, indexed by subject and by object."""

    def __init__(self, quads: Iterable[Quad] = ()) -> None:
        self._graphs: dict[Triple, set[NamedNode]] = defaultdict(set)
        self._by_subject: dict[Term, dict[Triple, None]] = defaultdict(dict)
        self._by_object: dict[Term, dict[Triple, None]] = defaultdict(dict)
        for quad in quads:
            triple = quad.triple
            assert isinstance(quad.graph_name, NamedNode)
            assert not isinstance(triple.subject, Triple)
            assert not isinstance(triple.object, Triple)
            self._graphs[triple].add(quad.graph_name)
            self._by_subject[triple.subject][triple] = None
            self._by_object[triple.object][triple] = None

    def triples(
        self, subject: Subject | None = None, predicate: NamedNode | None = None, object_: Term | None = None
    ) -> Iterator[Triple]:
        """See `GraphView.triples`; a pattern that binds neither subject nor object walks everything."""
        candidates: Iterable[Triple]
        if subject is not None:
            candidates = self._by_subject.get(subject, ())
        elif object_ is not None:
            candidates = self._by_object.get(object_, ())
        else:
            candidates = self._graphs
        for triple in candidates:
            if (predicate is None or triple.predicate == predicate) and (object_ is None or triple.object == object_):
                yield triple

    def graphs(self, triple: Triple) -> frozenset[NamedNode]:
        """See `GraphView.graphs`."""
        return frozenset(self._graphs.get(triple, ()))


class NextState:
    """A view of *base* as it will be once *removed* has gone and *added* has come (quads of published graphs)."""

    def __init__(self, base: GraphView, *, added: Iterable[Quad], removed: Iterable[Quad]) -> None:
        self._base = base
        self._added = MemoryView(added)
        self._removed = MemoryView(removed)

    def triples(
        self, subject: Subject | None = None, predicate: NamedNode | None = None, object_: Term | None = None
    ) -> Iterator[Triple]:
        """See `GraphView.triples`."""
        seen = set()
        for triple in self._base.triples(subject, predicate, object_):
            if not self._removed.graphs(triple) or self.graphs(triple):
                seen.add(triple)
                yield triple
        for triple in self._added.triples(subject, predicate, object_):
            if triple not in seen:
                yield triple

    def graphs(self, triple: Triple) -> frozenset[NamedNode]:
        """See `GraphView.graphs`."""
        return (self._base.graphs(triple) - self._removed.graphs(triple)) | self._added.graphs(triple)


class Selection:
    """A view of *base* in which only the graphs that *chosen* accepts exist."""

    def __init__(self, base: GraphView, chosen: Callable[[NamedNode], bool]) -> None:
        self._base = base
        self._chosen = chosen

    def triples(
        self, subject: Subject | None = None, predicate: NamedNode | None = None, object_: Term | None = None
    ) -> Iterator[Triple]:
        """See `GraphView.triples`."""
        return (triple for triple in self._base.triples(subject, predicate, object_) if self.graphs(triple))

    def graphs(self, triple: Triple) -> frozenset[NamedNode]:
        """See `GraphView.graphs`."""
        return frozenset(graph for graph in self._base.graphs(triple) if self._chosen(graph))

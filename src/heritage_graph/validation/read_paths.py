"""Which triples a shape reads: paths of predicates from its focus node, walked forward and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from heritage_graph.graph_view import GraphView, Term


@dataclass(frozen=True)
class Step:
    """One step along *predicate*: from subject to object when `forward`; zero or more times when `repeats`."""

    predicate: NamedNode
    forward: bool = True
    repeats: bool = False

    def __str__(self) -> str:
        """The step as SPARQL writes it."""
        return f"{'' if self.forward else '^'}{self.predicate}{'*' if self.repeats else ''}"


ReadPath = tuple[Step, ...]
"""A path from a focus node; what the shape reads is every triple met on the way."""


def as_sparql(path: ReadPath) -> str:
    """The path in the syntax of SPARQL property paths, with full IRIs."""
    return "/".join(map(str, path))


def beginnings(path: ReadPath) -> Iterator[ReadPath]:
    """The beginnings of *path* that hold at least one step, shortest first, *path* itself last."""
    for length in range(1, len(path) + 1):
        yield path[:length]


def near_end(step: Step, triple: Triple) -> Term:
    """The end of *triple* at which *step* stands before it crosses it."""
    return as_term(triple.subject if step.forward else triple.object)


def far_end(step: Step, triple: Triple) -> Term:
    """The end of *triple* at which *step* stands once it has crossed it."""
    return as_term(triple.object if step.forward else triple.subject)


def triples_ahead(view: GraphView, path: ReadPath, nodes: Iterable[Term]) -> set[Triple]:
    """Every triple of *view* that *path* meets when it starts at each of *nodes*."""
    met: set[Triple] = set()
    current = set(nodes)
    for step in path:
        current = _advance(view, step, current, met)
    return met


def nodes_behind(view: GraphView, path: ReadPath, nodes: Iterable[Term]) -> set[Term]:
    """Every node of *view* from which the whole of *path* leads to one of *nodes*."""
    current = set(nodes)
    for step in reversed(path):
        current = _advance(view, Step(step.predicate, not step.forward, step.repeats), current, set())
    return current


def as_term(node: NamedNode | BlankNode | Literal | Triple) -> Term:
    """*node*, which is no quoted triple: the published view holds none."""
    assert not isinstance(node, Triple)
    return node


def _advance(view: GraphView, step: Step, nodes: set[Term], met: set[Triple]) -> set[Term]:
    """The nodes that *step* reaches from *nodes* (themselves too, when it repeats); what it crosses joins *met*."""
    reached: set[Term] = set(nodes) if step.repeats else set()
    frontier = nodes
    while frontier:
        ahead: set[Term] = set()
        for node in frontier:
            for triple in _crossings(view, step, node):
                met.add(triple)
                ahead.add(far_end(step, triple))
        frontier = ahead - reached if step.repeats else set()
        reached |= ahead
    return reached


def _crossings(view: GraphView, step: Step, node: Term) -> Iterable[Triple]:
    if not step.forward:
        return view.triples(None, step.predicate, node)
    if isinstance(node, Literal):
        return ()
    return view.triples(node, step.predicate, None)

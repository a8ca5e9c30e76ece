"""Look along one property of a view, and say who asserts what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.errors import ParameterError
from heritage_graph.model.dates import PartialDate, read_literal
from heritage_graph.namespaces import HG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heritage_graph.graph_view import GraphView


def nodes(view: GraphView, subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
    """The IRIs that *subject* has as *predicate*, sorted."""
    found = (triple.object for triple in view.triples(subject, predicate))
    return sorted((node for node in found if isinstance(node, NamedNode)), key=str)


def sources(view: GraphView, predicate: NamedNode, object_: NamedNode | Literal) -> list[NamedNode]:
    """The IRIs that have *object_* as *predicate*, sorted."""
    found = (triple.subject for triple in view.triples(None, predicate, object_))
    return sorted((node for node in found if isinstance(node, NamedNode)), key=str)


def literals(view: GraphView, subject: NamedNode, predicate: NamedNode) -> list[Literal]:
    """The literals that *subject* has as *predicate*, sorted."""
    found = (triple.object for triple in view.triples(subject, predicate))
    return sorted((value for value in found if isinstance(value, Literal)), key=str)


def dates(view: GraphView, subject: NamedNode, predicate: NamedNode) -> list[PartialDate]:
    """The partial dates that *subject* has as *predicate*, as far as they can be read.

    What cannot be read is no premise: the shapes refuse it, and until then it is as if nobody had said it.
    """
    found = []
    for literal in literals(view, subject, predicate):
        try:
            found.append(read_literal(literal))
        except ParameterError:
            continue
    return found


def asserting(view: GraphView, triples: Iterable[Triple]) -> frozenset[NamedNode]:
    """The named graphs that assert at least one of *triples*."""
    return frozenset(graph for triple in triples for graph in view.graphs(triple))


def evidence_beside(view: GraphView, triple: Triple) -> frozenset[NamedNode]:
    """The evidence that the graphs asserting *triple* give for its subject."""
    subject = triple.subject
    if not isinstance(subject, NamedNode):
        return frozenset()
    graphs = view.graphs(triple)
    return frozenset(
        node for node in nodes(view, subject, HG.evidence) if graphs & view.graphs(Triple(subject, HG.evidence, node))
    )

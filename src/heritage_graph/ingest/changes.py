"""What a document does to the named graphs: replace, merge into, or remove one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, NamedNode

from heritage_graph.errors import ForbiddenContent
from heritage_graph.namespaces import HG, HGS, HGV, META, ONTOLOGY, RDFS, VOCAB

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad, Triple

_GRAPHS_OF_TERMS: Final = frozenset({ONTOLOGY, VOCAB})
_OF_TERMS: Final = frozenset({RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range})


class Mode(StrEnum):
    """How the triples that come relate to those that are there."""

    REPLACE = "replace"
    MERGE = "merge"
    REMOVE = "remove"


@dataclass(frozen=True)
class GraphChange:
    """What happens to one named graph; a graph without triples does not exist.

    `Mode.REMOVE` takes the given triples out, or all of them when none are given.
    """

    graph: NamedNode
    mode: Mode
    triples: frozenset[Triple] = field(default=frozenset())


def changes_of_document(quads: Iterable[Quad], *, graph: NamedNode, mode: Mode) -> list[GraphChange]:
    """The changes that a document submitted for *graph* makes.

    Its triples go to *graph*. A document that names graphs may name *graph* itself, and graph/meta for statements
    whose subject is *graph*.

    Raises:
        ForbiddenContent: it states something in or about another graph, or about the terms of the model, by which
            it could change the rules that judge it.
    """
    own: set[Triple] = set()
    described: set[Triple] = set()
    for quad in quads:
        (own if place_of(quad, graph=graph) == graph else described).add(quad.triple)
    changes = [GraphChange(graph, mode, frozenset(own))]
    if described:
        changes.append(GraphChange(META, Mode.MERGE, frozenset(described)))
    return changes


def place_of(quad: Quad, *, graph: NamedNode) -> NamedNode:
    """The graph in which *quad* of a document that was sent for *graph* is to stand: see `changes_of_document`.

    Raises:
        ForbiddenContent: in none.
    """
    if graph not in _GRAPHS_OF_TERMS:
        _refuse_terms(quad)
    if isinstance(quad.graph_name, DefaultGraph) or quad.graph_name == graph:
        return graph
    if quad.graph_name == META and quad.subject == graph:
        return META
    raise ForbiddenContent(
        f"the document states something about {quad.subject} in the graph {quad.graph_name}, but it was sent "
        f"for {graph}; send each graph by itself",
        slug="graph-forbidden",
    )


def _refuse_terms(quad: Quad) -> None:
    about_a_term = isinstance(quad.subject, NamedNode) and quad.subject.value.startswith((HG, HGV, HGS))
    if about_a_term or quad.predicate in _OF_TERMS:
        raise ForbiddenContent(
            f"the document states {quad.predicate} of {quad.subject}; classes, properties and concepts of the model "
            "are not for documents to define",
            slug="terms-forbidden",
        )


def changes_of_dataset(quads: Iterable[Quad]) -> list[GraphChange]:
    """One replacement for each graph that *quads* name; graph/meta and triples without a graph are merged."""
    by_graph: dict[NamedNode, set[Triple]] = defaultdict(set)
    for quad in quads:
        assert isinstance(quad.graph_name, NamedNode)
        by_graph[quad.graph_name].add(quad.triple)
    return [
        GraphChange(graph, Mode.MERGE if graph == META else Mode.REPLACE, frozenset(triples))
        for graph, triples in by_graph.items()
    ]

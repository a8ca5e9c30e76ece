"""Derive the inferences of a unit, and bring the inferred graph up to date with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Triple

from heritage_graph.model.rules.affected import units_of
from heritage_graph.model.rules.collaboration import collaborations
from heritage_graph.model.rules.date_bounds import date_bounds, extent
from heritage_graph.model.rules.reading import nodes, sources
from heritage_graph.model.rules.renewals import chain_roots
from heritage_graph.model.rules.terms_of_agreements import effect, validity
from heritage_graph.namespaces import HG, INFERRED, RDF

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from heritage_graph.graph_view import GraphView
    from heritage_graph.model.rules.inference import DateBounds, Inference


def derive(unit: NamedNode, view: GraphView) -> frozenset[Quad]:
    """All quads of graph/inferred that *view* gives reason for and that are computed for *unit*.

    Pure and total: the same view gives the same quads, IRIs included, whatever was inferred before; dates and
    durations that cannot be read, and chains that run in a circle, conclude nothing.

    Args:
        unit: a thing of *view*; one that nothing follows for gives an empty set.
        view: asserted triples only. A view that holds graph/inferred would let conclusions support themselves.
    """
    return frozenset(
        _in_inferred(triple)
        for conclusion in conclusions(unit, view)
        for triples in (conclusion.concluded(), conclusion.statements())
        for triple in triples
    )


def conclusions(unit: NamedNode, view: GraphView) -> list[Inference | DateBounds]:
    """What `derive` states, conclusion by conclusion."""
    effects = effect(unit, view)
    ends = validity(unit, view, effects)
    bounds = date_bounds(unit, view, effects + ends)
    return [
        *effects,
        *ends,
        *bounds,
        *extent(unit, view, bounds),
        *chain_roots(unit, view),
        *collaborations(unit, view),
    ]


def derive_all(view: GraphView) -> frozenset[Quad]:
    """The whole of graph/inferred for *view* (asserted triples only; it must answer the pattern that binds nothing)."""
    return frozenset(quad for unit in units_of(view) for quad in derive(unit, view))


def replace_inferences(units: Iterable[NamedNode], view: GraphView, inferred: GraphView) -> tuple[set[Quad], set[Quad]]:
    """What graph/inferred gains and loses when the inferences of *units* are computed anew.

    Args:
        units: the things to compute, usually what `affected_units` gave.
        view: the next state, asserted triples only.
        inferred: the present graph/inferred, and nothing else.

    Returns:
        The quads to add and the quads to remove; the two are disjoint, nothing added is there already, nothing
        removed is absent. A triple that a unit no longer concludes stays while another unit concludes it.
    """
    renewed = set(units)
    present: set[Quad] = set()
    dropped: set[NamedNode] = set()
    for unit in renewed:
        for node in inferences_about(unit, inferred):
            dropped.add(node)
            present.update(stated_by(node, inferred))
    next_quads = {quad for unit in renewed for quad in derive(unit, view)}
    removed = {quad for quad in present - next_quads if not still_concluded(quad, inferred, dropped)}
    added = {quad for quad in next_quads - present if not inferred.graphs(quad.triple)}
    return added, removed


def inferences_about(unit: NamedNode, inferred: GraphView) -> Iterator[NamedNode]:
    """The nodes of graph/inferred that were computed for *unit*."""
    for triple in inferred.triples(None, HG.inferredAbout, unit):
        if isinstance(triple.subject, NamedNode):
            yield triple.subject


def stated_by(node: NamedNode, inferred: GraphView) -> Iterator[Quad]:
    """The quads of graph/inferred about *node*, and the triple that it concludes."""
    triples = list(inferred.triples(node))
    yield from map(_in_inferred, triples)
    yield from map(_in_inferred, concluded_by(triples))


def concluded_by(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The triple that the node of graph/inferred concludes about which these are all *triples*.

    Bounds conclude none: they have no rdf:object.
    """
    parts = {triple.predicate: triple.object for triple in triples}
    subject, predicate, object_ = (parts.get(part) for part in (RDF.subject, RDF.predicate, RDF.object))
    if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and object_ is not None:
        yield Triple(subject, predicate, object_)


def still_concluded(quad: Quad, inferred: GraphView, dropped: Container[NamedNode]) -> bool:
    """Tell whether a node of *inferred* that is not *dropped* concludes the triple of *quad*."""
    subject, object_ = quad.subject, quad.object
    if subject in dropped or not isinstance(subject, NamedNode) or not isinstance(object_, NamedNode | Literal):
        return False
    about_subject = set(sources(inferred, RDF.subject, subject))
    about_object = set(sources(inferred, RDF.object, object_))
    return any(
        quad.predicate in nodes(inferred, node, RDF.predicate)
        for node in about_subject & about_object
        if node not in dropped
    )


def _in_inferred(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, INFERRED)

"""The rule that tells the first and the last day that the dates of a thing can mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.errors import ParameterError
from heritage_graph.model.dates import DATED_PROPERTIES, PartialDate, combined_bounds, read_literal
from heritage_graph.model.rules.inference import DateBounds, Inference, day_literal, inferences, rule_iri
from heritage_graph.model.rules.reading import asserting, dates, evidence_beside, nodes
from heritage_graph.namespaces import HG, RDF, RDFS

if TYPE_CHECKING:
    from datetime import date

    from heritage_graph.graph_view import GraphView

DATE_BOUNDS: Final = rule_iri("date-bounds")


def date_bounds(thing: NamedNode, view: GraphView, derived: list[Inference]) -> list[DateBounds]:
    """The bounds of each dated property of *thing*, stated or among the *derived* conclusions about it.

    Readings that share a day are intersected; readings that contradict each other give their hull.
    """
    found = []
    for predicate in DATED_PROPERTIES:
        stated = dates(view, thing, predicate)
        concluded = [inference for inference in derived if inference.predicate == predicate]
        bounds = combined_bounds(stated + [_reading(inference) for inference in concluded])
        if bounds is not None:
            said = [Triple(thing, predicate, reading.literal) for reading in stated]
            premises = asserting(view, said).union(
                *(evidence_beside(view, triple) for triple in said),
                (inference.node for inference in concluded),
            )
            found.append(DateBounds(thing, predicate, bounds, DATE_BOUNDS, premises))
    return found


def extent(thing: NamedNode, view: GraphView, bounds: list[DateBounds]) -> list[Inference]:
    """The first and the last day of *thing*, from the *bounds* of its properties.

    An agreement (what has a signing date) has the bounds of its signature, and an object those of its making.
    Anything else reaches from the earliest start to the latest end; without an end it is open, and has no last day,
    unless it is an event, which then ends as it starts. A thing whose end lies before its start has no extent.
    """
    by_property = {each.predicate: each for each in bounds}
    first = by_property.get(HG.signedOn) or by_property.get(HG.startsOn) or by_property.get(HG.notBefore)
    last = by_property.get(HG.signedOn) or by_property.get(HG.endsOn) or by_property.get(HG.notAfter)
    if first and not last and _is_event(thing, view):
        last = first
    if first and last and first.bounds.earliest > last.bounds.latest:
        return []
    found = []
    if first:
        found += _one_day(thing, HG.earliest, first.bounds.earliest, first)
    if last:
        found += _one_day(thing, HG.latest, last.bounds.latest, last)
    return found


def _one_day(thing: NamedNode, predicate: NamedNode, day: date, bounds: DateBounds) -> list[Inference]:
    concluded = [(day_literal(day.isoformat()), bounds.premises | {bounds.node})]
    return inferences(thing, predicate, DATE_BOUNDS, concluded)


def _reading(inference: Inference) -> PartialDate:
    if isinstance(inference.object, Literal):
        return read_literal(inference.object)
    raise ParameterError(f"<{inference.node.value}> concludes no date")


def _is_event(thing: NamedNode, view: GraphView) -> bool:
    reached: set[NamedNode] = set()
    ahead = nodes(view, thing, RDF.type)
    while ahead:
        kind = ahead.pop()
        if kind not in reached:
            reached.add(kind)
            ahead += nodes(view, kind, RDFS.subClassOf)
    return HG.Event in reached

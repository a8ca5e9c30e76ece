"""The rules on when an agreement takes effect and until when it is valid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Triple

from heritage_graph.errors import ParameterError
from heritage_graph.model.dates import Duration, PartialDate, add_duration, most_precise, read_duration
from heritage_graph.model.rules.inference import Inference, inferences, rule_iri
from heritage_graph.model.rules.reading import asserting, dates, evidence_beside, literals, nodes, sources
from heritage_graph.namespaces import HG, HGV

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.graph_view import GraphView

EFFECTIVE_ON_SIGNATURE: Final = rule_iri("effective-on-signature")
COUNTED_FROM_SIGNATURE: Final = rule_iri("term-counted-from-signature")
TERM_FROM_GENERAL_CLAUSE: Final = rule_iri("term-from-general-clause")
TERM_AS_STATED: Final = rule_iri("term-as-stated")

_ON_SIGNATURE: Final = HGV.term("date-basis/on-signature")

Grounds = frozenset[NamedNode]


def effect(agreement: NamedNode, view: GraphView) -> list[Inference]:
    """When *agreement* takes effect, where no source states it: on its signature.

    By rule effective-on-signature when its own terms, or else the general terms that govern it, say so; by rule
    term-counted-from-signature when it has a duration of its own, no general terms govern it, and its terms say
    nothing of effect. Of several signing dates the most precise count; contradicting ones give one conclusion
    each.
    """
    if dates(view, agreement, HG.effectiveFrom):
        return []
    signatures = [
        (signed, _grounds_of(view, Triple(agreement, HG.signedOn, signed.literal)))
        for signed in most_precise(dates(view, agreement, HG.signedOn))
    ]
    if not signatures:
        return []
    own = nodes(view, agreement, HG.hasTerm)
    if any(nodes(view, term, HG.effectBasis) for term in own):
        rule, clause = EFFECTIVE_ON_SIGNATURE, _own_effect(agreement, own, view)
    elif governing := sources(view, HG.governs, agreement):
        rule, clause = EFFECTIVE_ON_SIGNATURE, _general_effect(agreement, governing, view)
    else:
        rule, clause = COUNTED_FROM_SIGNATURE, _union(grounds for _, grounds in _own_durations(agreement, view))
    if not clause:
        return []
    concluded = ((signed.literal, grounds | clause) for signed, grounds in signatures)
    return inferences(agreement, HG.effectiveFrom, rule, concluded)


def validity(agreement: NamedNode, view: GraphView, effects: list[Inference]) -> list[Inference]:
    """Until when *agreement* is valid, where no source states it: effect plus duration.

    *effects* is what `effect` concluded. The duration is the agreement's own (term-as-stated), else that of the
    general terms governing it (term-from-general-clause). Nothing follows from a duration that cannot be read or
    that the precision of the date cannot hold (`dates.add_duration`).
    """
    if dates(view, agreement, HG.validUntil):
        return []
    starts = list(_starts(agreement, view, effects))
    rule, durations = TERM_AS_STATED, list(_own_durations(agreement, view))
    if not durations:
        rule, durations = TERM_FROM_GENERAL_CLAUSE, list(_general_durations(agreement, view))
    concluded = []
    for start, start_grounds in starts:
        for duration, duration_grounds in durations:
            try:
                end = add_duration(start, duration)
            except ParameterError:
                continue
            concluded.append((end.literal, start_grounds | duration_grounds))
    return inferences(agreement, HG.validUntil, rule, concluded)


def _starts(agreement: NamedNode, view: GraphView, effects: list[Inference]) -> Iterator[tuple[PartialDate, Grounds]]:
    for stated in most_precise(dates(view, agreement, HG.effectiveFrom)):
        yield stated, _grounds_of(view, Triple(agreement, HG.effectiveFrom, stated.literal))
    for inference in effects:
        for signed in most_precise(dates(view, agreement, HG.signedOn)):
            if signed.literal == inference.object:
                yield signed, inference.premises | {inference.node}


def _own_effect(agreement: NamedNode, terms: list[NamedNode], view: GraphView) -> Grounds:
    return _union(
        _clause(view, agreement, term, Triple(term, HG.effectBasis, _ON_SIGNATURE))
        for term in terms
        if _ON_SIGNATURE in nodes(view, term, HG.effectBasis)
    )


def _general_effect(agreement: NamedNode, governing: list[NamedNode], view: GraphView) -> Grounds:
    return _union(
        _own_effect(general, nodes(view, general, HG.hasTerm), view) | _governed(view, general, agreement)
        for general in governing
        if _own_effect(general, nodes(view, general, HG.hasTerm), view)
    )


def _own_durations(holder: NamedNode, view: GraphView) -> Iterator[tuple[Duration, Grounds]]:
    for term in nodes(view, holder, HG.hasTerm):
        for literal in literals(view, term, HG.duration):
            try:
                duration = read_duration(literal.value)
            except ParameterError:
                continue
            yield duration, _clause(view, holder, term, Triple(term, HG.duration, literal))


def _general_durations(agreement: NamedNode, view: GraphView) -> Iterator[tuple[Duration, Grounds]]:
    for general in sources(view, HG.governs, agreement):
        for duration, grounds in _own_durations(general, view):
            yield duration, grounds | _governed(view, general, agreement)


def _clause(view: GraphView, holder: NamedNode, term: NamedNode, said: Triple) -> Grounds:
    graphs = asserting(view, (Triple(holder, HG.hasTerm, term), said))
    return graphs | {term} | evidence_beside(view, said)


def _governed(view: GraphView, general: NamedNode, agreement: NamedNode) -> Grounds:
    return asserting(view, (Triple(general, HG.governs, agreement),)) | {general}


def _grounds_of(view: GraphView, said: Triple) -> Grounds:
    return asserting(view, (said,)) | evidence_beside(view, said)


def _union(many: Iterator[Grounds]) -> Grounds:
    return frozenset(node for grounds in many for node in grounds)

"""Tell which things a change of triples may give other inferences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from heritage_graph.model.dates import DATED_PROPERTIES
from heritage_graph.model.rules.reading import nodes, sources
from heritage_graph.model.rules.renewals import later_renewals
from heritage_graph.namespaces import HG, RDF, RDFS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pyoxigraph import Triple

    from heritage_graph.graph_view import GraphView

_DATED: Final = frozenset(DATED_PROPERTIES)


def affected_units(changed: Iterable[Triple], view: GraphView, previous: GraphView) -> set[NamedNode]:
    """The things whose inferences may differ between *previous* and *view*.

    Args:
        changed: every triple that a published graph other than graph/inferred has gained or lost, also when
            another graph asserts it too (who asserts a premise is part of the inference).
        view: the next state, without graph/inferred.
        previous: the state before, without graph/inferred.

    Returns:
        A superset of the things whose inferences differ; empty when nothing of *changed* can be a premise.
    """
    units: set[NamedNode] = set()
    for triple in changed:
        follow = _FOLLOW.get(triple.predicate)
        if follow is not None and isinstance(triple.subject, NamedNode):
            for state in (view, previous):
                units.update(follow(triple.subject, triple.object, state))
    return units


def units_of(view: GraphView) -> set[NamedNode]:
    """Everything in *view* that some rule may conclude something about.

    The view must answer the pattern that binds nothing (`MemoryView` does).
    """
    units = set()
    for triple in view.triples():
        subject, predicate, object_ = triple.subject, triple.predicate, triple.object
        if isinstance(subject, NamedNode) and (predicate in _DATED or predicate == HG.renews):
            units.add(subject)
        if isinstance(object_, NamedNode) and predicate in (HG.inContext, HG.renews):
            units.add(object_)
    return units


def _itself(subject: NamedNode, _object: object, _view: GraphView) -> Iterator[NamedNode]:
    yield subject


def _object_itself(_subject: NamedNode, object_: object, _view: GraphView) -> Iterator[NamedNode]:
    if isinstance(object_, NamedNode):
        yield object_


def _holder_of_terms(subject: NamedNode, _object: object, view: GraphView) -> Iterator[NamedNode]:
    yield subject
    yield from nodes(view, subject, HG.governs)


def _term(subject: NamedNode, object_: object, view: GraphView) -> Iterator[NamedNode]:
    for holder in sources(view, HG.hasTerm, subject):
        yield from _holder_of_terms(holder, object_, view)


def _participation(subject: NamedNode, _object: object, view: GraphView) -> Iterator[NamedNode]:
    yield from nodes(view, subject, HG.inContext)


def _evidence(subject: NamedNode, object_: object, view: GraphView) -> Iterator[NamedNode]:
    yield from _dated(subject, view)
    yield from _term(subject, object_, view)
    yield from _participation(subject, object_, view)


def _renewal(subject: NamedNode, object_: object, view: GraphView) -> Iterator[NamedNode]:
    yield subject
    yield from later_renewals(subject, view)
    yield from _object_itself(subject, object_, view)


def _role(subject: NamedNode, object_: object, view: GraphView) -> Iterator[NamedNode]:
    for participation in sources(view, HG.role, subject):
        yield from _participation(participation, object_, view)


def _type(subject: NamedNode, object_: object, view: GraphView) -> Iterator[NamedNode]:
    if object_ == HG.GenericActor:
        for participation in sources(view, HG.participant, subject):
            yield from _participation(participation, object_, view)
    yield from _dated(subject, view)


def _class(subject: NamedNode, _object: object, view: GraphView) -> Iterator[NamedNode]:
    reached: set[NamedNode] = set()
    ahead = [subject]
    while ahead:
        kind = ahead.pop()
        if kind not in reached:
            reached.add(kind)
            ahead += sources(view, RDFS.subClassOf, kind)
            for thing in sources(view, RDF.type, kind):
                yield from _dated(thing, view)


def _dated(thing: NamedNode, view: GraphView) -> Iterator[NamedNode]:
    if any(triple.predicate in _DATED for triple in view.triples(thing)):
        yield thing


_FOLLOW: Final[dict[NamedNode, Callable[[NamedNode, object, GraphView], Iterator[NamedNode]]]] = {
    **dict.fromkeys(DATED_PROPERTIES, _itself),
    HG.hasTerm: _holder_of_terms,
    HG.governs: _object_itself,
    HG.duration: _term,
    HG.effectBasis: _term,
    HG.evidence: _evidence,
    HG.inContext: _object_itself,
    HG.participant: _participation,
    HG.role: _participation,
    HG.impliesCollaboration: _role,
    HG.renews: _renewal,
    RDF.type: _type,
    RDFS.subClassOf: _class,
}

PREMISES: Final = frozenset(_FOLLOW)
"""The properties of all triples that the rules read."""

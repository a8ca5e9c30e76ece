"""What belongs to one record: an entity, and the nodes that stand around it.

A *record* is every statement of published graphs whose subject is the entity or a node around it: what one reaches from
the entity by

    (hg:evidence | hg:hasTerm | hg:hasContribution | hg:amount | ^hg:inContext | ^hg:inferredAbout)*

An *entity* is a subject of the published view that is no node around another. A node that several entities use belongs
to the record of each, so that the union of all records is the published view. Things with a page of their own, concepts
and terms never stand around another thing; for these kinds of IRIs a step does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from heritage_graph.namespaces import BASE, HG, HGV, ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from heritage_graph.graph_view import GraphView

OUTWARD: Final = frozenset({HG.evidence, HG.hasTerm, HG.hasContribution, HG.amount})
"""The properties that lead from a thing to a node around it."""

INWARD: Final = frozenset({HG.inContext, HG.inferredAbout})
"""The properties that lead from a node to the thing around which it stands."""

CONCEPT: Final = "concept"
TERM: Final = "term"
OTHER: Final = "other"

_NODE_KINDS: Final = frozenset({"participation", "inference", "bounds", "evidence", "term", "contribution", "amount"})


def may_stand_around(iri: NamedNode) -> bool:
    """Tell whether *iri* can be a node around another: by its kind, or because it is not one of ours."""
    if iri.value.startswith(ID):
        return iri.value.removeprefix(ID).partition("/")[0] in _NODE_KINDS
    return not iri.value.startswith(BASE)


def family_of(iri: str) -> str:
    """To what family an entity belongs: its kind, `concept`, `term` (of the ontology), or `other` for a foreign IRI."""
    if iri.startswith(ID):
        kind, slash, _ = iri.removeprefix(ID).partition("/")
        return kind if slash and kind else OTHER
    if iri.startswith(HGV):
        return CONCEPT
    return TERM if iri.startswith(BASE) else OTHER


def reached(begin: Iterable[NamedNode], step: Callable[[NamedNode], Iterable[NamedNode]]) -> set[NamedNode]:
    """*begin* and all that *step* leads to from there, however often; cycles end."""
    found: set[NamedNode] = set()
    waiting = list(begin)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(step(node))
    return found


def is_entity(
    iri: NamedNode, *, owners: Callable[[NamedNode], Iterable[NamedNode]], exists: Callable[[NamedNode], bool]
) -> bool:
    """Tell whether *iri* has a record of its own: something is stated of it, and it is no node around another.

    Of nodes that stand around each other in a ring, and around nothing else, each has one.

    Args:
        iri: the thing.
        owners: the things around which a node stands.
        exists: whether anything is stated of a thing.
    """
    if not exists(iri):
        return False
    return not may_stand_around(iri) or all(
        not exists(above) or iri in reached([above], owners) for above in reached(owners(iri), owners)
    )


class Surroundings:
    """Who stands around whom in a state of the published graphs; each thing is looked up once."""

    def __init__(self, view: GraphView) -> None:
        self._view = view
        self._owners: dict[NamedNode, frozenset[NamedNode]] = {}
        self._around: dict[NamedNode, frozenset[NamedNode]] = {}
        self._entity: dict[NamedNode, bool] = {}

    def exists(self, thing: NamedNode) -> bool:
        """Tell whether anything is stated of *thing*."""
        return any(True for _ in self._view.triples(thing))

    def owners(self, node: NamedNode) -> frozenset[NamedNode]:
        """The things that are one step from *node*, which stands around them."""
        if node not in self._owners:
            found: set[object] = set()
            if may_stand_around(node):
                found.update(each.subject for each in self._view.triples(object_=node) if each.predicate in OUTWARD)
                found.update(each.object for each in self._view.triples(node) if each.predicate in INWARD)
            self._owners[node] = frozenset(each for each in found if isinstance(each, NamedNode))
        return self._owners[node]

    def around(self, thing: NamedNode) -> frozenset[NamedNode]:
        """The nodes that stand around *thing*, one step from it."""
        if thing not in self._around:
            found: set[object] = set()
            found.update(each.object for each in self._view.triples(thing) if each.predicate in OUTWARD)
            found.update(each.subject for each in self._view.triples(object_=thing) if each.predicate in INWARD)
            nodes = (each for each in found if isinstance(each, NamedNode))
            self._around[thing] = frozenset(node for node in nodes if may_stand_around(node))
        return self._around[thing]

    def is_entity(self, thing: NamedNode) -> bool:
        """See `is_entity`."""
        if thing not in self._entity:
            self._entity[thing] = is_entity(thing, owners=self.owners, exists=self.exists)
        return self._entity[thing]

    def entities_of(self, subject: NamedNode) -> list[NamedNode]:
        """The entities to whose record the statements about *subject* belong."""
        return [each for each in reached([subject], self.owners) if self.is_entity(each)]

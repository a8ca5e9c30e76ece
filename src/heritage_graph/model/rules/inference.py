"""One inferred fact with its rule and premises, and the triples that state it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.namespaces import HG, ID, PROV, RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from heritage_graph.model.dates import Bounds

_THING: Final = re.compile(re.escape(ID) + r"([a-z]+(?:-[a-z]+)*)/([a-z0-9]+(?:-[a-z0-9]+)*)")
_PLAIN_KINDS: Final = frozenset({"agreement", "organization"})
_KINDS: Final = frozenset({
    "activity", "agreement", "agreement-document", "amount", "anomaly", "artifact", "bounds", "challenge", "change",
    "claim", "collection", "collective", "commit", "contribution", "country", "designation", "document", "event",
    "event-series", "evidence", "funding", "generic-actor", "grant", "inference", "instrument", "intangible",
    "organization", "participation", "person", "place", "plan", "policy", "programme", "project", "rule",
    "scholarship", "scope", "site", "state", "term", "terms", "route",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inference:
    """A triple that a rule concludes, computed for the thing *unit*.

    `premises` are the n-ary nodes and evidence it rests on, and the named graphs that assert them.
    `name` is the slug of the node that states it; it depends on nothing but the conclusion and the unit.
    """

    unit: NamedNode
    subject: NamedNode
    predicate: NamedNode
    object: NamedNode | Literal
    rule: NamedNode
    premises: frozenset[NamedNode]
    name: str

    @property
    def node(self) -> NamedNode:
        """The node that states the inference."""
        return ID.term(f"inference/{self.name}")

    def concluded(self) -> Iterator[Triple]:
        """The triple that it concludes, which another unit may conclude, too."""
        yield Triple(self.subject, self.predicate, self.object)

    def statements(self) -> Iterator[Triple]:
        """What the node states: what is concluded, and why it holds; no other unit has these."""
        node = self.node
        yield from _statement(node, HG.Inference, self.subject, self.predicate, self.rule)
        yield Triple(node, RDF.object, self.object)
        yield from _grounds(node, self.unit, self.premises)


@dataclass(frozen=True, slots=True)
class DateBounds:
    """The bounds of one dated property of *unit*, all its readings taken together."""

    unit: NamedNode
    predicate: NamedNode
    bounds: Bounds
    rule: NamedNode
    premises: frozenset[NamedNode]

    @property
    def node(self) -> NamedNode:
        """The node that states the bounds."""
        return ID.term(f"bounds/{name_of(self.unit)}--{local_name(self.predicate)}")

    def concluded(self) -> Iterator[Triple]:
        """Nothing: bounds conclude no triple of their own."""
        return iter(())

    def statements(self) -> Iterator[Triple]:
        """What the node states: the bounds, and why they hold; no other unit has these."""
        node = self.node
        yield from _statement(node, HG.DateBounds, self.unit, self.predicate, self.rule)
        yield Triple(node, HG.earliest, day_literal(self.bounds.earliest.isoformat()))
        yield Triple(node, HG.latest, day_literal(self.bounds.latest.isoformat()))
        yield from _grounds(node, self.unit, self.premises)


def inferences(
    unit: NamedNode,
    predicate: NamedNode,
    rule: NamedNode,
    concluded: Iterable[tuple[NamedNode | Literal, frozenset[NamedNode]]],
) -> list[Inference]:
    """What *rule* concludes about *unit* itself, one inference for each distinct object.

    Equal objects with different premises become one inference that rests on all of them. The node is called
    after the thing and the property, and after the object too when there is more than one.
    """
    premises: dict[NamedNode | Literal, frozenset[NamedNode]] = {}
    for object_, grounds in concluded:
        premises[object_] = premises.get(object_, frozenset()) | grounds
    stem = f"{name_of(unit)}--{local_name(predicate)}"
    return [
        Inference(
            unit=unit,
            subject=unit,
            predicate=predicate,
            object=object_,
            rule=rule,
            premises=grounds,
            name=stem if len(premises) == 1 else f"{stem}--{_name_of_object(object_)}",
        )
        for object_, grounds in sorted(premises.items(), key=lambda item: str(item[0]))
    ]


def rule_iri(name: str) -> NamedNode:
    """The rule called *name*."""
    return ID.term(f"rule/{name}")


def local_name(term: NamedNode) -> str:
    """The name of a term within its namespace."""
    return re.split(r"[#/]", term.value)[-1]


def day_literal(text: str) -> Literal:
    """An xsd:date."""
    return Literal(text, datatype=XSD.date)


def name_of(thing: NamedNode) -> str:
    """A part of a slug that names *thing*, no other thing, and can be read where the IRI can.

    Agreements and organizations go by their slug, other things by kind and slug (`state--egypt`); what could be
    taken for something else, or is no thing of ours, goes by a digest of its IRI.
    """
    form = _THING.fullmatch(thing.value)
    if form is None or form[1] not in _KINDS or form[2] in _KINDS:
        return "iri-" + sha256(thing.value.encode()).hexdigest()[:32]
    kind, slug = form.groups()
    return slug if kind in _PLAIN_KINDS else f"{kind}--{slug}"


def _name_of_object(object_: NamedNode | Literal) -> str:
    return object_.value if isinstance(object_, Literal) else name_of(object_)


def _statement(
    node: NamedNode, kind: NamedNode, subject: NamedNode, predicate: NamedNode, rule: NamedNode
) -> Iterator[Triple]:
    yield Triple(node, RDF.type, kind)
    yield Triple(node, RDF.subject, subject)
    yield Triple(node, RDF.predicate, predicate)
    yield Triple(node, HG.byRule, rule)


def _grounds(node: NamedNode, unit: NamedNode, premises: frozenset[NamedNode]) -> Iterator[Triple]:
    yield Triple(node, HG.inferredAbout, unit)
    for premise in premises:
        yield Triple(node, PROV.wasDerivedFrom, premise)

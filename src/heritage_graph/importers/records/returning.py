"""Tell a source graph as the record from which it can be made again."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from heritage_graph.importers import statements
from heritage_graph.importers.records import keys
from heritage_graph.namespaces import DCTERMS, FOAF, HG, HGV, ID, RDF, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Triple

    from heritage_graph.graph_view import Term

Json = dict[str, object]

_RENEWAL: Final = HGV.term("agreement-kind/renewal")
_AGREEMENT_CLASSES: Final = frozenset({HG.Agreement, *keys.AGREEMENT_CLASSES.values()})
_EVENT_CLASSES: Final = frozenset({HG.Event, *keys.EVENT_CLASSES.values()} - {HG.Exhibition})
_LAST_NUMBER: Final = re.compile(r"-([0-9]+)$")
_MODES: Final = {cls: mode for mode, (_, cls) in keys.MODES.items()}


class _Stated:
    """What a graph states, by thing and property."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._values: dict[tuple[Term, NamedNode], list[Term]] = defaultdict(list)
        self._subjects: dict[tuple[NamedNode, Term], list[NamedNode]] = defaultdict(list)
        for triple in sorted(triples, key=str):
            assert isinstance(triple.subject, NamedNode)
            assert isinstance(triple.object, (NamedNode, Literal))
            self._values[triple.subject, triple.predicate].append(triple.object)
            self._subjects[triple.predicate, triple.object].append(triple.subject)

    def nodes(self, thing: Term, predicate: NamedNode) -> list[NamedNode]:
        return [each for each in self._values[thing, predicate] if isinstance(each, NamedNode)]

    def texts(self, thing: Term, predicate: NamedNode) -> list[str]:
        return [each.value for each in self._values[thing, predicate] if isinstance(each, Literal)]

    def text(self, thing: Term, predicate: NamedNode) -> str | None:
        return next(iter(self.texts(thing, predicate)), None)

    def flag(self, thing: Term, predicate: NamedNode) -> bool | None:
        value = self.text(thing, predicate)
        return None if value is None else value == "true"

    def leading_to(self, predicate: NamedNode, value: Term) -> list[NamedNode]:
        """What has *value* as *predicate*, by the number at the end of its address."""
        return sorted(self._subjects[predicate, value], key=_number)


def record_of(slug: str, triples: Iterable[Triple]) -> Json | None:
    """The record of the source graph *slug*, which holds *triples*; None when no record makes such a graph.

    It has the keys of the format in the order of its schema, and none for what the graph does not hold: the notes of
    what the compiler judged, the names of persons, and the language of each list.
    """
    stated = _Stated(triples)
    document, evidence = ID.term(f"document/{slug}"), ID.term(f"evidence/{slug}")
    things = stated.nodes(document, FOAF.primaryTopic)
    if stated.text(document, HG.publisherAsNamed) is None or len(things) != 1:
        return None
    (thing,) = things
    told: Json = {"slug": slug}
    told |= _page(stated, document, evidence)
    told |= _thing(stated, thing)
    parts = [part for part in stated.leading_to(HG.inContext, thing) if _number(part)]
    told["parties"] = [_party(stated, part) for part in parts]
    told |= _terms(stated, thing)
    told["beneficiaries"] = stated.text(ID.term(f"participation/{slug}--beneficiaries"), HG.participantAsNamed)
    heritage = [*stated.nodes(thing, HG.concerns), *stated.nodes(thing, HG.designates)]
    told["concerns"] = [_concern(stated, each) for each in _in_order(heritage, slug)]
    told["funding"] = [_money(stated, each) for each in stated.leading_to(HG.funds, thing)]
    return _without_nothing(told)


def _page(stated: _Stated, document: NamedNode, evidence: NamedNode) -> Json:
    return {
        "url": next((page.value for page in stated.nodes(document, FOAF.page)), None),
        "publisher": stated.text(document, HG.publisherAsNamed),
        "page_date": stated.text(document, HG.issuedOn),
        "language": ",".join(stated.texts(document, DCTERMS.language)),
        "read_on": stated.text(evidence, HG.readOn),
        "read_in_copy": stated.flag(evidence, HG.readInCopy),
        "excerpt_cut": stated.flag(evidence, HG.readInPart),
    }


def _thing(stated: _Stated, thing: NamedNode) -> Json:
    names = [*stated.texts(thing, SKOS.prefLabel), *stated.texts(thing, SKOS.altLabel)]
    told: Json = {
        "kind": _kind(stated, thing),
        "name": next(iter(names), None),
        "name_is_official": True if statements.STATED in stated.nodes(thing, HG.labelSource) else None,
        "parties_open": stated.flag(thing, HG.listIsOpen),
        "dates_as_stated": stated.text(thing, HG.dateAsWritten),
        "note": stated.text(thing, HG.note),
    }
    told |= {key: stated.text(thing, predicate) for key, predicate in keys.TEXTS.items()}
    told |= {key: stated.text(thing, predicate) for key, predicate in keys.DATES.items()}
    told |= {key: list(_names(stated, thing, named)) for key, named in keys.LISTS.items()}
    told["level"] = "|".join(_names(stated, thing, keys.LEVEL)) or None
    told["renews"] = _tie(stated, thing, (HG.renews,), HG.renewsAsNamed)
    told["implements"] = _tie(stated, thing, (HG.implements, HG.underAgreement), HG.implementsAsNamed)
    return told


def _kind(stated: _Stated, thing: NamedNode) -> str | None:
    (cls, *_) = stated.nodes(thing, RDF.type)
    if cls in _AGREEMENT_CLASSES:
        return "renewal" if _RENEWAL in stated.nodes(thing, HG.agreementKind) else "agreement"
    if cls in _EVENT_CLASSES:
        return "event"
    activities = stated.nodes(thing, HG.activityKind)
    for kind, meaning in keys.KINDS.items():
        narrow = meaning.activity is None or HGV.term(f"activity-kind/{meaning.activity}") in activities
        if meaning.cls == cls and narrow:
            return kind
    return None


def _names(stated: _Stated, thing: NamedNode, named: keys.Named) -> Iterator[str]:
    """The last part of the address of a concept names it, as its notation does."""
    yield from (concept.value.rsplit("/", 1)[-1] for concept in stated.nodes(thing, named.concept))
    yield from stated.texts(thing, named.as_named)


def _tie(stated: _Stated, thing: NamedNode, ties: Iterable[NamedNode], as_named: NamedNode) -> str | None:
    others = (other.value.rsplit("/", 1)[-1] for tie in ties for other in stated.nodes(thing, tie))
    return next(others, None) or stated.text(thing, as_named)


def _party(stated: _Stated, part: NamedNode) -> Json:
    texts = {key: stated.text(part, predicate) for key, predicate in keys.PARTY_TEXTS.items()}
    name = None if texts["withheld"] else _printed(stated, part, HG.participantAsNamed)
    roles = "|".join(role.value.rsplit("/", 1)[-1] for role in stated.nodes(part, HG.role))
    return _without_nothing({"as_named": name, "role": roles, **texts, "note": stated.text(part, HG.note)})


def _terms(stated: _Stated, thing: NamedNode) -> Json:
    found: Json = {}
    for term in stated.nodes(thing, HG.hasTerm):
        found["term"] = found.get("term") or stated.text(term, HG.duration)
        found["renewable"] = found.get("renewable") or stated.text(term, HG.renewalAsWritten)
    return found


def _concern(stated: _Stated, node: NamedNode) -> Json:
    segment = node.value.removeprefix(ID).split("/", 1)[0]
    what = "site" if segment == keys.PLACE else segment
    name = next(iter([*stated.texts(node, SKOS.prefLabel), *stated.texts(node, SKOS.altLabel)]), None)
    return _without_nothing({"as_named": name, "what": what, "whs_id": stated.text(node, HG.worldHeritageId)})


def _money(stated: _Stated, node: NamedNode) -> Json:
    (cls, *_) = stated.nodes(node, RDF.type)
    shared = (mode.value.rsplit("/", 1)[-1] for mode in stated.nodes(node, HG.sharingMode))
    amount = next(iter(stated.nodes(node, HG.amount)), None)
    told: Json = {
        "as_named": _printed(stated, node, HG.funderAsNamed),
        "mode": next(shared, None) or _MODES.get(cls),
        "for": stated.text(node, HG.purposeAsNamed),
        "is_total": stated.flag(node, HG.isTotal),
        "share": _decimal(stated.text(node, HG.share)),
        "note": stated.text(node, HG.note),
    }
    if amount is not None:
        told["amount"] = _decimal(stated.text(amount, HG.amountValue))
        told["currency"] = stated.text(amount, HG.currency)
        told["amount_is"] = stated.text(amount, HG.amountBound)
        told["year"] = stated.text(amount, HG.amountYear)
    return _without_nothing(told)


def _printed(stated: _Stated, node: NamedNode, as_named: NamedNode) -> str | None:
    """The name at *node* as the page has it, be it identified or not."""
    return stated.text(node, as_named) or stated.text(node, HG.namedAs)


def _in_order(heritage: Iterable[NamedNode], slug: str) -> list[NamedNode]:
    """*heritage* by the numbers of what is the record's own; what has a name elsewhere fills the gaps."""
    nodes = sorted(set(heritage), key=str)
    own = {_number(node): node for node in nodes if re.fullmatch(rf".*/{slug}-[0-9]+", node.value)}
    others = iter([node for node in nodes if node not in own.values()])
    return [own[at] if at in own else next(others) for at in range(1, len(nodes) + 1)]


def _decimal(text: str | None) -> int | float | None:
    if text is None:
        return None
    return int(text) if text.isdigit() else float(text)


def _number(node: NamedNode) -> int:
    """The number at the end of the address of *node*, 0 when there is none."""
    found = _LAST_NUMBER.search(node.value)
    return int(found[1]) if found else 0


def _without_nothing(told: Json) -> Json:
    return {key: value for key, value in told.items() if value is not None and value != []}

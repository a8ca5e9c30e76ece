"""Tell a record as the triples of a source graph."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.importers import statements
from heritage_graph.importers.records import keys
from heritage_graph.importers.records.identities import PLACE, REJECTED, THING
from heritage_graph.namespaces import DCTERMS, FOAF, HG, HGV, ID, RDF, XSD, is_slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from heritage_graph.importers.labels import Labels
    from heritage_graph.importers.records.identities import Decision, Identities
    from heritage_graph.importers.records.record import Concern, Money, Page, Party, Record
    from heritage_graph.importers.records.vocabulary import Vocabulary

_TITLES: Final = {
    "en": "Page “{slug}” of {publisher}",
    "ar": "صفحة «{slug}» لدى {publisher}",
    "fr": "Page « {slug} » de {publisher}",
}
_RENEWAL: Final = HGV.term("agreement-kind/renewal")
_AGREEMENT: Final = HGV.term("agreement-kind/agreement")
_MORE: Final = re.compile(r"[(;]")
"""What begins an abbreviation, or another name: “memorandum of understanding (MoU)”."""
_MENTIONED: Final = HGV.term("text-status/mention-only")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes records as triples; `kinds` are the kinds of the records at hand by slug, to which others may refer.

    `identities` are what the curators have decided on the mentions of records.
    """

    vocabulary: Vocabulary
    labels: Labels
    kinds: Mapping[str, str]
    identities: Identities

    def triples(self, record: Record) -> Iterator[Triple]:
        """What *record* states, each thing with the page as its evidence."""
        evidence = ID.term(f"evidence/{record.slug}")
        thing = self._subject(record.slug, record.kind)
        yield from self._document(record, evidence)
        yield Triple(ID.term(f"document/{record.slug}"), FOAF.primaryTopic, thing)
        yield from self._thing(thing, record, evidence)
        for number, party in enumerate(record.parties, 1):
            node = ID.term(f"participation/{record.slug}--{number}")
            roles = {self.vocabulary.concept("role", role) or keys.UNSPECIFIED for role in party.roles}
            yield from _part(node, thing, roles, evidence)
            decision = self._decision(record, f"party-{number}", party.as_named)
            yield from self._party(node, party, record.page.language, decision)
            acts_for = self._decision(record, f"behalf-{number}", party.as_named)
            if acts_for and acts_for.certain and decision is None:
                yield Triple(node, HG.onBehalfOf, acts_for.identity)
                yield from _decided(node, acts_for)
        if record.beneficiaries:
            node = ID.term(f"participation/{record.slug}--beneficiaries")
            yield from _part(node, thing, {HGV.term("role/beneficiary")}, evidence)
            yield Triple(node, HG.participantAsNamed, Literal(record.beneficiaries, language=record.page.language))
        yield from self._concerns(thing, record, evidence)
        for number, money in enumerate(record.funding, 1):
            yield from self._money(thing, record, number, money, evidence)

    def _subject(self, slug: str, kind: str) -> NamedNode:
        """What the record *slug*, of *kind*, is about: a thing that has a name elsewhere, else one of its own."""
        decision = self.identities.get(slug, {}).get(THING)
        return _identified(ID.term(f"{keys.KINDS[kind].segment}/{slug}"), decision)

    def _decision(self, record: Record, mention: str, prints: str | None) -> Decision | None:
        decision = self.identities.get(record.slug, {}).get(mention)
        return decision if decision and decision.printed == prints else None

    def _moved(self, record: Record, concern: Concern) -> Decision | None:
        """The decision on a *concern* that stands in another place of its list than it did."""
        decisions = self.identities.get(record.slug, {}).items()
        alike = (each for mention, each in decisions if mention.startswith("concern-"))
        return next((each for each in alike if each.printed == concern.as_named), None)

    def _document(self, record: Record, evidence: NamedNode) -> Iterator[Triple]:
        page = record.page
        node = ID.term(f"document/{record.slug}")
        titles = {
            language: title.format(slug=record.slug, publisher=page.publisher) for language, title in _TITLES.items()
        }
        yield Triple(node, RDF.type, HG.SourceDocument)
        yield from self.labels.of(node, titles)
        yield Triple(node, HG.labelSource, statements.TRANSLATED)
        yield Triple(node, HG.publisherAsNamed, Literal(page.publisher, language=keys.UNDETERMINED))
        yield Triple(node, FOAF.page, NamedNode(page.url))
        yield Triple(node, HG.evidence, evidence)
        for language in page.languages:
            yield Triple(node, DCTERMS.language, Literal(language))
        if page.date:
            yield Triple(node, HG.issuedOn, page.date.literal)
        yield from _seen(evidence, node, page)

    def _thing(self, thing: NamedNode, record: Record, evidence: NamedNode) -> Iterator[Triple]:
        language = record.page.language
        yield from self._kinds(thing, record)
        yield from self.labels.of(thing, {language: record.name})
        yield Triple(thing, HG.labelSource, statements.STATED if record.name_is_official else statements.TRANSLATED)
        yield Triple(thing, HG.evidence, evidence)
        if record.parties_open is not None or record.page.in_part:
            open_ = bool(record.parties_open) or record.page.in_part
            yield Triple(thing, HG.listIsOpen, _boolean(open_))
        for key, text in record.texts.items():
            yield Triple(thing, keys.TEXTS[key], Literal(text, language=language))
        for key, date in record.dates.items():
            yield Triple(thing, keys.DATES[key], date.literal)
        where = self._decision(record, PLACE, _where(record))
        if where and where.certain and record.kind != "designation":
            signed = record.kind in keys.AGREEMENTS
            yield Triple(thing, HG.signedAt if signed else HG.takesPlaceAt, where.identity)
        if record.dates_as_stated:
            yield Triple(thing, HG.dateAsWritten, Literal(record.dates_as_stated))
        if record.note:
            yield Triple(thing, HG.note, Literal(record.note, language=keys.UNDETERMINED))
        for key, names in record.lists.items():
            for name in names:
                yield self._named(thing, keys.LISTS[key], name)
        for name in record.levels:
            yield self._named(thing, keys.LEVEL, name)
        yield from self._terms(thing, record, evidence)
        yield from self._ties(thing, record)

    def _kinds(self, thing: NamedNode, record: Record) -> Iterator[Triple]:
        kind = keys.KINDS[record.kind]
        stated = record.texts.get("kind_as_stated", "")
        if record.kind in keys.AGREEMENTS:
            concept = self._agreement_kind(stated)
            slug = self.vocabulary.notations.get(concept, "") if concept else ""
            yield Triple(thing, RDF.type, keys.AGREEMENT_CLASSES.get(slug, kind.cls))
            yield Triple(thing, HG.textStatus, _MENTIONED)
            if record.kind == "renewal":
                yield Triple(thing, HG.agreementKind, _RENEWAL)
            if concept or record.kind == "agreement":
                yield Triple(thing, HG.agreementKind, concept or _AGREEMENT)
            return
        concept = self.vocabulary.concept("activity-kind", stated)
        slug = self.vocabulary.notations.get(concept, "") if concept else ""
        yield Triple(thing, RDF.type, keys.EVENT_CLASSES.get(slug, kind.cls) if record.kind == "event" else kind.cls)
        if concept and record.kind != "designation":
            yield Triple(thing, HG.activityKind, concept)
        if kind.activity:
            yield Triple(thing, HG.activityKind, HGV.term(f"activity-kind/{kind.activity}"))

    def _agreement_kind(self, stated: str) -> NamedNode | None:
        """The kind that *stated* names; else the one named before an abbreviation in brackets or a semicolon."""
        before = _MORE.split(stated, maxsplit=1)[0]
        return self.vocabulary.concept("agreement-kind", stated) or self.vocabulary.concept("agreement-kind", before)

    def _named(self, thing: NamedNode, named: keys.Named, name: str) -> Triple:
        """*thing* with the concept that has the very name, else with the name."""
        concept = self.vocabulary.concept(named.scheme, name)
        if concept:
            return Triple(thing, named.concept, concept)
        return Triple(thing, named.as_named, Literal(name, language=keys.UNDETERMINED))

    def _terms(self, thing: NamedNode, record: Record, evidence: NamedNode) -> Iterator[Triple]:
        if record.term:
            term = ID.term(f"term/{record.slug}-duration")
            yield Triple(thing, HG.hasTerm, term)
            yield Triple(term, RDF.type, HG.DurationTerm)
            yield Triple(term, HG.duration, Literal(record.term, datatype=XSD.duration))
            yield Triple(term, HG.evidence, evidence)
        if record.renewable:
            term = ID.term(f"term/{record.slug}-renewal")
            yield Triple(thing, HG.hasTerm, term)
            yield Triple(term, RDF.type, HG.RenewalTerm)
            yield Triple(term, HG.evidence, evidence)
            yield Triple(term, HG.renewalAsWritten, Literal(record.renewable, language=keys.UNDETERMINED))
            if mode := keys.RENEWALS.get(record.renewable):
                yield Triple(term, HG.renewalMode, HGV.term(f"renewal-mode/{mode}"))

    def _ties(self, thing: NamedNode, record: Record) -> Iterator[Triple]:
        """What the record renews and implements: an agreement of another record at hand, else what it is called."""
        language = record.page.language
        binds = record.kind in keys.AGREEMENTS
        renewed = self._agreement(record.renews, record)
        if renewed and binds:
            yield Triple(thing, HG.renews, renewed)
        elif record.renews:
            yield Triple(thing, HG.renewsAsNamed, Literal(record.renews, language=language))
        implemented = self._agreement(record.implements, record)
        if implemented and record.kind != "designation":
            yield Triple(thing, HG.implements if binds else HG.underAgreement, implemented)
        elif record.implements:
            yield Triple(thing, HG.implementsAsNamed, Literal(record.implements, language=language))

    def _agreement(self, slug: str | None, record: Record) -> NamedNode | None:
        """The agreement of another record at hand, or one that has its name elsewhere, by its *slug*."""
        if slug is None or slug == record.slug or not is_slug(slug):
            return None
        if self.kinds.get(slug) in keys.AGREEMENTS:
            return self._subject(slug, "agreement")
        elsewhere = ID.term(f"agreement/{slug}")
        things = (decisions.get(THING) for decisions in self.identities.values())
        return elsewhere if any(each and each.identity == elsewhere for each in things) else None

    def _party(self, node: NamedNode, party: Party, language: str, decision: Decision | None) -> Iterator[Triple]:
        """Who takes part at *node*, as the page says it in *language*, and as it was decided."""
        name = (
            Literal(keys.NAME_WITHHELD, language="en")
            if party.as_named is None
            else Literal(party.as_named, language=language)
        )
        yield from self._who(node, (HG.participant, HG.participantAsNamed), name, decision)
        for key, text in party.texts.items():
            yield Triple(node, keys.PARTY_TEXTS[key], Literal(text, language=language))
        if party.note:
            yield Triple(node, HG.note, Literal(party.note, language=keys.UNDETERMINED))

    def _concerns(self, thing: NamedNode, record: Record, evidence: NamedNode) -> Iterator[Triple]:
        for number, concern in enumerate(record.concerns, 1):
            decision = self._decision(record, f"concern-{number}", concern.as_named) or self._moved(record, concern)
            designated = record.kind == "designation" and concern.what == "site"
            own = ID.term(f"{concern.what}/{record.slug}-{number}")
            node = _identified(own, decision, *((keys.PLACE,) if designated and not concern.list_number else ()))
            yield Triple(thing, HG.designates if designated else HG.concerns, node)
            yield Triple(node, RDF.type, HG.Place if _segment(node) == keys.PLACE else keys.WHATS[concern.what])
            yield from self.labels.of(node, {record.page.language: concern.as_named})
            yield Triple(node, HG.labelSource, statements.STATED)
            yield Triple(node, HG.evidence, evidence)
            if concern.list_number:
                yield Triple(node, HG.worldHeritageId, Literal(concern.list_number))

    def _money(
        self, thing: NamedNode, record: Record, number: int, money: Money, evidence: NamedNode
    ) -> Iterator[Triple]:
        segment, cls = keys.MODES[money.mode]
        node = ID.term(f"{segment}/{record.slug}-{number}")
        yield Triple(node, RDF.type, cls)
        yield Triple(node, HG.funds, thing)
        yield Triple(node, HG.evidence, evidence)
        if money.mode in keys.SHARED:
            yield Triple(node, HG.sharingMode, HGV.term(f"sharing-mode/{money.mode}"))
        if money.as_named:
            name = Literal(money.as_named, language=record.page.language)
            decision = self._decision(record, f"funding-{number}", money.as_named)
            yield from self._who(node, (HG.funder, HG.funderAsNamed), name, decision)
        if money.purpose:
            yield Triple(node, HG.purposeAsNamed, Literal(money.purpose, language=keys.UNDETERMINED))
        if money.is_total:
            yield Triple(node, HG.isTotal, _boolean(money.is_total))
        if money.share is not None:
            yield Triple(node, HG.share, statements.decimal(money.share))
        if money.note:
            yield Triple(node, HG.note, Literal(money.note, language=keys.UNDETERMINED))
        if money.amount is not None and money.currency:
            amount = ID.term(f"amount/{record.slug}-{number}")
            yield Triple(node, HG.amount, amount)
            yield Triple(amount, RDF.type, HG.MonetaryAmount)
            yield Triple(amount, HG.amountValue, statements.decimal(money.amount))
            yield Triple(amount, HG.currency, Literal(money.currency))
            yield Triple(amount, HG.evidence, evidence)
            if money.bound:
                yield Triple(amount, HG.amountBound, Literal(money.bound))
            if money.year:
                yield Triple(amount, HG.amountYear, Literal(money.year, datatype=XSD.gYear))

    def _who(
        self, node: NamedNode, agents: tuple[NamedNode, NamedNode], name: Literal, decision: Decision | None
    ) -> Iterator[Triple]:
        """The agent at *node* by the properties *agents*: identified; else as printed, with who is likely, or not."""
        identified, as_named = agents
        if decision is None:
            yield Triple(node, as_named, name)
            return
        if decision.certain:
            yield Triple(node, identified, decision.identity)
            yield Triple(node, HG.namedAs, name)
            for named in self.labels.printed(decision.identity, name):
                yield from (named, Triple(decision.identity, HG.labelSource, statements.STATED))
        else:
            yield Triple(node, as_named, name)
            rejected = decision.outcome == REJECTED
            yield Triple(node, HG.rejectedIdentity if rejected else HG.proposedIdentity, decision.identity)
        yield from _decided(node, decision)


def printed(record: Record) -> Iterator[tuple[str, str]]:
    """Every mention of *record* on whose identity can be decided, with the words that stand there."""
    yield THING, record.name
    if where := _where(record):
        yield PLACE, where
    names: dict[str, list[str | None]] = {
        "party": [each.as_named for each in record.parties],
        "behalf": [each.as_named for each in record.parties],
        "concern": [each.as_named for each in record.concerns],
        "funding": [each.as_named for each in record.funding],
    }
    for key, each in names.items():
        yield from ((f"{key}-{number}", name) for number, name in enumerate(each, 1) if name)


def _where(record: Record) -> str | None:
    """The place in the words of the page; the country where it names no place."""
    return record.texts.get("place") or record.texts.get("place_country")


def _identified(own: NamedNode, decision: Decision | None, *others: str) -> NamedNode:
    """What was decided to be meant, when by the first part of its address it is of the kind of *own* or of *others*."""
    alike = decision and decision.certain and _segment(decision.identity) in {_segment(own), *others}
    return decision.identity if decision and alike else own


def _segment(node: NamedNode) -> str:
    return node.value.removeprefix(ID).split("/", 1)[0]


def _decided(node: NamedNode, decision: Decision) -> Iterator[Triple]:
    yield Triple(node, HG.decidedBy, Literal(decision.by))
    yield Triple(node, HG.decidedOn, decision.on.literal)
    yield Triple(node, HG.decidedBecause, Literal(decision.why))


def _seen(evidence: NamedNode, document: NamedNode, page: Page) -> Iterator[Triple]:
    yield Triple(evidence, RDF.type, HG.PageEvidence)
    yield Triple(evidence, HG.document, document)
    if page.read_on:
        yield Triple(evidence, HG.readOn, page.read_on.literal)
    if page.in_copy is not None:
        yield Triple(evidence, HG.readInCopy, _boolean(page.in_copy))
    if page.in_part:
        yield Triple(evidence, HG.readInPart, _boolean(page.in_part))


def _part(node: NamedNode, thing: NamedNode, roles: Iterable[NamedNode], evidence: NamedNode) -> Iterator[Triple]:
    yield Triple(node, RDF.type, HG.Participation)
    yield Triple(node, HG.inContext, thing)
    for role in roles:
        yield Triple(node, HG.role, role)
    yield Triple(node, HG.evidence, evidence)


def _boolean(value: bool) -> Literal:  # noqa: FBT001  # it is the value that is told
    return Literal(str(value).lower(), datatype=XSD.boolean)

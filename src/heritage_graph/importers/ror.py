"""Import records of the Research Organization Registry: organizations, their names, ties, seats and identifiers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from heritage_graph.importers.imported import Imported
from heritage_graph.importers.labels import Labels
from heritage_graph.importers.report import ImportReport, Outcome, Remark, RowReport
from heritage_graph.importers.ror_files import RorText, open_records
from heritage_graph.importers.ror_record import UNDETERMINED, RorPlace, RorRecord
from heritage_graph.namespaces import DCTERMS, FOAF, HG, HGV, ID, META, PROV, RDF, RDFS, SKOS, XSD, source_graph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal
    from pathlib import Path

    from heritage_graph.importers.known import Known

_SLUG: Final = "ror"
_GRAPH: Final = source_graph(_SLUG)
_DOCUMENT: Final = ID.term(f"document/{_SLUG}")
_REGISTRY: Final = "https://ror.org/"
_CURATORS: Final = ID.term("organization/heritage-graph-curators")
_PUBLIC_DOMAIN: Final = NamedNode("https://creativecommons.org/publicdomain/zero/1.0/")
_STATED: Final = HGV.term("label-source/stated")
_TRANSLATED: Final = HGV.term("label-source/translated")
_TITLES: Final = {
    "en": "Records of the Research Organization Registry",
    "ar": "قيود سجل المنظمات البحثية",
    "fr": "Notices du Research Organization Registry",
}
_GRAPH_LABELS: Final = {
    "en": "What the Research Organization Registry states",
    "ar": "ما يذكره سجل المنظمات البحثية",
    "fr": "Ce que dit le Research Organization Registry",
}
_RELATIONS: Final = {
    "parent": HG.partOf,
    "child": HG.hasPart,
    "related": HG.relatedTo,
    "successor": HG.succeededBy,
    "predecessor": HG.succeeds,
}
# Only what means the same there and here: the registry's "government", for one, also holds bodies between states.
_CONCEPTS: Final = {
    "education": HGV.term("organization-type/academic"),
    "nonprofit": HGV.term("organization-type/non-governmental"),
}


def read_records(path: Path, known: Known) -> Imported:
    """Read the records at *path*, a file or a folder, into graph/source/ror.

    An organization is `organization/ror-{identifier}`, unless *known* tells which thing of the graph the record is
    about. Nothing is stated that no record states: neither the inverse of a relation, nor a type that only resembles.

    Raises:
        SyntaxFault: when a file is not UTF-8, or the folder has no `.json` file.
    """
    text = open_records(path)
    rows = text.rows()
    writer = _Writer(known, frozenset(row.identifier for row in rows if isinstance(row, RorRecord)))
    triples = list(writer.document(text))
    reports = []
    for row in rows:
        if isinstance(row, RorRecord):
            remarks = list(row.remarks)
            triples += writer.record(row, remarks)
            outcome = Outcome.FLAGGED if remarks else Outcome.ACCEPTED
            reports.append(RowReport(row.place.line, row.identifier, outcome, tuple(remarks)))
        else:
            reports.append(RowReport(row.place.line, row.identifier, Outcome.REFUSED, (row.remark,)))
    return Imported(
        source=_SLUG,
        quads=tuple(dict.fromkeys(Quad(each.subject, each.predicate, each.object, _GRAPH) for each in triples)),
        about=tuple(_about()),
        report=ImportReport(tuple(reports)),
    )


@dataclass(slots=True)
class _Writer:
    """Writes records as triples.

    `described` are the identifiers of the records at hand, `evidence` that of each place, country and further
    organization written so far, and `positions` where each place was said to be.
    """

    known: Known
    described: frozenset[str]
    labels: Labels = field(init=False)
    evidence: dict[NamedNode, NamedNode] = field(default_factory=dict)
    positions: dict[NamedNode, tuple[Decimal, Decimal]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.labels = Labels(self.known.labels)

    def document(self, text: RorText) -> Iterator[Triple]:
        """All the records together as one source document."""
        yield Triple(_DOCUMENT, RDF.type, HG.SourceDocument)
        yield from self.labels.of(_DOCUMENT, _TITLES)
        yield Triple(_DOCUMENT, HG.labelSource, _TRANSLATED)
        yield Triple(_DOCUMENT, DCTERMS.term("title"), Literal(_TITLES["en"], language="en"))
        yield Triple(_DOCUMENT, DCTERMS.license, _PUBLIC_DOMAIN)
        yield Triple(_DOCUMENT, FOAF.page, NamedNode(_REGISTRY))
        yield Triple(_DOCUMENT, HG.digest, Literal(text.digest, datatype=XSD.hexBinary))
        yield Triple(_DOCUMENT, HG.characterCount, Literal(len(text.text)))

    def record(self, row: RorRecord, remarks: list[Remark]) -> Iterator[Triple]:
        """One record: the organization and what is said of it, with evidence; *remarks* may gain one on its place."""
        organization = self._organization(row.identifier)
        evidence = ID.term(f"evidence/ror-{row.identifier}")
        yield from _span(row, evidence)
        yield Triple(organization, RDF.type, _class_of(row.types))
        yield Triple(organization, HG.externalIdentifier, NamedNode(_REGISTRY + row.identifier))
        yield Triple(organization, HG.evidence, evidence)
        yield from self._names(organization, row)
        yield from _values(organization, row)
        for relation in row.relations:
            other = self._organization(relation.other)
            yield Triple(organization, _RELATIONS[relation.kind], other)
            if relation.other not in self.described:
                yield from self._mentioned(other, relation.other, relation.label, evidence)
        for place in row.places:
            yield from self._place(organization, place, evidence, remarks)

    def _organization(self, identifier: str) -> NamedNode:
        found = self.known.identified(NamedNode(_REGISTRY + identifier))
        return found or ID.term(f"organization/ror-{identifier}")

    def _names(self, organization: NamedNode, row: RorRecord) -> Iterator[Triple]:
        preferred: dict[str, str] = {}
        for name in row.names:
            if name.is_displayed:
                preferred.setdefault(name.language, name.text)
        yield from self.labels.of(organization, preferred)
        yield Triple(organization, HG.labelSource, _STATED)
        for name in row.names:
            text = Literal(name.text, language=name.language)
            if preferred.get(name.language) != name.text:
                yield Triple(organization, SKOS.altLabel, text)
            if "acronym" in name.kinds:
                yield Triple(organization, HG.acronym, text)

    def _mentioned(self, other: NamedNode, identifier: str, label: str, evidence: NamedNode) -> Iterator[Triple]:
        """An organization of which only another record speaks."""
        yield Triple(other, RDF.type, HG.Organization)
        yield from self.labels.of(other, {UNDETERMINED: label})
        yield Triple(other, HG.labelSource, _STATED)
        yield Triple(other, HG.externalIdentifier, NamedNode(_REGISTRY + identifier))
        yield Triple(other, HG.evidence, self.evidence.setdefault(other, evidence))

    def _place(
        self, organization: NamedNode, given: RorPlace, evidence: NamedNode, remarks: list[Remark]
    ) -> Iterator[Triple]:
        address = NamedNode(f"https://sws.geonames.org/{given.geonames}/")
        place = self.known.identified(address) or ID.term(f"place/geonames-{given.geonames}")
        yield Triple(organization, HG.seat, place)
        yield Triple(place, RDF.type, HG.Place)
        yield from self.labels.of(place, {UNDETERMINED: given.name})
        yield Triple(place, HG.labelSource, _STATED)
        yield Triple(place, HG.externalIdentifier, address)
        yield Triple(place, HG.evidence, self.evidence.setdefault(place, evidence))
        if given.position and self.positions.setdefault(place, given.position) == given.position:
            latitude, longitude = given.position
            yield Triple(place, HG.latitude, Literal(f"{latitude:f}", datatype=XSD.decimal))
            yield Triple(place, HG.longitude, Literal(f"{longitude:f}", datatype=XSD.decimal))
        elif given.position:
            text = f"{given.name} is elsewhere in an earlier record, whose position was written"
            remarks.append(Remark("position-differs", text))
        if given.alpha_2:
            yield from self._country(organization, place, given, evidence)

    def _country(
        self, organization: NamedNode, place: NamedNode, given: RorPlace, evidence: NamedNode
    ) -> Iterator[Triple]:
        assert given.alpha_2 is not None
        country = ID.term(f"country/{self.known.slugs.slug(given.alpha_2)}")
        yield Triple(organization, HG.country, country)
        yield Triple(place, HG.country, country)
        yield Triple(country, RDF.type, HG.Country)
        yield Triple(country, HG.isoAlpha2, Literal(given.alpha_2))
        yield Triple(country, HG.evidence, self.evidence.setdefault(country, evidence))
        if given.country:  # GeoNames, which the registry quotes, names countries in English
            yield from self.labels.of(country, {"en": given.country})
            yield Triple(country, HG.labelSource, _STATED)


def _values(organization: NamedNode, row: RorRecord) -> Iterator[Triple]:
    for kind in row.types:
        yield Triple(organization, HG.organizationTypeAsNamed, Literal(kind, language="en"))
        if kind in _CONCEPTS:
            yield Triple(organization, HG.organizationType, _CONCEPTS[kind])
    if row.status:
        yield Triple(organization, HG.registryStatus, HGV.term(f"registry-status/{row.status}"))
    if row.established is not None:
        year = Literal(f"{row.established:04}", datatype=XSD.gYear)
        yield Triple(organization, HG.foundedOn, year)
    for identifier in row.identifiers:
        yield Triple(organization, HG.externalIdentifier, identifier)
    for page in row.websites:
        yield Triple(organization, HG.homepage, page)
    for article in row.articles:
        yield Triple(organization, RDFS.seeAlso, article)


def _class_of(types: tuple[str, ...]) -> NamedNode:
    return HG.AcademicInstitution if "education" in types else HG.Organization


def _span(row: RorRecord, evidence: NamedNode) -> Iterator[Triple]:
    yield Triple(evidence, RDF.type, HG.EvidenceSpan)
    yield Triple(evidence, HG.document, _DOCUMENT)
    yield Triple(evidence, HG.line, Literal(row.place.line))
    yield Triple(evidence, HG.start, Literal(row.place.start))
    yield Triple(evidence, HG.end, Literal(row.place.end))
    yield Triple(evidence, HG.spanDigest, Literal(row.place.digest, datatype=XSD.hexBinary))


def _about() -> Iterator[Quad]:
    yield Quad(_GRAPH, RDF.type, HG.SourceGraph, META)
    for language, label in _GRAPH_LABELS.items():
        yield Quad(_GRAPH, RDFS.label, Literal(label, language=language), META)
    yield Quad(_GRAPH, HG.describes, _DOCUMENT, META)
    yield Quad(_GRAPH, HG.epistemicStatus, HGV.term("epistemic-status/sourced"), META)
    yield Quad(_GRAPH, DCTERMS.license, _PUBLIC_DOMAIN, META)
    yield Quad(_GRAPH, DCTERMS.publisher, _CURATORS, META)
    yield Quad(_GRAPH, PROV.wasAttributedTo, _CURATORS, META)

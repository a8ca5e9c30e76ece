"""Import records of the Research Organization Registry: organizations, their names, ties, seats and identifiers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.importers import statements
from heritage_graph.importers.imported import DataSet
from heritage_graph.importers.labels import Labels
from heritage_graph.importers.report import Remark
from heritage_graph.importers.ror_files import find_records, records
from heritage_graph.importers.ror_record import UNDETERMINED, RorPlace, RorRecord
from heritage_graph.importers.rows import Told, refused, taken
from heritage_graph.namespaces import DCTERMS, FOAF, HG, HGV, ID, RDF, RDFS, SKOS, source_graph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal
    from pathlib import Path

    from heritage_graph.importers.known import Known
    from heritage_graph.importers.source_text import SourceText

_SLUG: Final = "ror"
_GRAPH: Final = source_graph(_SLUG)
_DOCUMENT: Final = ID.term(f"document/{_SLUG}")
_REGISTRY: Final = "https://ror.org/"
_PUBLIC_DOMAIN: Final = NamedNode("https://creativecommons.org/publicdomain/zero/1.0/")
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


def open_records(path: Path, encoding: str | None = None) -> DataSet:
    """The records at *path*, a file or a folder, for graph/source/ror.

    An organization is `organization/ror-{identifier}`, unless the curators tell which thing of the graph the record is
    about. Nothing is stated that no record states: neither the inverse of a relation, nor a type that only resembles.

    Raises:
        SyntaxFault: a file is not in its encoding, or the folder has no `.json` file.
    """
    text = find_records(path, encoding)
    about = statements.about(_GRAPH, [_DOCUMENT], _GRAPH_LABELS, licence=_PUBLIC_DOMAIN)
    return DataSet(_SLUG, tuple(about), lambda known: _told(text, known))


def _told(text: SourceText, known: Known) -> Iterator[Told]:
    described = frozenset(row.identifier for row in records(text) if isinstance(row, RorRecord))
    writer = _Writer(known, described)
    yield Told(None, tuple(writer.document(text)))
    for row in records(text):
        if isinstance(row, RorRecord):
            remarks = list(row.remarks)
            triples = tuple(writer.record(row, remarks))
            yield taken(row.place, row.identifier, tuple(remarks), triples)
        else:
            yield refused(row)


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

    def document(self, text: SourceText) -> Iterator[Triple]:
        """All the records together as one source document."""
        yield from statements.document(_DOCUMENT, _TITLES, text.digest, text.characters, self.labels)
        yield Triple(_DOCUMENT, DCTERMS.license, _PUBLIC_DOMAIN)
        yield Triple(_DOCUMENT, FOAF.page, NamedNode(_REGISTRY))

    def record(self, row: RorRecord, remarks: list[Remark]) -> Iterator[Triple]:
        """One record: the organization and what is said of it, with evidence; *remarks* may gain one on its place."""
        organization = self._organization(row.identifier)
        evidence = ID.term(f"evidence/ror-{row.identifier}")
        yield from statements.row(evidence, _DOCUMENT, row.place)
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
        yield Triple(organization, HG.labelSource, statements.STATED)
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
        yield Triple(other, HG.labelSource, statements.STATED)
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
        yield Triple(place, HG.labelSource, statements.STATED)
        yield Triple(place, HG.externalIdentifier, address)
        yield Triple(place, HG.evidence, self.evidence.setdefault(place, evidence))
        if given.position and self.positions.setdefault(place, given.position) == given.position:
            latitude, longitude = given.position
            yield Triple(place, HG.latitude, statements.decimal(latitude))
            yield Triple(place, HG.longitude, statements.decimal(longitude))
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
            yield Triple(country, HG.labelSource, statements.STATED)


def _values(organization: NamedNode, row: RorRecord) -> Iterator[Triple]:
    for kind in row.types:
        yield Triple(organization, HG.organizationTypeAsNamed, Literal(kind, language="en"))
        if kind in _CONCEPTS:
            yield Triple(organization, HG.organizationType, _CONCEPTS[kind])
    if row.status:
        yield Triple(organization, HG.registryStatus, HGV.term(f"registry-status/{row.status}"))
    if row.established is not None:
        yield Triple(organization, HG.foundedOn, statements.year(row.established))
    for identifier in row.identifiers:
        yield Triple(organization, HG.externalIdentifier, identifier)
    for page in row.websites:
        yield Triple(organization, HG.homepage, page)
    for article in row.articles:
        yield Triple(organization, RDFS.seeAlso, article)


def _class_of(types: tuple[str, ...]) -> NamedNode:
    return HG.AcademicInstitution if "education" in types else HG.Organization

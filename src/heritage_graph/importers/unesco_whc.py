"""Import the World Heritage List: sites, their inscriptions, their states and their times in danger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.importers import statements
from heritage_graph.importers.imported import DataSet
from heritage_graph.importers.labels import Labels
from heritage_graph.importers.listed_site import ListedCountry, ListedSite
from heritage_graph.importers.rows import Told, refused, taken
from heritage_graph.importers.world_heritage_files import ListFile, open_list
from heritage_graph.namespaces import DCTERMS, HG, HGV, ID, RDF, XSD, source_graph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from heritage_graph.importers.known import Known
    from heritage_graph.importers.state_slugs import StateSlugs

_UNESCO: Final = ID.term("organization/unesco")
_TITLES: Final = {
    "en": "World Heritage List, {edition}",
    "ar": "قائمة التراث العالمي، {edition}",
    "fr": "Liste du patrimoine mondial, {edition}",
}
_GRAPH_LABELS: Final = {
    "en": "What the World Heritage List of {edition} states",
    "ar": "ما تذكره قائمة التراث العالمي لعام {edition}",
    "fr": "Ce que dit la Liste du patrimoine mondial de {edition}",
}
_INSCRIPTION_LABELS: Final = {
    "en": "Inscription of “{name}” on the World Heritage List",
    "fr": "Inscription de « {name} » sur la Liste du patrimoine mondial",
}
_DANGER_LABELS: Final = {
    "en": "“{name}” on the List of World Heritage in Danger ({years})",
    "fr": "« {name} » sur la Liste du patrimoine mondial en péril ({years})",
}


def open_world_heritage(path: Path, encoding: str | None = None) -> DataSet:
    """The List at *path*, of 2019 or 2026 as its content shows, for the source graph of its edition.

    Where the List has another name for a thing in a language than other graphs prefer, that name becomes an
    alternative label. States and countries go by the registered slugs, or `iso-{code}`.

    Raises:
        SyntaxFault: the file is of neither form, or not in its encoding.
    """
    file = open_list(path, encoding)
    slug = f"unesco-whc-{file.edition}"
    labels = {language: label.format(edition=file.edition) for language, label in _GRAPH_LABELS.items()}
    about = statements.about(source_graph(slug), [ID.term(f"document/{slug}")], labels)
    return DataSet(slug, tuple(about), lambda known: _told(file, slug, known))


def _told(file: ListFile, slug: str, known: Known) -> Iterator[Told]:
    writer = _Writer(file, slug, ID.term(f"document/{slug}"), Labels(known.labels), known.slugs, {})
    yield Told(None, tuple(writer.document_itself()))
    for row in file.rows():
        if isinstance(row, ListedSite):
            yield taken(row.place, row.identifier, row.remarks, tuple(writer.site(row)))
        else:
            yield refused(row)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the rows of one file as triples; `written` holds the evidence of each country written so far."""

    file: ListFile
    slug: str
    document: NamedNode
    labels: Labels
    slugs: StateSlugs
    written: dict[NamedNode, NamedNode]

    def document_itself(self) -> Iterator[Triple]:
        """The file as a source document."""
        titles = {lang: title.format(edition=self.file.edition) for lang, title in _TITLES.items()}
        yield from statements.document(self.document, titles, self.file.digest, self.file.characters, self.labels)
        yield Triple(self.document, DCTERMS.publisher, _UNESCO)
        for language in self.file.languages:
            yield Triple(self.document, DCTERMS.language, Literal(language))
        if self.file.reported:
            day = Literal(self.file.reported.isoformat(), datatype=XSD.date)
            yield Triple(self.document, HG.issuedOn, day)

    def site(self, row: ListedSite) -> Iterator[Triple]:
        """One row: the site, its inscription, its states and its times in danger, with evidence."""
        site = ID.term(f"site/whc-{row.identifier}")
        evidence = ID.term(f"evidence/{self.slug}-{row.place.name}")
        yield from statements.row(evidence, self.document, row.place)
        yield Triple(site, RDF.type, HG.Site)
        yield from self._named(site, row.names, statements.STATED)
        yield Triple(site, HG.worldHeritageId, Literal(row.reference))
        yield Triple(site, HG.evidence, evidence)
        if row.category:
            yield Triple(site, HG.heritageType, HGV.term(f"heritage-type/{row.category}"))
        if row.area is not None:
            yield Triple(site, HG.areaHectares, statements.decimal(row.area))
        if row.coordinates:
            latitude, longitude = row.coordinates
            yield Triple(site, HG.latitude, statements.decimal(latitude))
            yield Triple(site, HG.longitude, statements.decimal(longitude))
        yield from self._inscription(row, site, evidence)
        yield from self._danger(row, site, evidence)

    def _inscription(self, row: ListedSite, site: NamedNode, evidence: NamedNode) -> Iterator[Triple]:
        name = f"whc-{row.identifier}-inscription"
        inscription = ID.term(f"designation/{name}")
        yield Triple(inscription, RDF.type, HG.WorldHeritageInscription)
        yield from self._named(inscription, _phrased(_INSCRIPTION_LABELS, row.names), statements.TRANSLATED)
        yield Triple(inscription, HG.designates, site)
        yield Triple(inscription, HG.startsOn, statements.year(row.inscribed))
        yield Triple(inscription, HG.evidence, evidence)
        for criterion in row.criteria:
            yield Triple(inscription, HG.criterion, Literal(criterion))
        for listed in row.countries:
            state, country = self._state_and_country(listed)
            yield from self._describe_country(listed, state, country, evidence)
            yield Triple(site, HG.country, country)
            participation = ID.term(f"participation/{name}--{_slug_of(state)}")
            yield from _participation(participation, inscription, evidence)
            yield Triple(participation, HG.participant, state)
            yield Triple(participation, HG.role, HGV.term("role/state-party"))
        if row.states_as_named:
            participation = ID.term(f"participation/{name}--as-named")
            yield from _participation(participation, inscription, evidence)
            yield Triple(participation, HG.role, HGV.term("role/unspecified"))
            for language, text in row.states_as_named.items():
                yield Triple(participation, HG.participantAsNamed, Literal(text, language=language))

    def _danger(self, row: ListedSite, site: NamedNode, evidence: NamedNode) -> Iterator[Triple]:
        for period in row.danger:
            listing = ID.term(f"designation/whc-{row.identifier}-danger-{period.start}")
            years = f"{period.start}–{period.end or ''}"  # noqa: RUF001  # a range of years is set with an en dash
            yield from self._listing(listing, row, site, evidence, years)
            yield Triple(listing, HG.startsOn, statements.year(period.start))
            if period.end is not None:
                yield Triple(listing, HG.endsOn, statements.year(period.end))
        if row.in_danger and not row.danger:
            listing = ID.term(f"designation/whc-{row.identifier}-danger-reported-{self.file.edition}")
            yield from self._listing(listing, row, site, evidence, str(self.file.edition))
            if self.file.reported:
                day = Literal(self.file.reported.isoformat(), datatype=XSD.date)
                yield Triple(listing, HG.reportedOn, day)

    def _listing(
        self, listing: NamedNode, row: ListedSite, site: NamedNode, evidence: NamedNode, years: str
    ) -> Iterator[Triple]:
        yield Triple(listing, RDF.type, HG.DangerListing)
        yield from self._named(listing, _phrased(_DANGER_LABELS, row.names, years=years), statements.TRANSLATED)
        yield Triple(listing, HG.designates, site)
        yield Triple(listing, HG.evidence, evidence)

    def _state_and_country(self, listed: ListedCountry) -> tuple[NamedNode, NamedNode]:
        slug = self.slugs.slug(listed.alpha_2)
        return ID.term(f"state/{slug}"), ID.term(f"country/{slug}")

    def _describe_country(
        self, listed: ListedCountry, state: NamedNode, country: NamedNode, evidence: NamedNode
    ) -> Iterator[Triple]:
        first = self.written.setdefault(country, evidence)  # one row is evidence enough of a name
        yield Triple(state, RDF.type, HG.State)
        yield from self._named(state, listed.names, statements.STATED)
        yield Triple(state, HG.territory, country)
        yield Triple(state, HG.evidence, first)
        yield Triple(country, RDF.type, HG.Country)
        yield from self._named(country, listed.names, statements.STATED)
        yield Triple(country, HG.isoAlpha2, Literal(listed.alpha_2))
        yield Triple(country, HG.evidence, first)
        if listed.alpha_3:
            yield Triple(country, HG.isoAlpha3, Literal(listed.alpha_3))

    def _named(self, thing: NamedNode, names: Mapping[str, str], source: NamedNode) -> Iterator[Triple]:
        yield from self.labels.of(thing, names)
        yield Triple(thing, HG.labelSource, source)


def _participation(participation: NamedNode, context: NamedNode, evidence: NamedNode) -> Iterator[Triple]:
    yield Triple(participation, RDF.type, HG.Participation)
    yield Triple(participation, HG.inContext, context)
    yield Triple(participation, HG.evidence, evidence)


def _phrased(phrases: Mapping[str, str], names: Mapping[str, str], **more: str) -> dict[str, str]:
    return {
        language: phrases[language].format(name=name, **more) for language, name in names.items() if language in phrases
    }


def _slug_of(thing: NamedNode) -> str:
    return thing.value.rsplit("/", 1)[-1]

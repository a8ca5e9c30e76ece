"""The dataset as DCAT 3 has it: a catalogue of it, its files, its services and its versions.

It meets DCAT-AP 3.0.1. Where that asks for more than is known, nothing is said: no kind of publisher, no contact
without an address, no outline of a country.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.namespaces import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS, XSD
from heritage_graph.web.dataset_state import (
    CATALOGUE,
    DATASET,
    DCAT,
    DCATAP,
    IN_DATASET,
    PUBLISHER,
    SPDX,
    VCARD,
    said_always,
    texts_of,
)
from heritage_graph.web.negotiation import RESULTS_JSON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.dumps.manifest import DumpFile
    from heritage_graph.store.releases import Release
    from heritage_graph.web.dataset_state import DatasetState, Dates

_MEDIA_TYPES: Final = "https://www.iana.org/assignments/media-types/"
_AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
_FILE_TYPES: Final = {
    "application/n-quads": "RDF_N_QUADS",
    "application/trig": "RDF_TRIG",
    "application/x-ndjson": "JSON_LD",
    "application/sparql-results+json": "SPARQLQRES",
}
"""What the files are to the European list of file types; the lines of JSON are each a document of JSON-LD."""
_NAMES: Final = {
    "application/n-quads": "N-Quads",
    "application/trig": "TriG",
    "application/x-ndjson": "JSON-LD",
    "application/gzip": "gzip",
    "application/zstd": "Zstandard",
}
# DCAT-AP wants the name with https, SPDX itself writes it with http: one is told, and that it is the other.
_SHA256: Final = NamedNode("https://spdx.org/rdf/terms#checksumAlgorithm_sha256")
_CONTACT: Final = IN_DATASET.contact
_OF_EVERY_VERSION: Final = frozenset(
    {
        DCTERMS.publisher, DCTERMS.creator, DCTERMS.license, DCTERMS.rights, DCTERMS.accessRights, DCTERMS.language,
        DCTERMS.provenance, DCTERMS.conformsTo, DCTERMS.description, DCAT.theme, DCAT.keyword, DCAT.landingPage,
    }
)  # fmt: skip
_OF_EVERY_SERVICE: Final = frozenset(
    {DCTERMS.publisher, DCTERMS.license, DCTERMS.accessRights, DCAT.theme, DCAT.keyword, DCAT.landingPage}
)
_OF_EVERY_FILE: Final = frozenset({DCTERMS.license, DCTERMS.rights, DCTERMS.language})


def statements(state: DatasetState, dates: Dates) -> Iterator[Triple]:
    """The catalogue of *state*."""
    yield from said_always(state.base)
    yield from _dates(CATALOGUE, dates)
    yield from _dates(DATASET, dates)
    if dates.created is not None:
        yield Triple(DATASET, DCTERMS.created, Literal(dates.created, datatype=XSD.dateTime))
    yield Triple(DATASET, DCAT.version, Literal(state.version))
    yield from _coverage(state)
    yield from _services(state)
    yield from _sparql_distribution(state)
    for dump in state.latest_dumps:
        yield Triple(DATASET, DCAT.distribution, distribution_of(dump))
    for dump in state.dumps:
        yield from _distribution(dump, state.base)
    yield from _versions(state)
    if state.contact:
        yield from _contact(state.contact, state.base)


def distribution_of(dump: DumpFile) -> NamedNode:
    """What a file is called in the catalogue."""
    return IN_DATASET.term(f"file-{dump.name}")


def version_of(release: Release) -> NamedNode:
    """What a release is called in the catalogue."""
    return IN_DATASET.term(f"version-{release.name}")


def name_of(dump: DumpFile) -> str:
    """What a file holds and how it is compressed: `N-Quads, gzip`."""
    forms = [dump.media_type, *([] if dump.compress_type is None else [dump.compress_type])]
    return ", ".join(_NAMES.get(form, form) for form in forms)


def _dates(node: NamedNode, dates: Dates) -> Iterator[Triple]:
    for property_, time in ((DCTERMS.issued, dates.created), (DCTERMS.modified, dates.modified)):
        if time is not None:
            yield Triple(node, property_, Literal(time, datatype=XSD.dateTime))


def _coverage(state: DatasetState) -> Iterator[Triple]:
    """The time and the countries that the last census found, and the documents that the sources are."""
    if state.census is None:
        return
    if state.census.span is not None:
        period, (first, last) = IN_DATASET.period, state.census.span
        yield Triple(DATASET, DCTERMS.temporal, period)
        yield Triple(period, RDF.type, DCTERMS.PeriodOfTime)
        yield Triple(period, DCAT.startDate, Literal(first, datatype=XSD.date))
        yield Triple(period, DCAT.endDate, Literal(last, datatype=XSD.date))
    for iri, name in state.census.countries:
        yield Triple(DATASET, DCTERMS.spatial, NamedNode(iri))
        yield Triple(NamedNode(iri), RDF.type, DCTERMS.Location)
        yield Triple(NamedNode(iri), SKOS.prefLabel, Literal(name, language="en"))
    for graph in state.census.graphs:
        if graph.document is not None:
            yield Triple(DATASET, PROV.wasDerivedFrom, NamedNode(graph.document))


def _services(state: DatasetState) -> Iterator[Triple]:
    """What every service has: the dataset, and what is said of that.

    DCAT-AP asks that the addresses of a service be resources, and shapes do not know that everything is one.
    """
    services = [each.object for each in said_always(state.base) if each.predicate == DCAT.service]
    shared = [
        each for each in said_always(state.base) if each.subject == DATASET and each.predicate in _OF_EVERY_SERVICE
    ]
    for service in services:
        assert isinstance(service, NamedNode)
        yield Triple(service, DCAT.servesDataset, DATASET)
        yield from (Triple(service, each.predicate, each.object) for each in shared)
    for each in said_always(state.base):
        if each.predicate in {DCAT.endpointURL, DCAT.endpointDescription} and isinstance(each.object, NamedNode):
            yield Triple(each.object, RDF.type, RDFS.Resource)


def _sparql_distribution(state: DatasetState) -> Iterator[Triple]:
    """The answers of the endpoint as one way to have the dataset: it is there before any file is."""
    node = IN_DATASET.answers
    yield Triple(DATASET, DCAT.distribution, node)
    yield Triple(node, RDF.type, DCAT.Distribution)
    for property_ in (DCTERMS.term("title"), DCTERMS.description):
        for text in texts_of(state.base, IN_DATASET.sparql, property_):
            yield Triple(node, property_, text)
    yield Triple(node, DCAT.accessURL, NamedNode(f"{state.base}/sparql"))
    yield Triple(node, DCAT.accessService, IN_DATASET.sparql)
    yield from _form(node, RESULTS_JSON.media_type)
    yield from _of_a_file(node, state.base)


def _distribution(dump: DumpFile, base: str) -> Iterator[Triple]:
    node, address, checksum = distribution_of(dump), NamedNode(base + dump.address), _checksum_of(dump)
    title = f"Generation {dump.generation}: {name_of(dump)}"
    what = "every record, one a line" if dump.media_type == "application/x-ndjson" else "every named graph"
    yield Triple(node, RDF.type, DCAT.Distribution)
    yield Triple(node, DCTERMS.term("title"), Literal(title, language="en"))
    text = f"{name_of(dump)}: {what}, as of generation {dump.generation}."
    yield Triple(node, DCTERMS.description, Literal(text, language="en"))
    yield Triple(node, DCAT.accessURL, address)
    yield Triple(node, DCAT.downloadURL, address)
    yield from _form(node, dump.media_type)
    if dump.compress_type is not None:
        yield from _media_type(node, DCAT.compressFormat, dump.compress_type)
    yield Triple(node, DCAT.byteSize, Literal(str(dump.bytes), datatype=XSD.nonNegativeInteger))
    yield Triple(node, SPDX.checksum, checksum)
    yield Triple(checksum, RDF.type, SPDX.Checksum)
    yield Triple(checksum, SPDX.algorithm, _SHA256)
    yield Triple(_SHA256, RDF.type, SPDX.ChecksumAlgorithm)
    yield Triple(_SHA256, OWL.sameAs, SPDX.checksumAlgorithm_sha256)
    yield Triple(checksum, SPDX.checksumValue, Literal(dump.sha256, datatype=XSD.hexBinary))
    for property_ in (DCTERMS.issued, DCTERMS.modified):
        yield Triple(node, property_, Literal(dump.modified.isoformat(), datatype=XSD.dateTime))
    yield from _of_a_file(node, base)


def _checksum_of(dump: DumpFile) -> NamedNode:
    return IN_DATASET.term(f"sha256-{dump.name}")


def _form(node: NamedNode, media_type: str) -> Iterator[Triple]:
    """The media type of a file, where it is a registered one, and its name in the European list."""
    if not media_type.startswith("application/x-"):
        yield from _media_type(node, DCAT.mediaType, media_type)
    if media_type in _FILE_TYPES:
        kind = NamedNode(f"{_AUTHORITY}file-type/{_FILE_TYPES[media_type]}")
        yield Triple(node, DCTERMS.term("format"), kind)
        yield Triple(kind, RDF.type, DCTERMS.MediaTypeOrExtent)


def _media_type(node: NamedNode, property_: NamedNode, media_type: str) -> Iterator[Triple]:
    form = NamedNode(_MEDIA_TYPES + media_type)
    yield Triple(node, property_, form)
    yield Triple(form, RDF.type, DCTERMS.MediaType)


def _of_a_file(node: NamedNode, base: str) -> Iterator[Triple]:
    for each in said_always(base):
        if each.subject == DATASET and each.predicate in _OF_EVERY_FILE:
            yield Triple(node, each.predicate, each.object)
    yield Triple(node, DCATAP.availability, NamedNode(f"{_AUTHORITY}planned-availability/AVAILABLE"))


def _versions(state: DatasetState) -> Iterator[Triple]:
    """The releases, each after the one before it; the dataset as it is now comes after the last of an earlier state."""
    before: Release | None = None
    for release in state.releases:
        yield from _version(release, state)
        if before is not None:
            yield Triple(version_of(release), DCAT.previousVersion, version_of(before))
        before = release
    earlier = [each for each in state.releases if each.generation < state.generation]
    if earlier:
        yield Triple(DATASET, DCAT.previousVersion, version_of(earlier[-1]))
    now = [each for each in state.releases if each.generation == state.generation]
    if now:
        yield Triple(DATASET, DCAT.hasCurrentVersion, version_of(now[0]))


def _version(release: Release, state: DatasetState) -> Iterator[Triple]:
    node = version_of(release)
    yield Triple(DATASET, DCAT.hasVersion, node)
    yield Triple(node, RDF.type, DCAT.Dataset)
    yield Triple(node, DCAT.isVersionOf, DATASET)
    yield Triple(node, DCAT.version, Literal(release.name))
    yield Triple(node, DCTERMS.issued, Literal(release.created, datatype=XSD.dateTime))
    for title in texts_of(state.base, DATASET, DCTERMS.term("title")):
        yield Triple(node, DCTERMS.term("title"), Literal(f"{title.value}, {release.name}", language=title.language))
    for each in said_always(state.base):
        if each.subject == DATASET and each.predicate in _OF_EVERY_VERSION:
            yield Triple(node, each.predicate, each.object)
    for dump in state.dumps:
        if dump.generation == release.generation:
            yield Triple(node, DCAT.distribution, distribution_of(dump))
    if state.contact:
        yield Triple(node, DCAT.contactPoint, _CONTACT)


def _contact(address: str, base: str) -> Iterator[Triple]:
    services = [each.object for each in said_always(base) if each.predicate == DCAT.service]
    for node in (CATALOGUE, DATASET, *services):
        assert isinstance(node, NamedNode)
        yield Triple(node, DCAT.contactPoint, _CONTACT)
    yield Triple(_CONTACT, RDF.type, VCARD.Kind)
    yield Triple(_CONTACT, RDF.type, VCARD.Organization)
    for name in texts_of(base, PUBLISHER, FOAF.name):
        yield Triple(_CONTACT, VCARD.fn, name)
    yield Triple(_CONTACT, VCARD.hasEmail, NamedNode(f"mailto:{address}"))

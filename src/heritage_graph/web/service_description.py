"""The SPARQL 1.1 service description: what the endpoint speaks, and the dataset behind it with its VoID numbers.

It is written once for all addresses, with `_ROOT` where the address of the service belongs. When no setting tells the
public address, that becomes nothing, so that the IRIs are relative and hold behind any proxy; N-Triples has no relative
IRIs, so it gets the address that the request came to.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from heritage_graph.namespaces import BASE, DCTERMS, HG, OWL, PREFIXES, RDF, RDFS, XSD, Namespace
from heritage_graph.web.editions import CACHED, is_unchanged
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.negotiation import (
    BINDINGS,
    GRAPHS,
    NTRIPLES,
    Format,
)
from heritage_graph.web.rdf_writing import written
from heritage_graph.web.replies import Reply
from heritage_graph.web.statistics import Numbers
from heritage_graph.web.void_statements import (
    FORMAT_NAMES,
    FORMATS,
    VOID,
    graphs_left_out,
    numbers_of,
    parts_of,
    vocabularies_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Scope

    from heritage_graph.web.context import Context
    from heritage_graph.web.statistics import Census

_SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")
_GEOF: Final = Namespace("http://www.opengis.net/def/function/geosparql/")
_ENTAILMENT: Final = Namespace("http://www.w3.org/ns/entailment/")
_PREFIXES: Final = {**PREFIXES, "sd": _SD, "void": VOID, "formats": FORMATS, "geof": _GEOF}

_ROOT: Final = "urn:x-root:"
_SERVICE: Final = NamedNode(_ROOT + "sparql#service")
_ENDPOINT: Final = NamedNode(_ROOT + "sparql")
_DATASET: Final = NamedNode(_ROOT + "sparql#dataset")
_SEE_ALSO: Final = tuple(NamedNode(_ROOT + path) for path in ("graphs", ".well-known/void", "dataset"))

# What pyoxigraph 0.5.13 has beyond the functions of SPARQL 1.1; tests call each.
_CASTS: Final = "date dayTimeDuration duration gDay gMonth gMonthDay gYear gYearMonth time yearMonthDuration"
_GEOMETRY: Final = (
    "area asGeoJSON centroid convexHull coordinateDimension difference dimension distance envelope getSRID "
    "intersection isEmpty isSimple length perimeter relate spatialDimension symDifference union "
    "sfContains sfCrosses sfDisjoint sfEquals sfIntersects sfOverlaps sfTouches sfWithin "
    "ehContains ehCoveredBy ehCovers ehDisjoint ehEquals ehInside ehMeet ehOverlap "
    "rcc8dc rcc8ec rcc8eq rcc8ntpp rcc8ntppi rcc8po rcc8tpp rcc8tppi"
)

_MOST_BYTES: Final = 84_000
"""What is said of the dataset may have, in N-Triples; with this, the whole stays below 100 kB in every format."""
_MOST_PARTS: Final = 400  # more do not fit, so that they are not even written


async def description(context: Context, scope: Scope, chosen: Format, address: str) -> Reply:
    """The description of the endpoint in the format *chosen*, for a request that came to the service at *address*.

    Raises:
        LimitReached, EngineTrouble: the store cannot be asked which generation this is.
    """
    generation = context.service.generations.last
    census = await context.censuses.of(generation)
    public = context.settings.public_url.rstrip("/")
    root = public or (address if chosen is NTRIPLES else "")
    counted = "none" if census is None else str(census.generation)
    tag = await context.editions.tag("description", chosen.extension, root, counted, generation=generation)
    exchange_of(scope).generation = generation
    if is_unchanged(field(scope, b"if-none-match"), tag):
        return Reply(status=304, tag=tag, cache=CACHED)
    document = document_of(generation, census, chosen, federated=bool(context.settings.federation))
    document = document.replace(_ROOT.encode(), f"{root}/".encode() if root else b"")
    return Reply(document, chosen, tag=tag, cache=CACHED)


@lru_cache(maxsize=16)
def document_of(generation: int, census: Census | None, chosen: Format, *, federated: bool = False) -> bytes:
    """The description of *generation* with the numbers of *census*; `_ROOT` stands for the address."""
    return written([*_service(federated=federated), *_fitting(generation, census)], chosen, _PREFIXES)


def _fitting(generation: int, census: Census | None) -> list[Triple]:
    """As much of the dataset as is small: first named graphs lose all but their number of triples, then parts go."""
    if census is None:
        return [*_dataset_in_the_making(generation)]
    if len(census.classes) + len(census.properties) > _MOST_PARTS:
        census = replace(census, classes=(), properties=())
    brief = replace(
        census,
        graphs=tuple(replace(each, numbers=Numbers(triples=each.numbers.triples)) for each in census.graphs),
    )
    for candidate in (census, brief):
        triples = [*_dataset(generation, candidate)]
        if sum(len(str(triple)) + 3 for triple in triples) <= _MOST_BYTES:
            return triples
    return [*_dataset(generation, replace(brief, classes=(), properties=()))]


def _service(*, federated: bool) -> Iterator[Triple]:
    yield Triple(_SERVICE, RDF.type, _SD.Service)
    yield Triple(_SERVICE, _SD.endpoint, _ENDPOINT)
    yield Triple(_SERVICE, _SD.supportedLanguage, _SD.SPARQL11Query)
    for each in (*BINDINGS, *GRAPHS):
        yield Triple(_SERVICE, _SD.resultFormat, FORMAT_NAMES[each])
    # Derived facts are statements of the graph inferred: nothing is entailed while a query runs.
    yield Triple(_SERVICE, _SD.defaultEntailmentRegime, _ENTAILMENT.Simple)
    for name in _CASTS.split():
        yield Triple(_SERVICE, _SD.extensionFunction, XSD.term(name))
    for name in _GEOMETRY.split():
        yield Triple(_SERVICE, _SD.extensionFunction, _GEOF.term(name))
    if federated:
        yield Triple(_SERVICE, _SD.feature, _SD.BasicFederatedQuery)
    yield Triple(_SERVICE, _SD.defaultDataset, _DATASET)


def _dataset_in_the_making(generation: int) -> Iterator[Triple]:
    """The dataset of a generation that has not been counted yet."""
    yield Triple(_DATASET, RDF.type, _SD.Dataset)
    yield Triple(_DATASET, DCTERMS.term("title"), _english("Heritage graph"))
    yield Triple(_DATASET, OWL.versionInfo, Literal(str(generation)))
    yield from (Triple(_DATASET, RDFS.seeAlso, each) for each in _SEE_ALSO)
    yield Triple(_DATASET, RDFS.comment, _english(f"What generation {generation} holds is still being counted."))


def _dataset(generation: int, census: Census) -> Iterator[Triple]:
    """The dataset with the numbers of *census*, which stand apart when they are those of an earlier generation."""
    counted = _DATASET
    if census.generation != generation:
        counted = NamedNode(f"{_DATASET.value}-{census.generation}")
        yield from _dataset_in_the_making(generation)
        yield Triple(counted, DCTERMS.isVersionOf, _DATASET)
    yield Triple(counted, RDF.type, _SD.Dataset)
    yield Triple(counted, DCTERMS.term("title"), _english("Heritage graph"))
    yield Triple(counted, OWL.versionInfo, Literal(str(census.generation)))
    if census.time is not None:
        yield Triple(counted, DCTERMS.modified, Literal(census.time, datatype=XSD.dateTime))
    yield from (Triple(counted, RDFS.seeAlso, each) for each in _SEE_ALSO)
    yield Triple(counted, RDFS.comment, _english(_remark(census)))
    yield from _published_view(counted, census)
    yield from _named_graphs(counted, census)


def _remark(census: Census) -> str:
    said = ["The default graph is the published view; the named graphs say who states what."]
    if (left_out := graphs_left_out(census)) is not None:
        said.append(left_out)
    if not census.properties and census.view.properties:
        said.append("The classes and properties are too many to be listed here.")
    return " ".join(said)


def _published_view(dataset: NamedNode, census: Census) -> Iterator[Triple]:
    """The default graph as a VoID dataset, with its classes and properties."""
    view = NamedNode(dataset.value.replace("#dataset", "#view"))
    yield Triple(dataset, _SD.defaultGraph, view)
    yield Triple(view, RDF.type, _SD.Graph)
    yield Triple(view, RDF.type, VOID.Dataset)
    yield Triple(view, VOID.sparqlEndpoint, _ENDPOINT)
    yield Triple(view, VOID.uriSpace, Literal(BASE))
    yield from vocabularies_of(view, census)
    yield from numbers_of(view, census.view)
    yield from parts_of(view, census)


def _named_graphs(dataset: NamedNode, census: Census) -> Iterator[Triple]:
    described = [(BlankNode(f"n{place}"), BlankNode(f"g{place}"), each) for place, each in enumerate(census.graphs)]
    for named, *_ in described:
        yield Triple(dataset, _SD.namedGraph, named)
    for named, content, graph in described:
        yield Triple(named, RDF.type, _SD.NamedGraph)
        yield Triple(named, _SD.name, NamedNode(graph.iri))
        yield Triple(named, _SD.graph, content)
        yield Triple(content, RDF.type, _SD.Graph)
        yield from numbers_of(content, graph.numbers)
        if graph.status is not None:
            yield Triple(content, HG.epistemicStatus, NamedNode(graph.status))
        if graph.licence is not None:
            yield Triple(content, DCTERMS.license, NamedNode(graph.licence))
        if graph.retrieved_on is not None:
            yield Triple(content, HG.retrievedOn, Literal(graph.retrieved_on, datatype=XSD.date))


def _english(text: str) -> Literal:
    return Literal(text, language="en")

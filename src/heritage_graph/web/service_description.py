"""The SPARQL 1.1 service description: what the endpoint speaks and which dataset stands behind it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, serialize

from heritage_graph.namespaces import PREFIXES, RDF, Namespace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.web.negotiation import Format

_SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")
_FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
_RESULT_FORMATS: Final = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
    "TriG",
    "N-Quads",
)
_WRITERS: Final = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}


@lru_cache(maxsize=32)
def described(endpoint: str, chosen: Format) -> bytes:
    """The description of the endpoint at the address *endpoint*, in the format *chosen*."""
    document = serialize(
        _triples(NamedNode(endpoint)), format=_WRITERS[chosen.extension], prefixes={**PREFIXES, "sd": _SD}
    )
    assert document is not None
    return document


def _triples(endpoint: NamedNode) -> Iterator[Triple]:
    service, dataset, graph = BlankNode("service"), BlankNode("dataset"), BlankNode("graph")
    yield Triple(service, RDF.type, _SD.Service)
    yield Triple(service, _SD.endpoint, endpoint)
    yield Triple(service, _SD.supportedLanguage, _SD.SPARQL11Query)
    for name in _RESULT_FORMATS:
        yield Triple(service, _SD.resultFormat, _FORMATS.term(name))
    yield Triple(service, _SD.defaultEntailmentRegime, NamedNode("http://www.w3.org/ns/entailment/Simple"))
    yield Triple(service, _SD.defaultDataset, dataset)
    yield Triple(dataset, RDF.type, _SD.Dataset)
    yield Triple(dataset, _SD.defaultGraph, graph)
    yield Triple(graph, RDF.type, _SD.Graph)

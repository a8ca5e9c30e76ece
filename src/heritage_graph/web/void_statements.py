"""How much a graph holds, said in VoID: its numbers, its parts by class and by property, its vocabularies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from heritage_graph.namespaces import Namespace
from heritage_graph.web.negotiation import (
    CSV,
    JSON_LD,
    NQUADS,
    NTRIPLES,
    RDF_XML,
    RESULTS_JSON,
    RESULTS_XML,
    TRIG,
    TSV,
    TURTLE,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from heritage_graph.web.statistics import Census, Numbers

VOID: Final = Namespace("http://rdfs.org/ns/void#")
FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
"""Where the W3C's names of formats are."""
FORMAT_NAMES: Final = {
    RESULTS_JSON: FORMATS.SPARQL_Results_JSON,
    RESULTS_XML: FORMATS.SPARQL_Results_XML,
    CSV: FORMATS.SPARQL_Results_CSV,
    TSV: FORMATS.SPARQL_Results_TSV,
    TURTLE: FORMATS.Turtle,
    NTRIPLES: FORMATS.term("N-Triples"),
    RDF_XML: FORMATS.RDF_XML,
    JSON_LD: FORMATS.term("JSON-LD"),
    TRIG: FORMATS.TriG,
    NQUADS: FORMATS.term("N-Quads"),
}


def numbers_of(graph: NamedNode | BlankNode, numbers: Numbers) -> Iterator[Triple]:
    """The numbers of *graph* that were counted."""
    for name, number in (
        ("triples", numbers.triples),
        ("entities", numbers.entities),
        ("distinctSubjects", numbers.subjects),
        ("distinctObjects", numbers.objects),
        ("classes", numbers.classes),
        ("properties", numbers.properties),
    ):
        if number is not None:
            yield Triple(graph, VOID.term(name), Literal(number))


def parts_of(graph: NamedNode, census: Census) -> Iterator[Triple]:
    """The classes of the published view with the number of their things, and the properties with that of statements."""
    classes = [(BlankNode(f"c{place}"), *each) for place, each in enumerate(census.classes)]
    properties = [(BlankNode(f"p{place}"), *each) for place, each in enumerate(census.properties)]
    for part, *_ in classes:
        yield Triple(graph, VOID.classPartition, part)
    for part, *_ in properties:
        yield Triple(graph, VOID.propertyPartition, part)
    for part, iri, things in classes:
        yield Triple(part, VOID.term("class"), NamedNode(iri))
        yield Triple(part, VOID.entities, Literal(things))
    for part, iri, statements in properties:
        yield Triple(part, VOID.property, NamedNode(iri))
        yield Triple(part, VOID.triples, Literal(statements))


def vocabularies_of(graph: NamedNode, census: Census) -> Iterator[Triple]:
    """The vocabularies whose classes and properties are used, sorted."""
    for namespace in sorted(_namespaces(iri for iri, _ in (*census.classes, *census.properties))):
        yield Triple(graph, VOID.vocabulary, NamedNode(namespace))


def graphs_left_out(census: Census) -> str | None:
    """The sentence that tells which named graphs are not described one by one; None when all are."""
    if len(census.graphs) == census.graph_count:
        return None
    return f"Of {census.graph_count} named graphs only those that belong to no single source are described here."


def _namespaces(terms: Iterable[str]) -> set[str]:
    """What stands before the last `#` or `/` of each term, with it."""
    return {term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in terms} - {""}

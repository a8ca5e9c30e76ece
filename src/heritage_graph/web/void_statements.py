"""How much a graph holds, said in VoID: its numbers, its parts by class and by property, its vocabularies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from heritage_graph.namespaces import Namespace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from heritage_graph.web.statistics import Census, Numbers

VOID: Final = Namespace("http://rdfs.org/ns/void#")
FORMATS: Final = Namespace("http://www.w3.org/ns/formats/")
"""The W3C's names of RDF formats."""


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


def _namespaces(terms: Iterable[str]) -> set[str]:
    """What stands before the last `#` or `/` of each term, with it."""
    return {term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in terms} - {""}

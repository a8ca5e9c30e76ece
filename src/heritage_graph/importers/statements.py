"""The statements that every import makes: of its documents, of the places of rows, of its source graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from heritage_graph.importers.rows import SheetPlace
from heritage_graph.namespaces import DCTERMS, HG, HGV, ID, META, PROV, RDF, RDFS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    from heritage_graph.importers.labels import Labels
    from heritage_graph.importers.rows import Place

STATED: Final = HGV.term("label-source/stated")
TRANSLATED: Final = HGV.term("label-source/translated")

_CURATORS: Final = ID.term("organization/heritage-graph-curators")


def document(
    node: NamedNode, titles: Mapping[str, str], digest: str, characters: int | None, labels: Labels
) -> Iterator[Triple]:
    """A source document: our *titles* of it by language, and by what its bytes are known.

    *characters* is None for what is no text.
    """
    yield Triple(node, RDF.type, HG.SourceDocument)
    yield from labels.of(node, titles)
    yield Triple(node, HG.labelSource, TRANSLATED)
    yield Triple(node, DCTERMS.term("title"), Literal(titles["en"], language="en"))
    yield Triple(node, HG.digest, Literal(digest, datatype=XSD.hexBinary))
    if characters is not None:
        yield Triple(node, HG.characterCount, Literal(characters))


def row(evidence: NamedNode, node: NamedNode, place: Place) -> Iterator[Triple]:
    """*evidence*: the row at *place* in the document *node*, with the name of the file in which it stands."""
    if isinstance(place, SheetPlace):
        yield Triple(evidence, RDF.type, HG.RowEvidence)
        yield Triple(evidence, HG.sheet, Literal(place.sheet))
        yield Triple(evidence, HG.row, Literal(place.file_line))
    else:
        yield Triple(evidence, RDF.type, HG.EvidenceSpan)
        yield Triple(evidence, HG.line, Literal(place.line))
        yield Triple(evidence, HG.start, Literal(place.start))
        yield Triple(evidence, HG.end, Literal(place.end))
        yield Triple(evidence, HG.spanDigest, Literal(place.digest, datatype=XSD.hexBinary))
    yield Triple(evidence, HG.document, node)
    yield Triple(evidence, HG.fileName, Literal(place.file))


def about(
    graph: NamedNode,
    documents: Iterable[NamedNode],
    labels: Mapping[str, str],
    *,
    licence: NamedNode | None = None,
) -> Iterator[Quad]:
    """What graph/meta says of the source graph *graph*; no *licence* when the source states none."""
    yield Quad(graph, RDF.type, HG.SourceGraph, META)
    for language, label in labels.items():
        yield Quad(graph, RDFS.label, Literal(label, language=language), META)
    for node in documents:
        yield Quad(graph, HG.describes, node, META)
    yield Quad(graph, HG.epistemicStatus, HGV.term("epistemic-status/sourced"), META)
    if licence is not None:
        yield Quad(graph, DCTERMS.license, licence, META)
    yield Quad(graph, DCTERMS.publisher, _CURATORS, META)
    yield Quad(graph, PROV.wasAttributedTo, _CURATORS, META)


def year(number: int) -> Literal:
    """A year of the calendar, from 1 to 9999."""
    return Literal(f"{number:04}", datatype=XSD.gYear)


def decimal(number: Decimal) -> Literal:
    """A number as it was written, without an exponent."""
    return Literal(f"{number:f}", datatype=XSD.decimal)

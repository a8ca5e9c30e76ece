"""Import the manuscripts of Corpus Coranicum: what they are, who holds them, and when they were made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.errors import SyntaxFault
from heritage_graph.importers import statements
from heritage_graph.importers.imported import DataSet
from heritage_graph.importers.labels import Labels
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow, Told, refused, taken
from heritage_graph.importers.source_text import look_through
from heritage_graph.importers.tei_manuscript import UNDETERMINED, Holder, Made, Manuscript, read_manuscript
from heritage_graph.namespaces import DCTERMS, FOAF, HG, HGV, ID, RDF, RDFS, source_graph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from heritage_graph.importers.known import Known
    from heritage_graph.importers.source_text import SourceText

REGISTRY: Final = "corpus-coranicum"
"""The name by which the curators' file of identifications calls the project's keys of institutions."""

_SLUG: Final = "corpus-coranicum"
_GRAPH: Final = source_graph(_SLUG)
_DOCUMENT: Final = ID.term(f"document/{_SLUG}")
_PAGE: Final = "https://corpuscoranicum.de/"
_LICENCE: Final = NamedNode("https://creativecommons.org/licenses/by-sa/4.0/")
_TITLES: Final = {
    "en": "Corpus Coranicum: descriptions of Qur'an manuscripts (TEI)",
    "ar": "Corpus Coranicum: أوصاف مخطوطات القرآن (TEI)",
    "fr": "Corpus Coranicum : descriptions de manuscrits du Coran (TEI)",
}
_GRAPH_LABELS: Final = {
    "en": "What Corpus Coranicum states on manuscripts",
    "ar": "ما يذكره Corpus Coranicum عن المخطوطات",
    "fr": "Ce que dit Corpus Coranicum des manuscrits",
}


def open_manuscripts(path: Path, encoding: str | None = None) -> DataSet:
    """The descriptions at *path*, a file or the `.xml` files directly in a folder, for graph/source/corpus-coranicum.

    A manuscript is `artifact/corpus-coranicum-{number}`. An institution is the one that the curators give its key,
    else `organization/corpus-coranicum-{key}`. Names identify nothing.

    Raises:
        SyntaxFault: a file is not in its encoding, or the folder has no `.xml` file.
    """
    files = sorted(each for each in path.iterdir() if each.suffix == ".xml") if path.is_dir() else [path]
    if not files:
        raise SyntaxFault(f"{path.name}: there is no .xml file in this folder; give the folder of the descriptions")
    text = look_through(files, encoding)
    about = statements.about(_GRAPH, [_DOCUMENT], _GRAPH_LABELS, licence=_LICENCE)
    return DataSet(_SLUG, tuple(about), lambda known: _told(text, known))


def _told(text: SourceText, known: Known) -> Iterator[Told]:
    writer = _Writer(known, Labels(known.labels))
    yield Told(None, tuple(writer.document(text)))
    seen: set[str] = set()
    for file in text.files:
        row = read_manuscript(file)
        if isinstance(row, Manuscript) and row.identifier in seen:
            remark = Remark("id-repeated", f"an earlier file describes the manuscript {row.identifier}")
            row = RefusedRow(row.place, row.identifier, remark)
        if isinstance(row, RefusedRow):
            yield refused(row)
            continue
        seen.add(row.identifier)
        yield taken(row.place, row.identifier, row.remarks, tuple(writer.manuscript(row)))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes descriptions as triples; `evidence` is that of each institution written so far."""

    known: Known
    labels: Labels
    evidence: dict[NamedNode, NamedNode] = field(default_factory=dict)

    def document(self, text: SourceText) -> Iterator[Triple]:
        """All the descriptions together as one source document."""
        yield from statements.document(_DOCUMENT, _TITLES, text.digest, text.characters, self.labels)
        yield Triple(_DOCUMENT, DCTERMS.license, _LICENCE)
        yield Triple(_DOCUMENT, FOAF.page, NamedNode(_PAGE))

    def manuscript(self, row: Manuscript) -> Iterator[Triple]:
        """One description: the manuscript and what is said of it, with evidence."""
        artifact = ID.term(f"artifact/{_SLUG}-{row.identifier}")
        evidence = ID.term(f"evidence/{_SLUG}-{row.identifier}")
        yield from statements.row(evidence, _DOCUMENT, row.place)
        yield Triple(artifact, RDF.type, HG.Artifact)
        yield from self.labels.of(artifact, {row.language: row.title})
        yield Triple(artifact, HG.labelSource, statements.STATED)
        yield Triple(artifact, HG.evidence, evidence)
        yield Triple(artifact, HG.heritageType, HGV.term("heritage-type/manuscripts"))
        yield Triple(artifact, HG.externalIdentifier, NamedNode(f"{_PAGE}en/manuscripts/{row.identifier}"))
        if row.shelf_mark:
            yield Triple(artifact, HG.shelfMark, Literal(row.shelf_mark))
        if row.material:
            yield Triple(artifact, HG.material, HGV.term(f"material/{row.material}"))
        for name in row.provenance:
            yield Triple(artifact, HG.provenanceAsNamed, Literal(name, language=UNDETERMINED))
        for link in row.links:
            yield Triple(artifact, RDFS.seeAlso, link)
        if row.made:
            yield from _dates(artifact, row.made)
        if row.holder:
            yield from self._holder(artifact, row.holder, evidence)

    def _holder(self, artifact: NamedNode, holder: Holder, evidence: NamedNode) -> Iterator[Triple]:
        slug = self.known.registered.get((REGISTRY, holder.key), f"{_SLUG}-{holder.key}")
        organization = ID.term(f"organization/{slug}")
        yield Triple(artifact, HG.heldBy, organization)
        yield Triple(organization, RDF.type, HG.Organization)
        yield from self.labels.of(organization, {UNDETERMINED: holder.name})
        yield Triple(organization, HG.labelSource, statements.STATED)
        yield Triple(organization, HG.evidence, self.evidence.setdefault(organization, evidence))
        if holder.town:
            yield Triple(organization, HG.seatAsNamed, Literal(holder.town, language=UNDETERMINED))


def _dates(artifact: NamedNode, made: Made) -> Iterator[Triple]:
    if made.written:
        yield Triple(artifact, HG.dateAsWritten, Literal(made.written))
    if made.not_before is not None:
        yield Triple(artifact, HG.notBefore, statements.year(made.not_before))
    if made.not_after is not None:
        yield Triple(artifact, HG.notAfter, statements.year(made.not_after))
    if made.certainty:
        yield Triple(artifact, HG.dateAccuracy, Literal(made.certainty))

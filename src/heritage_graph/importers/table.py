"""Import anyone's table (CSV, workbook, JSON) by a mapping in RML or YARRRML that its owner writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.errors import ParameterError
from heritage_graph.importers import Importer, statements
from heritage_graph.importers.imported import DataSet
from heritage_graph.importers.labels import Labels
from heritage_graph.importers.morph import mapped
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow, Told, refused, taken
from heritage_graph.importers.table_rows import TableRow, open_table_file
from heritage_graph.model.dates import read_date
from heritage_graph.namespaces import HG, ID, SKOS, XSD, source_graph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from heritage_graph.importers.known import Known
    from heritage_graph.importers.rows import Place
    from heritage_graph.importers.table_rows import Table

_TITLES: Final = {"en": "Table “{name}”", "ar": "جدول «{name}»", "fr": "Tableau « {name} »"}
_GRAPH_LABELS: Final = {
    "en": "What the table “{name}” states",
    "ar": "ما يذكره الجدول «{name}»",
    "fr": "Ce que dit le tableau « {name} »",
}
_LONGEST_IDENTIFIER: Final = 60


def table_importer(mapping: Path, source: str, python: Path) -> Importer:
    """The importer of tables by *mapping* into the source graph *source*; for *python* see `morph.mapped`."""
    return Importer(
        name="table",
        doc="Anyone's table (CSV, XLSX, ODS, XLS, JSON), by a mapping in YARRRML, or RML in Turtle.",
        open=lambda path, encoding=None: open_table(path, encoding, mapping=mapping, source=source, python=python),
        editions=(),
    )


def open_table(path: Path, encoding: str | None = None, *, mapping: Path, source: str, python: Path) -> DataSet:
    """The table at *path* as *mapping* tells it, for graph/source/*source*.

    Each thing that a row speaks of gets that row as its evidence. A label that another graph prefers otherwise becomes
    an alternative one, and labels are taken as stated by the table unless the mapping says of what source they are.
    What is mapped to an xsd:date may be a month or a year, and becomes one.

    Raises:
        SyntaxFault: it is no table, or not in its encoding; reading it tells when the mapping cannot be understood.
        ParameterError: there is no such encoding.
    """
    table = open_table_file(path, encoding)
    document = ID.term(f"document/{source}")
    labels = {language: label.format(name=table.name) for language, label in _GRAPH_LABELS.items()}
    about = statements.about(source_graph(source), [document], labels)
    return DataSet(source, tuple(about), lambda known: _told(table, document, mapping, python, known))


def _told(table: Table, document: NamedNode, mapping: Path, python: Path, known: Known) -> Iterator[Told]:
    labels = Labels(known.labels)
    titles = {language: title.format(name=table.name) for language, title in _TITLES.items()}
    yield Told(None, tuple(statements.document(document, titles, table.digest, table.characters, labels)))
    numbered = ((number, row.values) for number, row in enumerate(table.rows(), 1) if isinstance(row, TableRow))
    made = mapped(table, numbered, mapping, python)
    for number, row in enumerate(table.rows(), 1):
        if isinstance(row, RefusedRow):
            yield refused(row)
            continue
        identifier = str(next(iter(row.values.values()), ""))[:_LONGEST_IDENTIFIER]
        triples, remarks = made.get(number, ([], [Remark("nothing-mapped", "the mapping makes nothing of the row")]))
        dated = list(_dated(triples, remarks))
        if dated:
            stated = tuple(_stated(dated, document, row.place, labels))
            yield taken(row.place, identifier, tuple(remarks), stated)
        else:
            yield refused(RefusedRow(row.place, identifier, remarks[0]))


def _dated(triples: Sequence[Triple], remarks: list[Remark]) -> Iterator[Triple]:
    """*triples* with each xsd:date as a day, a month or a year, as it was written; what is none is remarked on."""
    for triple in triples:
        value = triple.object
        if not isinstance(value, Literal) or value.datatype != XSD.date:
            yield triple
            continue
        try:
            yield Triple(triple.subject, triple.predicate, read_date(value.value.strip()).literal)
        except ParameterError as fault:
            remarks.append(Remark("date-unreadable", f"{triple.predicate}: {fault}"))


def _stated(triples: Sequence[Triple], document: NamedNode, place: Place, labels: Labels) -> Iterator[Triple]:
    """*triples* with their evidence, the row at *place* of *document*."""
    evidence = ID.term(f"evidence/{document.value.rsplit('/', 1)[-1]}-{place.name}")
    yield from statements.row(evidence, document, place)
    sourced = {triple.subject for triple in triples if triple.predicate == HG.labelSource}
    for triple in triples:
        subject, name = triple.subject, triple.object
        assert isinstance(subject, NamedNode)
        if triple.predicate == SKOS.prefLabel and isinstance(name, Literal) and name.language:
            yield from labels.of(subject, {name.language: name.value})
            if subject not in sourced:
                yield Triple(subject, HG.labelSource, statements.STATED)
        else:
            yield triple
    for subject in {triple.subject for triple in triples}:
        yield Triple(subject, HG.evidence, evidence)

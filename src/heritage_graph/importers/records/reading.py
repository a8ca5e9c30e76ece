"""Read files of records: one JSON object after the other, lists of them, or tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import SyntaxFault
from heritage_graph.importers.json_values import JsonRow, json_rows
from heritage_graph.importers.records.record import Record, Written, read_record
from heritage_graph.importers.records.row_groups import grouped
from heritage_graph.importers.records.withheld import withhold
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow
from heritage_graph.importers.source_text import SourceFile, look_through
from heritage_graph.importers.table_rows import Table, open_table_file
from heritage_graph.importers.workbook_rows import is_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from heritage_graph.model.dates import PartialDate

_SUFFIXES: Final = frozenset({".jsonl", ".json"})
_BESIDE: Final = "-organizations"
"""How the name of a file ends that lists the organizations met, and holds no records."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How the pages were seen of whose records none says so: on which day, month or year, and whether in a copy."""

    read_on: PartialDate | None = None
    in_copy: bool | None = None


def record_files(paths: Sequence[Path]) -> list[Path]:
    """The files of records at *paths*; those of a folder are its .jsonl and .json files, save *-organizations.

    Raises:
        SyntaxFault: a folder has none.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        files = sorted(each for each in path.iterdir() if each.suffix in _SUFFIXES and not each.stem.endswith(_BESIDE))
        if not files:
            raise SyntaxFault(f"{path.name}: there is no .jsonl or .json file of records in this folder")
        found += files
    return found


def open_records(paths: Sequence[Path], encoding: str | None = None) -> list[SourceFile | Table]:
    """The files of records at *paths*, looked through: tables are workbooks and what is called .csv.

    Raises:
        SyntaxFault: a folder has no file of records, a file is not in its encoding, or a table is none.
        ParameterError: there is no such encoding.
    """
    return [_opened(path, encoding) for path in record_files(paths)]


def records(
    files: Iterable[SourceFile | Table], withheld: Mapping[str, str], seen: Seen
) -> Iterator[Record | RefusedRow]:
    """The records of *files* in their order; of those with one slug the first, and the others refused.

    Raises:
        SyntaxFault: the header of a table is not one of records.
    """
    slugs: set[str] = set()
    for file in files:
        for each in _written(file):
            record = read_record(each) if isinstance(each, Written) else each
            if isinstance(record, Record) and record.slug in slugs:
                remark = Remark("slug-repeated", f"an earlier record has the slug {record.slug}, too")
                record = RefusedRow(record.place, record.slug, remark)
            if isinstance(record, Record):
                slugs.add(record.slug)
                yield withhold(_seen(record, seen), withheld)
            else:
                yield record


def _opened(path: Path, encoding: str | None) -> SourceFile | Table:
    if is_workbook(path) or path.name.removesuffix(".gz").endswith(".csv"):
        return open_table_file(path, encoding)
    return look_through([path], encoding).files[0]


def _written(file: SourceFile | Table) -> Iterator[Written | RefusedRow]:
    if isinstance(file, Table):
        yield from grouped(file)
        return
    for row in json_rows(file):
        yield Written(row.place, row.value) if isinstance(row, JsonRow) else row


def _seen(record: Record, seen: Seen) -> Record:
    page = record.page
    in_copy = seen.in_copy if page.in_copy is None else page.in_copy
    return replace(record, page=replace(page, read_on=page.read_on or seen.read_on, in_copy=in_copy))

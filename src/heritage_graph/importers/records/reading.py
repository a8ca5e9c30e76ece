"""Read files of records: one JSON object after the other, or lists of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import SyntaxFault
from heritage_graph.importers.json_values import JsonRow, json_rows
from heritage_graph.importers.records.record import Record, read_record
from heritage_graph.importers.records.withheld import withhold
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow
from heritage_graph.importers.source_text import look_through

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from heritage_graph.importers.source_text import SourceText
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


def open_records(paths: Sequence[Path], encoding: str | None = None) -> SourceText:
    """The files of records at *paths*, looked through.

    Raises:
        SyntaxFault: a folder has no file of records, or a file is not in its encoding.
        ParameterError: there is no such encoding.
    """
    return look_through(record_files(paths), encoding)


def records(text: SourceText, withheld: Mapping[str, str], seen: Seen) -> Iterator[Record | RefusedRow]:
    """The records of *text* in their order; of those with one slug the first, and the others refused."""
    slugs: set[str] = set()
    for file in text.files:
        for row in json_rows(file):
            record = read_record(row.place, row.value) if isinstance(row, JsonRow) else row
            if isinstance(record, Record) and record.slug in slugs:
                remark = Remark("slug-repeated", f"an earlier record has the slug {record.slug}, too")
                record = RefusedRow(record.place, record.slug, remark)
            if isinstance(record, Record):
                slugs.add(record.slug)
                yield withhold(_seen(record, seen), withheld)
            else:
                yield record


def _seen(record: Record, seen: Seen) -> Record:
    page = record.page
    in_copy = seen.in_copy if page.in_copy is None else page.in_copy
    return replace(record, page=replace(page, read_on=page.read_on or seen.read_on, in_copy=in_copy))

"""Read the rows of anyone's table (CSV, a workbook, or a list of objects in JSON), each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import SyntaxFault
from heritage_graph.importers.csv_rows import csv_header, csv_rows
from heritage_graph.importers.json_values import json_rows
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import Place, RefusedRow
from heritage_graph.importers.source_text import look_through, without_mark
from heritage_graph.importers.workbook_rows import is_workbook, open_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from heritage_graph.importers.source_text import SourceFile

NUMBER: Final = "_row"
"""The column that mappings find in every table: the number of the row, from 1."""

MOST_COLUMNS: Final = 2000
"""Columns beyond which a table is none."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its place, and its values that are not empty by the name of their column."""

    place: Place
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was looked through.

    `columns` are those of its header. Of JSON they are the members that any row has: `title.en` is the member `en` of
    the member `title`, and `partners.0` the first value of the list `partners`. `digest` is the SHA-256 of the file,
    and `characters` their number in it, None for a workbook.
    """

    name: str
    columns: tuple[str, ...]
    digest: str
    characters: int | None
    rows: Callable[[], Iterator[TableRow | RefusedRow]]


def open_table_file(path: Path, encoding: str | None = None) -> Table:
    """The table in the file at *path*, which is UTF-8 or in *encoding* unless it is a workbook.

    Raises:
        SyntaxFault: it is no table, not in its encoding, or its header names a column twice, not at all, or `_row`.
        ParameterError: there is no such encoding.
    """
    if path.is_dir():
        raise SyntaxFault(f"{path.name}: a table is one file, not a folder")
    if is_workbook(path):
        book = open_workbook(path)
        _check_columns(book.file, book.columns)
        rows = lambda: (TableRow(row.place, row.cells) for row in book.rows())  # noqa: E731 - one expression
        return Table(book.file, book.columns, book.digest, None, rows)
    text = look_through([path], encoding)
    file = text.files[0]
    if without_mark(next(file.chunks(), "")).lstrip()[:1] in {"[", "{"}:
        columns, read = _members(file), _objects
    else:
        columns, read = csv_header(file), _lines
    _check_columns(file.name, columns)
    return Table(file.name, columns, text.digest, text.characters, lambda: read(file))


def _lines(file: SourceFile) -> Iterator[TableRow | RefusedRow]:
    for row in csv_rows(file):
        yield row if isinstance(row, RefusedRow) else TableRow(row.place, row.cells)


def _objects(file: SourceFile) -> Iterator[TableRow | RefusedRow]:
    for row in json_rows(file):
        if isinstance(row, RefusedRow):
            yield row
        elif not isinstance(row.value, dict):
            yield RefusedRow(row.place, "", Remark("no-object", "a row is an object with its values as members"))
        else:
            yield TableRow(row.place, dict(_flat(row.value)))


def _members(file: SourceFile) -> tuple[str, ...]:
    """The columns of a table in JSON, in the order in which they first come."""
    found: dict[str, None] = {}
    for row in _objects(file):
        if isinstance(row, TableRow):
            found |= dict.fromkeys(row.values)
        if len(found) > MOST_COLUMNS:
            raise SyntaxFault(f"{file.name}: the rows have more than {MOST_COLUMNS:,} members; it is no table")
    return tuple(found)


def _flat(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """The values within *value* that are neither objects nor lists nor null, by their names."""
    match value:
        case dict():
            for member, inner in value.items():
                yield from _flat(inner, f"{name}.{member}" if name else member)
        case list():
            for at, inner in enumerate(value):
                yield from _flat(inner, f"{name}.{at}")
        case bool():
            yield name, "true" if value else "false"
        case Decimal():
            yield name, f"{value:f}"
        case None:
            return
        case _:
            yield name, str(value)


def _check_columns(name: str, columns: Sequence[str]) -> None:
    for at, column in enumerate(columns, 1):
        if not column.strip():
            raise SyntaxFault(f"{name}: the header names no column {at}; give every column a name")
        if column in columns[: at - 1]:
            raise SyntaxFault(f"{name}: two columns are called {column!r}; give each a name of its own")
        if column == NUMBER:
            raise SyntaxFault(f"{name}: a column is called {NUMBER!r}, which is the number of the row; rename it")

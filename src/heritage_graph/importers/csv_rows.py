"""Read the rows of a CSV file one after the other, each with its place."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from heritage_graph.errors import SyntaxFault
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow, RowPlace
from heritage_graph.importers.source_text import without_mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from heritage_graph.importers.source_text import SourceFile


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row with as many cells as the header: its place, the cells by the name of their column, and its lines."""

    place: RowPlace
    cells: Mapping[str, str]
    lines: str


def csv_header(file: SourceFile) -> tuple[str, ...]:
    """The names of the columns; empty when the file is.

    Raises:
        SyntaxFault: the first line is no CSV.
    """
    return tuple(next(_well_formed(csv.reader(_Lines(file)), file), []))


def csv_rows(file: SourceFile) -> Iterator[CsvRow | RefusedRow]:
    """Every row after the header; one with another number of cells is refused, and a blank line is no row.

    Raises:
        SyntaxFault: the file is no CSV from some line on.
    """
    lines = _Lines(file)
    rows = _well_formed(csv.reader(lines), file)
    header = next(rows, [])
    lines.since_last()
    for cells in rows:
        place, taken = lines.since_last()
        if len(cells) == len(header):
            yield CsvRow(place, dict(zip(header, cells, strict=True)), taken)
        elif cells:
            text = f"the row has {len(cells)} cells, where the header has {len(header)}"
            yield RefusedRow(place, cells[0][:60], Remark("cells-do-not-match", text))


def _well_formed(rows: Iterator[list[str]], file: SourceFile) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error as fault:
        raise SyntaxFault(f"{file.name} is CSV, but {fault}") from fault


class _Lines:
    """The lines of a file, for a reader that takes several for one row; tells which it has taken."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self._lines = file.lines()
        self._taken: list[str] = []
        self._line = 0
        self._start = file.start

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        is_first = not self._line and not self._taken
        self._taken.append(line)
        return without_mark(line) if is_first else line

    def since_last(self) -> tuple[RowPlace, str]:
        """The lines that were taken since this was last asked, and where they stand without the end of the last."""
        taken = "".join(self._taken)
        row = taken.rstrip("\r\n")
        place = RowPlace(
            file=self._file.name,
            file_line=self._line + 1,
            line=self._file.line + self._line,
            start=self._start,
            end=self._start + len(row),
            digest=sha256(row.encode()).hexdigest(),
        )
        self._line += len(self._taken)
        self._start += len(taken)
        self._taken = []
        return place, taken

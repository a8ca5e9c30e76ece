"""Rows of a data set on their way into the graph: where each stands, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from heritage_graph.importers.report import Outcome, RowReport

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from heritage_graph.importers.report import Remark


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a row stands.

    `line` (from 1) and the characters `start` to `end` (from 0, end exclusive) count in the document, `file_line` in
    the file that is called `file`; `digest` is that of the row's UTF-8 bytes.
    """

    file: str
    file_line: int
    line: int
    start: int
    end: int
    digest: str

    @property
    def name(self) -> str:
        """What tells it from all others of the document."""
        return f"{self.start}-{self.end}"


@dataclass(frozen=True, slots=True)
class SheetPlace:
    """Where a row of a workbook stands: its file, its sheet, and its number from 1, which counts the header."""

    file: str
    sheet: str
    file_line: int

    @property
    def name(self) -> str:
        """What tells it from all others of the document."""
        return f"row-{self.file_line}"


Place = RowPlace | SheetPlace


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be told, and why."""

    place: Place
    identifier: str
    remark: Remark


@dataclass(frozen=True, slots=True)
class Told:
    """What one row comes to: the account of it, and its statements.

    `row` is None for what rests on no single row: the document itself, or what a run of rows says. Statements may
    come again with another row.
    """

    row: RowReport | None
    triples: tuple[Triple, ...]


def refused(row: RefusedRow) -> Told:
    """A row that says nothing."""
    return Told(report_of(row.place, row.identifier, Outcome.REFUSED, (row.remark,)), ())


def taken(place: Place, identifier: str, remarks: tuple[Remark, ...], triples: tuple[Triple, ...]) -> Told:
    """A row that was taken: as it is when there are no *remarks*."""
    outcome = Outcome.FLAGGED if remarks else Outcome.ACCEPTED
    return Told(report_of(place, identifier, outcome, remarks), triples)


def report_of(place: Place, identifier: str, outcome: Outcome, remarks: tuple[Remark, ...]) -> RowReport:
    """The account of the row at *place*."""
    return RowReport(place.file, place.file_line, identifier, outcome, remarks)

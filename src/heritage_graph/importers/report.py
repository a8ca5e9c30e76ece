"""What became of each row of an imported file."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What an importer did with a row: took it as it is, took it with remarks, or did not take it."""

    ACCEPTED = "accepted"
    FLAGGED = "flagged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a row that a reader should know: a slug for machines, and words with the value as found."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class RowReport:
    """One row: the line it begins on (from 1), what it calls itself, and what was done with it and why.

    An accepted row has no remarks; a flagged or refused one has at least one.
    """

    line: int
    identifier: str
    outcome: Outcome
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Every row of a file, in the order of the file; the three outcomes add up to all of them."""

    rows: tuple[RowReport, ...]

    def count(self, outcome: Outcome) -> int:
        """How many rows came out so."""
        return sum(row.outcome is outcome for row in self.rows)

    def remarked(self) -> list[RowReport]:
        """The rows that were flagged or refused."""
        return [row for row in self.rows if row.remarks]

    def summary(self) -> str:
        """One line: the number of rows, and of each outcome."""
        counts = ", ".join(f"{self.count(outcome):,} {outcome}" for outcome in Outcome)
        return f"{len(self.rows):,} rows: {counts}"

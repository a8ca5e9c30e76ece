"""What became of each row of an imported data set."""

from __future__ import annotations

import tempfile
import weakref
from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import IO, TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    """One row: its file, the line it begins on there (from 1), what it calls itself, what was done with it and why.

    An accepted row has no remarks; a flagged or refused one has at least one.
    """

    file: str
    line: int
    identifier: str
    outcome: Outcome
    remarks: tuple[Remark, ...] = ()


class ImportReport:
    """The account of every row, in the order in which they were read; the three outcomes add up to all of them.

    The rows are kept in a file that goes with the process, so that the account of a large data set takes no memory.
    """

    def __init__(self) -> None:
        self._kept: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # it lives as long as this
        weakref.finalize(self, self._kept.close)
        self.outcomes: Counter[Outcome] = Counter()
        self.remarks: Counter[str] = Counter()

    def add(self, row: RowReport) -> None:
        """Take one more row into account."""
        self.outcomes[row.outcome] += 1
        self.remarks.update(remark.kind for remark in row.remarks)
        self._kept.write(orjson.dumps(asdict(row)) + b"\n")

    @property
    def rows(self) -> Iterator[RowReport]:
        """Every row, read anew; none may be added meanwhile."""
        self._kept.seek(0)
        for line in self._kept:
            row = orjson.loads(line)
            remarks = tuple(Remark(**remark) for remark in row.pop("remarks"))
            yield RowReport(**{**row, "outcome": Outcome(row["outcome"])}, remarks=remarks)

    def __len__(self) -> int:
        return self.outcomes.total()

    def count(self, outcome: Outcome) -> int:
        """How many rows came out so."""
        return self.outcomes[outcome]

    def summary(self) -> str:
        """One line: the number of rows, and of each outcome."""
        counts = ", ".join(f"{self.count(outcome):,} {outcome}" for outcome in Outcome)
        return f"{len(self):,} rows: {counts}"

"""What a table is: its columns, what stands in their cells, and to which tables they lead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import NamedNode


class Kind(StrEnum):
    """What stands in a cell."""

    IRI = "an IRI"
    CODE = "the last part of the IRI of a concept or a class"
    TERM = "an IRI with its prefix"
    TEXT = "words"
    STATED = "a date as a source gives it"
    DAY = "a day"
    YEAR = "a year"
    NUMBER = "a decimal number"
    WHOLE = "a whole number"
    TRUTH = "true or false"
    PRECISION = "how much of a date is given"
    EARLIEST = "the first day that the dates allow"
    LATEST = "the last day that the dates allow"
    DIFFERING = "the columns whose sources differ"
    DIGEST = "a digest of the other cells"


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        name: in the first line of the file.
        title: for people.
        description: what a cell says.
        kind: what stands in a cell.
        several: whether one cell may hold several values, with ` | ` between them.
        of: the column from whose values the cell is worked out; empty: what the query gives under the name.
        leads_to: the table in whose first column the value stands.
        required: whether no cell is empty.
        pattern: a regular expression that the whole value matches.
        minimum, maximum: bounds of a number, inclusive.
    """

    name: str
    title: str
    description: str
    kind: Kind = Kind.TEXT
    several: bool = False
    of: str = ""
    leads_to: str = ""
    required: bool = False
    pattern: str = ""
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and so a CSV file; its rows are sorted.

    Attributes:
        name: of the query, and of the file without `.csv`.
        title, description: for people.
        columns: in their order; the first, `key`, tells a row from all others.
        classes: the things of these classes, and of narrower ones, are its rows; empty: those of other tables are.
    """

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    classes: tuple[NamedNode, ...] = ()

    @property
    def key(self) -> str:
        """The name of the column that tells a row from all others."""
        return self.columns[0].name

    @property
    def file_name(self) -> str:
        """The name of the file."""
        return f"{self.name}.csv"

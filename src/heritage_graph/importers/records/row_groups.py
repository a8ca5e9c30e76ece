"""Read records from a table in which one record is a group of rows."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import SyntaxFault
from heritage_graph.importers.records import keys
from heritage_graph.importers.records.record import Written
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from heritage_graph.importers.rows import Place
    from heritage_graph.importers.table_rows import Table, TableRow

SLUG: Final = "slug"

_GROUPS: Final = tuple(f"{name}." for name in keys.GROUPS)
_FLAGS: Final = {"true": True, "false": False, "1": True, "0": False}


def grouped(table: Table) -> Iterator[Written | RefusedRow]:
    """The records of *table*, in the order in which their first rows stand; a group with a fault is one refused row.

    The rows with one slug are a record. The first has its own columns, which others leave empty or repeat; what any of
    them has in the columns `parties.…`, `funding.…` and `concerns.…` is one more party, funding or concern.

    Raises:
        SyntaxFault: the table has no column `slug`, or one that is a whole list.
    """
    _check_header(table)
    groups: dict[str, _Group] = {}
    last: _Group | None = None
    for row in table.rows():
        if isinstance(row, RefusedRow):
            fault = row
        elif not any(cell.strip() for cell in row.values.values()):
            continue
        elif slug := row.values[SLUG].strip():
            last = groups.setdefault(slug, _Group(slug))
            last.add(row)
            continue
        else:
            text = f"column “{SLUG}” is empty; every row of a record repeats its slug"
            fault = RefusedRow(row.place, "", Remark("slug-missing", text))
        if last is None:
            yield fault
        else:
            last.fault = last.fault or fault
    for group in groups.values():
        yield group.record()


def _check_header(table: Table) -> None:
    if SLUG not in table.columns:
        raise SyntaxFault(
            f"{table.name}: the header has no column “{SLUG}”; a table of records is CSV with commas, or a workbook, "
            "and its first row names the columns"
        )
    for name in keys.GROUPS:
        if name in table.columns:
            raise SyntaxFault(f"{table.name}: a column is called “{name}”; name what of it, such as “{name}.as_named”")


class _Group:
    """The rows of one record; `fault` is the first row that keeps it from being whole."""

    def __init__(self, slug: str) -> None:
        self.fault: RefusedRow | None = None
        self._slug = slug
        self._own: dict[str, str] = {}
        self._place: Place | None = None
        self._lists: dict[str, list[dict[str, object]]] = {}
        self._lines: dict[tuple[str, int], int] = {}

    def add(self, row: TableRow) -> None:
        cells = {column.strip(): cell.strip() for column, cell in row.values.items() if cell.strip()}
        own = {column: cell for column, cell in cells.items() if not column.startswith(_GROUPS)}
        if self._place is None:
            self._place, self._own = row.place, own
        elif self.fault is None:
            self.fault = self._differing(row.place, own)
        for name in keys.GROUPS:
            members = {
                column.removeprefix(f"{name}."): _value(column, cell)
                for column, cell in cells.items()
                if column.startswith(f"{name}.")
            }
            if members:
                several = self._lists.setdefault(name, [])
                several.append(members)
                self._lines[name, len(several)] = row.place.file_line

    def record(self) -> Written | RefusedRow:
        """What the rows come to; refused, with the reason of the row, when one of them has a fault."""
        assert self._place is not None
        if self.fault is not None:
            return RefusedRow(self.fault.place, self._slug, self.fault.remark)
        own = {column: _value(column, cell) for column, cell in self._own.items()}
        return Written(self._place, own | self._lists, self._lines)

    def _differing(self, place: Place, own: Mapping[str, str]) -> RefusedRow | None:
        assert self._place is not None
        for column, cell in own.items():
            if cell != self._own.get(column):
                text = (
                    f"column “{column}” has {cell[:80]!r}, and line {self._place.file_line}, the first of the record, "
                    "has not; write it there, and leave it empty here"
                )
                return RefusedRow(place, self._slug, Remark("rows-differ", text))
        return None


def _value(column: str, cell: str) -> object:
    """The value that JSON would have for *cell*; what is none of its kind stays text, of which the record tells."""
    if column in keys.SEVERAL:
        return [each.strip() for each in cell.split("|") if each.strip()]
    if column in keys.FLAGS:
        return _FLAGS.get(cell.casefold(), cell)
    if column in keys.NUMBERS:
        try:
            return Decimal(cell)
        except InvalidOperation:
            return cell
    return cell

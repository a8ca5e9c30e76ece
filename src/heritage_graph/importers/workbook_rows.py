"""Read the rows of the first sheet of a workbook (.xls, .xlsx, .ods), each with its place."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import file_digest
from typing import TYPE_CHECKING, Final

from python_calamine import CalamineError, CalamineWorkbook

from heritage_graph.errors import SyntaxFault
from heritage_graph.importers.rows import SheetPlace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

LARGEST: Final = 64 * 1024 * 1024
"""Bytes beyond which a workbook is not read: its sheet is held in memory whole."""

LARGEST_UNPACKED: Final = 8 * LARGEST
"""Bytes to which the parts of a workbook may unpack."""

_BEGINNINGS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row: its place, and the cells as text by the name of their column."""

    place: SheetPlace
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Workbook:
    """The first sheet of a workbook: its file and name, the SHA-256 of the file, the columns, and the rows of cells."""

    file: str
    sheet: str
    digest: str
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]

    def rows(self) -> Iterator[SheetRow]:
        """Every row after the first one that is not blank."""
        for number, cells in enumerate(self.cells, 2):
            if any(cells):
                yield SheetRow(SheetPlace(self.file, self.sheet, number), dict(zip(self.columns, cells, strict=True)))


def is_workbook(path: Path) -> bool:
    """Tell whether the file begins like a workbook."""
    with path.open("rb") as file:
        return file.read(8).startswith(_BEGINNINGS)


def open_workbook(path: Path) -> Workbook:
    """The first sheet of the workbook at *path*; its first row names the columns.

    Raises:
        SyntaxFault: it is no workbook that can be read, is too large, or has no rows.
    """
    if path.stat().st_size > LARGEST or _unpacked(path) > LARGEST_UNPACKED:
        raise SyntaxFault(f"{path.name}: a workbook may have {LARGEST >> 20} MB; save a larger one as CSV")
    try:
        book = CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except CalamineError as fault:
        raise SyntaxFault(f"{path.name}: the workbook cannot be read: {fault}") from fault
    if not rows:
        raise SyntaxFault(f"{path.name}: the first sheet of the workbook is empty")
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    columns, *cells = (tuple(_text(cell) for cell in row) for row in rows)
    return Workbook(path.name, sheet.name, digest, columns, tuple(cells))


def _unpacked(path: Path) -> int:
    """The bytes to which the file says that it unpacks; none for one that is no archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return 0


def _text(cell: object) -> str:
    """A cell as a CSV file would have it: whole numbers without decimal places, days as 2019-07-10."""
    match cell:
        case bool():
            return "1" if cell else "0"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell)

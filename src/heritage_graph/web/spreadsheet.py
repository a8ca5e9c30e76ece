"""CSV for spreadsheet programs: no cell is a formula, and Arabic letters arrive as such.

It differs from the CSV of SPARQL, which is byte-exact and for programs: here a cell that a spreadsheet would run is
given an apostrophe before it. The bytes begin with a mark of UTF-8, since Excel reads a file without one in the code
page of the machine; LibreOffice, Google Sheets and Numbers skip it. Rows end in CR LF (RFC 4180). Every field is
quoted: where the regional separator is a semicolon, an unquoted `a;=1+1` would fall apart into two cells.
"""

from __future__ import annotations

import codecs
import csv
from io import StringIO
from typing import TYPE_CHECKING

from heritage_graph.tables.cells import safe_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table as CSV in UTF-8, each cell made safe; rows have as many cells as *header*."""
    written = StringIO(newline="")
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([safe_cell(cell) for cell in row] for row in (header, *rows))
    return codecs.BOM_UTF8 + written.getvalue().encode(errors="replace")

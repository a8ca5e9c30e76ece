"""Count the rows of SPARQL results while they pass as bytes.

pyoxigraph writes rows without telling how many; taking each through Python would cost more than writing it does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_ROW_FOLLOWS: Final = re.compile(rb'\},\{"[^},]')
"""Where a row of JSON results follows another. Within a string the quotation mark would be escaped, or end it."""

_LONGEST_OVERLAP: Final = 7
_ROW_OF_XML: Final = b"<result>"


class _Json:
    """Rows of SPARQL 1.1 Query Results JSON that bind something."""

    def __init__(self) -> None:
        self._rows = 0
        self._tail = b""

    def __call__(self, part: bytes) -> int:
        text = self._tail + part
        self._rows += len(_ROW_FOLLOWS.findall(text))
        self._tail = text[-4:]  # shorter than what is looked for
        return self._rows + 1


class _Xml:
    """Rows of SPARQL Query Results XML."""

    def __init__(self) -> None:
        self._rows = 0
        self._tail = b""

    def __call__(self, part: bytes) -> int:
        text = self._tail + part
        self._rows += text.count(_ROW_OF_XML)
        self._tail = text[-_LONGEST_OVERLAP:]
        return self._rows


class _Csv:
    """Rows of SPARQL 1.1 Query Results CSV: lines end outside of quotation marks only (RFC 4180)."""

    def __init__(self) -> None:
        self._lines = 0
        self._quoted = False

    def __call__(self, part: bytes) -> int:
        pieces = part.split(b'"')
        self._lines += sum(piece.count(b"\n") for piece in pieces[self._quoted :: 2])
        self._quoted ^= len(pieces) % 2 == 0
        return self._lines - 1  # the names


class _Tsv:
    """Rows of SPARQL 1.1 Query Results TSV: literals hold no line end."""

    def __init__(self) -> None:
        self._lines = 0

    def __call__(self, part: bytes) -> int:
        self._lines += part.count(b"\n")
        return self._lines - 1  # the names


_COUNTERS: Final[dict[str, Callable[[], Callable[[bytes], int]]]] = {
    "json": _Json,
    "xml": _Xml,
    "csv": _Csv,
    "tsv": _Tsv,
}


def row_counter(extension: str) -> Callable[[bytes], int]:
    """What takes the parts of one result in the format *extension* and tells each time how many rows have come.

    The number is exact at the end of a result that has rows, and may be one off before. In JSON, rows that bind no
    variable are left out.
    """
    return _COUNTERS[extension]()

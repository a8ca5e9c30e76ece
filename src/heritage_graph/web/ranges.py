"""Byte ranges of what is downloaded: RFC 9110, section 14."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.web.faults import RangeNotSatisfiable

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST: Final = 16
_UNIT: Final = re.compile(r"\s*bytes\s*=(.*)", re.IGNORECASE)
_ONE: Final = re.compile(r"\s*([0-9]{0,18})-([0-9]{0,18})\s*")


@dataclass(frozen=True)
class Span:
    """The bytes from *first* to *last*, both included, counted from 0."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self.last - self.first + 1

    def of(self, size: int) -> str:
        """The value of `Content-Range` for a representation of *size* bytes."""
        return f"bytes {self.first}-{self.last}/{size}"


def spans_of(header: str, size: int) -> list[Span] | None:
    """The spans that a `Range` field asks of *size* bytes, those beyond the end left out.

    None means everything: no field, another unit, or more than any client that resumes has a use for, which is more
    than 16 ranges, or more bytes than there are.

    Raises:
        RangeNotSatisfiable: it is malformed, or none of its ranges has a byte.
    """
    match = _UNIT.fullmatch(header)
    if match is None:
        return None
    texts = [text for text in match[1].split(",") if text.strip()]
    found = [span for text in texts if (span := _span(text, size)) is not None]
    if not found:
        raise _not_satisfiable(header, size)
    return None if len(texts) > _MOST or total(found) > size else found


def total(spans: Sequence[Span]) -> int:
    """How many bytes *spans* have together."""
    return sum(span.size for span in spans)


def _span(text: str, size: int) -> Span | None:
    """The span that *text* asks; None when it lies beyond the end.

    Raises:
        RangeNotSatisfiable: it is malformed.
    """
    match = _ONE.fullmatch(text)
    if match is None or not (match[1] or match[2]):
        raise _not_satisfiable(text, size)
    first, last = match[1], match[2]
    if not first:
        return Span(max(0, size - int(last)), size - 1) if int(last) else None
    if last and int(last) < int(first):
        raise _not_satisfiable(text, size)
    return Span(int(first), min(int(last or size), size - 1)) if int(first) < size else None


def _not_satisfiable(text: str, size: int) -> RangeNotSatisfiable:
    return RangeNotSatisfiable(
        f"there are {size} bytes, and the range {text.strip()[:80]!r} has none of them; one is written bytes=0-99",
        bytes=size,
    )

"""Dates with their bounds, as the JSON of the API tells them."""

from __future__ import annotations

import calendar
from datetime import date
from typing import TYPE_CHECKING, Final

from heritage_graph.model.dates import Bounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heritage_graph.service import Row

_DECEMBER: Final = 12
_LAST_DAY: Final = 31


def date_value(bounds: Bounds, readings: Sequence[str] = ()) -> dict[str, object]:
    """A date: its bounds; its value and type when they are those of one day, month or year; and what sources write.

    `readings` is told when it says more than the value.
    """
    told: dict[str, object] = {}
    text, kind = _form(bounds)
    if text:
        told |= {"value": text, "type": kind}
    told |= {"earliest": bounds.earliest.isoformat(), "latest": bounds.latest.isoformat()}
    if readings and list(readings) != [text]:
        told["readings"] = list(readings)
    return told


def bounds_in(row: Row, earliest: str, latest: str) -> Bounds | None:
    """The bounds that two columns of *row* hold; None when they are not bound."""
    if earliest not in row or latest not in row:
        return None
    return Bounds(date.fromisoformat(row[earliest]["value"]), date.fromisoformat(row[latest]["value"]))


def _form(bounds: Bounds) -> tuple[str, str]:
    """The lexical form and the datatype that mean just *bounds*; empty when there is none."""
    first, last = bounds.earliest, bounds.latest
    if first == last:
        return first.isoformat(), "date"
    end_of_month = last.replace(day=calendar.monthrange(last.year, last.month)[1])
    if (first, last) == (last.replace(day=1), end_of_month):
        return first.isoformat()[:7], "gYearMonth"
    if (first, last) == (date(last.year, 1, 1), date(last.year, _DECEMBER, _LAST_DAY)):
        return first.isoformat()[:4], "gYear"
    return "", ""

"""The cells of a CSV file: terms as text that no spreadsheet program runs."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal

from heritage_graph.model.dates import Precision, combined_bounds, read_date
from heritage_graph.namespaces import PREFIXES
from heritage_graph.tables.table import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pyoxigraph import NamedNode

    from heritage_graph.model.dates import Bounds, PartialDate
    from heritage_graph.tables.table import Column

    Value = NamedNode | Literal
    Values = Mapping[str, Sequence[Value]]

BETWEEN: Final = " | "
"""What stands between the values of one cell."""

_RUN: Final = frozenset(
    "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
)  # the full-width forms are read as the plain ones in East Asian settings
_SKIPPED: Final = " \u00a0\ufeff\u200b\u200e\u200f\u202a\u202b\u202c"  # blanks and marks that a program may trim
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_WORDS: Final = {Precision.DAY: "day", Precision.MONTH: "month", Precision.YEAR: "year"}
_DIGITS: Final = 16  # of some million statements, two have the same with a chance below one in a million
_NUMBERS: Final = frozenset({Kind.NUMBER, Kind.WHOLE})


def safe_cell(text: str) -> str:
    """*text* with an apostrophe before it when a spreadsheet program could take it for a formula.

    So are texts that begin with `= + - @`, a tab or an end of line, blanks before them or not; numbers below zero too.
    """
    begin = text.lstrip(_SKIPPED)[:1]
    return f"'{text}" if begin in _RUN and begin else text


def row_of(columns: Iterable[Column], values: Values) -> list[str]:
    """The cells of one thing, of which the query gave *values* by the name of the column.

    A column that holds one value and has several is left empty and named in the column `differing`.
    """
    found = [(column, _texts(column, values)) for column in columns]
    differing = BETWEEN.join(column.name for column, texts in found if len(texts) > 1 and not column.several)
    cells = [_cell(column, texts if column.several or len(texts) == 1 else []) for column, texts in found]
    worked_out = {Kind.DIFFERING: lambda: differing, Kind.DIGEST: lambda: _digest(cells)}
    return [
        worked_out[column.kind]() if column.kind in worked_out else cell
        for (column, _), cell in zip(found, cells, strict=True)
    ]


def _digest(cells: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(cells).encode(errors="replace")).hexdigest()[:_DIGITS]


def _cell(column: Column, texts: Sequence[str]) -> str:
    """*texts* in one cell; a number below zero is no formula, and stays a number."""
    text = BETWEEN.join(texts)
    return text if column.kind in _NUMBERS and _NUMBER.fullmatch(text) else safe_cell(text)


def _texts(column: Column, values: Values) -> list[str]:
    """What stands in a cell of *column*, value by value, sorted and without repetition."""
    given = values.get(column.of or column.name, ())
    if column.kind in _OF_DATES:
        return _OF_DATES[column.kind](_dates(given))
    write = _WRITTEN.get(column.kind, _as_given)
    return sorted({write(value) for value in given})


def _dates(given: Iterable[Value]) -> list[PartialDate]:
    """The dates, in the order of their texts."""
    return [read_date(text) for text in sorted({value.value for value in given})]


def _bounds(dates: Sequence[PartialDate]) -> list[Bounds]:
    bounds = combined_bounds(dates)
    return [bounds] if bounds else []


_OF_DATES: Final[Mapping[Kind, Callable[[Sequence[PartialDate]], list[str]]]] = {
    Kind.STATED: lambda dates: [date.text for date in dates],
    Kind.PRECISION: lambda dates: [_WORDS[date.precision] for date in dates],
    Kind.EARLIEST: lambda dates: [bounds.earliest.isoformat() for bounds in _bounds(dates)],
    Kind.LATEST: lambda dates: [bounds.latest.isoformat() for bounds in _bounds(dates)],
}


def _as_given(value: Value) -> str:
    return value.value


def _number(value: Value) -> str:
    return value.value.removeprefix("+")


def _last_part(value: Value) -> str:
    return value.value if isinstance(value, Literal) else re.split("[/#]", value.value)[-1]


def _with_prefix(value: Value) -> str:
    """The IRI with the prefix of the longest namespace that it begins with; as it is when there is none."""
    known = [(namespace, prefix) for prefix, namespace in PREFIXES.items() if value.value.startswith(namespace)]
    namespace, prefix = max(known, default=("", ""))
    return f"{prefix}:{value.value.removeprefix(namespace)}" if prefix else value.value


_WRITTEN: Final[Mapping[Kind, Callable[[Value], str]]] = {
    Kind.CODE: _last_part,
    Kind.TERM: _with_prefix,
    Kind.NUMBER: _number,
    Kind.WHOLE: _number,
}

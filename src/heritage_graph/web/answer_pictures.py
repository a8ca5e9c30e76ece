"""The picture that fits an answer: bars where rows have numbers, a time line where they have days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from heritage_graph.errors import ParameterError
from heritage_graph.model.dates import read_literal
from heritage_graph.web.answer_page import DAYS, NUMBERS, Cell, cell_of, columns_shown
from heritage_graph.web.answer_words import heading
from heritage_graph.web.time_axis import axis_over

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from heritage_graph.query_files import Query
    from heritage_graph.service import Row
    from heritage_graph.web.names import Names
    from heritage_graph.web.time_axis import Axis

MOST_GROUPS: Final = 40
_LEAST_GROUPS: Final = 2
_MOST_SERIES: Final = 4
_LONGEST_BAR: Final = 82.0
"""Of the width in per cent, so that the number stands behind the bar."""
_BEGIN, _END = 6.0, 94.0
_NO_MEASURE: Final = frozenset(
    {"end", "generation", "hop", "line", "score", "sessionNumber", "start", "worldHeritageId"}
)
"""Columns of numbers that name or place something and measure nothing."""
_PAIRS: Final = (("Earliest", "Latest"), ("earliest", "latest"))
_DAY: Final = "day"
"""What is called so has an earliest and a latest day and no other name."""


@dataclass(frozen=True)
class Bar:
    """A number: its text, and the length of its bar in per cent of the width."""

    text: str
    length: float


@dataclass(frozen=True)
class Bars:
    """A bar for each of the numbers, `series`, of each thing; `left_out` things are not drawn."""

    series: Sequence[str]
    groups: Sequence[tuple[Cell, Sequence[Bar]]]
    left_out: int
    kind: str = "bars"


@dataclass(frozen=True)
class Span:
    """The days within which something lies: where it begins and how long it is in per cent, and what it says."""

    begin: float
    length: float
    text: str


@dataclass(frozen=True)
class TimeLine:
    """The days that rows name, on one axis: the years with their places, and the spans of each thing."""

    years: Sequence[tuple[int, float]]
    groups: Sequence[tuple[Cell, Sequence[Span]]]
    left_out: int
    kind: str = "time"


def picture_of(query: Query, rows: Sequence[Row], names: Names) -> Bars | TimeLine | None:
    """The picture of the answer *rows* to *query*; None when none fits.

    Counts become bars; where there are none, days become a time line, and else other numbers become bars. A picture
    needs two things at least, which the first column names.
    """
    columns = columns_shown(query)
    if not columns:
        return None
    if query.counts:
        return _bars(query, rows, names, [column for column in columns if column in query.counts])
    numbers = [
        column for column in columns if column not in _NO_MEASURE and _datatypes(rows, column) & NUMBERS
    ]  # fmt: skip
    return _time_line(query, rows, names, columns) or _bars(query, rows, names, numbers)


def _datatypes(rows: Sequence[Row], column: str) -> set[str]:
    return {row[column].get("datatype", "") for row in rows if column in row}


def _labels(query: Query, rows: Sequence[Row], names: Names) -> dict[str, tuple[Cell, list[Row]]]:
    """The things that the first column names, in their order, with their rows."""
    column = columns_shown(query)[0]
    found: dict[str, tuple[Cell, list[Row]]] = {}
    for row in rows:
        label = cell_of(query, row, column, names)
        if label is not None:
            found.setdefault(row[column]["value"], (label, []))[1].append(row)
    return found


def _bars(query: Query, rows: Sequence[Row], names: Names, series: Sequence[str]) -> Bars | None:
    labels = _labels(query, rows, names)
    shown = [column for column in series[:_MOST_SERIES] if column != columns_shown(query)[0]]
    groups = [(label, of_thing[0]) for label, of_thing in labels.values()]
    largest = max((_number(row, column) for _, row in groups for column in shown), default=0.0)
    if len(groups) < _LEAST_GROUPS or largest <= 0 or len(rows) != len(groups):
        return None
    scale = _LONGEST_BAR / largest
    return Bars(
        [heading(column, names) for column in shown],
        [
            (label, [Bar(_text(query, row, column, names), _number(row, column) * scale) for column in shown])
            for label, row in groups[:MOST_GROUPS]
        ],
        max(0, len(groups) - MOST_GROUPS),
    )


def _number(row: Row, column: str) -> float:
    """The number in *column*, 0 where there is none or one below it."""
    if row.get(column, {}).get("datatype") not in NUMBERS:
        return 0.0
    return max(0.0, float(row[column]["value"]))


def _text(query: Query, row: Row, column: str, names: Names) -> str:
    cell = cell_of(query, row, column, names)
    return "\u2013" if cell is None else cell.text


def _time_line(query: Query, rows: Sequence[Row], names: Names, columns: Sequence[str]) -> TimeLine | None:
    days = [column for column in columns if _datatypes(rows, column) & DAYS]
    found = [
        (label, dict.fromkeys(span for row in of_thing for span in _spans(row, days, names)))
        for label, of_thing in _labels(query, rows, names).values()
    ]
    dated = [(label, list(spans)) for label, spans in found if spans]
    if len(dated) < _LEAST_GROUPS:
        return None
    shown = dated[:MOST_GROUPS]
    # In Arabic the template mirrors the whole picture.
    axis = axis_over((day for _, spans in shown for span in spans for day in span[:2]), right_to_left=False)
    return TimeLine(
        [(tick.year, _place(tick.x)) for tick in axis.ticks()],
        [(label, [_span(axis, *span) for span in spans]) for label, spans in shown],
        len(dated) - len(shown),
    )


def _span(axis: Axis, begin: date, end: date, text: str) -> Span:
    first = _place(axis.at(begin))
    return Span(first, _place(axis.at(end)) - first, text)


def _place(x: float) -> float:
    """The place in the picture, which leaves room at its edges, of *x* on the axis."""
    return _BEGIN + (_END - _BEGIN) * x / 100


def _spans(row: Row, columns: Sequence[str], names: Names) -> Iterator[tuple[date, date, str]]:
    """The days that *row* names: the earliest, the latest, and what is said of them.

    Two columns that give the earliest and the latest of one day are one span.
    """
    read = {column: days for column in columns if (days := _days(row.get(column))) is not None}
    for column, (begin, end) in read.items():
        other = next(
            (f"{column.removesuffix(one)}{two}" for one, two in _PAIRS if column.endswith(one)), None
        )  # fmt: skip
        if other in read:
            latest = read[other][1]
            yield begin, max(begin, latest), f"{heading(_stem(column), names)}: {_told(begin, latest)}"
        elif not any(column.endswith(two) and f"{column.removesuffix(two)}{one}" in read for one, two in _PAIRS):
            yield begin, end, f"{heading(column, names)}: {row[column]['value']}"


def _stem(column: str) -> str:
    """What the earliest and the latest day in two columns are the bounds of."""
    return column.removesuffix("Earliest").removesuffix("earliest") or _DAY


def _days(cell: Mapping[str, str] | None) -> tuple[date, date] | None:
    if cell is None or cell.get("datatype") not in DAYS:
        return None
    try:
        read = read_literal(Literal(cell["value"], datatype=NamedNode(cell["datatype"])))
    except ParameterError:
        return None
    return read.earliest, read.latest


def _told(begin: date, end: date) -> str:
    return begin.isoformat() if begin == end else f"{begin.isoformat()} \u2013 {end.isoformat()}"

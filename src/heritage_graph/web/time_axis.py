"""Where days lie on a picture of time, in hundredths of its width."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heritage_graph.model.dates import Bounds

CERTAIN: Final = "certain"
POSSIBLE: Final = "possible"
OPEN: Final = "open"

_DECEMBER: Final = 12
_LAST_DAY: Final = 31
_WHOLE: Final = 100.0
_NARROW: Final = 1.2
"""What is narrower is drawn as a point: a day of ten years would be a fifth of a pixel on a telephone."""
_STEPS: Final = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)
_MOST_TICKS: Final = 8
"""So many years stand beside each other on a telephone."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar: days that are `certain`, `possible`, or an `open` end of which nothing is known."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """The point at which a bar leaves the picture, since it is not known where it ends, and to which side."""

    x: float
    side: str


@dataclass(frozen=True, slots=True)
class Bar:
    """What is known of a span of days: its pieces in time, a point where they are too narrow, arrows for open ends."""

    pieces: tuple[Piece, ...]
    point: float | None
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """The beginning of a year."""

    x: float
    year: int


@dataclass(frozen=True)
class Axis:
    """The time from the day *first* to the day *last*, both included, drawn from left to right or the other way."""

    first: date
    last: date
    right_to_left: bool = False

    def at(self, day: date) -> float:
        """Where *day* begins; outside 0 to 100 when it is not in the picture."""
        return self._x(day.toordinal())

    def middle(self, day: date) -> float:
        """Where the middle of *day* is, within the picture."""
        return _within(self._x(day.toordinal() + 0.5))

    def ticks(self) -> list[Tick]:
        """The beginnings of years, of so many that they can be read side by side."""
        years = self.last.year - self.first.year + 1
        step = next((step for step in _STEPS if years / step <= _MOST_TICKS), _STEPS[-1])
        shown = range(self.first.year, self.last.year + 1)
        return [Tick(_within(self.at(date(year, 1, 1))), year) for year in shown if year % step == 0]

    def bar(self, start: Bounds | None, end: Bounds | None) -> Bar:
        """The bar of what begins on one of the days *start* and has its last day among *end*; None is not known."""
        pieces = [piece for kind, first, last in _spans(start, end) if (piece := self._piece(kind, first, last))]
        return Bar(tuple(pieces), self._point(pieces), tuple(self._arrows(start, end)))

    def _piece(self, kind: str, first: float | None, last: float | None) -> Piece | None:
        """The days from *first* to before *last*, as far as the picture reaches; None when it has none of them."""
        begins = 0.0 if first is None else self._unmirrored(first)
        ends = _WHOLE if last is None else self._unmirrored(last)
        begins, ends = _within(begins), _within(ends)
        if ends <= begins:
            return None
        x = _WHOLE - ends if self.right_to_left else begins
        return Piece(kind, round(x, 3), round(ends - begins, 3))

    def _point(self, pieces: list[Piece]) -> float | None:
        """Where a point marks what is too narrow to be seen: the days of a known beginning or end."""
        told = [piece for piece in pieces if piece.kind != OPEN]
        if not told or sum(piece.width for piece in told) >= _NARROW:
            return None
        return round((min(piece.x for piece in told) + max(piece.x + piece.width for piece in told)) / 2, 3)

    def _arrows(self, start: Bounds | None, end: Bounds | None) -> Iterable[Arrow]:
        if end is None and start is not None and self._unmirrored(start.latest.toordinal()) < _WHOLE:
            yield Arrow(0.0, "left") if self.right_to_left else Arrow(_WHOLE, "right")
        if start is None and end is not None and self._unmirrored(end.earliest.toordinal()) > 0:
            yield Arrow(_WHOLE, "right") if self.right_to_left else Arrow(0.0, "left")

    def _x(self, ordinal: float) -> float:
        x = self._unmirrored(ordinal)
        return round(_WHOLE - x if self.right_to_left else x, 3)

    def _unmirrored(self, ordinal: float) -> float:
        length = self.last.toordinal() + 1 - self.first.toordinal()
        return _WHOLE * (ordinal - self.first.toordinal()) / length


def axis_over(days: Iterable[date], *, right_to_left: bool) -> Axis:
    """The whole years in which *days* lie; there is one at least."""
    shown = sorted(days)
    first, last = shown[0], shown[-1]
    return Axis(date(first.year, 1, 1), date(last.year, _DECEMBER, _LAST_DAY), right_to_left)


def _spans(start: Bounds | None, end: Bounds | None) -> Iterable[tuple[str, float | None, float | None]]:
    """What is known of the days from *start* to *end*: each kind from one ordinal to before another; None is no end."""
    if start is None and end is None:
        return
    if end is None:
        assert start is not None
        yield POSSIBLE, start.earliest.toordinal(), start.latest.toordinal()
        yield CERTAIN, start.latest.toordinal(), start.latest.toordinal() + 1
        yield OPEN, start.latest.toordinal() + 1, None
    elif start is None:
        yield OPEN, None, end.earliest.toordinal()
        yield CERTAIN, end.earliest.toordinal(), end.earliest.toordinal() + 1
        yield POSSIBLE, end.earliest.toordinal() + 1, end.latest.toordinal() + 1
    elif start.latest <= end.earliest:
        yield POSSIBLE, start.earliest.toordinal(), start.latest.toordinal()
        yield CERTAIN, start.latest.toordinal(), end.earliest.toordinal() + 1
        yield POSSIBLE, end.earliest.toordinal() + 1, end.latest.toordinal() + 1
    else:  # the beginning and the end may be any of these days
        yield POSSIBLE, start.earliest.toordinal(), end.latest.toordinal() + 1


def _within(x: float) -> float:
    return min(max(x, 0.0), _WHOLE)

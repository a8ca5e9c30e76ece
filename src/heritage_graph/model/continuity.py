"""How long an agreement has bound without a break, through what it renews and what renews it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError
from heritage_graph.model.dates import Bounds, Duration, add_duration, date_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

_MONTHS: Final = 12
_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Member:
    """One agreement of a chain of renewals: what it renews, and its first and last day as far as they are known."""

    agreement: str
    renews: tuple[str, ...] = ()
    effective: Bounds | None = None
    valid_until: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """The longest unbroken run of members around one agreement, in the order in which they follow each other.

    `first` and `last` are the bounds of its first and of its last day, None where a date is missing. `complete` is
    false when it may be longer: whether a neighbour joins is not known.
    """

    members: tuple[str, ...]
    first: Bounds | None
    last: Bounds | None
    complete: bool

    @property
    def least(self) -> Duration | None:
        """The shortest time that it can have lasted; None when an end is missing."""
        return length(self.first.latest, self.last.earliest) if self.first and self.last else None

    @property
    def most(self) -> Duration | None:
        """The longest time that it can have lasted; None when an end is missing, or the stretch may be longer."""
        return length(self.first.earliest, self.last.latest) if self.first and self.last and self.complete else None


def length(first: date, last: date) -> Duration | None:
    """The whole months and the days from *first* to *last*, so that `add_duration` leads from one to the other.

    None when *last* is not after *first*.
    """
    if last <= first:
        return None
    months = (last.year - first.year) * _MONTHS + last.month - first.month
    while months and _after_months(first, months) > last:
        months -= 1
    return Duration(months, (last - _after_months(first, months)).days)


def written(duration: Duration) -> str:
    """*duration* as an xsd:duration of years, months and days: `P3Y`, `P1Y6M2D`."""
    years, months = divmod(duration.months, _MONTHS)
    parts = ((years, "Y"), (months, "M"), (duration.days, "D"))
    return "P" + "".join(f"{count}{unit}" for count, unit in parts if count)


def joins(later: Member, earlier: Member) -> bool | None:
    """Tell whether *later* takes effect before a day passes without *earlier*; None when the dates leave it open.

    The day after the last day of *earlier* leaves no gap.
    """
    if later.effective is None or earlier.valid_until is None:
        return None
    if later.effective.latest <= _next_day(earlier.valid_until.earliest):
        return True
    if later.effective.earliest > _next_day(earlier.valid_until.latest):
        return False
    return None


def stretch_around(agreement: str, members: Iterable[Member]) -> Stretch:
    """The unbroken run of *members* to which *agreement*, one of them, belongs.

    Where several agreements renew one, or one renews several, the run goes on through one that joins, the smallest
    by name.
    """
    chain = {member.agreement: member for member in members}
    later: dict[str, list[str]] = {name: [] for name in chain}
    for member in chain.values():
        for renewed in member.renews:
            if renewed in chain:
                later[renewed].append(member.agreement)
    back, back_complete = _walk(agreement, lambda name: [each for each in chain[name].renews if each in chain],
                                lambda name, other: joins(chain[name], chain[other]))  # fmt: skip
    on, on_complete = _walk(agreement, lambda name: later[name], lambda name, other: joins(chain[other], chain[name]))
    run = (*reversed(back), agreement, *on)
    return Stretch(run, chain[run[0]].effective, chain[run[-1]].valid_until, back_complete and on_complete)


def _walk(
    start: str,
    neighbours: Callable[[str], Sequence[str]],
    joined: Callable[[str, str], bool | None],
) -> tuple[list[str], bool]:
    """The agreements that follow each other from *start* without a break, and whether that is surely all."""
    found: list[str] = []
    current = start
    while True:
        verdicts: Mapping[str, bool | None] = {
            each: joined(current, each) for each in sorted(neighbours(current)) if each != start and each not in found
        }
        following = next((each for each, verdict in verdicts.items() if verdict), None)
        if following is None:
            return found, None not in verdicts.values()
        found.append(following)
        current = following


def _after_months(first: date, months: int) -> date:
    return add_duration(date_of(first), Duration(months, 0)).earliest if months else first


def _next_day(day: date) -> date:
    try:
        return day + _ONE_DAY
    except OverflowError as fault:
        raise ParameterError("the last day of the calendar has no next day") from fault

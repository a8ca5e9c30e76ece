"""Tell how long each chain of renewals has lasted, with and without gaps."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from heritage_graph.analysis.rows import boolean, day, number, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.analysis.rows import Cell, Row


_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """When an agreement binds: the first and the last day, each between two days; None where nothing is known."""

    effective: tuple[date, date] | None
    valid: tuple[date, date] | None

    @property
    def is_exact(self) -> bool:
        """Tell whether both days are known to the day."""
        return all(bounds is not None and bounds[0] == bounds[1] for bounds in (self.effective, self.valid))

    @property
    def certain(self) -> tuple[date, date] | None:
        """The first and the last day of those on which it binds whatever the dates mean; None when there is none."""
        if self.effective is None or self.valid is None or self.effective[1] > self.valid[0]:
            return None
        return (self.effective[1], self.valid[0])


def continuous_duration(rows: Sequence[Row], _: Mapping[str, str]) -> list[Row]:
    """The rows of chains, in their order, with what the dates of each member and of its chain tell.

    `joined`: there is no day between the last one of what is renewed and the first of this: true, false, or unbound
    where a date is missing or too uncertain; `gapDays` counts the days between, when both are known to the day.
    `chainFrom` is the first day that the first member may bind, `chainUntil` the last one of those that nothing
    renews; unbound where a date is missing. `coveredDays` counts the days on which some member certainly binds,
    `longestDays` those of the longest stretch of them without a gap, from `longestFrom` to `longestUntil`; both are
    lower bounds unless `complete`: every member's dates are known to the day.
    """
    members: defaultdict[str, dict[str, Period]] = defaultdict(dict)
    renewed: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        root = row["root"]["value"]
        members[root][row["agreement"]["value"]] = _period(row)
        renewed[root].update({row["renews"]["value"]} if "renews" in row else ())
    chains = {root: _chain(root, found, renewed[root]) for root, found in members.items()}
    return [{**row, **_join(members[row["root"]["value"]], row), **chains[row["root"]["value"]]} for row in rows]


def stretches(periods: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """The days that *periods* cover, as stretches without a gap, in order; a next day makes no gap."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(periods):
        if found and first - _DAY <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _period(row: Row) -> Period:
    return Period(
        _bounds(value_of(row, "effectiveEarliest"), value_of(row, "effectiveLatest")),
        _bounds(value_of(row, "validEarliest"), value_of(row, "validLatest")),
    )


def _bounds(earliest: str | None, latest: str | None) -> tuple[date, date] | None:
    if earliest is None or latest is None:
        return None
    return (date.fromisoformat(earliest), date.fromisoformat(latest))


def _join(members: Mapping[str, Period], row: Row) -> dict[str, Cell]:
    """How a member follows what it renews."""
    before = members.get(value_of(row, "renews") or "")
    after = members[row["agreement"]["value"]]
    if before is None or before.valid is None or after.effective is None:
        return {}
    least = (after.effective[0] - before.valid[1]).days - 1
    most = (after.effective[1] - before.valid[0]).days - 1
    told = {"gapDays": number(max(0, least))} if max(0, least) == max(0, most) else {}
    if most <= 0 or least > 0:
        told["joined"] = boolean(most <= 0)
    return told


def _chain(root: str, members: Mapping[str, Period], renewed: set[str]) -> dict[str, Cell]:
    """What is the same for every member of a chain."""
    periods = list(members.values())
    begin = members[root].effective
    ends = [period.valid for agreement, period in members.items() if agreement not in renewed]
    covered = stretches(period.certain for period in periods if period.certain)
    told = {
        "members": number(len(members)),
        "coveredDays": number(sum((last - first).days + 1 for first, last in covered)),
        "longestDays": number(0),
        "complete": boolean(all(period.is_exact for period in periods)),
    }
    if begin is not None:
        told["chainFrom"] = day(begin[0])
    if ends and None not in ends:
        told["chainUntil"] = day(max(bounds[1] for bounds in ends if bounds is not None))
    if covered:
        first, last = max(covered, key=lambda stretch: stretch[1] - stretch[0])
        told |= {
            "longestDays": number((last - first).days + 1),
            "longestFrom": day(first),
            "longestUntil": day(last),
        }
    return told

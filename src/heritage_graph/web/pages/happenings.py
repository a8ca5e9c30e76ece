"""What has its place in time: agreements, events and other activities, with the days on which each may lie."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HG
from heritage_graph.query_files import bind
from heritage_graph.web.api.dates import bounds_in
from heritage_graph.web.limits import client_of
from heritage_graph.web.replies import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from heritage_graph.model.dates import Bounds
    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking

KINDS: Final = {
    "agreement": HG.Agreement.value,
    "event": HG.Event.value,
    "programme": HG.Programme.value,
    "project": HG.Project.value,
    "plan": HG.Plan.value,
    "designation": HG.Designation.value,
    "activity": HG.Activity.value,
}
"""The kinds by name, each with its class; of several kinds the first holds."""

_STARTS: Final = (HG.effectiveFrom.value, HG.startsOn.value, HG.signedOn.value)
"""What tells the first day; of several the first holds: an agreement may bind later than it was signed."""
_ENDS: Final = (HG.validUntil.value, HG.endsOn.value)
_MOST_KEPT: Final = 4  # generations: those that are still read while the last ones are published


@dataclass(frozen=True, slots=True)
class Happening:
    """A thing in time: the bounds of its first and of its last day, None where they are not known.

    `since` is the short name of the property that tells the first day, empty without one.
    """

    iri: str
    kind: str
    start: Bounds | None
    end: Bounds | None
    since: str

    @property
    def is_dated(self) -> bool:
        """Tell whether any of its days is known."""
        return self.start is not None or self.end is not None

    @property
    def key(self) -> str:
        """What happenings are ordered by: the first day that is known of them, then the IRI."""
        first = self.start or self.end
        return f"{first.earliest.isoformat() if first else ''} {self.iri}"

    def may_touch(self, first: date | None, last: date | None) -> bool:
        """Tell whether it may lie, with one day at least, between two days, None where there is no bound.

        What is not known to have begun or ended may have been at any time before, or after.
        """
        after = last is not None and self.start is not None and self.start.earliest > last
        before = first is not None and self.end is not None and self.end.latest < first
        return not (after or before)


class Happenings:
    """What is known of all happenings, by generation, for those who ask again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[Happening, ...]] = OrderedDict()

    async def all(self, asking: Asking) -> tuple[Happening, ...]:
        """Every happening once, those without any date first, then in the order of their keys.

        Raises:
            LimitReached, EngineTrouble: as `Service.query`.
        """
        if asking.generation not in self._kept:
            found: dict[str, Happening] = {}
            for kind, class_ in KINDS.items():
                for each in _read(await _rows(asking, class_), kind):
                    found.setdefault(each.iri, each)
            self._kept[asking.generation] = tuple(sorted(found.values(), key=lambda each: each.key))
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return self._kept[asking.generation]


async def related_to(asking: Asking, about: str) -> set[str]:
    """The IRIs of what *about* takes part in, what is at it or under it, and itself.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    return {row["thing"]["value"] for row in await asking.rows("timeline-about", about=about)}


async def _rows(asking: Asking, class_: str) -> list[Row]:
    text = bind(asking.context.internal.query("timeline-things"), {"class": class_})
    with asking.context.budgets.spending(client_of(asking.request.scope)):
        return await rows_of(asking.request, asking.context, text, generation=asking.generation, lane="heavy")


def _read(rows: Iterable[Row], kind: str) -> Iterable[Happening]:
    """The happenings that *rows*, ordered by thing, tell."""
    for iri, group in groupby(rows, lambda row: row["thing"]["value"]):
        dates = {
            row["property"]["value"]: bounds
            for row in group
            if (bounds := bounds_in(row, "earliest", "latest")) is not None
        }
        since = _first(_STARTS, dates)
        start, end = dates.get(since), dates.get(_first(_ENDS, dates))
        yield Happening(iri, kind, start, end, since.removeprefix(HG))


def _first(properties: Sequence[str], dates: dict[str, Bounds]) -> str:
    return next((each for each in properties if each in dates), "")

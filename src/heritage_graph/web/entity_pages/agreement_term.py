"""The term of an agreement: how it stands on a day, and the time line that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from heritage_graph.model.dates import AgreementDates, Answer, Bounds, in_force
from heritage_graph.namespaces import HG
from heritage_graph.web.api.agreement_board import IN_FORCE
from heritage_graph.web.api.reasons import reason_iri
from heritage_graph.web.entity_pages.shown import Shown, linked
from heritage_graph.web.time_axis import axis_over

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heritage_graph.web.entity_pages.facts import Telling
    from heritage_graph.web.entity_pages.reading import Reading
    from heritage_graph.web.time_axis import Bar, Tick

_SIGNED: Final = HG.signedOn.value
_SOME_DAY: Final = Bounds(date.min, date.min)
_TONES: Final = {Answer.IN_FORCE: "good", Answer.NOT_IN_FORCE: "plain", Answer.UNKNOWN: "warn"}


@dataclass(frozen=True)
class Standing:
    """How an agreement stands on the day `on`: the answer and its reason, both concepts; `tone` is for the eye."""

    on: str
    answer: Shown
    reason: Shown
    tone: str
    effective: Bounds | None
    valid_until: Bounds | None


@dataclass(frozen=True)
class TimeLine:
    """The term on an axis of years, with this day."""

    bar: Bar
    ticks: Sequence[Tick]
    today: float


def standing_in(reading: Reading, agreement: str, on: date, telling: Telling) -> Standing:
    """How *agreement*, which is on the page or is its thing, stands on a day."""
    effective = reading.dates.get((agreement, "effectiveFrom"))
    valid_until = reading.dates.get((agreement, "validUntil"))
    dates = AgreementDates(
        _SOME_DAY if _is_signed(reading, agreement) else None,
        effective.bounds if effective else None,
        valid_until.bounds if valid_until else None,
    )
    found = in_force(dates, on)
    return Standing(
        on.isoformat(),
        linked(f"{IN_FORCE}{found.answer}", telling.names),
        linked(reason_iri(found.reason), telling.names),
        _TONES[found.answer],
        dates.effective,
        dates.valid_until,
    )


def time_line_of(standing: Standing, *, right_to_left: bool) -> TimeLine | None:
    """The time line of a term of which one end is known at least; None else."""
    known = [bounds for bounds in (standing.effective, standing.valid_until) if bounds]
    if not known:
        return None
    today = date.fromisoformat(standing.on)
    days = [today, *(day for bounds in known for day in (bounds.earliest, bounds.latest))]
    axis = axis_over(days, right_to_left=right_to_left)
    return TimeLine(axis.bar(standing.effective, standing.valid_until), axis.ticks(), axis.middle(today))


def _is_signed(reading: Reading, agreement: str) -> bool:
    if agreement == reading.iri:
        return any(each.predicate == _SIGNED for each in reading.statements)
    card = reading.cards.get(agreement)
    return card is not None and bool(card.days.get(_SIGNED))

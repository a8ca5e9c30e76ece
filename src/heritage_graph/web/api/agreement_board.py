"""Which agreements are in force on a day: what the stored question knows of their dates, kept for every day.

The question takes most of a second for 10,000 agreements, and only its answers depend on the day. It is asked once a
generation, of the first day of the calendar, when nothing is over; `model.dates.in_force` answers for any other day.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Final

from heritage_graph.model.dates import AgreementDates, Bounds, Reason, in_force
from heritage_graph.namespaces import HGV
from heritage_graph.query_files import bind
from heritage_graph.web.api.dates import bounds_in
from heritage_graph.web.api.reasons import reason_iri
from heritage_graph.web.limits import client_of
from heritage_graph.web.replies import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking
    from heritage_graph.web.context import Context

QUESTION: Final = "agreements-in-force"
STATUSES: Final = ("in-force", "not-in-force", "unknown")
"""The three answers, by the short names of their concepts."""
IN_FORCE: Final = f"{HGV}in-force/"
_MOST_KEPT: Final = 20_000  # agreements, of about a kilobyte each
_FIRST_DAY: Final = date.min.isoformat()
_SOME_DAY: Final = Bounds(date.min, date.min)
"""Stands for a day of signing: `in_force` asks whether there is one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one agreement stands on a day.

    `status` and `reason` are IRIs of concepts, `basis` and `rules` those of the last day: empty where it is not known,
    `rules` also where it is stated. `readings` are its last days as they are written.
    """

    agreement: str
    status: str
    reason: str
    basis: str
    rules: tuple[str, ...]
    readings: tuple[str, ...]
    effective: Bounds | None
    valid_until: Bounds | None

    @property
    def answer(self) -> str:
        """The short name of the status: one of `STATUSES`."""
        return self.status.removeprefix(IN_FORCE)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the dates of one agreement, whatever the day; the members are those of `Standing`."""

    agreement: str
    dates: AgreementDates
    basis: str
    rules: tuple[str, ...]
    readings: tuple[str, ...]

    def on(self, day: date) -> Standing:
        """How the agreement stands on *day*."""
        found = in_force(self.dates, day)
        return Standing(
            agreement=self.agreement,
            status=f"{IN_FORCE}{found.answer}",
            reason=reason_iri(found.reason),
            basis=self.basis,
            rules=self.rules,
            readings=self.readings,
            effective=self.dates.effective,
            valid_until=self.dates.valid_until,
        )


class Boards:
    """What is known of the dates of agreements, by generation and party, for those who ask again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, str], tuple[Known, ...]] = OrderedDict()
        self._reading: dict[int, asyncio.Task[None]] = {}

    async def board(self, asking: Asking, on: str, party: str | None) -> tuple[Standing, ...]:
        """How each agreement, of *party* when it is given, stands on the day *on*; ordered by IRI.

        Raises:
            ParameterError: *on* is no day, or *party* no IRI.
            LimitReached, EngineTrouble: as `Service.query`.
        """
        question = asking.context.catalogue.query(QUESTION)
        only = {} if party is None else {"party": party}
        bind(question, {"on": on, **only})  # refuses what is no day
        text = bind(question, {"on": _FIRST_DAY, **only})
        if party is None and asking.generation in self._reading:
            await asyncio.wait({self._reading[asking.generation]})
        day = date.fromisoformat(on)
        return tuple(known.on(day) for known in await self._known(asking, text))

    async def board_within(
        self, context: Context, generation: int, on: str, *, patience_s: float
    ) -> tuple[Standing, ...] | None:
        """How each agreement stands on the day *on*, waited for *patience_s* at most; None while that is being read.

        All who ask share one reading, which goes on after they have been answered. When it fails, those who wait still
        are told, and the next who asks begins anew.

        Raises:
            LimitReached, EngineTrouble: as `Service.query`.
        """
        text = bind(context.catalogue.query(QUESTION), {"on": _FIRST_DAY})
        place = (generation, text)
        if place not in self._kept:
            reading = self._reading.get(generation)
            if reading is None:
                reading = asyncio.create_task(self._read(context, generation, text))
                self._reading[generation] = reading
                reading.add_done_callback(partial(self._has_read, generation))
            ended, _ = await asyncio.wait({reading}, timeout=patience_s)
            if not ended:
                return None
            await reading
        self._kept.move_to_end(place)
        day = date.fromisoformat(on)
        return tuple(known.on(day) for known in self._kept[place])

    async def _read(self, context: Context, generation: int, text: str) -> None:
        """Read what is known of all agreements, for whoever asks."""
        patience_s = context.settings.query_timeout
        rows = await context.service.rows(text, lane="heavy", timeout_s=patience_s, at_generation=generation)
        self._keep((generation, text), rows)

    def _has_read(self, generation: int, reading: asyncio.Task[None]) -> None:
        """Let the next who asks begin anew; a fault that nobody waits for any more is looked at here."""
        del self._reading[generation]
        if not reading.cancelled():
            reading.exception()

    async def _known(self, asking: Asking, text: str) -> tuple[Known, ...]:
        place = (asking.generation, text)
        if place in self._kept:
            self._kept.move_to_end(place)
            return self._kept[place]
        with asking.context.budgets.spending(client_of(asking.request.scope)):
            rows = await rows_of(asking.request, asking.context, text, generation=asking.generation, lane="heavy")
        return self._keep(place, rows)

    def _keep(self, place: tuple[int, str], rows: Iterable[Row]) -> tuple[Known, ...]:
        known = self._kept[place] = tuple(known_dates(rows))
        while sum(map(len, self._kept.values())) > _MOST_KEPT and len(self._kept) > 1:
            self._kept.popitem(last=False)
        return known


def known_dates(rows: Iterable[Row]) -> Iterable[Known]:
    """What *rows*, ordered by agreement, know of each agreement on the first day of the calendar."""
    for agreement, group in groupby(rows, lambda row: row["agreement"]["value"]):
        yield _known(agreement, list(group))


def counts(board: Sequence[Standing]) -> dict[str, int]:
    """How many agreements have each of the three answers."""
    return {status: sum(standing.answer == status for standing in board) for status in STATUSES}


def _known(agreement: str, rows: Sequence[Row]) -> Known:
    first = rows[0]
    readings = first.get("validUntil", {}).get("value", "")
    unsigned = first["reason"]["value"] == reason_iri(Reason.NO_SIGNING_DATE)
    return Known(
        agreement=agreement,
        dates=AgreementDates(
            signed=None if unsigned else _SOME_DAY,
            effective=bounds_in(first, "effectiveEarliest", "effectiveLatest"),
            valid_until=bounds_in(first, "validEarliest", "validLatest"),
        ),
        basis=first.get("basis", {}).get("value", ""),
        rules=tuple(dict.fromkeys(row["rule"]["value"] for row in rows if "rule" in row)),
        readings=tuple(readings.split(" / ")) if readings else (),
    )

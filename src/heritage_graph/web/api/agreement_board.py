"""Which agreements are in force on a day: the rows of the stored question as values, kept for the next request."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HGV
from heritage_graph.query_files import bind
from heritage_graph.web.api.told import bounds_in
from heritage_graph.web.limits import client_of
from heritage_graph.web.replies import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from heritage_graph.model.dates import Bounds
    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking

QUESTION: Final = "agreements-in-force"
STATUSES: Final = ("in-force", "not-in-force", "unknown")
"""The three answers, by the short names of their concepts."""
IN_FORCE: Final = f"{HGV}in-force/"
_MOST_KEPT: Final = 20_000  # standings, of about a kilobyte each


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


class Boards:
    """The boards asked last, by generation, day and party."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, str], tuple[Standing, ...]] = OrderedDict()

    async def board(self, asking: Asking, on: str, party: str | None) -> tuple[Standing, ...]:
        """How each agreement, of *party* when it is given, stands on the day *on*; ordered by IRI.

        Raises:
            ParameterError: *on* is no day, or *party* no IRI.
            LimitReached, EngineTrouble: as `Service.query`.
        """
        values = {"on": on} | ({} if party is None else {"party": party})
        text = bind(asking.context.catalogue.query(QUESTION), values)
        place = (asking.generation, text)
        if place in self._kept:
            self._kept.move_to_end(place)
            return self._kept[place]
        with asking.context.budgets.spending(client_of(asking.request.scope)):
            rows = await rows_of(asking.request, asking.context, text, generation=asking.generation, lane="heavy")
        board = tuple(standings(rows))
        self._kept[place] = board
        while sum(map(len, self._kept.values())) > _MOST_KEPT and len(self._kept) > 1:
            self._kept.popitem(last=False)
        return board


def standings(rows: Iterable[Row]) -> Iterable[Standing]:
    """The standings that *rows*, ordered by agreement, hold; one for each agreement."""
    for agreement, group in groupby(rows, lambda row: row["agreement"]["value"]):
        yield _standing(agreement, list(group))


def counts(board: Sequence[Standing]) -> dict[str, int]:
    """How many agreements have each of the three answers."""
    return {status: sum(standing.answer == status for standing in board) for status in STATUSES}


def _standing(agreement: str, rows: Sequence[Row]) -> Standing:
    first = rows[0]
    readings = first.get("validUntil", {}).get("value", "")
    return Standing(
        agreement=agreement,
        status=first["status"]["value"],
        reason=first["reason"]["value"],
        basis=first.get("basis", {}).get("value", ""),
        rules=tuple(dict.fromkeys(row["rule"]["value"] for row in rows if "rule" in row)),
        readings=tuple(readings.split(" / ")) if readings else (),
        effective=bounds_in(first, "effectiveEarliest", "effectiveLatest"),
        valid_until=bounds_in(first, "validEarliest", "validLatest"),
    )

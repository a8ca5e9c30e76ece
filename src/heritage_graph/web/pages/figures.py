"""The figures of the home page: how many there are of each kind, and how agreements stand today."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import Busy
from heritage_graph.web.api.agreement_board import IN_FORCE, STATUSES, counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heritage_graph.index.index import Index
    from heritage_graph.web.api.references import Asking
    from heritage_graph.web.context import Context

_KINDS: Final = ("organizations", "events", "programmes", "places", "documents", "claims")
_SEARCH: Final = "/search?kind={}"


@dataclass(frozen=True)
class Figure:
    """How many there are of what `name` tells, and the address that lists them; None when it is not known yet."""

    name: str
    number: int | None
    address: str


@dataclass(frozen=True)
class Share:
    """How many agreements have one answer: its short name, its concept, and where in a bar of 100 its part begins."""

    answer: str
    concept: str
    number: int
    begins: float
    width: float


@dataclass(frozen=True)
class Shares:
    """How all agreements stand; `is_known` is false while that is being read, and there are no `parts` then.

    There are none, either, when there is no agreement at all.
    """

    is_known: bool
    parts: Sequence[Share] = ()


async def current_index(context: Context, patience_s: float) -> Index | None:
    """The index that counts things, waited for *patience_s* at most; None while the first one is being built."""
    try:
        return await context.indexes.current(patience_s=patience_s)
    except Busy:
        return None


async def agreements_on(context: Context, generation: int, day: str, patience_s: float) -> Shares:
    """How many agreements are in force on *day*, are not, and cannot be told, waited for *patience_s* at most."""
    board = await context.boards.board_within(context, generation, day, patience_s=patience_s)
    if board is None:
        return Shares(is_known=False)
    numbers = counts(board)
    whole = sum(numbers.values())
    shares: list[Share] = []
    for answer in sorted(STATUSES, key=("in-force", "unknown", "not-in-force").index):
        begins = shares[-1].begins + shares[-1].width if shares else 0.0
        width = 100 * numbers[answer] / (whole or 1)
        shares.append(Share(answer, f"{IN_FORCE}{answer}", numbers[answer], round(begins, 3), round(width, 3)))
    return Shares(is_known=True, parts=shares if whole else ())


async def figures_of(asking: Asking, index: Index | None) -> list[Figure]:
    """How many things there are of the kinds that people ask for, and how many sources state them.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    numbers = {} if index is None else await asyncio.to_thread(counted, index, _KINDS)
    [sources] = await asking.rows("source-count")
    figures = [Figure(f"search.{kind}", numbers.get(kind), _SEARCH.format(kind)) for kind in _KINDS]
    return [*figures, Figure("home.sources", int(sources["sources"]["value"]), "/sources")]


def counted(index: Index, kinds: Sequence[str]) -> dict[str, int]:
    """How many things there are of each of *kinds*.

    Raises:
        QueryTimeout, EngineTrouble: as `Index.page`.
    """
    return {kind: index.page(kind, limit=1).total for kind in kinds}

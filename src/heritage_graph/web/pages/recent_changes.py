"""What became of things last, as the change log tells it, for the home page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.changes.entries import Choice
from heritage_graph.errors import Busy
from heritage_graph.namespaces import HGV
from heritage_graph.web.api.kinds import KINDS
from heritage_graph.web.templating import local_address

if TYPE_CHECKING:
    from heritage_graph.changes.change_log import ChangeLog
    from heritage_graph.web.api.references import Asking, Words
    from heritage_graph.web.context import Context

_SHOWN: Final = 6
_THINGS: Final = Choice(tuple(segment for kind in KINDS.values() for segment in kind.segments))
"""Changes of concepts, terms and what the curators remark are passed over."""


@dataclass(frozen=True)
class LogNow:
    """The change log, and the number of its last change."""

    log: ChangeLog
    sequence: int


@dataclass(frozen=True)
class RecentChange:
    """A thing that changed: its IRI, its names, its page, what became of it (a concept), the day and the generation."""

    id: str
    label: Words
    address: str
    change: dict[str, object]
    day: str
    generation: int


async def log_now(context: Context, patience_s: float) -> LogNow | None:
    """The change log as it is now, waited for *patience_s* at most; None while it is being made."""
    try:
        log = await context.changes.log(patience_s=patience_s)
    except Busy:
        return None
    return LogNow(log, (await asyncio.to_thread(log.state)).sequence)


async def last_changes(asking: Asking, now: LogNow | None) -> list[RecentChange] | None:
    """The last changes of things that have a kind, the last one first; None while there is no log to tell them.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    if now is None:
        return None
    changes = await asyncio.to_thread(now.log.last_changes, limit=_SHOWN, choice=_THINGS)
    kinds = {change.kind: HGV.term(f"change-kind/{change.kind}").value for change in changes}
    labels = await asking.labels([*(change.iri for change in changes), *kinds.values()])
    return [
        RecentChange(
            change.iri,
            labels.words(change.iri),
            _document(change.iri),
            labels.reference(kinds[change.kind]),
            f"{change.at:%Y-%m-%d}",
            change.generation,
        )
        for change in changes
    ]


def _document(iri: str) -> str:
    """The address of the page about *iri*, a thing of ours; its IRI would only lead there."""
    return str(local_address(iri)).replace("/id/", "/doc/", 1)

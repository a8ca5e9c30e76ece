"""/api/v1/changes: what became of each thing since a moment or a generation, in order, for whoever keeps a copy."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.changes.entries import KINDS, Choice
from heritage_graph.errors import ParameterError
from heritage_graph.namespaces import GRAPH
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION
from heritage_graph.web.api.kinds import short_links
from heritage_graph.web.api.lists import LIMIT
from heritage_graph.web.api.parameters import choice_in, iri_in, names_in, number_in
from heritage_graph.web.api.references import Asking
from heritage_graph.web.negotiation import JSON
from heritage_graph.web.replies import cached, current, json_reply, links
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, texts_of, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.changes.change_log import ChangeLog
    from heritage_graph.changes.entries import Change, LogState
    from heritage_graph.web.api.references import Labels
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

PATH: Final = "/api/v1/changes"
_SINCE: Final = Value(
    "since",
    "Only what became visible at this moment or later, on this day (UTC) or later, or after this generation.",
    example="2026-11-21",
)
_KIND: Final = Value("kind", "Only things of these kinds: the segment behind /id/, `concept`, `term` or `other`; with "
                     "commas between.", repeated=True, example="agreement")  # fmt: skip
_CHANGE: Final = Value("change", "Only what became of things in this way.", example="delete",
                       type=f"choice:{'|'.join(KINDS)}")  # fmt: skip
_SOURCE: Final = Value("source", "Only changes by this named graph.", type="iri",
                       example=f"{GRAPH}source/icesco-2024-partnerships-report")  # fmt: skip
_CURSOR: Final = Value("cursor", "Where the page begins: as it stands in the `next` or `resume` of the page before; "
                       "it does not expire.")  # fmt: skip
_VALUES: Final = (_SINCE, _KIND, _CHANGE, _SOURCE, LIMIT, _CURSOR, MIN_GENERATION, FORMAT)

_NUMBER: Final = re.compile(r"[0-9]{1,15}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(r"[0-9-]{10}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_PLACE: Final = re.compile(r"([0-9]{1,15})-([0-9a-zA-Z]*)")
_KEY_LETTERS: Final = 8


def operations(_: Context) -> tuple[Operation, ...]:
    """The operation on changes."""
    return (
        Operation(
            "changes", PATH, "What became of each thing, in the order in which it became visible.", _changes,
            values=_VALUES, formats=(JSON,),
            problems=("bad-parameter", "not-acceptable", "busy", "too-many-requests", "engine-trouble"),
            schema="changes", tag="api",
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class _Page:
    """A page of the log: its changes, the key of its end, and whether there is more behind it."""

    changes: list[Change]
    place: str
    is_last: bool


async def _changes(request: Request, context: Context) -> Reply:
    negotiated(request.scope, (JSON,))
    values = values_of(request.scope)
    since, limit = _since_in(values), number_in(values, LIMIT)
    least = number_in(values, MIN_GENERATION) if MIN_GENERATION.name in values else None
    log = await context.changes.log(at_least=least)
    state = await asyncio.to_thread(log.state)
    published = context.service.generations.published
    generation = state.generation if state.generation in published else published[-1]
    told = sorted((name, *texts) for name, texts in texts_of(request.scope).items())
    edition = await current(request, context, PATH, str(told), str(state.sequence), at_generation=generation)
    if edition.unchanged:
        return edition.unchanged
    kinds = names_in(texts_of(request.scope).get(_KIND.name, ()), _KIND, await asyncio.to_thread(log.families))
    choice = Choice(kinds, iri_in(values, _SOURCE), since if isinstance(since, datetime) else None)
    ways = (choice_in(values, _CHANGE),) if _CHANGE.name in values else ()
    after = await asyncio.to_thread(_begin, values, since, log, state)
    page = await asyncio.to_thread(_page, log, state, after, limit, choice=choice, kinds=ways)
    labels = await Asking(request, context, generation).labels({change.iri for change in page.changes})
    resume = _address(values, kinds, page.place)
    document = envelope(
        state.generation,
        items=[_item(change, labels) for change in page.changes],
        next=None if page.is_last else resume,
        resume=resume,
    )
    fields = () if page.is_last else links((resume, "next", JSON.media_type))
    return cached(json_reply(document), edition, fields)


def _page(log: ChangeLog, state: LogState, after: int, limit: int, *, choice: Choice, kinds: tuple[str, ...]) -> _Page:
    """The page of *state* that begins behind the change *after*; what came later is left to a later one."""
    found = log.changes(after=after, limit=limit + 1, choice=choice, kinds=kinds)
    there = [change for change in found if change.sequence <= state.sequence]
    page = there[:limit]
    is_last = len(there) <= limit
    end = state.sequence if is_last else page[-1].sequence
    return _Page(page, _place(log, end), is_last)


def _since_in(values: Mapping[str, str]) -> datetime | int:
    """The moment or the generation that `since` names; generation 0 when it is not given.

    A day begins at midnight UTC, and a moment without an offset is UTC.

    Raises:
        ParameterError: it names none.
    """
    text = values.get(_SINCE.name, "0")
    if _NUMBER.fullmatch(text):
        return int(text)
    try:
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time.min, UTC)
        if _MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # the calendar has no such day or hour
    raise ParameterError(
        "'since' takes a generation like 12, a day like 2026-11-21 or a moment like 2026-11-21T12:00:00Z (with + "
        f"written %2B), not {text[:80]!r}",
        parameter=_SINCE.name,
    )


def _begin(values: Mapping[str, str], since: datetime | int, log: ChangeLog, state: LogState) -> int:
    """The sequence behind which the page begins.

    Raises:
        ParameterError: the cursor is none of this log, or the log has never seen the generation.
    """
    after = 0
    if isinstance(since, int):
        if since > state.generation:
            raise ParameterError(
                f"there is no generation {since} yet; the last one is {state.generation}",
                parameter=_SINCE.name,
                generation=state.generation,
            )
        after = log.sequence_of(since)
    if _CURSOR.name not in values:
        return after
    text = values[_CURSOR.name]
    place = _PLACE.fullmatch(text)
    if place is None or _place(log, int(place[1])) != text:
        raise ParameterError(
            "the cursor is none of this log of changes, which was made anew if the store was; begin again with since",
            parameter=_CURSOR.name,
        )
    return max(after, int(place[1]))


def _place(log: ChangeLog, sequence: int) -> str:
    """The cursor that stands behind the change *sequence*; a store made anew has other ones."""
    return f"{sequence}-{(log.key_of(sequence) or '')[:_KEY_LETTERS]}"


def _address(values: Mapping[str, str], kinds: tuple[str, ...], place: str) -> str:
    """The address of the page that begins at *place*, with the same choice."""
    kept = {name: values[name] for name in (_CHANGE.name, _SOURCE.name, LIMIT.name, FORMAT.name) if name in values}
    chosen = {_KIND.name: ",".join(kinds)} if kinds else {}
    return f"{PATH}?{urlencode({**chosen, **kept, _CURSOR.name: place}, safe=':/,')}"


def _item(change: Change, labels: Labels) -> dict[str, object]:
    """A change as JSON; of what is gone only the page is left that says so."""
    leading = short_links(change.iri)
    if change.kind == "delete":
        leading.pop("self")
    return {
        "sequence": change.sequence,
        "generation": change.generation,
        "at": f"{change.at:%Y-%m-%dT%H:%M:%SZ}",
        "change": change.kind,
        "id": change.iri,
        "kind": change.family,
        "label": labels.words(change.iri),
        "sources": list(change.sources),
        "links": leading,
    }

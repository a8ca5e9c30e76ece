"""`asOf`: from the text that names a state of the graph to a generation that is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import GenerationNotKept, ParameterError
from heritage_graph.query_files import bind
from heritage_graph.store.releases import list_releases
from heritage_graph.web.routing import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heritage_graph.web.context import Context

AS_OF: Final = Value(
    "asOf",
    "The state of the graph that is asked: a generation, a release, `last`, or a day or moment, which means the last "
    "generation committed by then.",
    example="last",
)

_NUMBER: Final = re.compile(r"[0-9]{1,15}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_DATE_TIME: Final = "http://www.w3.org/2001/XMLSchema#dateTime"


@dataclass(frozen=True)
class State:
    """A state of the graph: its generation, which need not be kept, and how it was named.

    It `is_fixed` when the name means this generation for good, whatever is committed.
    """

    generation: int
    told: str
    is_fixed: bool


async def generation_asked(text: str, context: Context) -> int:
    """The generation that *text*, the value of `asOf`, names; it is kept at this moment.

    Raises:
        ParameterError, EngineTrouble, LimitReached: as `state_named`.
        GenerationNotKept: it is not kept any more, or nothing had been committed by then.
    """
    return kept(await state_named(text, context), context)


async def state_named(text: str, context: Context) -> State:
    """The state of the graph that *text*, the value of `asOf`, names; it was committed, and may not be kept any more.

    A day ends at midnight UTC, and a moment without an offset is UTC.

    Raises:
        ParameterError: it is no number, day or moment, and no release has this name.
        GenerationNotKept: nothing had been committed by then.
        EngineTrouble, LimitReached: the log cannot be asked.
    """
    if text == "last":
        return State(context.service.generations.last, text, is_fixed=False)
    if _NUMBER.fullmatch(text):
        if int(text) > context.service.generations.last:
            raise ParameterError(
                f"there is no generation {int(text)} yet; the last one is {context.service.generations.last}",
                parameter="asOf",
            )
        return State(int(text), f"generation {int(text)}", is_fixed=True)
    if (moment := _moment(text)) is not None:
        generation = await _committed_by(moment, text, context)
        return State(generation, text, is_fixed=generation < context.service.generations.last)
    releases = {release.name: release.generation for release in list_releases(context.settings.data)}
    if text not in releases:
        raise ParameterError(
            f"asOf takes a generation like 12, a day like 2026-11-21, a moment like 2026-11-21T12:00:00Z (with + "
            f"written %2B), last, or a release ({', '.join(releases) or 'there is none'}), not {text[:80]!r}",
            parameter="asOf",
            releases=releases,
        )
    return State(releases[text], f"the release {text}", is_fixed=True)


async def generation_in(values: Mapping[str, str], context: Context) -> int | None:
    """The generation that `asOf` names; None when *values* do not have it.

    Raises:
        ParameterError, GenerationNotKept, EngineTrouble, LimitReached: as `generation_asked`.
    """
    return await generation_asked(values[AS_OF.name], context) if AS_OF.name in values else None


def kept(state: State, context: Context) -> int:
    """The generation of *state*, which is kept at this moment.

    Raises:
        GenerationNotKept: it is not.
    """
    generation = state.generation
    if generation not in context.service.generations.published:
        which = "" if state.told == f"generation {generation}" else f" (generation {generation})"
        raise not_kept(f"{state.told}{which} is not kept", context, generation=generation)
    return generation


def not_kept(message: str, context: Context, **details: object) -> GenerationNotKept:
    """The error that *message* begins, with what is kept and how a generation stays."""
    published = context.service.generations.published
    releases = {release.name: release.generation for release in list_releases(context.settings.data)}
    names = {generation: name for name, generation in releases.items()}
    told = ", ".join(f"{each} ({names[each]})" if each in names else str(each) for each in published)
    how = (
        "A generation stays when the keeper of the service makes it a release: heritage-graph release NAME"
        if context.service.generations.keeps_past
        else "The graph is on an engine, which has its last generation alone"
    )
    return GenerationNotKept(
        f"{message}; kept are {told}. {how}",
        generations=list(published),
        releases=releases,
        **details,
    )


def _moment(text: str) -> datetime | None:
    """The moment that *text* writes, the end of the day for a day; None when it is neither.

    Raises:
        ParameterError: it looks like one, but the calendar has no such day or hour.
    """
    try:
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        if _MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as fault:
        raise ParameterError(f"asOf: there is no {text!r} in the calendar", parameter="asOf") from fault
    return None


async def _committed_by(moment: datetime, told: str, context: Context) -> int:
    """The last generation committed by *moment*."""
    literal = f'"{moment.isoformat()}"^^<{_DATE_TIME}>'
    rows = await context.service.rows(bind(context.internal.query("generation-by"), {"moment": literal}))
    if "generation" not in rows[0]:
        raise not_kept(f"nothing had been committed by {told}", context)
    return int(rows[0]["generation"]["value"])

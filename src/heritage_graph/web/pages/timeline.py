"""/timeline: agreements, events and other activities in time, uncertain dates as the ranges that they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import chain, groupby
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.errors import ParameterError
from heritage_graph.web.api.dates import date_value
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.parameters import PROBLEMS, choice_in, days_in, iri_in
from heritage_graph.web.api.reasons import unknown_because
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.page_language import direction, page_language
from heritage_graph.web.pages.agent_choice import AgentChoice
from heritage_graph.web.pages.happenings import KINDS, Happenings, related_to
from heritage_graph.web.replies import cached, current, json_reply, links, page_reply
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, values_of
from heritage_graph.web.time_axis import axis_over

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.web.api.references import Labels
    from heritage_graph.web.context import Context
    from heritage_graph.web.pages.happenings import Happening
    from heritage_graph.web.replies import Reply
    from heritage_graph.web.time_axis import Axis

    Item = dict[str, object]

PATH: Final = "/timeline"
FORMATS: Final = (JSON, HTML)
FROM: Final = Value("from", "Only what may have lasted until this day, month or year, or later.", example="2020")
TO: Final = Value("to", "Only what may have begun by this day, month or year.", example="2026-12-31")
KIND: Final = Value("kind", "Only things of this kind: " + ", ".join(KINDS) + ".", example="event",
                    type="choice:" + "|".join(KINDS))  # fmt: skip
ABOUT: Final = Value(
    "about", "Only what this agent takes part in, what is at this place, or what runs under this agreement or plan.",
    example="id:organization/icesco", type="iri",
)  # fmt: skip
_VALUES: Final = (FROM, TO, KIND, ABOUT, LIMIT, CURSOR, AS_OF, MIN_GENERATION, FORMAT)


def operations(_: Context) -> tuple[Operation, ...]:
    """The time line."""
    return (
        Operation(
            "timeline", PATH, "Agreements, events and other activities in time, uncertain dates as ranges.",
            _Timeline().answer, values=_VALUES, formats=FORMATS, problems=PROBLEMS, schema="timeline",
            example=f"{PATH}?from=2020&about=id:organization/icesco",
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class _Choice:
    """What a request chooses: a span of days, a kind, what they are about; empty or None where anything goes."""

    first: date | None
    last: date | None
    kind: str
    about: str | None

    @classmethod
    def of(cls, values: Mapping[str, str]) -> _Choice:
        """The choice of *values*.

        Raises:
            ParameterError: one of them means nothing, or the span ends before it begins.
        """
        since, until = days_in(values, FROM), days_in(values, TO)
        kind = choice_in(values, KIND) if KIND.name in values else ""
        found = cls(since.earliest if since else None, until.latest if until else None, kind, iri_in(values, ABOUT))
        if found.first and found.last and found.first > found.last:
            raise ParameterError(
                f"'from' is not after 'to': there is no day from {found.first} to {found.last}", parameter=FROM.name
            )
        return found


class _Timeline:
    """The handler, with what is in time and who takes part in it as they were asked last."""

    def __init__(self) -> None:
        self._happenings = Happenings()
        self._agents = AgentChoice("timeline-agent-counts")

    async def answer(self, request: Request, context: Context) -> Reply:
        """One page of the time line."""
        chosen = negotiated(request.scope, FORMATS)
        values = {name: value for name, value in values_of(request.scope).items() if value or chosen != HTML}
        values.pop("lang", None)
        choice = _Choice.of(values)
        asked = await page_asked(request, context, PATH, values)
        parts = map(str, sorted(values.items()))
        edition = await current(request, context, PATH, *parts, chosen.extension, at_generation=asked.generation)
        if edition.unchanged:
            return edition.unchanged
        asking = Asking(request, context, edition.generation)
        chosen_ones = await self._chosen(asking, choice)
        page, last = asked.cut([each for each in chosen_ones if each.is_dated], lambda each: each.key)
        following = asked.next_address(edition.generation, last)
        document = await _document(asking, choice, chosen_ones, page, asked.limit)
        document["next"] = following
        fields = links((following, "next", chosen.media_type)) if following else ()
        if chosen == JSON:
            return cached(json_reply(document), edition, fields)
        language = page_language(request.scope).code
        axis = _axis(page, choice, right_to_left=direction(language) == "rtl")
        labels = await asking.labels(KINDS.values())
        reply = page_reply(
            request, context, "timeline.html",
            timeline=document, values=values, choice=choice, axis=axis, ticks=axis.ticks() if axis else [],
            years_of=_by_year(page, document),
            bars={each.iri: axis.bar(each.start, each.end) for each in page} if axis else {},
            kinds={kind: labels.reference(class_) for kind, class_ in KINDS.items()},
            agents=await self._agents.offered(asking, choice.about, language),
            json_address=f"{PATH}?{urlencode(values | {FORMAT.name: 'json'}, safe=':/')}",
        )  # fmt: skip
        return cached(reply, edition, fields)

    async def _chosen(self, asking: Asking, choice: _Choice) -> list[Happening]:
        """What is chosen, in the order of its keys; what has no date may have been at any time."""
        related = await related_to(asking, choice.about) if choice.about else None
        return [
            each
            for each in await self._happenings.all(asking)
            if choice.kind in {"", each.kind}
            and (related is None or each.iri in related)
            and each.may_touch(choice.first, choice.last)
        ]


async def _document(
    asking: Asking, choice: _Choice, chosen: Sequence[Happening], page: Sequence[Happening], most: int
) -> Item:
    """*page* of what is *chosen* as JSON, with *most* of the things that have no date."""
    undated = [each for each in chosen if not each.is_dated]
    labels = await asking.labels(each.iri for each in (*page, *undated[:most]))
    days = {FROM.name: choice.first, TO.name: choice.last}
    return envelope(
        asking.generation,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        total={"exactly": len(chosen) - len(undated)},
        items=[_told(each, labels) for each in page],
        undated={
            "total": {"exactly": len(undated)},
            "items": [{**labels.reference(each.iri), "kind": each.kind} for each in undated[:most]],
        },
    )


def _told(each: Happening, labels: Labels) -> Item:
    """A happening as JSON: the bounds of its first and last day, and the days that are certainly among its days."""
    start, end = each.start, each.end
    certain = (start.latest, end.earliest) if start and end and start.latest <= end.earliest else None
    return {
        **labels.reference(each.iri),
        "kind": each.kind,
        "start": date_value(start) if start else unknown_because("no-beginning-on-record"),
        "end": date_value(end) if end else unknown_because("no-end-on-record"),
        "since": each.since or None,
        "certain": {"from": certain[0].isoformat(), "to": certain[1].isoformat()} if certain else None,
    }


def _axis(page: Sequence[Happening], choice: _Choice, *, right_to_left: bool) -> Axis | None:
    """The years of *page*, cut at the span that is chosen; None when nothing is in time."""
    dates = chain.from_iterable((each.start, each.end) for each in page)
    days = list(chain.from_iterable((bounds.earliest, bounds.latest) for bounds in dates if bounds is not None))
    if not days:
        return None
    first, last = max(min(days), choice.first or date.min), min(max(days), choice.last or date.max)
    return axis_over((min(first, last), max(first, last)), right_to_left=right_to_left)


def _by_year(page: Sequence[Happening], document: Item) -> list[tuple[int, list[object]]]:
    """The items of *document* by the year of the first day that is known of each."""
    items = document["items"]
    assert isinstance(items, list)
    pairs = zip(page, items, strict=True)
    return [
        (year, [item for _, item in of_year])
        for year, of_year in groupby(pairs, lambda pair: int(pair[0].key[: len("2024")]))
    ]

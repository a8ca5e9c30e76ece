"""/agreements: the agreement board for people, on any day; the same board as data at the same address."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.web.api import agreement_lapsing, agreement_status
from heritage_graph.web.api.agreement_board import IN_FORCE, STATUSES, counts
from heritage_graph.web.api.agreement_lapsing import DEFAULT_WITHIN, WITHIN, last_day
from heritage_graph.web.api.agreement_status import ON, PAGE, STATUS, board_document, status_in
from heritage_graph.web.api.around_agreements import INCLUDE, PARTY
from heritage_graph.web.api.freshness import MIN_GENERATION
from heritage_graph.web.api.lapses import Chains, lapses
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.parameters import LANGUAGE, PROBLEMS, iri_in, today
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF
from heritage_graph.web.negotiation import CSV, HTML, JSON
from heritage_graph.web.page_language import direction, page_language
from heritage_graph.web.pages.agent_choice import AgentChoice
from heritage_graph.web.replies import cached, current, links, page_reply
from heritage_graph.web.routing import FORMAT, Operation, negotiated, values_of
from heritage_graph.web.time_axis import axis_over

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.web.api.agreement_board import Standing
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply
    from heritage_graph.web.time_axis import Axis

FORMATS: Final = (JSON, HTML, CSV)
_SPANS: Final = ("P1M", "P3M", "P6M", "P1Y", "P2Y", "P5Y")
"""How far ahead the form looks for what lapses."""
_OVER: Final = "term-over"
_MOST_OPEN: Final = 12
"""So many agreements for one reason are seen at a glance; more are folded under it."""


def operations(_: Context) -> tuple[Operation, ...]:
    """The board."""
    return (
        Operation(
            "board", PAGE, "The agreement board on any day: in force, unknown with reasons, lapsing soon, lapsed.",
            _Board().answer,
            values=(ON, PARTY, STATUS, WITHIN, INCLUDE, LANGUAGE, LIMIT, CURSOR, AS_OF, MIN_GENERATION, FORMAT),
            formats=FORMATS, problems=PROBLEMS, schema="agreement-status", example=f"{PAGE}?on=2026-11-21",
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class Section:
    """Agreements that stand alike: what is said of them all, how many there are, and where all are listed.

    `groups` are those that are shown.
    """

    heading: object
    number: int
    groups: Sequence[Group]
    more: str | None


@dataclass(frozen=True)
class Group:
    """Agreements of a section for whose answer there is the same reason: those shown, as JSON, and how many there are.

    `name` is the short name of the reason.
    """

    name: str
    reason: object
    items: Sequence[Mapping[str, object]]
    number: int


class _Board:
    """The handler, with the chains of renewals and the parties asked last."""

    def __init__(self) -> None:
        self._chains = Chains()
        self._parties = AgentChoice("board-party-counts")

    async def answer(self, request: Request, context: Context) -> Reply:
        """The page, or one page of the board as data."""
        chosen, given = negotiated(request.scope, FORMATS), values_of(request.scope)
        if chosen != HTML:
            of_board = {name: value for name, value in given.items() if name != WITHIN.name}
            return await board_document(request, context, of_board, path=PAGE)
        return await self._page(request, context, {name: value for name, value in given.items() if value})

    async def _page(self, request: Request, context: Context, given: Mapping[str, str]) -> Reply:
        values = {ON.name: today(), WITHIN.name: DEFAULT_WITHIN, **given}
        on, only, party = values[ON.name], status_in(values), iri_in(values, PARTY)
        language = page_language(request.scope).code
        asked = await page_asked(request, context, PAGE, values)
        parts = map(str, sorted(values.items()))
        edition = await current(request, context, PAGE, *parts, HTML.extension, at_generation=asked.generation)
        if edition.unchanged:
            return edition.unchanged
        asking = Asking(request, context, edition.generation)
        board = await context.boards.board(asking, on, values.get(PARTY.name))
        until = last_day(on, values[WITHIN.name])
        shown = [standing for standing in board if only in {"", standing.answer}]
        page, last = asked.cut(shown, lambda standing: standing.agreement) if only else (shown, None)
        following = asked.next_address(edition.generation, last)
        axis = _axis(board, date.fromisoformat(on), right_to_left=direction(language) == "rtl")
        labels = await asking.labels(f"{IN_FORCE}{answer}" for answer in STATUSES)
        apart = _apart(shown)
        visible = {name: found if only else found[: asked.limit] for name, found in _apart(page).items()}
        sections = {
            name: Section(
                labels.reference(found[0].status),
                len(found),
                await _groups(asking, visible[name], found),
                _address(values, status=found[0].answer) if len(found) > len(visible[name]) and not only else None,
            )
            for name, found in apart.items()
            if visible[name]
        }
        ends = [each for each in board if only in {"", "in-force"} and _ends(each, on, until)]
        lapsing = await lapses(asking, on, until, values.get(PARTY.name)) if ends else []
        lapsing_items = await agreement_lapsing.items_of(asking, self._chains, lapsing[: asked.limit], ())
        page_of = page_reply(
            request, context, "board.html",
            on=on, only=only, party=party, within=values[WITHIN.name], until=until,
            spans=_spans(values[WITHIN.name]), offered=_SPANS,
            counts=counts(board), total=len(board), sections=sections, most_open=_MOST_OPEN,
            lapsing=lapsing_items, lapsing_number=len(lapsing), lapsing_iris={lapse.agreement for lapse in lapsing},
            bars={each.agreement: axis.bar(each.effective, each.valid_until) for each in chain(*visible.values())},
            axis=axis,
            day=axis.middle(date.fromisoformat(on)), ticks=axis.ticks(), steps=_steps(values),
            parties=await self._parties.offered(asking, party, language),
            answers=[(answer, labels.reference(f"{IN_FORCE}{answer}")) for answer in STATUSES],
            addresses=_addresses(values), following=following, generation=edition.generation,
        )  # fmt: skip
        return cached(page_of, edition, links((following, "next", HTML.media_type)) if following else ())


def _ends(standing: Standing, first: str, last: str) -> bool:
    """Tell whether the last day may be one from *first* to *last*."""
    bounds = standing.valid_until
    return bounds is not None and bounds.earliest.isoformat() <= last and bounds.latest.isoformat() >= first


def _apart(page: Iterable[Standing]) -> dict[str, list[Standing]]:
    """The agreements of *page* by the section in which each stands."""
    found: dict[str, list[Standing]] = {"in-force": [], "unknown": [], "over": [], "not-yet": []}
    for standing in page:
        over = "over" if standing.reason.endswith(f"/{_OVER}") else "not-yet"
        found[over if standing.answer == "not-in-force" else standing.answer].append(standing)
    return found


async def _groups(asking: Asking, visible: Sequence[Standing], found: Iterable[Standing]) -> list[Group]:
    """Those of *found* that are *visible*, by the reason for their answer."""
    numbers = Counter(standing.reason for standing in found)
    reasons: dict[str, object] = {}
    together: defaultdict[str, list[Mapping[str, object]]] = defaultdict(list)
    items = await agreement_status.items_of(asking, visible, ("parties",))
    for standing, item in zip(visible, items, strict=True):
        reasons.setdefault(standing.reason, item["reason"])
        together[standing.reason].append(item)
    return [Group(iri.rpartition("/")[2], reasons[iri], group, numbers[iri]) for iri, group in together.items()]


def _axis(board: Sequence[Standing], on: date, *, right_to_left: bool) -> Axis:
    """The years of all agreements of the board, and of the day that is asked about."""
    dates = chain.from_iterable((each.effective, each.valid_until) for each in board)
    days = chain.from_iterable((each.earliest, each.latest) for each in dates if each is not None)
    return axis_over([on, *days], right_to_left=right_to_left)


def _spans(within: str) -> list[str]:
    """The durations that are offered, *within* among them."""
    return [*_SPANS, *([] if within in _SPANS else [within])]


def _steps(values: Mapping[str, str]) -> dict[str, tuple[str, str] | None]:
    """The same day a year earlier and a year later, each with the address of its board; None outside the calendar."""
    day = date.fromisoformat(values[ON.name])
    return {name: _step(values, day, years) for name, years in (("earlier", -1), ("later", 1))}


def _step(values: Mapping[str, str], day: date, years: int) -> tuple[str, str] | None:
    try:
        moved = day.replace(year=day.year + years)
    except ValueError:
        leap_day = date.min.year <= day.year + years <= date.max.year
        moved = day.replace(year=day.year + years, day=28) if leap_day else day
    return None if moved == day else (moved.isoformat(), _address(values, on=moved.isoformat()))


def _addresses(values: Mapping[str, str]) -> dict[str, str]:
    """Where the same is told otherwise: as data, as a calendar, and by the stored question behind it."""
    party = {PARTY.name: values[PARTY.name]} if PARTY.name in values else {}
    status = {STATUS.name: values[STATUS.name]} if STATUS.name in values else {}
    asked = {ON.name: values[ON.name], **party, **status}
    return {
        **{answer: _address(values, **{STATUS.name: answer}) for answer in STATUSES},
        "json": _query(PAGE, asked | {"include": "parties,sources", FORMAT.name: "json"}),
        "csv": _query(PAGE, asked | {FORMAT.name: "csv", LIMIT.name: str(LIMIT.most)}),
        "calendar": _query("/api/v1/agreements.ics", party),
        "question": _query("/queries/agreements-in-force", asked),
        "renewal": _query(
            agreement_lapsing.PATH,
            {"from": values[ON.name], WITHIN.name: values[WITHIN.name], **party, FORMAT.name: "csv"},
        ),
    }


def _address(values: Mapping[str, str], **changed: str) -> str:
    """The address of the board with other values, from its first page."""
    left = {CURSOR.name, MIN_GENERATION.name, FORMAT.name, LANGUAGE.name}
    return _query(PAGE, {name: value for name, value in values.items() if name not in left} | changed)


def _query(path: str, values: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(values, safe=':/,')}" if values else path

"""The last days of agreements as a calendar to subscribe to (RFC 5545, RFC 7986)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from heritage_graph.query_files import bind
from heritage_graph.web.addresses import base_of
from heritage_graph.web.api.agreement_lapsing import FROM, WITHIN
from heritage_graph.web.api.around_agreements import (
    PARTY,
    dates_of,
    iris_of,
    participants_of,
    sources_of,
)
from heritage_graph.web.api.freshness import MIN_GENERATION, fresh_enough
from heritage_graph.web.api.lapses import day_after, day_before, lapses
from heritage_graph.web.api.parameters import LANGUAGE, PROBLEMS, language_in, today
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF, generation_in
from heritage_graph.web.negotiation import Format
from heritage_graph.web.replies import Reply, cached, current
from heritage_graph.web.routing import FORMAT, Operation, negotiated, values_of
from heritage_graph.web.templating import local_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from icalendar import Calendar, Event
    from starlette.requests import Request

    from heritage_graph.web.api.around_agreements import Dated, Participant
    from heritage_graph.web.api.lapses import Lapse
    from heritage_graph.web.api.references import Labels
    from heritage_graph.web.context import Context

PATH: Final = "/api/v1/agreements.ics"
ICALENDAR: Final = Format("ics", "text/calendar", ("text/x-vcalendar",))
_YEARS_BACK: Final = 1
_AHEAD: Final = "P5Y"
_EVERY_DAY: Final = timedelta(days=1)
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "calendar": "Agreements: last days",
        "about": "The last day on which each agreement binds, where the sources or the rules tell it.",
        "lapses": "Last day: {name}",
        "perhaps": "Last day (not known exactly): {name}",
        "basis": "Basis: {basis}",
        "rule": "By the rule: {rule}",
        "span": "The last day lies between {first} and {last}.",
        "parties": "Parties: {parties}",
        "source": "Source: {source}",
        "comma": "; ",
    },
    "ar": {
        "calendar": "الاتفاقات: آخر أيام السريان",
        "about": "آخر يوم يسري فيه كل اتفاق، حيث تذكره المصادر أو تستنتجه القواعد.",
        "lapses": "آخر يوم سريان: {name}",
        "perhaps": "آخر يوم سريان (غير معلوم بدقة): {name}",
        "basis": "الأساس: {basis}",
        "rule": "بموجب القاعدة: {rule}",
        "span": "يقع آخر يوم بين {first} و{last}.",
        "parties": "الأطراف: {parties}",
        "source": "المصدر: {source}",
        "comma": "؛ ",
    },
    "fr": {
        "calendar": "Accords : derniers jours",
        "about": "Le dernier jour où chaque accord lie, là où les sources ou les règles le disent.",
        "lapses": "Dernier jour : {name}",
        "perhaps": "Dernier jour (pas connu exactement) : {name}",
        "basis": "Fondement : {basis}",
        "rule": "Selon la règle : {rule}",
        "span": "Le dernier jour se situe entre le {first} et le {last}.",
        "parties": "Parties : {parties}",
        "source": "Source : {source}",
        "comma": " ; ",
    },
}


def operations(_: Context) -> tuple[Operation, ...]:
    """The calendar."""
    return (
        Operation(
            "agreementCalendar", PATH, "The last days of agreements as a calendar to subscribe to.", _calendar,
            values=(FROM, WITHIN, PARTY, LANGUAGE, AS_OF, MIN_GENERATION, FORMAT), formats=(ICALENDAR,),
            problems=PROBLEMS, example=f"{PATH}?within=P1Y&from=2026-11-21", tag="api",
        ),
    )  # fmt: skip


async def _calendar(request: Request, context: Context) -> Reply:
    """One event for each last day from *from*, a year ago when not given, to *within* after *from*, or after today."""
    chosen = negotiated(request.scope, (ICALENDAR,))
    values = values_of(request.scope)
    language = language_in(values)
    first, last = _period(values)
    await fresh_enough(request, context)
    generation = await generation_in(values, context)
    parts = (first, last, values.get("party", ""), language, base_of(request.scope, context))
    edition = await current(request, context, PATH, *parts, at_generation=generation)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    found = await lapses(asking, first, last, values.get("party"))
    agreements = [lapse.agreement for lapse in found]
    dates, parties = await dates_of(asking, agreements), await participants_of(asking, agreements)
    sources = await sources_of(asking, agreements)
    labels = await asking.labels(_iris(agreements, dates, parties))
    calendar = _empty_calendar(_words(language))
    stamp = await _committed(context, edition.generation)
    for lapse in found:
        told = _Told(
            name=labels.text(lapse.agreement, language) or lapse.agreement,
            text=_description(
                lapse,
                dates[lapse.agreement, "validUntil"],
                parties=parties.get(lapse.agreement, ()),
                sources=sources.get(lapse.agreement, ()),
                labels=labels,
                language=language,
            ),
            address=base_of(request.scope, context) + str(local_address(lapse.agreement)),
        )
        calendar.add_component(_event(lapse, told, stamp, _words(language)))
    return cached(Reply(calendar.to_ical(sorted=False), chosen), edition)


def _period(values: Mapping[str, str]) -> tuple[str, str]:
    """The first and the last day of the calendar.

    Raises:
        ParameterError: a value is no day or no duration.
    """
    start = values.get(FROM.name, today())
    last = day_after(start, values.get(WITHIN.name, _AHEAD))
    return (start if FROM.name in values else day_before(date.fromisoformat(start), _YEARS_BACK).isoformat()), last


def _words(language: str) -> Mapping[str, str]:
    return _WORDS.get(language.partition("-")[0], _WORDS["en"])


def _empty_calendar(words: Mapping[str, str]) -> Calendar:
    from icalendar import Calendar, vText  # noqa: PLC0415 - many modules, for this answer alone

    calendar = Calendar()
    calendar.add("prodid", f"-//heritage-graph//{version('heritage-graph')}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, vText(words["calendar"]))
    calendar.add("description", words["about"])
    calendar.add("refresh-interval", _EVERY_DAY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "P1D")
    return calendar


@dataclass(frozen=True)
class _Told:
    """What an event says of an agreement: its name, the text, and where more is told."""

    name: str
    text: str
    address: str


def _event(lapse: Lapse, told: _Told, stamp: datetime, words: Mapping[str, str]) -> Event:
    """The last day of an agreement, or the days among which it lies; DTEND is the day after (RFC 5545, 3.6.1)."""
    exact = lapse.bounds.earliest == lapse.bounds.latest
    from icalendar import Event  # noqa: PLC0415 - as above

    event = Event()
    event.add("uid", f"{lapse.agreement}#last-day")
    event.add("dtstamp", stamp)
    event.add("dtstart", lapse.bounds.earliest)
    if lapse.bounds.latest < date.max:
        event.add("dtend", lapse.bounds.latest + timedelta(days=1))
    event.add("summary", words["lapses" if exact else "perhaps"].format(name=told.name))
    event.add("description", told.text)
    event.add("url", told.address)
    event.add("status", "CONFIRMED" if exact else "TENTATIVE")
    event.add("transp", "TRANSPARENT")
    return event


def _description(
    lapse: Lapse,
    dated: Dated,
    *,
    parties: Iterable[Participant],
    sources: Iterable[Mapping[str, object]],
    labels: Labels,
    language: str,
) -> str:
    """What the last day rests on, who the parties are, and which documents say so; one a line."""
    words = _words(language)
    lines = []
    if lapse.bounds.earliest != lapse.bounds.latest:
        lines.append(words["span"].format(first=lapse.bounds.earliest, last=lapse.bounds.latest))
    lines.append(words["basis"].format(basis=labels.text(dated.basis, language)))
    lines += [words["rule"].format(rule=labels.text(rule, language) or rule) for rule in dated.rules]
    names = [labels.text(each.agent, language) or each.agent or each.as_named for each in parties]
    if names:
        lines.append(words["parties"].format(parties=words["comma"].join(dict.fromkeys(names))))
    lines += [words["source"].format(source=title) for title in _titles(sources, language)]
    lines.append(lapse.agreement)
    return "\n".join(lines)


def _titles(sources: Iterable[Mapping[str, object]], language: str) -> Iterable[str]:
    """The title of each source document, the name of its graph where it has none."""
    for source in sources:
        document = source.get("document", {})
        assert isinstance(document, dict)
        titles = document.get("label") or source["label"]
        assert isinstance(titles, dict)
        tag = next((each for each in (language, "en", *titles) if each in titles), None)
        yield titles[tag][0] if tag else str(source["graph"])


def _iris(
    agreements: Iterable[str],
    dates: Mapping[tuple[str, str], Dated],
    parties: Mapping[str, Iterable[Participant]],
) -> set[str]:
    found = set(agreements)
    for dated in dates.values():
        found.update((dated.basis, *dated.rules))
    for participants in parties.values():
        found.update(iris_of(participants))
    return found


async def _committed(context: Context, generation: int) -> datetime:
    """When *generation* was committed (UTC): what an event was last made of, and the same for everybody."""
    rows = await context.service.rows(
        bind(context.internal.query("generation-time"), {"generation": str(generation)}), at_generation=generation
    )
    if not rows:
        return datetime.fromtimestamp(0, UTC)
    return datetime.fromisoformat(rows[0]["time"]["value"]).astimezone(UTC).replace(microsecond=0)

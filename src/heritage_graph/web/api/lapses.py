"""Agreements whose last day falls in a period: when, who may ask for renewal, and the chain that each stands in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from heritage_graph.model.continuity import Member, Stretch, joins, stretch_around, written
from heritage_graph.model.dates import Bounds, add_duration, date_of, read_date, read_duration
from heritage_graph.query_files import bind
from heritage_graph.web.api.around_agreements import dates_of
from heritage_graph.web.api.dates import bounds_in, date_value
from heritage_graph.web.api.reasons import not_known, reason_iri, unknown
from heritage_graph.web.limits import client_of
from heritage_graph.web.replies import rows_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date

    from heritage_graph.service import Row
    from heritage_graph.web.api.around_agreements import Dated
    from heritage_graph.web.api.references import Asking, Labels

Dates = dict[tuple[str, str], "Dated"]

_QUESTION: Final = "agreements-lapsing"
_CHAINS: Final = "renewal-chains"
NO_DATE: Final = reason_iri("no-effective-date")
NO_TERM: Final = reason_iri("no-term")


@dataclass
class Renewal:
    """A clause on renewal: how, and who may ask."""

    mode: str
    requested_by: set[str] = field(default_factory=set)


@dataclass
class Lapse:
    """One agreement whose last day falls, by all its readings or by some, between the two days asked about."""

    agreement: str
    bounds: Bounds
    certain: bool
    renewals: dict[str, Renewal] = field(default_factory=dict)
    renewed_by: set[str] = field(default_factory=set)

    @property
    def key(self) -> str:
        """What lapses are ordered by: the last day that the end can be, then the agreement."""
        return f"{self.bounds.latest.isoformat()} {self.agreement}"


def day_after(start: str, duration: str) -> str:
    """The day *duration* after the day *start*, as XSD adds them.

    Raises:
        ParameterError: *start* is no day, *duration* no duration, or the sum lies past the year 9999.
    """
    return add_duration(date_of(read_date(start).earliest), read_duration(duration)).text


def day_before(day: date, years: int) -> date:
    """The same calendar day *years* earlier, 28 February where there is no 29; the first year is never passed."""
    year = max(1, day.year - years)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


async def lapses(asking: Asking, first: str, last: str, party: str | None) -> list[Lapse]:
    """The agreements, of *party* when it is given, that lapse from *first* to *last*, in the order of their keys.

    Raises:
        ParameterError: *party* is no IRI, or a day no day.
        LimitReached, EngineTrouble: as `Service.query`.
    """
    values = {"from": first, "until": last} | ({} if party is None else {"party": party})
    found: dict[str, Lapse] = {}
    for row in await _asked(asking, _QUESTION, values):
        agreement, bounds = row["agreement"]["value"], bounds_in(row, "validEarliest", "validLatest")
        assert bounds is not None
        lapse = found.setdefault(agreement, Lapse(agreement, bounds, row["certain"]["value"] == "true"))
        if "renewalTerm" in row:
            term = lapse.renewals.setdefault(row["renewalTerm"]["value"], Renewal(row["renewalMode"]["value"]))
            term.requested_by.update(_bound(row, "requestedBy"))
        lapse.renewed_by.update(_bound(row, "renewedBy"))
    return sorted(found.values(), key=lambda lapse: lapse.key)


class Chains:
    """The chains of renewals of one generation: for each agreement in one, what the members of its chain renew."""

    def __init__(self) -> None:
        self._known: tuple[str, dict[str, dict[str, set[str]]]] = ("", {})

    async def around(self, asking: Asking, agreement: str) -> dict[str, set[str]]:
        """The members of the chain that *agreement* is in, each with what it renews; itself alone when in none."""
        tag = await asking.context.editions.tag(_CHAINS, generation=asking.generation)
        if self._known[0] != tag:
            self._known = (tag, await _chains(asking))
        return self._known[1].get(agreement, {agreement: set()})


async def _chains(asking: Asking) -> dict[str, dict[str, set[str]]]:
    by_root: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
    for row in await _asked(asking, _CHAINS, {}):
        chain = by_root[row["root"]["value"]]
        chain.setdefault(row["agreement"]["value"], set()).update(_bound(row, "renews"))
    return {agreement: chain for chain in by_root.values() for agreement in chain}


@dataclass(frozen=True)
class Chain:
    """The chain of renewals around one agreement, with the dates of its members."""

    agreement: str
    members: tuple[Member, ...]
    dates: Mapping[tuple[str, str], Dated]

    @classmethod
    def of(cls, agreement: str, renewals: Mapping[str, Collection[str]], dates: Dates) -> Chain:
        """The chain whose members and what they renew are *renewals*."""
        members = [
            Member(
                each, tuple(sorted(renewed)), _bounds(dates, each, "effectiveFrom"), _bounds(dates, each, "validUntil")
            )
            for each, renewed in renewals.items()
        ]
        return cls(agreement, tuple(sorted(members, key=_order)), dates)

    def iris(self) -> Iterator[str]:
        """What it refers to."""
        for member in self.members:
            yield from (member.agreement, *member.renews)

    def told(self, labels: Labels) -> dict[str, object]:
        """The chain as JSON: its members in time, and how long it has bound without a break."""
        by_name = {member.agreement: member for member in self.members}
        return {
            "members": [self._member(member, by_name, labels) for member in self.members],
            "continuous": _continuous(stretch_around(self.agreement, self.members), labels),
        }

    def _member(self, member: Member, by_name: Mapping[str, Member], labels: Labels) -> dict[str, object]:
        return {
            "agreement": labels.reference(member.agreement),
            "effectiveFrom": _date(self.dates.get((member.agreement, "effectiveFrom")), NO_DATE, labels),
            "validUntil": _date(self.dates.get((member.agreement, "validUntil")), NO_TERM, labels),
            "renews": [
                {**labels.reference(renewed), "withoutBreak": _joined(member, by_name.get(renewed))}
                for renewed in member.renews
            ],
        }


def _continuous(stretch: Stretch, labels: Labels) -> dict[str, object]:
    """How long the stretch lasted: exactly, or at least and at most, or unknown."""
    told: dict[str, object] = {"agreements": list(stretch.members)}
    least, most = stretch.least, stretch.most
    if stretch.first is None or stretch.last is None:
        return told | not_known(NO_DATE if stretch.first is None else NO_TERM, labels)
    told |= {"from": date_value(stretch.first), "until": date_value(stretch.last)}
    if least is not None and least == most:
        return told | {"duration": written(least)}
    bounds = {"atLeast": written(least) if least else "P0D"} | ({"atMost": written(most)} if most else {})
    return told | {"duration": {**bounds, "complete": stretch.complete}}


def renewal_told(lapse: Lapse, labels: Labels) -> object:
    """Who may ask for renewal and how, for each clause; unknown when no source has one."""
    if not lapse.renewals:
        return unknown(
            "no-renewal-clause",
            en="No source states whether, or at whose request, it can be renewed.",
            ar="لا يذكر أي مصدر هل يمكن تجديده ولا بطلب مَن.",
            fr="Aucune source ne dit s'il peut être renouvelé, ni à la demande de qui.",
        )
    return [
        {
            "term": labels.reference(term),
            "mode": labels.reference(renewal.mode),
            "requestedBy": [
                {"code": holder.rpartition("/")[2], **labels.reference(holder), "alone": _alone(holder)}
                for holder in sorted(renewal.requested_by)
            ],
        }
        for term, renewal in sorted(lapse.renewals.items())
    ]


def iris_of_lapse(lapse: Lapse) -> Iterator[str]:
    """The things that *lapse* refers to."""
    yield lapse.agreement
    yield from lapse.renewed_by
    for term, renewal in lapse.renewals.items():
        yield from (term, renewal.mode, *renewal.requested_by)


async def chains_of(asking: Asking, chains: Chains, agreements: Iterable[str]) -> dict[str, Chain]:
    """The chain around each of *agreements*."""
    around = {agreement: await chains.around(asking, agreement) for agreement in agreements}
    dates = await dates_of(asking, {member for chain in around.values() for member in chain})
    return {agreement: Chain.of(agreement, chain, dates) for agreement, chain in around.items()}


def _alone(holder: str) -> object:
    """Whether one of the parties may ask by itself."""
    if holder.endswith("/each-party"):
        return True
    return unknown(
        "not-stated",
        en="The source does not say whether one party may ask by itself.",
        ar="لا يبيّن المصدر هل لطرف واحد أن يطلب ذلك منفردًا.",
        fr="La source ne dit pas si une partie peut le demander seule.",
    )


def _joined(member: Member, renewed: Member | None) -> object:
    verdict = joins(member, renewed) if renewed else None
    if verdict is not None:
        return verdict
    return unknown(
        "uncertain-date",
        en="A date is missing or not exact enough to tell.",
        ar="أحد التواريخ مفقود أو غير دقيق بما يكفي للجزم.",
        fr="Une date manque ou n'est pas assez précise pour trancher.",
    )


def _date(dated: Dated | None, reason: str, labels: Labels) -> dict[str, object]:
    return date_value(dated.bounds, dated.readings) if dated else not_known(reason, labels)


def _order(member: Member) -> tuple[bool, str, str]:
    """By the first day, those without one last."""
    first = member.effective
    return first is None, first.earliest.isoformat() if first else "", member.agreement


def _bounds(dates: Dates, agreement: str, name: str) -> Bounds | None:
    dated = dates.get((agreement, name))
    return dated.bounds if dated else None


async def _asked(asking: Asking, name: str, values: Mapping[str, str]) -> list[Row]:
    text = bind(asking.context.catalogue.query(name), values)
    with asking.context.budgets.spending(client_of(asking.request.scope)):
        return await rows_of(asking.request, asking.context, text, generation=asking.generation, lane="heavy")


def _bound(row: Row, column: str) -> tuple[str, ...]:
    return (row[column]["value"],) if column in row else ()

"""Agreements that lapse soon, and who may ask for their renewal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError
from heritage_graph.web.api.agreement_status import page_address
from heritage_graph.web.api.around_agreements import (
    INCLUDE,
    PARTY,
    included,
    iris_of,
    participants_of,
    party_told,
    sources_of,
)
from heritage_graph.web.api.dates import date_value
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION
from heritage_graph.web.api.lapses import (
    NO_DATE,
    NO_TERM,
    Chains,
    chains_of,
    day_after,
    iris_of_lapse,
    lapses,
    renewal_told,
)
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.parameters import LANGUAGE, PROBLEMS, language_in, today
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF
from heritage_graph.web.negotiation import CSV, HTML, JSON
from heritage_graph.web.replies import Reply, cached, current, json_reply, links, redirect
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, values_of
from heritage_graph.web.spreadsheet import csv_bytes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.web.api.around_agreements import Participant
    from heritage_graph.web.api.lapses import Chain, Lapse
    from heritage_graph.web.api.references import Labels
    from heritage_graph.web.context import Context

PATH: Final = "/api/v1/agreements/lapsing"
FORMATS: Final = (JSON, CSV)
WITHIN: Final = Value(
    "within", "How far ahead: years, months and days like P6M or P1Y.", example="P6M", type="duration"
)
FROM: Final = Value(
    "from", "The first day of the period; today (UTC) when not given.", example="2026-11-21", type="date"
)
DEFAULT_WITHIN: Final = "P6M"
_COLUMNS: Final = ("agreement", "name", "validEarliest", "validLatest", "certain", "basis", "renewalMode",
                   "requestedBy", "renewedBy")  # fmt: skip


def operations(_: Context) -> tuple[Operation, ...]:
    """The list."""
    return (
        Operation(
            "agreementsLapsing", PATH, "Agreements that lapse within a time, and who may ask for their renewal.",
            _Lapsing().answer,
            values=(WITHIN, FROM, PARTY, INCLUDE, LANGUAGE, LIMIT, CURSOR, AS_OF, MIN_GENERATION, FORMAT),
            formats=(JSON, HTML, CSV), statuses=(200, 303), problems=PROBLEMS, schema="agreement-lapsing", tag="api",
            example=f"{PATH}?within=P1Y&from=2026-11-21",
        ),
    )  # fmt: skip


class _Lapsing:
    """The list's handler, with the chains of renewals asked last."""

    def __init__(self) -> None:
        self._chains = Chains()

    async def answer(self, request: Request, context: Context) -> Reply:
        """One page of the list; browsers are led to the page about the board."""
        given = values_of(request.scope)
        if negotiated(request.scope, (JSON, HTML, CSV)) == HTML:
            first = {"on": given[FROM.name]} if given.get(FROM.name) else {}
            within = {WITHIN.name: given[WITHIN.name]} if given.get(WITHIN.name) else {}
            return redirect(f"{page_address(given, **first, **within)}#lapsing")
        chosen = negotiated(request.scope, FORMATS)
        values = {FROM.name: today(), WITHIN.name: DEFAULT_WITHIN, **given}
        wanted, language = included(values), language_in(values)
        until = last_day(values[FROM.name], values[WITHIN.name])
        asked = await page_asked(request, context, PATH, values)
        edition = await current(
            request, context, PATH, *map(str, sorted(values.items())), chosen.extension, at_generation=asked.generation
        )
        if edition.unchanged:
            return edition.unchanged
        asking = Asking(request, context, edition.generation)
        found = await lapses(asking, values[FROM.name], until, values.get(PARTY.name))
        page, last = asked.cut(found, lambda lapse: lapse.key)
        following = asked.next_address(edition.generation, last)
        fields = links((following, "next", chosen.media_type)) if following else ()
        if chosen == CSV:
            chains = await chains_of(asking, self._chains, [lapse.agreement for lapse in page])
            labels = await asking.labels(_iris(page, chains, {}))
            rows = [_cells(lapse, chains[lapse.agreement], labels, language) for lapse in page]
            return cached(Reply(csv_bytes(_COLUMNS, rows), CSV), edition, fields)
        document = envelope(
            edition.generation,
            **{"from": values[FROM.name]},
            fromByDefault=FROM.name not in given,
            within=values[WITHIN.name],
            until=until,
            total={"exactly": len(found)},
            items=await items_of(asking, self._chains, page, wanted),
            next=following,
        )
        return cached(json_reply(document), edition, fields)


async def items_of(
    asking: Asking, chains: Chains, page: Sequence[Lapse], wanted: Collection[str]
) -> list[dict[str, object]]:
    """The lapses of *page* as JSON, in its order, with their `parties` and `sources` as far as they are *wanted*.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    agreements = [lapse.agreement for lapse in page]
    around = await chains_of(asking, chains, agreements)
    parties = await participants_of(asking, agreements) if "parties" in wanted else None
    sources = await sources_of(asking, agreements) if "sources" in wanted else None
    labels = await asking.labels(_iris(page, around, parties or {}))
    items = [_item(lapse, around[lapse.agreement], labels) for lapse in page]
    for item, agreement in zip(items, agreements, strict=True):
        if parties is not None:
            item["parties"] = [party_told(each, labels) for each in parties.get(agreement, ())]
        if sources is not None:
            item["sources"] = sources.get(agreement, [])
    return items


def last_day(first: str, within: str) -> str:
    """The last day of the period that begins on the day *first* and is *within* long.

    Raises:
        ParameterError: *first* is no day, *within* no duration, or the period is too long.
    """
    try:
        return day_after(first, within)
    except ParameterError as fault:
        raise ParameterError(
            f"from takes a day like 2026-11-21, within a duration like P6M: {fault}", parameter="within"
        ) from fault


def _iris(page: Sequence[Lapse], chains: Mapping[str, Chain], parties: Mapping[str, list[Participant]]) -> set[str]:
    found = {NO_DATE, NO_TERM}
    for lapse in page:
        found.update(iris_of_lapse(lapse))
        found.update(chains[lapse.agreement].iris())
        dated = chains[lapse.agreement].dates[lapse.agreement, "validUntil"]
        found.update((dated.basis, *dated.rules))
    for participants in parties.values():
        found.update(iris_of(participants))
    return found


def _item(lapse: Lapse, chain: Chain, labels: Labels) -> dict[str, object]:
    dated = chain.dates[lapse.agreement, "validUntil"]
    told = date_value(dated.bounds, dated.readings)
    told["basis"] = {"code": dated.basis.rpartition("/")[2], **labels.reference(dated.basis)}
    if dated.rules:
        told["rules"] = labels.references(dated.rules)
    return {
        "agreement": labels.reference(lapse.agreement),
        "validUntil": told,
        "certain": lapse.certain,
        "renewal": renewal_told(lapse, labels),
        "renewedBy": labels.references(lapse.renewed_by),
        "chain": chain.told(labels),
    }


def _cells(lapse: Lapse, chain: Chain, labels: Labels, language: str) -> list[str]:
    dated = chain.dates[lapse.agreement, "validUntil"]
    clauses = [renewal for _, renewal in sorted(lapse.renewals.items())]
    return [
        lapse.agreement,
        labels.text(lapse.agreement, language),
        lapse.bounds.earliest.isoformat(),
        lapse.bounds.latest.isoformat(),
        str(lapse.certain).lower(),
        dated.basis.rpartition("/")[2],
        " ".join(dict.fromkeys(clause.mode.rpartition("/")[2] for clause in clauses)),
        " ".join(sorted({each.rpartition("/")[2] for clause in clauses for each in clause.requested_by})),
        " ".join(sorted(lapse.renewed_by)),
    ]

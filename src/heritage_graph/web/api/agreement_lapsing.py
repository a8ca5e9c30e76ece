"""Agreements that lapse soon, and who may ask for their renewal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError
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
from heritage_graph.web.replies import Reply, cached, current, json_reply, links, page_reply
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, values_of
from heritage_graph.web.spreadsheet import csv_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.web.api.around_agreements import Participant
    from heritage_graph.web.api.lapses import Chain, Lapse
    from heritage_graph.web.api.references import Labels
    from heritage_graph.web.context import Context

PATH: Final = "/api/v1/agreements/lapsing"
FORMATS: Final = (JSON, HTML, CSV)
WITHIN: Final = Value(
    "within", "How far ahead: years, months and days like P6M or P1Y.", example="P6M", type="duration"
)
FROM: Final = Value(
    "from", "The first day of the period; today (UTC) when not given.", example="2026-11-21", type="date"
)
_DEFAULT_WITHIN: Final = "P6M"
_COLUMNS: Final = ("agreement", "name", "validEarliest", "validLatest", "certain", "basis", "renewalMode",
                   "requestedBy", "renewedBy")  # fmt: skip


def operations(_: Context) -> tuple[Operation, ...]:
    """The list."""
    return (
        Operation(
            "agreementsLapsing", PATH, "Agreements that lapse within a time, and who may ask for their renewal.",
            _Lapsing().answer,
            values=(WITHIN, FROM, PARTY, INCLUDE, LANGUAGE, LIMIT, CURSOR, AS_OF, MIN_GENERATION, FORMAT),
            formats=FORMATS, problems=PROBLEMS, schema="agreement-lapsing", tag="api",
            example=f"{PATH}?within=P1Y&from=2026-11-21",
        ),
    )  # fmt: skip


class _Lapsing:
    """The list's handler, with the chains of renewals asked last."""

    def __init__(self) -> None:
        self._chains = Chains()

    async def answer(self, request: Request, context: Context) -> Reply:
        """One page of the list."""
        chosen = negotiated(request.scope, FORMATS)
        given = {name: value for name, value in values_of(request.scope).items() if value or chosen != HTML}
        values = {"from": today(), "within": _DEFAULT_WITHIN} | given
        wanted, language = included(values), language_in(values)
        until = _until(values)
        asked = await page_asked(request, context, PATH, values)
        edition = await current(
            request, context, PATH, *map(str, sorted(values.items())), chosen.extension, at_generation=asked.generation
        )
        if edition.unchanged:
            return edition.unchanged
        asking = Asking(request, context, edition.generation)
        found = await lapses(asking, values["from"], until, values.get("party"))
        page, last = asked.cut(found, lambda lapse: lapse.key)
        following = asked.next_address(edition.generation, last)
        fields = links((following, "next", chosen.media_type)) if following else ()
        agreements = [lapse.agreement for lapse in page]
        chains = await chains_of(asking, self._chains, agreements)
        parties = await participants_of(asking, agreements) if "parties" in wanted or chosen == HTML else None
        labels = await asking.labels(_iris(page, chains, parties or {}))
        if chosen == CSV:
            rows = [_cells(lapse, chains[lapse.agreement], labels, language) for lapse in page]
            return cached(Reply(csv_bytes(_COLUMNS, rows), CSV), edition, fields)
        sources = await sources_of(asking, agreements) if "sources" in wanted else None
        items = [_item(lapse, chains[lapse.agreement], labels) for lapse in page]
        for item, lapse in zip(items, page, strict=True):
            if parties is not None:
                item["parties"] = [party_told(each, labels) for each in parties.get(lapse.agreement, ())]
            if sources is not None:
                item["sources"] = sources.get(lapse.agreement, [])
        document = envelope(
            edition.generation,
            **{"from": values["from"]},
            fromByDefault="from" not in given,
            within=values["within"],
            until=until,
            total={"exactly": len(found)},
            items=items,
            next=following,
        )
        if chosen == HTML:
            page_of = page_reply(
                request, context, "agreement_lapsing.html", board=document, values=values, names_language=language
            )
            return cached(page_of, edition, fields)
        return cached(json_reply(document), edition, fields)


def _until(values: Mapping[str, str]) -> str:
    """The last day of the period."""
    try:
        return day_after(values["from"], values["within"])
    except ParameterError as fault:
        raise ParameterError(
            f"from takes a day like 2026-11-21, within a duration like P6M: {fault}", parameter="within"
        ) from fault


def _iris(page: list[Lapse], chains: Mapping[str, Chain], parties: Mapping[str, list[Participant]]) -> set[str]:
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

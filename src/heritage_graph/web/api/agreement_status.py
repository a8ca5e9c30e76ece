"""The agreement board: which agreements are in force on a day, which are not, and which nobody can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.errors import ParameterError
from heritage_graph.namespaces import HGV
from heritage_graph.web.api.agreement_board import STATUSES, Standing, counts
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
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.parameters import LANGUAGE, PROBLEMS, language_in, today
from heritage_graph.web.api.reasons import not_known, reason_iri
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
    from heritage_graph.web.api.references import Labels
    from heritage_graph.web.context import Context

PATH: Final = "/api/v1/agreements/status"
ON: Final = Value("on", "The day asked about; today (UTC) when not given.", example="2026-11-21", type="date")
STATUS: Final = Value("status", "Only agreements with this answer: in-force, not-in-force, unknown.", example="unknown",
                      type="choice:in-force|not-in-force|unknown")  # fmt: skip
FORMATS: Final = (JSON, CSV)
PAGE: Final = "/agreements"
"""Where the page about the board is."""
_KEPT_BY_PAGE: Final = (ON.name, PARTY.name, STATUS.name, LANGUAGE.name, AS_OF.name, MIN_GENERATION.name)
_REASONS: Final = tuple(reason_iri(slug) for slug in ("no-signing-date", "no-effective-date", "no-term"))
_COLUMNS: Final = ("agreement", "name", "status", "reason", "effectiveEarliest", "effectiveLatest", "validUntil",
                   "validEarliest", "validLatest", "basis", "rule")  # fmt: skip


def operations(_: Context) -> tuple[Operation, ...]:
    """The board."""
    return (
        Operation(
            "agreementStatus", PATH, "Which agreements are in force on a day: yes, no or unknown, and why.", _answer,
            values=(ON, PARTY, STATUS, INCLUDE, LANGUAGE, LIMIT, CURSOR, AS_OF, MIN_GENERATION, FORMAT),
            formats=(JSON, HTML, CSV), statuses=(200, 303), problems=PROBLEMS, schema="agreement-status", tag="api",
            example=f"{PATH}?on=2026-11-21",
        ),
    )  # fmt: skip


async def _answer(request: Request, context: Context) -> Reply:
    """One page of the board; browsers are led to the page about it."""
    values = values_of(request.scope)
    if negotiated(request.scope, (JSON, HTML, CSV)) == HTML:
        return redirect(page_address(values))
    return await board_document(request, context, values, path=PATH)


def page_address(values: Mapping[str, str], **others: str) -> str:
    """The address of the page that shows what *values* ask of the API, with *others* besides."""
    kept = {name: value for name, value in values.items() if name in _KEPT_BY_PAGE and value} | others
    return f"{PAGE}?{urlencode(kept, safe=':/')}" if kept else PAGE


async def board_document(request: Request, context: Context, given: Mapping[str, str], *, path: str) -> Reply:
    """One page of the board that *given* asks for, as JSON or CSV, of which *path* is the address."""
    chosen = negotiated(request.scope, FORMATS)
    values = {ON.name: today(), **given}
    wanted, language, only = included(values), language_in(values), status_in(values)
    asked = await page_asked(request, context, path, values)
    edition = await current(
        request, context, path, *map(str, sorted(values.items())), chosen.extension, at_generation=asked.generation
    )
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    board = await context.boards.board(asking, values[ON.name], values.get(PARTY.name))
    shown = [standing for standing in board if only in {"", standing.answer}]
    page, last = asked.cut(shown, lambda standing: standing.agreement)
    following = asked.next_address(edition.generation, last)
    fields = links((following, "next", chosen.media_type)) if following else ()
    if chosen == CSV:
        labels = await asking.labels(_iris(page, {}))
        return cached(Reply(csv_bytes(_COLUMNS, [_cells(each, labels, language) for each in page]), CSV), edition,
                      fields)  # fmt: skip
    document = envelope(
        edition.generation,
        on=values[ON.name],
        onByDefault=ON.name not in given,
        counts=counts(board),
        total={"exactly": len(shown)},
        items=await items_of(asking, page, wanted),
        next=following,
    )
    return cached(json_reply(document), edition, fields)


async def items_of(asking: Asking, page: Sequence[Standing], wanted: Collection[str]) -> list[dict[str, object]]:
    """The agreements of *page* as JSON, in its order, with their `parties` and `sources` as far as they are *wanted*.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    agreements = [standing.agreement for standing in page]
    parties = await participants_of(asking, agreements) if "parties" in wanted else None
    sources = await sources_of(asking, agreements) if "sources" in wanted else None
    labels = await asking.labels(_iris(page, parties or {}))
    return [_item(each, labels, parties, sources) for each in page]


def status_in(values: Mapping[str, str]) -> str:
    """The short name of the only answer wanted, empty for all.

    Raises:
        ParameterError: it is none of `STATUSES`.
    """
    text = values.get(STATUS.name, "")
    slug = text.removeprefix("hgv:in-force/").removeprefix(f"{HGV}in-force/")
    if text and slug not in STATUSES:
        raise ParameterError(
            f"status takes {', '.join(STATUSES)}, not {text[:60]!r}", parameter=STATUS.name, allowed=list(STATUSES)
        )
    return slug


def _iris(page: Sequence[Standing], parties: Mapping[str, Sequence[Participant]]) -> set[str]:
    """Everything that a page refers to."""
    found = set(_REASONS)
    for each in page:
        found.update((each.agreement, each.status, each.reason, *each.rules, *([each.basis] if each.basis else [])))
    for participants in parties.values():
        found.update(iris_of(participants))
    return found


def _item(
    standing: Standing,
    labels: Labels,
    parties: Mapping[str, Sequence[Participant]] | None,
    sources: Mapping[str, Sequence[dict[str, object]]] | None,
) -> dict[str, object]:
    told: dict[str, object] = {
        "agreement": labels.reference(standing.agreement),
        "status": {"code": standing.answer, **labels.reference(standing.status)},
        "reason": {"code": standing.reason.rpartition("/")[2], **labels.reference(standing.reason)},
        "effectiveFrom": (
            date_value(standing.effective) if standing.effective else not_known(_missing_start(standing), labels)
        ),
        "validUntil": (
            date_value(standing.valid_until, standing.readings) | _basis(standing, labels)
            if standing.valid_until
            else not_known(_missing_end(standing), labels)
        ),
    }
    if parties is not None:
        told["parties"] = [party_told(each, labels) for each in parties.get(standing.agreement, ())]
    if sources is not None:
        told["sources"] = list(sources.get(standing.agreement, ()))
    return told


def _basis(standing: Standing, labels: Labels) -> dict[str, object]:
    told: dict[str, object] = {"basis": {"code": standing.basis.rpartition("/")[2], **labels.reference(standing.basis)}}
    return told | ({"rules": labels.references(standing.rules)} if standing.rules else {})


def _missing_start(standing: Standing) -> str:
    return standing.reason if standing.reason in _REASONS[:2] else _REASONS[1]


def _missing_end(standing: Standing) -> str:
    return _REASONS[2] if standing.effective else _missing_start(standing)


def _cells(standing: Standing, labels: Labels, language: str) -> list[str]:
    effective, valid = standing.effective, standing.valid_until
    return [
        standing.agreement,
        labels.text(standing.agreement, language),
        standing.answer,
        standing.reason.rpartition("/")[2],
        *((effective.earliest.isoformat(), effective.latest.isoformat()) if effective else ("", "")),
        " / ".join(standing.readings),
        *((valid.earliest.isoformat(), valid.latest.isoformat()) if valid else ("", "")),
        standing.basis.rpartition("/")[2],
        " ".join(standing.rules),
    ]

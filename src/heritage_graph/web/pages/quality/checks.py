"""/quality/checks: the promises about the whole graph, and whether each holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.checks import TOPIC
from heritage_graph.errors import LimitReached
from heritage_graph.query_files import bind
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.ledger import FORMATS, TABLE
from heritage_graph.web.api.parameters import PROBLEMS, language_in
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import HTML
from heritage_graph.web.replies import Reply, cached, current, json_reply, page_reply, rows_of
from heritage_graph.web.routing import FORMAT, LANG, Operation, negotiated, values_of
from heritage_graph.web.spreadsheet import csv_bytes

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.query_files import Query
    from heritage_graph.web.context import Context

PATH: Final = "/quality/checks"
_HEADER: Final = ("check", "promise", "faults", "address")


@dataclass(frozen=True)
class Check:
    """A promise, and how many rows break it; None where that could not be told in time."""

    query: Query
    faults: int | None

    @property
    def href(self) -> str:
        """Where what breaks it is listed."""
        return f"/queries/{self.query.name}"


def operations(_: Context) -> tuple[Operation, ...]:
    """The page of the checks."""
    return (
        Operation(
            "qualityChecks", PATH, "The promises about the whole graph, and whether each holds.", _checks,
            values=(LANG, FORMAT), formats=FORMATS, problems=PROBLEMS, schema="quality-checks", example=PATH,
            tag="trust",
        ),
    )  # fmt: skip


async def _checks(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, FORMATS)
    language = language_in(values_of(request.scope))
    edition = await current(request, context, PATH, chosen.extension, *((language,) if chosen == TABLE else ()))
    if edition.unchanged:
        return edition.unchanged
    with context.budgets.spending(client_of(request.scope)):
        checks = [
            Check(query, await _faults(request, context, query, edition.generation))
            for query in context.catalogue.on_topic(TOPIC)
        ]
    if chosen == HTML:
        ordered = sorted(checks, key=lambda check: check.faults == 0)
        reply = page_reply(request, context, "quality_checks.html", checks=ordered, generation=edition.generation)
    elif chosen == TABLE:
        rows = [[each.query.name, each.query.title.in_language(language), _told(each), each.href] for each in checks]
        reply = Reply(csv_bytes(_HEADER, rows), TABLE)
    else:
        reply = json_reply(envelope(edition.generation, items=[_item(check) for check in checks]))
    # What was not told in time may be told the next time.
    return reply if any(check.faults is None for check in checks) else cached(reply, edition)


async def _faults(request: Request, context: Context, query: Query, generation: int) -> int | None:
    """How many rows break the promise of *query*; None when there is no time or room to tell.

    Raises:
        EngineTrouble: as `Service.query`.
    """
    try:
        return len(await rows_of(request, context, bind(query, {}), generation=generation, lane="heavy"))
    except LimitReached:
        return None


def _item(check: Check) -> dict[str, object]:
    return {
        "name": check.query.name,
        "promise": dict(check.query.title.by_language),
        "faults": check.faults,
        "href": check.href,
    }


def _told(check: Check) -> str:
    return "" if check.faults is None else str(check.faults)

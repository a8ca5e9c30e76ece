"""/quality/coverage: how much is recorded for each country."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.query_files import bind
from heritage_graph.web.answer_page import answer_table
from heritage_graph.web.answer_pictures import picture_of
from heritage_graph.web.api.ledger import FORMATS, TABLE
from heritage_graph.web.api.parameters import PROBLEMS, language_in
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import HTML
from heritage_graph.web.page_language import page_language
from heritage_graph.web.replies import Reply, cached, current, json_reply, page_reply, rows_of
from heritage_graph.web.routing import FORMAT, LANG, Operation, negotiated, values_of
from heritage_graph.web.spreadsheet import csv_bytes
from heritage_graph.web.stored_answers import rows_told

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.query_files import Query
    from heritage_graph.service import Row
    from heritage_graph.web.context import Context

PATH: Final = "/quality/coverage"
QUESTION: Final = "coverage-by-country"
"""The stored question that the page answers."""


def operations(_: Context) -> tuple[Operation, ...]:
    """The page of the coverage."""
    return (
        Operation(
            "coverage", PATH, "How much is recorded for each country.", _coverage, values=(LANG, FORMAT),
            formats=FORMATS, problems=PROBLEMS, schema="answer", example=PATH, tag="trust",
        ),
    )  # fmt: skip


async def _coverage(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, FORMATS)
    code = page_language(request.scope).code if chosen == HTML else language_in(values_of(request.scope))
    edition = await current(request, context, PATH, chosen.extension, code)
    if edition.unchanged:
        return edition.unchanged
    query = context.catalogue.query(QUESTION)
    given = {LANG.name: code}
    with context.budgets.spending(client_of(request.scope)):
        rows = await rows_of(
            request, context, bind(query, given), generation=edition.generation, lane="heavy"
        )  # fmt: skip
    if chosen == TABLE:
        cells = [[row[column]["value"] if column in row else "" for column in query.columns] for row in rows]
        return cached(Reply(csv_bytes(query.columns, cells), TABLE), edition)
    if chosen != HTML:
        return cached(json_reply(rows_told(query, given, rows, None, edition.generation)), edition)
    names = await context.term_names.of(request, context, edition.generation)
    ordered = sorted(rows, key=lambda row: -_recorded(query, row))
    page = page_reply(
        request, context, "quality_coverage.html", query=query, table=answer_table(query, ordered, names, None),
        picture=picture_of(query, ordered, names), generation=edition.generation, code=code,
    )  # fmt: skip
    return cached(page, edition)


def _recorded(query: Query, row: Row) -> int:
    """All that is recorded for the country of *row*."""
    return sum(int(row[column]["value"]) for column in query.counts)

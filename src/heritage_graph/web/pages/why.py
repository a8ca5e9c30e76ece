"""/why: who says so, where in which text, by which rule and from what, and who disagrees, for readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heritage_graph.web.api.why import PAGE, VALUES, answer, asked_in, document_of
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.replies import cached, current, page_reply
from heritage_graph.web.routing import Operation, negotiated

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply


def operations(_: Context) -> tuple[Operation, ...]:
    """The operation of the page."""
    return (
        Operation(
            "whyPage", PAGE, "The grounds of statements: who says so, where, by which rule, and who disagrees.", _why,
            values=VALUES, formats=(JSON, HTML), schema="why", tag="trust",
            example=f"{PAGE}?s=id:agreement/icesco-ots-mou",
            problems=("bad-parameter", "not-found", "withdrawn", "generation-not-kept", "too-many-requests"),
        ),
    )  # fmt: skip


async def _why(request: Request, context: Context) -> Reply:
    if negotiated(request.scope, (JSON, HTML)) == JSON:
        return await answer(request, context)
    asked = await asked_in(request, context)
    edition = await current(request, context, "why", *asked.parts, HTML.extension, at_generation=asked.page.generation)
    if edition.unchanged:
        return edition.unchanged
    document = await document_of(request, context, asked, edition.generation)
    page = page_reply(request, context, "why.html", grounds=document, one=asked.wanted.predicate is not None)
    return cached(page, edition)

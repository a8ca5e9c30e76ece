"""The search page: things by name, or all things of a kind."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from heritage_graph.index.entries import KINDS
from heritage_graph.web.api.freshness import MIN_GENERATION
from heritage_graph.web.api.lists import CURSOR, LIMIT, page_asked
from heritage_graph.web.api.search import KIND, TEXT, found_by_name, labels_told, types_told, wanted_in
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.pages.figures import counted
from heritage_graph.web.replies import Reply, cached, current, json_reply, page_reply
from heritage_graph.web.routing import FORMAT, Operation, negotiated, texts_of, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.index.index import Index
    from heritage_graph.web.api.lists import PageAsked
    from heritage_graph.web.context import Context

PATH: Final = "/search"


@dataclass(frozen=True)
class Listed:
    """A part of all things of one kind: references with their classes, how many there are, the page behind it."""

    items: list[dict[str, object]]
    total: int
    following: str | None


def operations(_: Context) -> tuple[Operation, ...]:
    """The page; programs are answered as by /api/v1/search."""
    text = replace(TEXT, required=False, doc=f"{TEXT.doc} People may leave it out, to look through all of a kind.")
    return (
        Operation(
            "searchPage", PATH, "Things by name in any language, however it is spelt; best first.", _search,
            values=(text, KIND, LIMIT, CURSOR, MIN_GENERATION, FORMAT), formats=(JSON, HTML),
            problems=("bad-parameter", "generation-not-kept", "busy", "query-timeout", "too-many-requests"),
            schema="search", example=f"{PATH}?q=icesco",
        ),
    )  # fmt: skip


async def _search(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    given, values = texts_of(request.scope), values_of(request.scope)
    kinds = tuple(kind for kind in given.get(KIND.name, ()) if kind)  # a form gives an empty one for any kind
    if chosen == HTML and not values.get(TEXT.name, "").strip():
        return await _all_of(request, context, kinds, values)
    wanted = wanted_in({**given, KIND.name: kinds}, values, languages=())
    index = await context.indexes.current(at_least=wanted.at_least)
    edition = await current(
        request, context, PATH, chosen.extension, *wanted.parts, at_generation=index.generation
    )  # fmt: skip
    if edition.unchanged:
        return edition.unchanged
    found = await found_by_name(request, context, wanted, index)
    if chosen == JSON:
        return cached(json_reply(found), edition)
    page = page_reply(
        request, context, "search.html", text=wanted.text, kinds=KINDS, chosen=wanted.kinds, found=found, listed=None,
        numbers={}, generation=edition.generation,
    )  # fmt: skip
    return cached(page, edition)


async def _all_of(request: Request, context: Context, kinds: tuple[str, ...], values: Mapping[str, str]) -> Reply:
    """All things of the kind that is chosen, or the kinds there are when none is, or several."""
    asked = await page_asked(request, context, PATH, values, name=f"{PATH} {kinds}")
    index = await context.indexes.current() if asked.generation is None else await context.indexes.of(asked.generation)
    edition = await current(
        request, context, PATH, HTML.extension, "all", *kinds, str(asked.limit), asked.after or "",
        at_generation=index.generation,
    )  # fmt: skip
    if edition.unchanged:
        return edition.unchanged
    with context.budgets.spending(client_of(request.scope)):
        listed = await _listed(request, context, kinds[0], asked, index) if len(kinds) == 1 else None
        numbers = await asyncio.to_thread(counted, index, KINDS) if listed is None else {}
    page = page_reply(
        request, context, "search.html", text="", kinds=KINDS, chosen=kinds, found=None, listed=listed,
        numbers=numbers, generation=edition.generation,
    )  # fmt: skip
    return cached(page, edition)


async def _listed(request: Request, context: Context, kind: str, asked: PageAsked, index: Index) -> Listed:
    page = await asyncio.to_thread(index.page, kind, after=asked.after, limit=asked.limit)
    things = await asyncio.to_thread(index.things, page.iris)
    names = await context.term_names.of(request, context, index.generation)
    items: list[dict[str, object]] = [
        {"id": thing.iri, "types": types_told(thing.types, names), "label": labels_told(thing)} for thing in things
    ]
    return Listed(items, page.total, asked.next_address(index.generation, page.last))

"""The home page: what the graph is and holds, and where everything is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from heritage_graph.query_files import bind
from heritage_graph.web.api.parameters import today
from heritage_graph.web.api.references import Asking
from heritage_graph.web.dataset_for_search import dataset_for_search, dataset_links
from heritage_graph.web.dataset_state import citation_of, dataset_state, dates_of
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.pages.figures import agreements_on, current_index, figures_of
from heritage_graph.web.pages.recent_changes import last_changes, log_now
from heritage_graph.web.replies import Reply, cached, current, json_reply, page_reply, redirect, rows_of
from heritage_graph.web.routing import FORMAT, Operation, negotiated
from heritage_graph.web.templating import local_address

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context

_LINKS: Final = {
    "sparql": "/sparql",
    "queries": "/queries",
    "agreements": "/api/v1/agreements",
    "agreementsInForce": "/api/v1/agreements/status",
    "agreementBoard": "/agreements",
    "timeline": "/timeline",
    "map": "/map",
    "organizations": "/api/v1/organizations",
    "search": "/api/v1/search?q=ICESCO",
    "why": "/api/v1/why?s=id:agreement/icesco-ots-mou",
    "quality": "/quality",
    "contradictions": "/api/v1/contradictions",
    "network": "/api/v1/network",
    "reconcile": "/reconcile",
    "changes": "/api/v1/changes",
    "dataset": "/dataset",
    "void": "/.well-known/void",
    "dumps": "/dumps/",
    "releases": "/releases",
    "oaiPmh": "/oai?verb=Identify",
    "eventStream": "/ldes",
    "changeDiscovery": "/changes",
    "sitemap": "/sitemap.xml",
    "harvest": "/harvest",
    "sources": "/sources",
    "graphs": "/graphs",
    "graphStore": "/rdf-graph-store",
    "validate": "/validate",
    "ontology": "/ns",
    "shapes": "/shapes",
    "docs": "/docs",
    "description": "/openapi.json",
    "jsonSchemas": "/schemas/v1",
    "jsonLdContext": "/context/v1.jsonld",
    "documentation": "/docs",
    "problems": "/problems",
    "about": "/about",
    "health": "/health/ready",
}
_PATIENCE_S: Final = 0.5
"""What is not counted or gathered by then is said to be on its way: the page comes without it."""


def operations(_: Context) -> tuple[Operation, ...]:
    """The home page, and where the JSON API begins."""
    return (
        Operation("home", "/", "Where everything is.", _home, values=(FORMAT,), formats=(JSON, HTML),
                  problems=("busy", "query-timeout", "too-many-requests"), schema="home", example="/"),
        Operation("api", "/api/v1", "Where the JSON API begins: leads to its description.", _api, formats=(JSON, HTML),
                  statuses=(303,), example="/api/v1", still=True),
    )  # fmt: skip


async def _api(request: Request, _: Context) -> Reply:
    return redirect("/docs" if negotiated(request.scope, (JSON, HTML)) == HTML else "/openapi.json")


async def _home(request: Request, context: Context) -> Reply:
    """The page, or its links for programs."""
    return await (_page if negotiated(request.scope, (JSON, HTML)) == HTML else _links)(request, context)


async def _page(request: Request, context: Context) -> Reply:
    state = await dataset_state(request, context, counted=False)
    day = today()
    index, log, agreements = await asyncio.gather(
        current_index(context, _PATIENCE_S),
        log_now(context, _PATIENCE_S),
        agreements_on(context, state.generation, day, _PATIENCE_S),
    )
    edition = await current(
        request, context, "home", HTML.extension, day, str(index and index.generation), str(log and log.sequence),
        str(agreements.is_known), *state.parts, at_generation=state.generation,
    )  # fmt: skip
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    dates = await dates_of(request, context, edition.generation)
    figures = await figures_of(asking, index)
    labels = await asking.labels(share.concept for share in agreements.parts)
    page = page_reply(
        request,
        context,
        "home.html",
        day=day,
        generation=edition.generation,
        agreements=agreements,
        answers={share.answer: labels.reference(share.concept) for share in agreements.parts},
        figures=figures,
        is_empty=not any(figure.number for figure in figures),
        changes=await last_changes(asking, log),
        questions=len(context.catalogue.queries),
        citation=citation_of(state, dates),
        state=state,
        json_ld=dataset_for_search(state, dates),
    )
    return cached(page, edition, dataset_links(state))


async def _links(request: Request, context: Context) -> Reply:
    edition = await current(request, context, "home", JSON.extension)
    if edition.unchanged:
        return edition.unchanged
    text = bind(context.internal.query("schemes"), {})
    rows = await rows_of(request, context, text, generation=edition.generation)
    links = {**_LINKS, "vocabularies": [local_address(row["scheme"]["value"]) for row in rows]}
    return cached(json_reply({"name": "heritage-graph", "generation": edition.generation, "links": links}), edition)

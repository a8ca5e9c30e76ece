"""The home page, the pages about kinds of problems, and the files of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.errors import UnknownName
from heritage_graph.query_files import bind
from heritage_graph.web import problems
from heritage_graph.web.built_files import built_file
from heritage_graph.web.dataset_for_search import dataset_for_search, dataset_links
from heritage_graph.web.dataset_state import dataset_state, dates_of
from heritage_graph.web.negotiation import HTML, JSON, TEXT, Format
from heritage_graph.web.replies import Reply, cached, current, json_reply, page_reply, redirect, rows_of
from heritage_graph.web.routing import FORMAT, Operation, negotiated
from heritage_graph.web.templating import local_address, static_file

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context

_STATIC: Final = {"css": Format("css", "text/css"), "svg": Format("svg", "image/svg+xml")}
_BUILT: Final = {
    "js": Format("js", "text/javascript"), "css": _STATIC["css"], "json": JSON, "txt": TEXT
}  # fmt: skip
_LINKS: Final = {
    "sparql": "/sparql",
    "queries": "/queries",
    "agreements": "/api/v1/agreements",
    "agreementsInForce": "/api/v1/agreements/status",
    "organizations": "/api/v1/organizations",
    "search": "/api/v1/search?q=ICESCO",
    "why": "/api/v1/why?s=id:agreement/icesco-ots-mou",
    "contradictions": "/api/v1/contradictions",
    "network": "/api/v1/network",
    "reconcile": "/reconcile",
    "changes": "/api/v1/changes",
    "dataset": "/dataset",
    "void": "/.well-known/void",
    "dumps": "/dumps/",
    "oaiPmh": "/oai?verb=Identify",
    "eventStream": "/ldes",
    "changeDiscovery": "/changes",
    "sitemap": "/sitemap.xml",
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
    "health": "/health/ready",
}


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations of the home page and its like."""
    return (
        Operation("home", "/", "Where everything is.", _home, values=(FORMAT,), formats=(JSON, HTML),
                  schema="home", example="/"),
        Operation("api", "/api/v1", "Where the JSON API begins: leads to its description.", _api, formats=(JSON, HTML),
                  statuses=(303,), example="/api/v1", still=True),
        Operation("problems", "/problems", "The kinds of problems.", _problems, values=(FORMAT,), formats=(JSON, HTML),
                  schema="problem-kinds", example="/problems", still=True),
        Operation("problem", "/problems/{slug}", "What a kind of problem means.", _problem, values=(FORMAT,),
                  formats=(JSON, HTML), problems=("not-found",), schema="problem-kind", example="/problems/busy",
                  still=True),
        Operation("builtFile", "/static/built/{name}", "A script, a style or data of the editor or of an island.",
                  _built, formats=[*_BUILT.values()], problems=("not-found",), still=True),
        Operation("static", "/static/{name}", "A file that pages use.", _static, formats=[*_STATIC.values()],
                  problems=("not-found",), example="/static/style.css", still=True),
    )  # fmt: skip


async def _home(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    state = await dataset_state(request, context, counted=False)
    edition = await current(request, context, "home", chosen.extension, *state.parts, at_generation=state.generation)
    if edition.unchanged:
        return edition.unchanged
    text = bind(context.internal.query("schemes"), {})
    rows = await rows_of(request, context, text, generation=edition.generation)
    vocabularies = [local_address(row["scheme"]["value"]) for row in rows]
    if chosen == HTML:
        dates = await dates_of(request, context, edition.generation)
        page = page_reply(
            request, context, "home.html", vocabularies=vocabularies, generation=edition.generation,
            count=len(context.catalogue.queries), json_ld=dataset_for_search(state, dates),
        )  # fmt: skip
        return cached(page, edition, dataset_links(state))
    links = {**_LINKS, "vocabularies": vocabularies}
    return cached(json_reply({"name": "heritage-graph", "generation": edition.generation, "links": links}), edition)


async def _api(request: Request, _: Context) -> Reply:
    return redirect("/docs" if negotiated(request.scope, (JSON, HTML)) == HTML else "/openapi.json")


async def _problems(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    known = _told()
    if chosen == HTML:
        return page_reply(request, context, "problems.html", problems=known)
    return json_reply({"problems": known})


async def _problem(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    known = [each for each in _told() if each["slug"] == request.path_params["slug"]]
    if not known:
        raise UnknownName(f"there is no kind of problem {request.path_params['slug'][:80]!r}; /problems lists them")
    if chosen == HTML:
        return page_reply(request, context, "problems.html", problems=known)
    return json_reply(known[0])


def _told() -> list[dict[str, object]]:
    return [
        {"slug": slug, "type": f"/problems/{slug}", "status": status, "title": title, "meaning": meaning}
        for slug, (status, title, meaning) in problems.catalogue().items()
    ]


async def _static(request: Request, _: Context) -> Reply:
    name = request.path_params["name"]
    content = static_file(name)
    if content is None:
        raise UnknownName(f"there is no file {name[:80]!r}")
    return Reply(content, _STATIC[name.rpartition(".")[2]], cache="public, max-age=3600")


async def _built(request: Request, _: Context) -> Reply:
    name = request.path_params["name"]
    content = built_file(name)
    if content is None:
        raise UnknownName(f"nothing that was built is called {name[:80]!r}")
    return Reply(content, _BUILT[name.rpartition(".")[2]], cache="public, max-age=31536000, immutable")

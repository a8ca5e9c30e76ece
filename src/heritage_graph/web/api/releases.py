"""The releases: the states of the graph that are kept under a name for good, and how each is cited."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.query_files import bind
from heritage_graph.store.releases import list_releases
from heritage_graph.web.addresses import base_of
from heritage_graph.web.citation_text import citation_of_release
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.replies import cached, current, json_reply, page_reply, rows_of
from heritage_graph.web.routing import FORMAT, Operation, negotiated

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.store.releases import Release
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

PATH: Final = "/api/v1/releases"
PAGE: Final = "/releases"


def operations(_: Context) -> tuple[Operation, ...]:
    """The list, for programs and at an address for people."""
    told = "The states of the graph that are kept under a name for good, and how each is cited."
    return (
        Operation("releases", PATH, told, _list, values=(FORMAT,), formats=(JSON, HTML), schema="releases",
                  example=PATH, tag="dataset"),
        Operation("releasesPage", PAGE, told, _list, values=(FORMAT,), formats=(HTML, JSON), schema="releases",
                  example=PAGE, tag="dataset"),
    )  # fmt: skip


async def _list(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (HTML, JSON) if request.url.path == PAGE else (JSON, HTML))
    releases = list_releases(context.settings.data)
    dumped = {manifest.generation for manifest in context.dumps.manifests()}
    base = base_of(request.scope, context)
    state = (text for each in releases for text in (each.name, str(each.generation), str(each.generation in dumped)))
    edition = await current(request, context, "releases", chosen.extension, base, *state)
    if edition.unchanged:
        return edition.unchanged
    told = [
        await _told(request, context, release, base=base, dumped=dumped, generation=edition.generation)
        for release in releases
    ]
    if chosen == HTML:
        return cached(
            page_reply(
                request, context, "releases.html", releases=told, keeps_past=context.service.generations.keeps_past
            ),
            edition,
        )
    return cached(json_reply({"generation": edition.generation, "releases": told}), edition)


async def _told(
    request: Request, context: Context, release: Release, *, base: str, dumped: set[int], generation: int
) -> dict[str, object]:
    text = bind(context.internal.query("commit-of"), {"generation": str(release.generation)})
    (row,) = await rows_of(request, context, text, generation=generation)
    committed, commit = datetime.fromisoformat(row["at"]["value"]), row["key"]["value"]
    citation = citation_of_release(release, committed=committed, commit=commit, address=f"{base}{PAGE}#{release.name}")
    links = {"sparql": f"/sparql?asOf={release.name}", "commit": f"/doc/commit/{release.generation}"}
    if release.generation in dumped:
        links["dump"] = f"/dumps/{release.generation}/manifest.json"
    return {
        "name": release.name,
        "generation": release.generation,
        "created": release.created,
        "committed": row["at"]["value"],
        "commit": commit,
        "links": links,
        "citation": {"text": citation.text, "bibtex": citation.bibtex, "csl": orjson.loads(citation.csl)},
    }

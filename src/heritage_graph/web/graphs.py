"""The named graphs and where each comes from; each also at an address of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import GRAPH, is_published
from heritage_graph.query_files import bind
from heritage_graph.web.as_of import AS_OF, generation_in
from heritage_graph.web.entity_addresses import without_suffix
from heritage_graph.web.faults import Gone
from heritage_graph.web.graph_standing import graph_fields
from heritage_graph.web.graph_store import read_graph
from heritage_graph.web.graph_writing import FORMATS
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.replies import cached, current, json_reply, page_reply, rows_of
from heritage_graph.web.routing import FORMAT, Operation, negotiated, values_of
from heritage_graph.web.templating import local_address
from heritage_graph.web.tombstones import tombstone

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.context import Context
    from heritage_graph.web.names import Names
    from heritage_graph.web.replies import Reply

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MANY: Final = frozenset({"document", "publisher", "attributedTo"})


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations on graphs by name."""
    problems = ("not-found", "withdrawn", "generation-not-kept", "not-acceptable")
    return (
        Operation("graphs", "/graphs", "The named graphs with their provenance.", _list, values=(FORMAT,),
                  formats=(JSON, HTML), schema="graphs", example="/graphs", tag="graphs"),
        Operation("graph", "/graph/{name}", "A named graph of ours.", _one, values=(FORMAT, AS_OF),
                  formats=(*FORMATS, HTML), problems=problems, example="/graph/curation.nt", tag="graphs"),
        Operation("graphOfGroup", "/graph/{group}/{name}", "The graph of one source.", _one, values=(FORMAT, AS_OF),
                  formats=(*FORMATS, HTML), problems=problems, tag="graphs",
                  example="/graph/source/icesco-2024-partnerships-report.nt"),
    )  # fmt: skip


async def _list(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    edition = await current(request, context, "graphs", chosen.extension)
    if edition.unchanged:
        return edition.unchanged
    graphs = await _described(request, context, edition.generation)
    if chosen == HTML:
        return cached(
            page_reply(request, context, "graphs.html", graphs=graphs, generation=edition.generation), edition
        )
    return cached(json_reply({"generation": edition.generation, "graphs": graphs}), edition)


async def _one(request: Request, context: Context) -> Reply:
    name, suffix = without_suffix(request.path_params["name"], (*FORMATS, HTML))
    segments = [part for part in (request.path_params.get("group"), name) if part is not None]
    if not all(_NAME.fullmatch(segment) for segment in segments):
        raise UnknownName("a graph has a name of small letters, digits and hyphens")
    graph = GRAPH + "/".join(segments)
    chosen = negotiated(request.scope, (*FORMATS, HTML), suffix=suffix)
    generation = await generation_in(values_of(request.scope), context)
    try:
        if chosen != HTML:
            return await read_graph(request, context, graph, suffix=chosen.extension, at_generation=generation)
        return await _page(request, context, graph, generation)
    except Gone as gone:
        return tombstone(request, context, gone, suffix=suffix)


async def _page(request: Request, context: Context, graph: str, at_generation: int | None) -> Reply:
    """The page about *graph*, in the last or the given generation."""
    edition = await current(request, context, "graph", graph, "html", at_generation=at_generation)
    if edition.unchanged:
        return edition.unchanged
    fields = await graph_fields(request, context, graph, edition.generation)
    (found,) = [each for each in await _described(request, context, edition.generation) if each["graph"] == graph]
    page = page_reply(request, context, "graph.html", graph=found, formats=FORMATS, generation=edition.generation)
    return cached(page, edition, fields)


async def _described(request: Request, context: Context, generation: int) -> list[dict[str, object]]:
    """The graphs by IRI, each with what graph/meta says of it."""
    text = bind(context.internal.query("graphs"), {})
    rows = await rows_of(request, context, text, generation=generation, lane="heavy")
    names = await context.term_names.of(request, context, generation)
    found: dict[str, dict[str, object]] = {}
    for row in rows:
        iri = row["graph"]["value"]
        described = found.setdefault(iri, _description(iri, row, names))
        for member in _MANY:
            values = described[member]
            assert isinstance(values, list)
            if member in row and row[member]["value"] not in values:
                values.append(row[member]["value"])
    return list(found.values())


def _description(iri: str, row: Row, names: Names) -> dict[str, object]:
    return {
        "graph": iri,
        "href": local_address(iri),
        "label": dict(names.all_of(iri)),
        "published": is_published(NamedNode(iri)),
        "triples": int(row["triples"]["value"]),
        "epistemicStatus": row["status"]["value"] if "status" in row else None,
        "license": row["licence"]["value"] if "licence" in row else None,
        "retrievedOn": row["retrievedOn"]["value"] if "retrievedOn" in row else None,
        **{member: [] for member in sorted(_MANY)},
    }

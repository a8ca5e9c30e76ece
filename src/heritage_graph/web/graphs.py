"""The named graphs and where each comes from; each also at an address of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import GRAPH
from heritage_graph.web.api.parameters import number_in
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF, generation_in
from heritage_graph.web.entity_addresses import without_suffix
from heritage_graph.web.faults import Gone
from heritage_graph.web.graph_contents import MOST_COMMITS, MOST_TOLD, commits_of, contents_of
from heritage_graph.web.graph_standing import graph_fields
from heritage_graph.web.graph_store import read_graph
from heritage_graph.web.graph_writing import FORMATS
from heritage_graph.web.named_graphs import FAMILIES, family_of_graph, named_graphs
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.replies import cached, current, json_reply, page_reply
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, values_of
from heritage_graph.web.tombstones import tombstone

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.named_graphs import Graph
    from heritage_graph.web.replies import Reply

_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KIND: Final = Value("kind", "On the page: only what the graph states of things of this kind.", example="agreement")
_PAGE: Final = Value("page", "On the page: which part of what the graph states.", example="1", type="integer",
                     default="1", least=1)  # fmt: skip


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations on graphs by name."""
    problems = ("bad-parameter", "not-found", "withdrawn", "generation-not-kept", "not-acceptable")
    values = (FORMAT, AS_OF, _KIND, _PAGE)
    return (
        Operation("graphs", "/graphs", "The named graphs with their provenance.", _list, values=(FORMAT,),
                  formats=(JSON, HTML), schema="graphs", example="/graphs", tag="graphs"),
        Operation("graph", "/graph/{name}", "A named graph of ours.", _one, values=values,
                  formats=(*FORMATS, HTML), problems=problems, example="/graph/curation.nt", tag="graphs"),
        Operation("graphOfGroup", "/graph/{group}/{name}", "The graph of one source.", _one, values=values,
                  formats=(*FORMATS, HTML), problems=problems, tag="graphs",
                  example="/graph/source/icesco-2024-partnerships-report.nt"),
    )  # fmt: skip


async def _list(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    edition = await current(request, context, "graphs", chosen.extension)
    if edition.unchanged:
        return edition.unchanged
    graphs = await named_graphs(request, context, edition.generation)
    if chosen == JSON:
        return cached(json_reply({"generation": edition.generation, "graphs": graphs}), edition)
    asking = Asking(request, context, edition.generation)
    families = {name: [each for each in graphs if family_of_graph(each["graph"]) == name] for name in FAMILIES}
    page = page_reply(
        request, context, "graphs.html", families=families, generation=edition.generation,
        labels=await asking.labels({iri for each in graphs for iri in _referred(each)}),
    )  # fmt: skip
    return cached(page, edition)


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
    given = values_of(request.scope)
    kind, number, state = given.get(_KIND.name, ""), number_in(given, _PAGE), given.get(AS_OF.name, "")
    edition = await current(
        request, context, "graph", graph, kind, str(number), state, HTML.extension, at_generation=at_generation
    )
    if edition.unchanged:
        return edition.unchanged
    fields = await graph_fields(request, context, graph, edition.generation)
    (found,) = await named_graphs(request, context, edition.generation, only=graph)
    asking = Asking(request, context, edition.generation)
    told = await contents_of(asking, graph, kind=kind, page=number) if found["triples"] <= MOST_TOLD else None
    page = page_reply(
        request, context, "graph.html", graph=found, family=family_of_graph(graph), formats=FORMATS,
        labels=await asking.labels(_referred(found)), definition=await _definition(asking, found["epistemicStatus"]),
        contents=told, kind=kind, page=number, state=state,
        commits=await commits_of(asking, graph), most_commits=MOST_COMMITS, generation=edition.generation,
    )  # fmt: skip
    return cached(page, edition, fields)


async def _definition(asking: Asking, concept: str | None) -> dict[str, list[str]]:
    """What *concept* means, by language; nothing for none."""
    rows = await asking.rows_about("concept-definitions", "concepts", [concept] if concept else [])
    return {row["definition"].get("xml:lang", ""): [row["definition"]["value"]] for row in rows}


def _referred(graph: Graph) -> set[str]:
    """What a page names beside *graph* itself."""
    status = graph["epistemicStatus"]
    return {*graph["document"], *graph["publisher"], *graph["attributedTo"]} | ({status} if status else set())

"""The SPARQL 1.1 Graph Store Protocol: read any named graph, write a source graph with a key, through the gate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError, UnknownName
from heritage_graph.ingest.changes import Mode
from heritage_graph.ingest.submission import Submission
from heritage_graph.namespaces import GRAPH
from heritage_graph.query_files import bind
from heritage_graph.web.bearers import key_of
from heritage_graph.web.documents import MEDIA_TYPES, document_of
from heritage_graph.web.editions import CACHED
from heritage_graph.web.exchange import exchange_of
from heritage_graph.web.faults import Forbidden, Gone
from heritage_graph.web.graph_standing import graph_fields
from heritage_graph.web.graph_writing import (
    FORMATS,
    MESSAGE,
    PROBLEMS,
    check_writable,
    message_of,
    precondition,
)
from heritage_graph.web.http_dates import holds_since
from heritage_graph.web.limits import client_of
from heritage_graph.web.replies import Reply, asked, cached, current, json_reply
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.web.context import Context

PATH: Final = "/rdf-graph-store"
GRAPH_VALUES: Final = (
    Value("graph", "The IRI of the graph.", example=f"{GRAPH}source/icesco-2024-partnerships-report"),
    Value("default", "The default graph: the published view."),
)

_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]+")
_READ: Final = ("not-found", "bad-parameter", "not-acceptable")


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations of the protocol."""
    written = (*GRAPH_VALUES, MESSAGE)
    return (
        Operation(
            "readGraph", PATH, "A named graph, or the published view.", _read, values=(*GRAPH_VALUES, FORMAT),
            formats=FORMATS, problems=_READ, tag="graphs",
            example=f"{PATH}?graph={GRAPH}source/icesco-2024-partnerships-report",
        ),
        Operation(
            "replaceGraph", PATH, "Put a graph in the place of what it held.", _replace, method="PUT",
            values=written, takes=MEDIA_TYPES, statuses=(201, 204), schema="graph-receipt", problems=PROBLEMS,
            keyed=True, tag="graphs",
        ),
        Operation(
            "mergeGraph", PATH, "Add to a graph.", _merge, method="POST",
            values=written, takes=MEDIA_TYPES, statuses=(201, 204), schema="graph-receipt", problems=PROBLEMS,
            keyed=True, tag="graphs",
        ),
        Operation(
            "removeGraph", PATH, "Remove a graph, and what it alone implied.", _remove, method="DELETE",
            values=written, statuses=(204,), problems=("not-found", *PROBLEMS), keyed=True, tag="graphs",
        ),
    )  # fmt: skip


async def _read(request: Request, context: Context) -> Reply:
    graph = _graph(values_of(request.scope))
    try:
        return await read_graph(request, context, graph)
    except Gone as gone:  # the protocol has 404 for it; /graph/… tells what became of it
        raise UnknownName(f"there is no graph {graph} any more", graph=graph) from gone


async def read_graph(
    request: Request,
    context: Context,
    graph: str | None,
    *,
    suffix: str = "",
    at_generation: int | None = None,
) -> Reply:
    """The triples of *graph*, of the published view when it is None, in the last or the given generation.

    Raises:
        Gone: the graph was removed.
        UnknownName: it never held anything.
    """
    chosen = negotiated(request.scope, FORMATS, suffix=suffix)
    edition = await current(request, context, "graph", graph or "", chosen.extension, at_generation=at_generation)
    if edition.unchanged:
        return edition.unchanged
    fields = () if graph is None else await graph_fields(request, context, graph, edition.generation)
    if holds_since(request.scope, fields):
        return Reply(status=304, tag=edition.tag, cache=CACHED, fields=fields)
    text = bind(context.internal.query("triples"), {})
    with context.budgets.spending(client_of(request.scope)):
        reply = await asked(
            request,
            context,
            text,
            chosen,
            generation=edition.generation,
            lane="heavy",
            graphs=() if graph is None else (graph,),
        )
    return cached(reply, edition, fields)


async def _replace(request: Request, context: Context) -> Reply:
    return await _write(request, context, Mode.REPLACE)


async def _merge(request: Request, context: Context) -> Reply:
    return await _write(request, context, Mode.MERGE)


async def _write(request: Request, context: Context, mode: Mode) -> Reply:
    graph = _permitted(request, context)
    document = await document_of(request, context)
    existed, expected = await precondition(request, context, graph)
    submission = Submission(graph, mode, document.body, document.extension, document.encoding, message_of(request))
    verdict = await context.service.intake.submit(submission, expected=expected)
    exchange_of(request.scope).generation = verdict.receipt["generation"]
    if existed:
        return Reply(status=204)
    location = f"{PATH}?graph={graph}"
    receipt = {**verdict.receipt, "warnings": verdict.report["json"]["counts"]["warning"]}
    return json_reply(receipt, status=201, fields=((b"location", location.encode("ascii")),))


async def _remove(request: Request, context: Context) -> Reply:
    graph = _permitted(request, context)
    existed, expected = await precondition(request, context, graph)
    if not existed:
        raise UnknownName(f"there is no graph {graph}", graph=graph)
    submission = Submission(graph, Mode.REMOVE, message=message_of(request))
    verdict = await context.service.intake.submit(submission, expected=expected)
    exchange_of(request.scope).generation = verdict.receipt["generation"]
    return Reply(status=204)


def _permitted(request: Request, context: Context) -> str:
    """The graph that the request may write.

    Raises:
        Unauthorized: it bears no valid key.
        Forbidden: the key is not for this graph, or nobody writes it.
        TooManyRequests: too many wrong keys came from this client.
    """
    key = key_of(request.scope, context)
    graph = _graph(values_of(request.scope))
    if graph is None:
        raise Forbidden("the default graph is computed from the others; write a source graph")
    check_writable(key, graph)
    return graph


def _graph(values: Mapping[str, str]) -> str | None:
    """The graph that the address names, None for the default graph."""
    if ("graph" in values) == ("default" in values):
        raise ParameterError("name one graph: ?graph= with its IRI, or ?default", allowed=["graph", "default"])
    if "default" in values:
        if values["default"]:
            raise ParameterError("?default takes no value", parameter="default")
        return None
    if not _IRI.fullmatch(values["graph"]):
        raise ParameterError(f"graph= takes an absolute IRI, not {values['graph'][:80]!r}", parameter="graph")
    return values["graph"]

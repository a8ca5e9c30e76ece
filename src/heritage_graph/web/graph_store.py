"""The SPARQL 1.1 Graph Store Protocol: read any named graph, write a source graph with a key, through the gate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError, UnknownName
from heritage_graph.ingest.changes import Mode
from heritage_graph.ingest.submission import Submission
from heritage_graph.namespaces import CURATION, GRAPH, ONTOLOGY, VOCAB
from heritage_graph.query_files import bind
from heritage_graph.web.bearers import key_of
from heritage_graph.web.documents import MEDIA_TYPES, document_of
from heritage_graph.web.editions import generation_of_tag, tags_of
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.faults import Forbidden, PreconditionFailed
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import NQUADS, TRIG, TRIPLES
from heritage_graph.web.replies import Reply, asked, cached, current, json_reply, results_of
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
MESSAGE: Final = Value("message", "What the log is to say of the change.", example="correct the date of signing")
FORMATS: Final = (*TRIPLES, TRIG, NQUADS)

_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]+")
_WRITABLE: Final = re.compile(re.escape(GRAPH) + r"(?:source|generic)/[a-z0-9]+(?:-[a-z0-9]+)*")
_OURS: Final = frozenset({CURATION.value, VOCAB.value, ONTOLOGY.value})
_LONGEST_MESSAGE: Final = 500
_READ: Final = ("not-found", "bad-parameter", "not-acceptable")
_WRITE: Final = (
    "unauthorized", "graph-forbidden", "version-conflict", "syntax-fault", "shacl-violation", "doctype-forbidden",
    "remote-context-forbidden", "blank-node-forbidden", "too-large", "unsupported-media-type", "validation-timeout",
    "insufficient-storage",
)  # fmt: skip


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations of the protocol."""
    written = (*GRAPH_VALUES, MESSAGE)
    return (
        Operation(
            "readGraph", PATH, "A named graph, or the published view.", _read, values=(*GRAPH_VALUES, FORMAT),
            formats=FORMATS, problems=_READ, tag="graphs",
        ),
        Operation(
            "replaceGraph", PATH, "Put a graph in the place of what it held.", _replace, method="PUT",
            values=written, takes=MEDIA_TYPES, statuses=(201, 204), problems=_WRITE, keyed=True, tag="graphs",
        ),
        Operation(
            "mergeGraph", PATH, "Add to a graph.", _merge, method="POST",
            values=written, takes=MEDIA_TYPES, statuses=(201, 204), problems=_WRITE, keyed=True, tag="graphs",
        ),
        Operation(
            "removeGraph", PATH, "Remove a graph, and what it alone implied.", _remove, method="DELETE",
            values=written, statuses=(204,), problems=("not-found", *_WRITE), keyed=True, tag="graphs",
        ),
    )  # fmt: skip


async def _read(request: Request, context: Context) -> Reply:
    graph = _graph(values_of(request.scope))
    return await read_graph(request, context, graph)


async def read_graph(request: Request, context: Context, graph: str | None, *, suffix: str = "") -> Reply:
    """The triples of *graph*, of the published view when it is None.

    Raises:
        UnknownName: the graph holds nothing.
    """
    chosen = negotiated(request.scope, FORMATS, suffix=suffix)
    edition = await current(request, context, "graph", graph or "", chosen.extension)
    if edition.unchanged:
        return edition.unchanged
    if graph is not None and not await _exists(request, context, graph, edition.generation):
        raise UnknownName(f"there is no graph {graph}; /graphs lists those there are", graph=graph)
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
    return cached(reply, edition)


async def _replace(request: Request, context: Context) -> Reply:
    return await _write(request, context, Mode.REPLACE)


async def _merge(request: Request, context: Context) -> Reply:
    return await _write(request, context, Mode.MERGE)


async def _write(request: Request, context: Context, mode: Mode) -> Reply:
    graph = _permitted(request, context)
    document = await document_of(request, context)
    existed, expected = await _precondition(request, context, graph)
    submission = Submission(graph, mode, document.body, document.extension, document.encoding, _message(request))
    verdict = await context.service.intake.submit(submission, expected=expected)
    exchange_of(request.scope).generation = verdict.receipt["generation"]
    if existed:
        return Reply(status=204)
    location = f"{PATH}?graph={graph}"
    receipt = {**verdict.receipt, "warnings": verdict.report["json"]["counts"]["warning"]}
    return json_reply(receipt, status=201, fields=((b"location", location.encode("ascii")),))


async def _remove(request: Request, context: Context) -> Reply:
    graph = _permitted(request, context)
    existed, expected = await _precondition(request, context, graph)
    if not existed:
        raise UnknownName(f"there is no graph {graph}", graph=graph)
    submission = Submission(graph, Mode.REMOVE, message=_message(request))
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
    if not _WRITABLE.fullmatch(graph) and graph not in _OURS:
        raise Forbidden(
            f"{graph} is not written from outside; documents go to {GRAPH}source/… with a name of small letters, "
            "digits and hyphens",
            graph=graph,
        )
    if not key.may_write(graph):
        raise Forbidden(f"this key is not for {graph}", graph=graph)
    return graph


async def _precondition(request: Request, context: Context, graph: str) -> tuple[bool, int | None]:
    """Whether the graph is there, and the generation on which the change rests when the request names one.

    Raises:
        PreconditionFailed: `If-Match` or `If-None-Match` does not hold.
    """
    last = context.service.generations.last
    existed = await _exists(request, context, graph, last)
    if tags_of(field(request.scope, b"if-none-match")) and existed:
        raise PreconditionFailed(f"{graph} is there already", graph=graph, generation=last)
    tags = tags_of(field(request.scope, b"if-match"))
    if not tags:
        return existed, None
    if not existed:
        raise PreconditionFailed(f"there is no graph {graph}", graph=graph, generation=last)
    if "*" in tags:
        return existed, last
    for chosen in FORMATS:
        if await context.editions.tag("graph", graph, chosen.extension, generation=last) in tags:
            return existed, last
    seen = [generation for tag in tags if (generation := generation_of_tag(tag)) is not None]
    raise PreconditionFailed(
        f"the graph is at generation {last} by now; read it again and repeat the change",
        graph=graph,
        generation=last,
        expected=max(seen, default=None),
    )


async def _exists(request: Request, context: Context, graph: str, generation: int) -> bool:
    text = bind(context.internal.query("graph-exists"), {"graph": graph})
    return bool((await results_of(request, context, text, generation=generation))["boolean"])


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


def _message(request: Request) -> str:
    message = values_of(request.scope).get("message", "")
    if len(message) > _LONGEST_MESSAGE or not message.isprintable():
        raise ParameterError(f"message is at most {_LONGEST_MESSAGE} characters on one line", parameter="message")
    return message

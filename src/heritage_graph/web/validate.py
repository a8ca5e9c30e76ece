"""Check a document against the rules of the model, without storing anything."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import EngineTrouble, InvalidData, ParameterError
from heritage_graph.ingest.changes import Mode
from heritage_graph.ingest.submission import Submission
from heritage_graph.namespaces import GRAPH
from heritage_graph.web.documents import MEDIA_TYPES, document_of
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import HTML, JSON, TEXT, TURTLE
from heritage_graph.web.replies import Reply, json_reply, page_reply
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, values_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.store.frames import Json
    from heritage_graph.web.context import Context

FORMATS: Final = (JSON, TURTLE, TEXT, HTML)
_DEFAULT_GRAPH: Final = GRAPH + "source/validated"
_SOURCE: Final = re.compile(re.escape(GRAPH) + r"(?:source|generic)/[a-z0-9]+(?:-[a-z0-9]+)*")
_GRAPH: Final = Value("graph", "The graph for which it is meant; a new source when not given.", example=_DEFAULT_GRAPH)


def operations(_: Context) -> tuple[Operation, ...]:
    """The operation of validation."""
    return (
        Operation(
            "validate", "/validate", "Check a document against the rules of the model; nothing is stored.", _validate,
            method="POST", values=(_GRAPH, FORMAT), formats=FORMATS, takes=MEDIA_TYPES, schema="validation-report",
            tag="validation",
            problems=("syntax-fault", "doctype-forbidden", "blank-node-forbidden", "too-large", "validation-timeout"),
        ),
    )  # fmt: skip


async def _validate(request: Request, context: Context) -> Reply:
    """The report, whether the document conforms or not; a document that cannot be read is a problem."""
    chosen = negotiated(request.scope, FORMATS)
    graph = values_of(request.scope).get("graph", _DEFAULT_GRAPH)
    if not _SOURCE.fullmatch(graph):
        raise ParameterError(f"graph= names a graph {GRAPH}source/… or {GRAPH}generic/…", parameter="graph")
    with context.budgets.spending(client_of(request.scope)):
        document = await document_of(request, context)
        submission = Submission(graph, Mode.REPLACE, document.body, document.extension, document.encoding)
        try:
            report = (await context.service.intake.validate(submission)).report
        except InvalidData as refusal:
            report = _written(refusal)
    match chosen.extension:
        case "json":
            return json_reply(report["json"])
        case "ttl":
            return Reply(report["turtle"].encode(), TURTLE)
        case "html":
            return page_reply(request, context, "report.html", report=report)
        case _:
            return Reply(report["text"].encode(), TEXT)


def _written(refusal: InvalidData) -> Json:
    """The report of a refusal in its three forms, as the gate wrote them."""
    if not isinstance(refusal.report, dict):
        raise EngineTrouble("the gate gave no report")
    return refusal.report

"""The description of the interface in OpenAPI 3.1, made of the same table as the routes."""

from __future__ import annotations

from importlib.metadata import version
from itertools import groupby
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.web import catalogue
from heritage_graph.web.negotiation import JSON
from heritage_graph.web.openapi_operations import HEADERS, refusals, told_of
from heritage_graph.web.openapi_schemas import components, schema_of_answer
from heritage_graph.web.replies import json_reply
from heritage_graph.web.routing import Operation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from heritage_graph.query_files import Query
    from heritage_graph.web.context import Context
    from heritage_graph.web.openapi_schemas import Json
    from heritage_graph.web.replies import Reply

TAGS: Final = {
    "api": "Records of things, and answers made for programs, as JSON.",
    "dataset": "The dataset as a whole, described for catalogues, crawlers and planners of queries.",
    "graphs": "The named graphs: one of each source.",
    "harvesting": "Everything, and then what changes, for those who keep a copy.",
    "operations": "What whoever runs the service, or writes a program against it, needs.",
    "pages": "Where everything is, and what problems mean.",
    "questions": "Stored questions: each an address with parameters.",
    "reconciliation": "Names of your own matched with the things of the graph.",
    "sparql": "Queries of your own.",
    "terms": "The ontology, the vocabularies and the shapes.",
    "trust": "Who says what, where sources differ, and what is missing.",
    "things": "Things by their IRI, as documents in RDF and for people.",
    "validation": "Documents checked before they are sent.",
}
"""What the operations of each tag are about."""
_ABOUT: Final = """\
Every path that answers GET answers HEAD, and every path OPTIONS. A suffix (`.ttl`) or `format=` beats `Accept`. \
A parameter that a path does not know is refused with 400. Every error is a problem document (RFC 9457); its `type` \
leads to what it means. Answers bear an `ETag`; sent back in `If-None-Match` it saves the body (304). The schemas of \
the answers are also at /schemas/v1, and this description for people at /docs."""


def operations(described: Sequence[Operation]) -> list[Operation]:
    """The operation that describes *described*, to which it is added before anybody asks."""
    written: list[Reply] = []

    async def describe(_: Request, context: Context) -> Reply:
        if not written:
            written.append(json_reply(document(described, catalogue.listed(context))))
        return written[0]

    return [
        Operation(
            "description", "/openapi.json", "This description.", describe, formats=(JSON,), schema="description",
            still=True, tag="operations",
        )
    ]  # fmt: skip


def document(described: Sequence[Operation], queries: Sequence[Query]) -> Json:
    """The OpenAPI document; each stored question is an operation of its own."""
    general = [(operation, None) for operation in described if operation.name != "query"]
    questions = [
        (operation_of(query), schema_of_answer(query) if query.form != "construct" else None) for query in queries
    ]
    everything = sorted([*general, *questions], key=lambda told: told[0].path)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "heritage-graph",
            "version": version("heritage-graph"),
            "summary": "Who works with whom, on what heritage, under which agreement, and who says so.",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [
            {"name": tag, "description": TAGS.get(tag, "")}
            for tag in sorted({operation.tag for operation, _ in everything})
        ],
        "paths": {
            path: {operation.method.lower(): told_of(operation, answer) for operation, answer in group}
            for path, group in groupby(everything, key=lambda told: told[0].path)
        },
        "components": {
            "schemas": components(),
            "responses": refusals(),
            "headers": HEADERS,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "An API key."}},
        },
    }


def operation_of(query: Query) -> Operation:
    """A stored question as an operation of its own; its example gives what it needs."""
    needed = {name: query.examples[name] for name, parameter in query.parameters.items() if parameter.required}
    return Operation(
        name=f"query-{query.name}",
        path=f"/queries/{query.name}",
        summary=str(query.title),
        values=catalogue.values_taken(query),
        formats=catalogue.formats_of(query),
        problems=("not-found", "generation-not-kept"),
        example=f"/queries/{query.name}" + (f"?{urlencode(needed, safe=':/')}" if needed else ""),
        tag="questions",
    )

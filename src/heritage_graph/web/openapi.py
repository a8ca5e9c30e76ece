"""The description of the interface in OpenAPI 3.1, made of the same table as the routes."""

from __future__ import annotations

import re
from importlib.metadata import version
from itertools import groupby
from typing import TYPE_CHECKING, Final

from heritage_graph.web import catalogue, problems
from heritage_graph.web.negotiation import JSON, PROBLEM
from heritage_graph.web.replies import json_reply
from heritage_graph.web.routing import Operation, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from heritage_graph.query_files import Query
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

_ALWAYS: Final = ("bad-parameter", "ambiguous-request", "not-acceptable", "internal-error")
_PARAMETER: Final = re.compile(r"\{([a-z]+)\}")
_WHAT: Final = {
    200: "The answer.",
    201: "Made; the body is the receipt of the commit.",
    202: "Taken; Location leads to the job.",
    204: "Done.",
    301: "It was merged into another thing.",
    303: "The document about it is elsewhere.",
}


def operations(described: Sequence[Operation]) -> list[Operation]:
    """The operation that describes *described*, and itself."""
    own: list[Operation] = []

    async def describe(_: Request, context: Context) -> Reply:
        return json_reply(document((*described, *own), catalogue.listed(context)))

    own.append(
        Operation("description", "/openapi.json", "This description.", describe, formats=(JSON,), tag="operations")
    )
    return own


def document(described: Sequence[Operation], queries: Sequence[Query]) -> dict[str, object]:
    """The OpenAPI document; each stored question is an operation of its own."""
    general = [operation for operation in described if operation.name != "query"]
    everything = sorted([*general, *map(_of_query, queries)], key=lambda operation: operation.path)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "heritage-graph",
            "version": version("heritage-graph"),
            "summary": "Who works with whom, on what heritage, under which agreement, and who says so.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [{"name": tag} for tag in sorted({operation.tag for operation in everything})],
        "paths": {
            path: {operation.method.lower(): _operation(operation) for operation in group}
            for path, group in groupby(everything, key=lambda operation: operation.path)
        },
        "components": {
            "schemas": {"Problem": _PROBLEM_SCHEMA},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "An API key."}},
        },
    }


def _of_query(query: Query) -> Operation:
    return Operation(
        name=f"query-{query.name}",
        path=f"/queries/{query.name}",
        summary=str(query.title),
        values=catalogue.values_taken(query),
        formats=catalogue.formats_of(query),
        problems=("bad-parameter", "query-timeout", "result-too-large", "too-many-requests"),
        tag="questions",
    )


def _operation(operation: Operation) -> dict[str, object]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(operation.path)
    ]
    parameters += [_value(value) for value in operation.values or ()]
    told: dict[str, object] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": parameters,
        "responses": _responses(operation),
    }
    if operation.takes:
        told["requestBody"] = {"required": True, "content": {media_type: {} for media_type in operation.takes}}
    if operation.keyed:
        told["security"] = [{"key": []}]
    return told


def _value(value: Value) -> dict[str, object]:
    schema: dict[str, object] = {"type": "string"}
    if value.repeated:
        schema = {"type": "array", "items": schema}
    told: dict[str, object] = {
        "name": value.name,
        "in": "query",
        "description": value.doc,
        "required": value.required,
        "schema": schema,
    }
    if value.example is not None:
        told["example"] = value.example
    return told


def _responses(operation: Operation) -> dict[str, object]:
    content: dict[str, object] = {each.media_type: {} for each in operation.formats} or {JSON.media_type: {}}
    responses: dict[str, object] = {}
    for status in operation.statuses:
        responses[str(status)] = {"description": _WHAT[status]}
        if status in {200, 201, 202}:
            responses[str(status)] = {"description": _WHAT[status], "content": content}
    known = problems.catalogue()
    by_status: dict[int, list[str]] = {}
    for slug in dict.fromkeys((*operation.problems, *_ALWAYS)):
        by_status.setdefault(known[slug][0], []).append(slug)
    for status, slugs in sorted(by_status.items()):
        responses[str(status)] = {
            "description": "; ".join(f"{known[slug][1]} ({slug})" for slug in slugs),
            "content": {PROBLEM.media_type: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return responses


_PROBLEM_SCHEMA: Final = {
    "type": "object",
    "description": "A problem document (RFC 9457); further members depend on its type.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri"},
    },
}

"""The description of the interface in OpenAPI 3.1, made of the same table as the routes."""

from __future__ import annotations

import re
from importlib.metadata import version
from itertools import groupby
from typing import TYPE_CHECKING, Final

from heritage_graph.web import catalogue, problems
from heritage_graph.web.negotiation import JSON, PROBLEM
from heritage_graph.web.openapi_schemas import components, reference, schema_of_answer, schema_of_value
from heritage_graph.web.replies import json_reply
from heritage_graph.web.routing import Operation, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from heritage_graph.query_files import Query
    from heritage_graph.web.context import Context
    from heritage_graph.web.openapi_schemas import Json
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


def document(described: Sequence[Operation], queries: Sequence[Query]) -> Json:
    """The OpenAPI document; each stored question is an operation of its own."""
    general = [
        (operation, reference(operation.schema) if operation.schema else None)
        for operation in described
        if operation.name != "query"
    ]
    questions = [
        (_of_query(query), schema_of_answer(query) if query.form != "construct" else None) for query in queries
    ]
    everything = sorted([*general, *questions], key=lambda told: told[0].path)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "heritage-graph",
            "version": version("heritage-graph"),
            "summary": "Who works with whom, on what heritage, under which agreement, and who says so.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": [{"name": tag} for tag in sorted({operation.tag for operation, _ in everything})],
        "paths": {
            path: {operation.method.lower(): _operation(operation, answer) for operation, answer in group}
            for path, group in groupby(everything, key=lambda told: told[0].path)
        },
        "components": {
            "schemas": components(),
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


def _operation(operation: Operation, answer: Json | None) -> Json:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(operation.path)
    ]
    parameters += [_value(value) for value in operation.values or ()]
    told: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": parameters,
        "responses": _responses(operation, answer),
    }
    if operation.takes:
        told["requestBody"] = {"required": True, "content": {media_type: {} for media_type in operation.takes}}
    if operation.keyed:
        told["security"] = [{"key": []}]
    return told


def _value(value: Value) -> Json:
    told: Json = {
        "name": value.name,
        "in": "query",
        "description": value.doc,
        "required": value.required,
        "schema": schema_of_value(value),
    }
    if value.example is not None:
        told["example"] = value.example
    return told


def _responses(operation: Operation, answer: Json | None) -> Json:
    told: Json = {"schema": answer} if answer else {}
    content = {each.media_type: told if each == JSON else {} for each in operation.formats} or {JSON.media_type: told}
    responses: Json = {}
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
            "content": {PROBLEM.media_type: {"schema": reference("problem")}},
        }
    return responses

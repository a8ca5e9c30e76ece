"""One operation as OpenAPI tells it: its parameters, its body, and everything that it may answer."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlencode

import orjson

from heritage_graph.web import problems
from heritage_graph.web.negotiation import GRAPHS, HTML, JSON, PROBLEM, RESULTS_JSON, TEXT, TURTLE
from heritage_graph.web.openapi_schemas import reference, schema_of_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.web.negotiation import Format
    from heritage_graph.web.openapi_schemas import Json
    from heritage_graph.web.routing import Operation, Value

VARIABLE: Final = re.compile(r"\{([a-z]+)\}")
"""A variable in a path."""
HEADERS: Final[Json] = {
    "X-Request-ID": {
        "description": "The id of the request, as in the log; one that the client gave its request stays.",
        "required": True,
        "schema": {"type": "string"},
    },
    "X-Generation": {
        "description": "The state of the graph that was asked.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "ETag": {"description": "The tag of this answer, for `If-None-Match`.", "schema": {"type": "string"}},
    "Location": {
        "description": "Where it is.",
        "required": True,
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Retry-After": {
        "description": "In how many seconds to ask again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    },
    "WWW-Authenticate": {
        "description": "How a key is sent.",
        "required": True,
        "schema": {"type": "string"},
    },
}
"""The header fields of answers, as components."""

EXAMPLES: Final = Path(__file__).parent / "examples"
"""Where the examples are kept."""
_FORMAT: Final = "format"
_FORM: Final = "application/x-www-form-urlencoded"
_ALWAYS: Final = (
    "bad-parameter", "ambiguous-request", "not-acceptable", "uri-too-long", "headers-too-large", "internal-error",
)  # fmt: skip
_OF_THE_STORE: Final = (
    "busy", "engine-trouble", "query-timeout", "query-memory", "result-too-large", "too-many-requests",
    "upstream-down", "upstream-gave-up", "upstream-invalid", "upstream-partial", "upstream-redirect",
    "upstream-refused",
)  # fmt: skip
_OF_BODIES: Final = ("unsupported-media-type", "body-too-large", "body-too-slow")
_OF_KEYS: Final = ("unauthorized", "too-many-requests")
_WHAT: Final = {
    200: "The answer.",
    201: "Made; the body is the receipt of the commit.",
    202: "Taken; Location leads to the job.",
    204: "Done.",
    206: "The part that was asked for.",
    301: "It was merged into another thing.",
    302: "The version of that moment is elsewhere.",
    303: "The document about it is elsewhere.",
    304: "The client has this answer already.",
    307: "It is there now.",
    308: "It is at this address.",
}
_TOLD: Final = frozenset({200, 201, 202, 206})
_LOCATED: Final = frozenset({201, 202, 301, 302, 303, 307, 308})
_RETRIED: Final = frozenset({429, 503, 507})
_UNAUTHORIZED: Final = 401
_GONE: Final = 410  # in RDF it is a tombstone
_PARTS: Final = {
    "slug": "The last part of the IRI of the thing: small letters, digits and hyphens.",
    "kind": "The kind of the thing, as in its IRI.",
    "name": "The name, as it is listed.",
    "group": "The group of graphs: source or generic.",
    "scheme": "The name of the vocabulary; a suffix (`.ttl`) chooses the format.",
    "version": "The number of the version, as in its IRI.",
    "concept": "The short name of the concept.",
    "hash": "The name of the kept query: 32 hexadecimal digits.",
    "id": "The id of the job, as it was given.",
    "list": "The name of the list.",
    "page": "The number of the page, from 1; a suffix chooses the format.",
}
_CONDITIONS: Final = {
    "If-Match": "The tag of the graph as it was read: the change is refused when it has changed since.",
    "If-None-Match": "`*`: the change is refused when the graph is there already.",
}


def told_of(operation: Operation, answer: Json | None = None) -> Json:
    """The operation; *answer* is the schema of its answer as JSON where that is no published schema."""
    schema = answer or (reference(operation.schema) if operation.schema else None)
    told: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [
            *_parts(operation),
            *(
                _format(value, operation) if value.name == _FORMAT else _value(value)
                for value in operation.accepted or ()
            ),
            *_fields(operation),
        ],
        "responses": _responses(operation, schema),
    }
    if operation.takes:
        told["requestBody"] = {
            "required": True,
            "content": {media_type: _body(operation, media_type) for media_type in operation.takes},
        }
    if operation.keyed:
        told["security"] = [{"key": []}]
    example = example_of(operation)
    if example:
        told["x-example"] = example
    return told


def example_of(operation: Operation) -> str | None:
    """An address that shows what the operation does: its own, or its path with the parameters that it needs."""
    if operation.example or operation.method != "GET" or "{" in operation.path:
        return operation.example
    needed = {value.name: value.example or "" for value in operation.accepted or () if value.required}
    return operation.path + (f"?{urlencode(needed, safe=':/')}" if needed else "")


def refusals() -> Json:
    """What refuses a request, as components: by status, and where a document is judged with its report."""
    statuses = sorted({status for status, _, _ in problems.catalogue().values()})
    judged = problems.catalogue()["shacl-violation"][0]
    return {
        **{
            f"Problem{status}": _refusal(status, "problem", *(GRAPHS if status == _GONE else ())) for status in statuses
        },
        f"Report{judged}": _refusal(judged, "problem", TURTLE),
        f"Refusal{judged}": _refusal(judged, "refusal", TURTLE),
    }


@cache
def kept_examples() -> dict[str, Json]:
    """What the examples of the operations gave, by the name of the operation: `request`, `type` and `answer`.

    They are written by docs/generate_examples.py.
    """
    return {path.stem: orjson.loads(path.read_bytes()) for path in sorted(EXAMPLES.glob("*.json"))}


def _parts(operation: Operation) -> Iterator[Json]:
    """The variables of the path."""
    shown = _shown(operation)
    for name in VARIABLE.findall(operation.path):
        schema: Json = {"type": "string"}
        if name == "suffix":
            schema["enum"] = list(dict.fromkeys(each.extension for each in operation.formats))
        told: Json = {"name": name, "in": "path", "required": True, "schema": schema}
        told["description"] = _PARTS.get(name, "The format of the answer, by its suffix.")
        if name in shown:
            told["example"] = shown[name]
        yield told


def _shown(operation: Operation) -> dict[str, str]:
    """The variables of the path as the example has them."""
    pattern = "".join(
        f"(?P<{part}>[^/?]+)" if index % 2 else re.escape(part)
        for index, part in enumerate(VARIABLE.split(operation.path))
    )
    found = re.match(pattern, operation.example or "")
    return {} if found is None else {name: unquote(text) for name, text in found.groupdict().items()}


def _value(value: Value) -> Json:
    told: Json = {
        "name": value.name,
        "in": "query",
        "description": value.doc,
        "required": value.required,
        "schema": schema_of_value(value),
    }
    if value.repeated:
        told |= {"style": "form", "explode": True}
    if value.example is not None:
        told["example"] = [_typed(value, value.example)] if value.repeated else _typed(value, value.example)
    return told


def _format(value: Value, operation: Operation) -> Json:
    """The parameter that chooses among the formats of *operation*, by suffix or media type."""
    names = [*(each.extension for each in operation.formats), *(each.media_type for each in operation.formats)]
    told = _value(value)
    return told | {"schema": {"type": "string", "enum": list(dict.fromkeys(names))}, "example": names[0]}


def _typed(value: Value, text: str) -> object:
    """*text* as the schema of the parameter has it."""
    match value.type:
        case "integer":
            return int(text)
        case "decimal":
            return float(text)
        case "boolean":
            return text == "true"
        case _:
            return text


def _fields(operation: Operation) -> Iterator[Json]:
    """The header fields of the request that change what is done."""
    fields: dict[str, str] = {}
    if operation.method == "GET" and not operation.still:
        fields["If-None-Match"] = "The tag of an answer that the client has: 304 when it is still the answer."
    if operation.method != "GET" and "version-conflict" in operation.problems:
        fields |= _CONDITIONS
    if "idempotency-key-in-use" in operation.problems:
        fields["Idempotency-Key"] = "A text that is the same when the same change is sent again: it is made once."
    for name, doc in fields.items():
        yield {"name": name, "in": "header", "required": False, "description": doc, "schema": {"type": "string"}}


def _body(operation: Operation, media_type: str) -> Json:
    if media_type == _FORM:
        values = operation.accepted or ()
        return {
            "schema": {
                "type": "object",
                "properties": {value.name: {**schema_of_value(value), "description": value.doc} for value in values},
            }
        }
    if media_type == JSON.media_type and operation.body:
        return {"schema": reference(operation.body)}
    return {"schema": {"type": "string", "description": f"A text of the type {media_type}, in UTF-8."}}


def _responses(operation: Operation, schema: Json | None) -> Json:
    content = {each: _content(operation, each, schema) for each in _media_types(operation)}
    responses: Json = {}
    statuses = operation.statuses
    if operation.method == "GET" and not operation.still and 200 in statuses:  # noqa: PLR2004 - what 304 stands for
        statuses = (*statuses, 304)
    for status in statuses:
        told: Json = {"description": _WHAT[status], "headers": _headers(operation, status)}
        if status in _TOLD:
            told["content"] = content
        responses[str(status)] = told
    known = problems.catalogue()
    for status, slugs in sorted(kinds_of_problems(operation)):
        which = (
            "Problem" if "shacl-violation" not in slugs else "Refusal" if operation.schema == "receipt" else "Report"
        )
        responses[str(status)] = {
            "$ref": f"#/components/responses/{which}{status}",
            "description": "; ".join(f"{known[slug][1]} ({slug})" for slug in slugs),
        }
    return responses


def _refusal(status: int, schema: str, *further: Format) -> Json:
    return {
        "description": "A problem document; its `type` leads to what it means.",
        "headers": _header_references(
            "X-Request-ID",
            *(("Retry-After",) if status in _RETRIED else ()),
            *(("WWW-Authenticate",) if status == _UNAUTHORIZED else ()),
        ),
        "content": {
            PROBLEM.media_type: {"schema": reference(schema)},
            **{each.media_type: {} for each in (*further, TEXT, HTML)},
        },
    }


def _media_types(operation: Operation) -> list[str]:
    return list(dict.fromkeys(each.media_type for each in operation.formats)) or [JSON.media_type]


def _content(operation: Operation, media_type: str, schema: Json | None) -> Json:
    told: Json = {}
    if media_type == JSON.media_type and schema:
        told["schema"] = schema
    if media_type == RESULTS_JSON.media_type:
        told["schema"] = reference("sparql-results")
    kept = kept_examples().get(operation.name)
    if kept is not None and kept["type"] == media_type:
        told["example"] = kept["answer"]
    return told


def _headers(operation: Operation, status: int) -> Json:
    names = ["X-Request-ID"]
    if not operation.still:
        names.append("X-Generation")
    if operation.method == "GET" and not operation.still and status in {200, 304}:
        names.append("ETag")
    if status in _LOCATED:
        names.append("Location")
    return _header_references(*names)


def _header_references(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def kinds_of_problems(operation: Operation) -> list[tuple[int, list[str]]]:
    """The kinds of problems that the operation may tell, by status."""
    slugs = (
        *operation.problems,
        *_ALWAYS,
        *(("not-found",) if "{" in operation.path else ()),
        *(() if operation.still else _OF_THE_STORE),
        *(_OF_BODIES if operation.takes else ()),
        *(_OF_KEYS if operation.keyed else ()),
    )
    known = problems.catalogue()
    found: dict[int, list[str]] = {}
    for slug in dict.fromkeys(slugs):
        found.setdefault(known[slug][0], []).append(slug)
    return list(found.items())

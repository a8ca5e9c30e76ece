"""The schemas of the OpenAPI description: those of the answers as components, and those of parameters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from heritage_graph.terms import choices
from heritage_graph.web.published_schemas import schema, schemas
from heritage_graph.web.stored_answers import columns_told

if TYPE_CHECKING:
    from heritage_graph.query_files import Query
    from heritage_graph.web.routing import Value

Json = dict[str, object]

_COMPONENTS: Final = "#/components/schemas/"
_FILE: Final = re.compile(r"(?:.*/)?([a-z0-9-]+)\.json(?:#(.*))?")
_OF_TYPE: Final[dict[str, Json]] = {
    "date": {"type": "string", "format": "date"},
    "year": {"type": "string", "pattern": "^[0-9]{4}$"},
    "iri": {"type": "string", "minLength": 1},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "duration": {"type": "string", "pattern": "^P(?=[0-9])([0-9]{1,6}Y)?([0-9]{1,6}M)?([0-9]{1,6}D)?$"},
    "language": {"type": "string", "pattern": "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"},
}


def components() -> Json:
    """Every published schema under its name in components, with references among them as OpenAPI has them."""
    return {component_name(name): _embedded(schema(name), name) for name in schemas()}


def reference(name: str) -> Json:
    """The reference to the published schema called *name*."""
    return {"$ref": _COMPONENTS + component_name(name)}


def component_name(name: str) -> str:
    """The name in components of the published schema *name*: `AgreementStatus` for `agreement-status`."""
    return "".join(part.capitalize() for part in name.split("-"))


def schema_of_value(value: Value) -> Json:
    """The schema of a parameter."""
    told: Json = dict(_OF_TYPE.get(value.type, {"type": "string"}))
    if words := choices(value.type):
        told["enum"] = list(words)
    told |= {name: bound for name, bound in (("minimum", value.least), ("maximum", value.most)) if bound is not None}
    if value.default is not None:
        told["default"] = int(value.default) if value.type == "integer" else value.default
    return {"type": "array", "items": told} if value.repeated else told


def schema_of_answer(query: Query) -> Json:
    """The schema of the answer to *query* as JSON: that of all answers, with the columns of this one."""
    if query.form == "ask":
        return {"allOf": [reference("answer"), {"required": ["answer"]}]}
    answer = _COMPONENTS + component_name("answer")
    bound = {"$ref": f"{answer}/$defs/lowerBound"}
    value: Json = {"type": ["string", "number", "boolean"]}
    row = {column: bound if column in query.counts else value for column in columns_told(query)}
    rows = {"items": {"type": "object", "properties": row}}
    return {"allOf": [reference("answer"), {"required": ["columns", "count", "rows"], "properties": {"rows": rows}}]}


def _embedded(document: object, name: str) -> object:
    if isinstance(document, dict):
        return {
            key: _moved(cast("str", value), name) if key == "$ref" else _embedded(value, name)
            for key, value in document.items()
            if key not in {"$schema", "$id"}
        }
    if isinstance(document, list):
        return [_embedded(each, name) for each in document]
    return document


def _moved(target: str, name: str) -> str:
    """Where the target of a reference in the schema *name* stands in the description."""
    if target.startswith("#"):
        return f"{_COMPONENTS}{component_name(name)}{target[1:]}"
    match = _FILE.fullmatch(target)
    assert match is not None, f"{name}.json refers to {target}, which is no published schema"
    return f"{_COMPONENTS}{component_name(match[1])}{match[2] or ''}"

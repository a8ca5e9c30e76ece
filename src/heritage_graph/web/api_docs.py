"""The documentation of the interface at /docs, made of its description: a page an operation, with a form to try it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

import orjson

from heritage_graph.errors import ParameterError, UnknownName
from heritage_graph.web import catalogue, openapi
from heritage_graph.web.addresses import base_of
from heritage_graph.web.negotiation import HTML
from heritage_graph.web.openapi_operations import VARIABLE, example_of, kept_examples, kinds_of_problems, told_of
from heritage_graph.web.replies import Reply, page_reply, redirect
from heritage_graph.web.routing import Operation, pairs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.openapi_schemas import Json

PATH: Final = "/docs"
_BODIES: Final = {
    "application/json": """--data '{"ids": ["id:organization/icesco"]}'""",
    "application/sparql-query": "--data 'ASK { ?subject ?predicate ?object }'",
    "application/x-www-form-urlencoded": """--data-urlencode 'queries={"q0": {"query": "ICESCO"}}'""",
    "text/turtle": "--data-binary @document.ttl",
}
"""A body of each media type for the command line; the first that an operation takes is shown."""


@dataclass(frozen=True)
class Parameter:
    """A parameter as the page shows it; `words` are those of a choice, `shown` its value in the example."""

    name: str
    place: str
    doc: str
    required: bool
    type: str
    words: tuple[str, ...]
    example: str
    shown: str


def operations(described: Sequence[Operation]) -> list[Operation]:
    """The operations of the pages about *described*, which may grow until the first page is asked for."""

    async def overview(request: Request, context: Context) -> Reply:
        return page_reply(request, context, "docs.html", tags=_by_tag(_all(described, context)))

    async def one(request: Request, context: Context) -> Reply:
        operation = _named(described, context, request.path_params["name"])
        return page_reply(request, context, "docs_operation.html", **_page(operation, base_of(request.scope, context)))

    async def go(request: Request, context: Context) -> Reply:
        return redirect(_address(_named(described, context, request.path_params["name"]), pairs(request.scope)))

    return [
        Operation(
            "docs", PATH, "The documentation of the interface, by subject.", overview, formats=(HTML,), still=True,
            tag="operations",
        ),
        Operation(
            "docsOfOperation", f"{PATH}/{{name}}", "What one operation takes and answers, with an example.", one,
            formats=(HTML,), example=f"{PATH}/agreementStatus", still=True, tag="operations",
        ),
        Operation(
            "tryOperation", f"{PATH}/{{name}}/try", "Leads to the address that a filled form of the documentation "
            "means; what is empty is left out.", go, values=None, statuses=(303,),
            example=f"{PATH}/organization/try?slug=icesco&fields=label", still=True, tag="operations",
        ),
    ]  # fmt: skip


def _all(described: Sequence[Operation], context: Context) -> list[Operation]:
    general = [operation for operation in described if operation.name != "query"]
    return [*general, *map(openapi.operation_of, catalogue.listed(context))]


def _by_tag(known: Sequence[Operation]) -> list[tuple[str, list[Operation]]]:
    """The tags, each with its operations by path."""
    by_tag = groupby(sorted(known, key=lambda each: (each.tag, each.path)), key=lambda each: each.tag)
    return [(tag, list(group)) for tag, group in by_tag]


def _named(described: Sequence[Operation], context: Context, name: str) -> Operation:
    found = next((each for each in _all(described, context) if each.name == name), None)
    if found is None:
        raise UnknownName(f"there is no operation {name[:80]!r}; {PATH} lists those there are")
    return found


def _page(operation: Operation, base: str) -> dict[str, object]:
    kept = kept_examples().get(operation.name)
    told = told_of(operation)
    return {
        "operation": operation,
        "parameters": _parameters(told, kept),
        "schema": operation.schema or ("answer" if operation.tag == "questions" else None),
        "curl": _curl(operation, base),
        "kept": kept,
        "answer": _shown(kept),
        "problems": sorted(kinds_of_problems(operation)),
        "try": operation.method == "GET" and f"{PATH}/{operation.name}/try",
        "media_types": list(dict.fromkeys(each.media_type for each in operation.formats)),
    }


def _parameters(told: Json, kept: Mapping[str, object] | None) -> list[Parameter]:
    given = dict(pairs_of(str(kept["request"]))) if kept else {}
    described = told["parameters"]
    assert isinstance(described, list)
    return [_parameter(each, given) for each in described]


def pairs_of(address: str) -> list[tuple[str, str]]:
    """The names and values in the query of *address*, decoded."""
    return pairs({"query_string": address.partition("?")[2].encode()})


def _parameter(each: Json, given: Mapping[str, str]) -> Parameter:
    schema = each["schema"]
    assert isinstance(schema, dict)
    one = schema.get("items", schema)
    example = each.get("example", "")
    text = str(example[0] if isinstance(example, list) else example)
    name, place = str(each["name"]), str(each["in"])
    return Parameter(
        name,
        place,
        str(each["description"]),
        bool(each["required"]),
        _type(one) + (", any number of times" if "items" in schema else ""),
        tuple(one.get("enum", ())),
        text,
        text if place == "path" else given.get(name, ""),
    )


def _type(schema: Mapping[str, object]) -> str:
    """The type of a parameter in words, like `integer, 1 to 1000, 50 when not given`."""
    words = [str(schema.get("format", schema["type"]))]
    match schema.get("minimum"), schema.get("maximum"):
        case None, None:
            pass
        case least, None:
            words.append(f"{least} or more")
        case least, most:
            words.append(f"{least} to {most}")
    if "enum" not in schema and "pattern" in schema:
        words.append(f"like {schema['pattern']}")
    if "default" in schema:
        words.append(f"{schema['default']} when not given")
    return ", ".join(words)


def _curl(operation: Operation, base: str) -> str:
    """How the operation is asked for on a command line."""
    words = ["curl"]
    if operation.method != "GET":
        words += ["-X", operation.method]
    if operation.keyed:
        words.append('-H "Authorization: Bearer $KEY"')
    taken = next((media_type for media_type in _BODIES if media_type in operation.takes), None)
    if taken:
        words += [f"-H 'Content-Type: {taken}'", _BODIES[taken]]
    return " ".join([*words, shlex.quote(base + (example_of(operation) or operation.path))])


def _shown(kept: Mapping[str, object] | None) -> str:
    """The answer of the example as text."""
    answer = (kept or {}).get("answer", "")
    return answer if isinstance(answer, str) else orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode()


def _address(operation: Operation, given: Sequence[tuple[str, str]]) -> str:
    """The address that the filled form means, without what is empty.

    Raises:
        ParameterError: a variable of the path is empty, or the operation is not for GET.
    """
    if operation.method != "GET":
        raise ParameterError(f"{operation.name} is no address to go to: it is for {operation.method}")
    variables = set(VARIABLE.findall(operation.path))
    filled = {name: text for name, text in given if name in variables and text.strip(".")}
    missing = sorted(variables - set(filled))
    if missing:
        raise ParameterError(f"{operation.path} needs {', '.join(missing)}", parameter=missing[0])
    path = VARIABLE.sub(lambda found: quote(filled[found[1]], safe=""), operation.path)
    query = urlencode([(name, text) for name, text in given if name not in variables and text], safe=":/,")
    return f"{path}?{query}" if query else path

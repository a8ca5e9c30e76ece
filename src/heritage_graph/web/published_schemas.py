"""The JSON Schemas of the answers, published at /schemas/v1/{name}.json."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import UnknownName
from heritage_graph.web.negotiation import JSON, Format
from heritage_graph.web.replies import Reply, json_reply
from heritage_graph.web.routing import FORMAT, Operation

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context

SCHEMA: Final = Format("json", "application/schema+json", ("application/json",))
_FOLDER: Final = Path(__file__).parent / "schemas"
_NAME: Final = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)\.json")
_IMMUTABLE: Final = "public, max-age=3600"


def operations(_: Context) -> tuple[Operation, ...]:
    """The list of the schemas, and each of them."""
    return (
        Operation(
            "schemas", "/schemas/v1", "The JSON Schemas of the answers.", _list, values=(FORMAT,), formats=(JSON,),
            schema="schemas", example="/schemas/v1", still=True, tag="operations",
        ),
        Operation(
            "schema", "/schemas/v1/{name}", "One JSON Schema (draft 2020-12).", _schema, values=(FORMAT,),
            formats=(SCHEMA,), problems=("not-found",), example="/schemas/v1/problem.json", still=True,
            tag="operations",
        ),
    )  # fmt: skip


@cache
def schemas() -> dict[str, bytes]:
    """The published schemas by name, sorted."""
    return {path.stem: path.read_bytes() for path in sorted(_FOLDER.glob("*.json"), key=lambda path: path.stem)}


def schema(name: str) -> dict[str, object]:
    """The published schema called *name*, which is there."""
    document: dict[str, object] = orjson.loads(schemas()[name])
    return document


async def _list(_: Request, __: Context) -> Reply:
    told = [{"name": name, "href": f"/schemas/v1/{name}.json", "title": schema(name)["title"]} for name in schemas()]
    return json_reply({"schemas": told})


async def _schema(request: Request, _: Context) -> Reply:
    match = _NAME.fullmatch(request.path_params["name"])
    if match is None or match[1] not in schemas():
        raise UnknownName(f"there is no schema {request.path_params['name'][:80]!r}; /schemas/v1 lists them")
    return Reply(schemas()[match[1]], SCHEMA, cache=_IMMUTABLE)

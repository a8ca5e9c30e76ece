"""The page about the HTTP interface, from the description that the service gives of itself."""

from __future__ import annotations

import asyncio
import io
import json
import tempfile
from contextlib import redirect_stderr
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx

from heritage_graph.settings import Settings
from heritage_graph.web.app import create_app
from reference_pages.markdown import code, page, plain, table

if TYPE_CHECKING:
    from collections.abc import Iterator

_QUESTION: Final = "/queries/"
_INTRODUCTION: Final = """A running service gives this as OpenAPI 3.1 at `/openapi.json`. Every path that answers GET
answers HEAD, and every path answers OPTIONS. Errors are problem documents ([errors](errors.md)). A suffix (`.ttl`) or
`format=` beats `Accept`. A parameter that a path does not know is refused with 400. Answers bear an `ETag`; sent back
in `If-None-Match` it saves the body (304). Each [stored question](queries.md) is a path `/queries/{name}` with its own
parameters."""


def http_page() -> str:
    """Every path and method with parameters, formats and problems."""
    return page("HTTP interface", _INTRODUCTION, _body(), source="the service's `/openapi.json`")


def openapi_document() -> str:
    """The OpenAPI document, as callers may generate code from."""
    return json.dumps(described(), indent=1, ensure_ascii=False) + "\n"


def described() -> dict[str, Any]:
    """The OpenAPI document of the application, asked of it without a store."""

    async def ask() -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder:
            transport = httpx.ASGITransport(create_app(Settings(data=Path(folder))))
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
                answer = await client.get("/openapi.json")
                answer.raise_for_status()
                told: dict[str, Any] = answer.json()
                return told

    with redirect_stderr(io.TextIOWrapper(io.BytesIO())):  # the application logs each request
        return asyncio.run(ask())


def _body() -> Iterator[str]:
    paths = described()["paths"]
    general = {path: methods for path, methods in paths.items() if not path.startswith(_QUESTION)}
    rows = [
        (code(path), ", ".join(method.upper() for method in methods), plain(next(iter(methods.values()))["summary"]))
        for path, methods in general.items()
    ]
    yield from table(("path", "methods", "what it is"), rows)
    for path, methods in general.items():
        yield from (f"## {path}", "")
        for method, operation in methods.items():
            yield from _operation(method.upper(), operation)


def _operation(method: str, operation: dict[str, Any]) -> Iterator[str]:
    key = " Takes a key." if "security" in operation else ""
    yield from (f"**{method}** {plain(operation['summary'])}{key}", "")
    rows = [
        (code(each["name"]), each["in"], "yes" if each.get("required") else "", plain(each.get("description", "")))
        for each in operation.get("parameters", ())
    ]
    yield from table(("parameter", "in", "required", "what it is"), rows)
    if "requestBody" in operation:
        yield from (f"Body: {', '.join(map(code, operation['requestBody']['content']))}.", "")
    responses = operation["responses"]
    formats = dict.fromkeys(
        media_type for status, each in responses.items() if status < "300" for media_type in each.get("content", {})
    )
    if formats:
        yield from (f"Answers in: {', '.join(map(code, formats))}.", "")
    yield from table(
        ("status", "meaning"), [(status, plain(each["description"])) for status, each in responses.items()]
    )

"""The examples of the interface: what a service answers to the addresses that its description shows."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any, Final

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOO_LARGE: Final = frozenset({"description"})
"""Operations whose answer is the description itself, in which the examples stand."""
_CHANGES: Final = frozenset(
    {"metrics", "sparqlQuery", "shapes", "static", "schema", "json-ld-context"}
    | {"dumps", "robots", "sitemap", "sitemapIndex"}  # digests of what the log says, and addresses of the service
)
"""Operations whose answer is a file that stands elsewhere, or is another with every request or in every store."""
_PAGES: Final = frozenset({"docs", "docsOfOperation", "previewEntity"})
"""Operations that answer with a page for people."""
_ACCEPT: Final = {"Accept": "application/json, */*;q=0.1"}
_MOST_TRIES: Final = 20
_MOST_ENTRIES: Final = 2
_MOST_LINES: Final = 6
_TEXT: Final = re.compile(r"text/|application/(?:n-triples|n-quads|.*\+xml)")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|\+00:00)")
_SOME_MOMENT: Final = "2026-11-21T12:00:00Z"
_CITED: Final = re.compile(r"\([0-9]{4}\)(.{1,60}, generation [0-9]+ of )[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SOME_CITED: Final = r"(2026)\g<1>2026-11-21"
_CURSOR: Final = re.compile(r"(?<=cursor=)[A-Za-z0-9_%=-]+")
_SOME_CURSOR: Final = "u90tAU2zyhs4L7yc"
_SOME_SERVICE: Final = "http://127.0.0.1:8000"

Example = dict[str, Any]


def examples(client: httpx.Client) -> dict[str, Example]:
    """The example of each operation that has one, by name: `request`, `type` and `answer`.

    Lists are cut to two entries, texts to some lines. What is another in each store is written as the same: moments of
    the log, cursors, which the service signs, and its address.
    """
    described = client.get("/openapi.json").raise_for_status().json()
    return {name: _example(client, address) for name, address in _shown(described)}


def written(example: Example) -> str:
    """The text of the file that keeps *example*."""
    return json.dumps(example, indent=1, ensure_ascii=False) + "\n"


def _shown(described: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for methods in described["paths"].values():
        operation = methods.get("get", {})
        if "x-example" in operation and operation["operationId"] not in _TOO_LARGE | _CHANGES | _PAGES:
            yield operation["operationId"], operation["x-example"]


def _example(client: httpx.Client, address: str) -> Example:
    answer = client.get(address, headers=_ACCEPT)
    for _ in range(_MOST_TRIES):
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
        time.sleep(float(answer.headers["retry-after"]))  # the index of the first generation is being built
        answer = client.get(address, headers=_ACCEPT)
    if answer.status_code >= httpx.codes.BAD_REQUEST:
        raise ValueError(f"{address} is no example: {answer.status_code} {answer.text[:500]}")
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    told: Example = {"request": address, "status": answer.status_code, "type": media_type or None}
    if answer.is_redirect:
        return told | {"location": _settled(answer, answer.headers["location"])}
    text = _settled(answer, answer.text)
    if media_type.endswith("json"):
        return told | {"answer": _cut(json.loads(text))}
    assert _TEXT.match(media_type), f"{address} is answered as {media_type}, which no example shows"
    lines = sorted(text.splitlines()) if "n-" in media_type else text.splitlines()
    return told | {"answer": "\n".join(lines[:_MOST_LINES])}


def _settled(answer: httpx.Response, text: str) -> str:
    """*text* of *answer* without what is another in each store."""
    text = _CITED.sub(_SOME_CITED, _CURSOR.sub(_SOME_CURSOR, _MOMENT.sub(_SOME_MOMENT, text)))
    return text.replace(str(answer.request.url.copy_with(raw_path=b"/")).rstrip("/"), _SOME_SERVICE)


def _cut(value: object) -> object:
    """*value* with each list in it cut."""
    if isinstance(value, dict):
        return {name: _cut(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_cut(each) for each in value[:_MOST_ENTRIES]]
    return value

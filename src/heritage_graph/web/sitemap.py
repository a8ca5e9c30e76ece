"""Sitemaps (protocol 0.9): every page of a thing with the moment of its last change, in files that stay as they are.

File n lists the things whose last change is among the n-th 20,000 changes of the log, so that what is new or has
changed stands in the last file, and the others only ever lose what has moved on or was deleted. File 0 lists the pages
of no thing.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import BASE, HGV, ID
from heritage_graph.query_files import bind
from heritage_graph.web.addresses import base_of
from heritage_graph.web.negotiation import Format
from heritage_graph.web.replies import Reply, cached, current, rows_of
from heritage_graph.web.routing import Operation
from heritage_graph.web.templating import local_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from starlette.requests import Request

    from heritage_graph.changes.change_log import ChangeLog
    from heritage_graph.changes.entries import LogState, Record
    from heritage_graph.web.context import Context

INDEX: Final = "/sitemap.xml"
WINDOW: Final = 20_000
"""Changes that one file is about, and so the most addresses that it lists; 50,000 are allowed."""

_XML: Final = Format("xml", "application/xml")
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_AT_ONCE: Final = 200
_THING: Final = re.compile(re.escape(ID) + r"[^/?#]+/[^/?#]+")
_CONCEPT: Final = re.compile(re.escape(HGV) + r"[^/?#]+(?:/[^/?#]+)?")
_OF_DATA: Final = (
    "/", "/agreements", "/timeline", "/network", "/map", "/queries", "/sources", "/graphs", "/quality", "/ns", "/vocab",
    "/harvest", "/dumps/", "/dataset", "/data",
)  # fmt: skip
"""Pages made of what the graph holds, which change with it."""
_OF_SOFTWARE: Final = ("/sparql", "/shapes", "/docs", "/conformance", "/about", "/accessibility")


@dataclass(frozen=True)
class Page:
    """An address, as a path, and when what is there last changed, in ISO 8601; None when nobody knows."""

    path: str
    changed: str | None


def operations(_: Context) -> tuple[Operation, ...]:
    """The sitemaps."""
    return (
        Operation(
            "sitemapIndex", INDEX, "The sitemaps, for crawlers.", _index, formats=(_XML,), problems=("busy",),
            example=INDEX, tag="harvesting",
        ),
        Operation(
            "sitemap", "/sitemaps/{number}.xml", "Addresses of pages, each with the moment of its last change.", _one,
            formats=(_XML,), problems=("not-found", "busy"), example="/sitemaps/1.xml", tag="harvesting",
        ),
    )  # fmt: skip


async def _index(request: Request, context: Context) -> Reply:
    log = await context.changes.log()
    state = await asyncio.to_thread(log.state)
    base = base_of(request.scope, context)
    edition = await current(request, context, "sitemaps", base, str(state.sequence), at_generation=state.generation)
    if edition.unchanged:
        return edition.unchanged
    files = [Page(_address(0), state.last.isoformat()), *await asyncio.to_thread(_files, log, state)]
    return cached(Reply(_written("sitemapindex", "sitemap", base, files), _XML), edition)


async def _one(request: Request, context: Context) -> Reply:
    number = request.path_params["number"]
    if not re.fullmatch("0|[1-9][0-9]{0,8}", number):
        raise UnknownName(f"there is no sitemap {number[:40]!r}; {INDEX} lists those that there are")
    log = await context.changes.log()
    state = await asyncio.to_thread(log.state)
    base = base_of(request.scope, context)
    edition = await current(
        request, context, "sitemap", number, base, str(state.sequence), at_generation=state.generation
    )
    if edition.unchanged:
        return edition.unchanged
    if number == "0":
        pages = await _other_pages(request, context, state)
    else:
        pages = await asyncio.to_thread(lambda: list(_pages(_window(log, int(number)))))
    if not pages:
        raise UnknownName(f"there is no sitemap {number}; {INDEX} lists those that there are")
    body = await asyncio.to_thread(_written, "urlset", "url", base, pages)
    return cached(Reply(body, _XML), edition)


def _files(log: ChangeLog, state: LogState) -> Iterator[Page]:
    """The files that list something, each with the moment after which nothing was added to it."""
    for number in range(1, -(-state.sequence // WINDOW) + 1):
        if next(_pages(_window(log, number)), None) is not None:
            last = log.changes(after=min(number * WINDOW, state.sequence) - 1, limit=1)
            yield Page(_address(number), last[0].at.isoformat())


def _window(log: ChangeLog, number: int) -> Iterator[Record]:
    """The records whose last change is in the window *number*, from 1 on, by its sequence."""
    after, end = (number - 1) * WINDOW, number * WINDOW
    while records := log.records(after=after, limit=min(_AT_ONCE, end - after)):
        within = list(takewhile(lambda record: record.change.sequence <= end, records))
        yield from within
        after = records[-1].change.sequence
        if len(within) < len(records) or after >= end:
            return


def _pages(records: Iterable[Record]) -> Iterator[Page]:
    """The pages of those of *records* that have one here."""
    for record in records:
        path = _path(record.change.iri)
        if record.change.kind != "delete" and path is not None:
            yield Page(path, record.change.at.isoformat())


def _path(iri: str) -> str | None:
    """Where the page of *iri* is; None when it has none of its own here."""
    if _THING.fullmatch(iri):
        return f"/doc/{iri.removeprefix(ID)}"
    return f"/{iri.removeprefix(BASE)}" if _CONCEPT.fullmatch(iri) else None


async def _other_pages(request: Request, context: Context, state: LogState) -> list[Page]:
    """The pages of no thing: where everything is, the questions, the named graphs."""
    last = state.last.isoformat()
    rows = await rows_of(
        request, context, bind(context.internal.query("graph-changes"), {}), generation=state.generation
    )
    graphs = [(local_address(row["graph"]["value"]), row["changed"]["value"]) for row in rows]
    return [
        *(Page(path, last) for path in _OF_DATA),
        *(Page(path, None) for path in _OF_SOFTWARE),
        *(Page(f"/queries/{name}", last) for name in context.catalogue.queries),
        *(Page(path, changed) for path, changed in graphs if path is not None and path.startswith("/")),
    ]


def _address(number: int) -> str:
    return f"/sitemaps/{number}.xml"


def _written(root: str, element: str, base: str, pages: Iterable[Page]) -> bytes:
    """The file that lists *pages* at *base*."""
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">']
    for page in pages:
        address = escape(base + quote(page.path, safe="/-._~!$&'()*+,;=:@%"))
        changed = "" if page.changed is None else f"<lastmod>{page.changed}</lastmod>"
        lines.append(f"<{element}><loc>{address}</loc>{changed}</{element}>")
    lines.append(f"</{root}>\n")
    return "\n".join(lines).encode()

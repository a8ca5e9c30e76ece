"""Memento (RFC 7089) for the documents about things: the TimeGate, the TimeMap, and the fields of mementos.

The original resource is `/doc/{kind}/{slug}`; a memento is the same with `?asOf={generation}`. A version is listed
when it can be served: its generation is kept, or a later one in which it still stood, or the change log has kept its
record.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError, UnknownName
from heritage_graph.query_files import bind
from heritage_graph.web.addresses import base_of
from heritage_graph.web.entity_addresses import path_of, thing_in
from heritage_graph.web.exchange import field
from heritage_graph.web.http_dates import http_date, read_http_date
from heritage_graph.web.negotiation import JSON, Format
from heritage_graph.web.replies import Reply, cached, current, json_reply, redirect, rows_of
from heritage_graph.web.routing import FORMAT, Operation, negotiated
from heritage_graph.web.signposting import Link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Fields

LINK_FORMAT: Final = Format("txt", "application/link-format", ("text/plain", "link-format", "link"))
_FORMATS: Final = (LINK_FORMAT, JSON)
_MOST_SHOWN: Final = 60


@dataclass(frozen=True)
class Version:
    """A version of the description of a thing: which generation made it, when, and by what kind of change."""

    generation: int
    at: datetime
    kind: str


@dataclass(frozen=True)
class Memento:
    """A version that is served: the generation to ask, and the moment of its making."""

    generation: int
    at: datetime


def operations(_: Context) -> tuple[Operation, ...]:
    """The TimeGate and the TimeMap of a thing."""
    problems = ("bad-parameter", "not-found", "busy", "engine-trouble")
    return (
        Operation(
            "timeGate", "/timegate/doc/{kind}/{slug}",
            "The document about a thing as it was at the moment in Accept-Datetime.", _time_gate, values=(),
            statuses=(302,), problems=problems, example="/timegate/doc/agreement/icesco-ots-mou", tag="things",
        ),
        Operation(
            "timeMap", "/timemap/doc/{kind}/{slug}", "The versions of the document about a thing.", _time_map,
            values=(FORMAT,), formats=_FORMATS, problems=problems, schema="timemap",
            example="/timemap/doc/agreement/icesco-ots-mou.json", tag="things",
        ),
    )  # fmt: skip


async def versions_of(request: Request, context: Context, iri: str) -> list[Version]:
    """What became of *iri*, oldest first; empty when the log does not follow it.

    Raises:
        EngineTrouble, LimitReached: the store cannot be asked.
    """
    text = bind(context.internal.query("versions"), {"this": iri})
    rows = await rows_of(request, context, text, generation=context.service.generations.last)
    return [
        Version(
            int(row["generation"]["value"]),
            datetime.fromisoformat(row["at"]["value"]),
            row["kind"]["value"].rpartition("/")[2],
        )
        for row in rows
    ]


async def mementos_of(request: Request, context: Context, iri: str) -> list[Memento]:
    """The versions of *iri* that can be served, oldest first.

    Raises:
        Busy, EngineTrouble, LimitReached: the log cannot be asked.
    """
    versions = await versions_of(request, context, iri)
    if not versions:
        return []
    kept = context.service.generations.published
    remembered = await _remembered(context, iri) if any(each.generation not in kept for each in versions) else set()
    ends = [each.generation for each in versions[1:]] + [kept[-1] + 1]
    found = []
    for version, end in zip(versions, ends, strict=True):
        within = [version.generation] if version.generation in remembered else []
        within += [each for each in kept if version.generation <= each < end]
        if within and version.kind != "delete":
            found.append(Memento(version.generation if version.generation in within else within[0], version.at))
    return found


def memento_links(iri: str, base: str, *, is_past: bool) -> list[Link]:
    """The links from the document about the thing *iri* to its TimeGate and TimeMap, and back from a past state."""
    path = path_of(iri)
    return [
        *([Link(f"{base}/doc/{path}", "original")] if is_past else []),
        Link(f"{base}/timegate/doc/{path}", "timegate"),
        Link(f"{base}/timemap/doc/{path}", "timemap", LINK_FORMAT.media_type),
    ]


def memento_datetime(at: datetime) -> Fields:
    """The field that makes a document a memento: the moment since which it was so."""
    return ((b"memento-datetime", http_date(at).encode()),)


async def _time_gate(request: Request, context: Context) -> Reply:
    iri, _ = thing_in(request, ())
    wanted = _moment(field(request.scope, b"accept-datetime"))
    mementos = await _required(request, context, iri)
    before = [each for each in mementos if wanted is None or each.at.replace(microsecond=0) <= wanted]
    chosen = before[-1] if before else mementos[0]
    base = base_of(request.scope, context)
    told = [
        *_around(iri, base, mementos),
        *(_memento(iri, base, each, mementos) for each in dict.fromkeys((mementos[0], chosen, mementos[-1]))),
    ]
    reply = redirect(_address(iri, base, chosen), status=302)
    fields = ((b"vary", b"Accept-Datetime"), (b"link", ", ".join(told).encode("ascii")))
    return Reply(status=reply.status, fields=(*reply.fields, *fields))


async def _time_map(request: Request, context: Context) -> Reply:
    iri, suffix = thing_in(request, _FORMATS)
    chosen = negotiated(request.scope, _FORMATS, suffix=suffix)
    mementos = await _required(request, context, iri)
    base = base_of(request.scope, context)
    known = " ".join(str(each.generation) for each in mementos)
    edition = await current(request, context, "timemap", iri, base, chosen.extension, known)
    if edition.unchanged:
        return edition.unchanged
    if chosen == JSON:
        return cached(json_reply(_as_json(iri, base, mementos)), edition)
    lines = [*_around(iri, base, mementos, own="self"), *(_memento(iri, base, each, mementos) for each in mementos)]
    return cached(Reply((",\n".join(lines) + "\n").encode("ascii"), LINK_FORMAT), edition)


async def _required(request: Request, context: Context, iri: str) -> list[Memento]:
    mementos = await mementos_of(request, context, iri)
    if not mementos:
        raise UnknownName(f"there is no version of {iri} that could be served", iri=iri)
    return mementos


async def _remembered(context: Context, iri: str) -> set[int]:
    """The generations whose version of *iri* the change log has kept."""
    log = await context.changes.log()
    return {each.generation for each in await asyncio.to_thread(log.history, iri) if each.has_content}


def _moment(text: str) -> datetime | None:
    """The moment in `Accept-Datetime`; None when there is none.

    Raises:
        ParameterError: it is no date of HTTP (RFC 7089, 4.5.3).
    """
    if not text:
        return None
    moment = read_http_date(text)
    if moment is None:
        raise ParameterError(
            f"Accept-Datetime takes a date like {http_date(datetime.fromisoformat('2026-11-21T12:00:00Z'))}, not "
            f"{text[:_MOST_SHOWN]!r}",
            parameter="Accept-Datetime",
        )
    return moment


def _address(iri: str, base: str, memento: Memento) -> str:
    return f"{base}/doc/{path_of(iri)}?asOf={memento.generation}"


def _around(iri: str, base: str, mementos: Sequence[Memento], *, own: str = "timemap") -> list[str]:
    """The links to the original, to the TimeMap (as *own*) with its bounds, and to the TimeGate."""
    path = path_of(iri)
    bounds = f'; from="{http_date(mementos[0].at)}"; until="{http_date(mementos[-1].at)}"'
    return [
        f'<{base}/doc/{path}>; rel="original"',
        f'<{base}/timemap/doc/{path}>; rel="{own}"; type="{LINK_FORMAT.media_type}"{bounds}',
        f'<{base}/timegate/doc/{path}>; rel="timegate"',
    ]


def _memento(iri: str, base: str, memento: Memento, mementos: Sequence[Memento]) -> str:
    names = ["first"] if memento == mementos[0] else []
    names += ["last"] if memento == mementos[-1] else []
    relation = " ".join((*names, "memento"))
    return f'<{_address(iri, base, memento)}>; rel="{relation}"; datetime="{http_date(memento.at)}"'


def _as_json(iri: str, base: str, mementos: Sequence[Memento]) -> dict[str, object]:
    """The TimeMap in the members that archives of the web use."""
    path = path_of(iri)
    listed = [{"datetime": each.at.isoformat(), "uri": _address(iri, base, each)} for each in mementos]
    timemap = f"{base}/timemap/doc/{path}"
    return {
        "original_uri": f"{base}/doc/{path}",
        "timegate_uri": f"{base}/timegate/doc/{path}",
        "timemap_uri": {"link_format": f"{timemap}.{LINK_FORMAT.extension}", "json_format": f"{timemap}.json"},
        "mementos": {"first": listed[0], "last": listed[-1], "list": listed},
    }

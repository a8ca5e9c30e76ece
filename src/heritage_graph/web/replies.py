"""Answers as values: what a handler returns, and how one is made of a query."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

import orjson

from heritage_graph.errors import Busy, LimitReached, UnknownName
from heritage_graph.service import whole
from heritage_graph.store.base import QueryRequest
from heritage_graph.web.delivery import deliver, deliver_stored, unless_gone
from heritage_graph.web.editions import CACHED, is_unchanged
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import BINDINGS, GRAPHS, HTML, JSON, Format
from heritage_graph.web.page_language import address_without_language, page_language
from heritage_graph.web.result_cache import Stored
from heritage_graph.web.templating import PAGE_FIELDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from heritage_graph.service import Row
    from heritage_graph.store.base import Answer
    from heritage_graph.web.context import Context
    from heritage_graph.web.result_cache import ResultCache

Fields = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Reply:
    """An answer; `tag` is its entity tag, `rest` what follows `body` as it comes.

    One that is `stored` was given before, and is that answer whatever the rest says.
    """

    body: bytes = b""
    format: Format | None = None
    status: int = 200
    tag: str | None = None
    cache: str = "no-store"
    fields: Fields = ()
    rest: AsyncIterator[bytes] | None = None
    stored: Stored | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        if self.stored is not None:
            await deliver_stored(self.stored, scope, send, fields=self.stored.fields)
            return
        await deliver(
            self.body,
            self.format,
            scope=scope,
            receive=receive,
            send=send,
            rest=self.rest,
            status=self.status,
            tag=self.tag,
            cache=self.cache,
            fields=self.fields,
        )


def json_reply(value: object, *, status: int = 200, fields: Fields = ()) -> Reply:
    """*value* as JSON."""
    return Reply(orjson.dumps(value, option=orjson.OPT_INDENT_2), JSON, status=status, fields=fields)


def page_reply(request: Request, context: Context, template: str, **values: object) -> Reply:
    """The page that *template* makes of *values*, in the language of *request*."""
    page = context.pages.render(
        template, language=page_language(request.scope), here=address_without_language(request.scope), **values
    )
    return Reply(page, HTML, fields=PAGE_FIELDS)


def redirect(location: str, *, status: int = 303) -> Reply:
    """The answer that what is asked for is told at *location*, a path of ASCII characters."""
    return Reply(status=status, fields=((b"location", location.encode("ascii")),))


def links(*entries: tuple[str, str, str]) -> Fields:
    """A `Link` field of addresses, each with its relation and media type."""
    told = ", ".join(f'<{address}>; rel="{relation}"; type="{media_type}"' for address, relation, media_type in entries)
    return ((b"link", told.encode("ascii")),)


@dataclass(frozen=True)
class Edition:
    """Which generation an answer is made of, and the entity tag it bears.

    `unchanged` is the answer when it is known already: 304 for a client that holds it, or what was given before.
    """

    generation: int
    tag: str
    unchanged: Reply | None
    cache: ResultCache


async def current(request: Request, context: Context, *parts: str, at_generation: int | None = None) -> Edition:
    """The edition of what *parts* name, on the last or the given generation.

    The parts must name everything that the answer depends on, the day included where it is about today. For a page,
    which they name as `html`, its language is one more, and whether its links carry that on.
    """
    if HTML.extension in parts:
        language = page_language(request.scope)
        parts += (language.code, "carried" if language.named else "")
    generation = context.service.generations.last if at_generation is None else at_generation
    tag = await context.editions.tag(*parts, generation=generation)
    exchange_of(request.scope).generation = generation
    unchanged: Reply | None = None
    if is_unchanged(field(request.scope, b"if-none-match"), tag):
        unchanged = Reply(status=304, tag=tag, cache=CACHED)
    elif (stored := context.results.get((tag,))) is not None:
        unchanged = Reply(stored=stored)
    return Edition(generation, tag, unchanged, context.results)


def cached(reply: Reply, edition: Edition, fields: Fields = ()) -> Reply:
    """*reply* as one that may be kept under the tag of *edition*; it is, when it is whole."""
    known = replace(reply, tag=edition.tag, cache=CACHED, fields=(*reply.fields, *fields))
    if known.rest is None and known.format is not None and known.status == HTTPStatus.OK:
        stored = Stored(known.body, known.format, edition.tag, edition.generation, fields=known.fields)
        edition.cache.put((edition.tag,), stored, question_bytes=len(edition.tag))
    return known


async def asked(
    request: Request,
    context: Context,
    text: str,
    chosen: Format,
    *,
    generation: int,
    lane: str = "lookup",
    quads: bool = False,
    graphs: tuple[str, ...] = (),
) -> Reply:
    """The answer to the query *text* in the format *chosen*, over *graphs* when some are given.

    Raises:
        LimitReached, EngineTrouble, QueryFault: as `Service.query`; also when the client has gone.
    """
    answer = await answer_of(
        request,
        context,
        QueryRequest(
            text,
            bindings_format=chosen.extension if chosen in BINDINGS else None,
            graph_format=chosen.extension if chosen in GRAPHS else None,
            quads=quads,
            default_graphs=graphs,
            timeout_s=context.settings.query_timeout,
            max_bytes=context.result_bytes,
            at_generation=generation,
        ),
        lane,
    )
    return Reply(answer.first, chosen, rest=answer.rest)


async def results_of(
    request: Request, context: Context, text: str, *, generation: int, lane: str = "lookup"
) -> dict[str, object]:
    """The SPARQL results document of a SELECT or an ASK, as values.

    Raises:
        LimitReached, EngineTrouble, QueryFault: as `asked`.
    """
    wanted = QueryRequest(
        text,
        timeout_s=context.settings.query_timeout,
        max_bytes=context.result_bytes,
        at_generation=generation,
    )
    document: dict[str, object] = orjson.loads(await whole(await answer_of(request, context, wanted, lane)))
    return document


async def rows_of(request: Request, context: Context, text: str, *, generation: int, lane: str = "lookup") -> list[Row]:
    """The rows of a SELECT, in its order.

    Raises:
        LimitReached, EngineTrouble, QueryFault: as `asked`.
    """
    document = await results_of(request, context, text, generation=generation, lane=lane)
    results = document["results"]
    assert isinstance(results, dict)
    rows: list[Row] = results["bindings"]
    return rows


async def answer_of(request: Request, context: Context, wanted: QueryRequest, lane: str) -> Answer:
    """The answer to *wanted*, given up when the client goes.

    Raises:
        LimitReached, EngineTrouble, QueryFault: as `Service.query`; also when the client has gone.
    """
    try:
        asking = context.service.query(wanted, lane=lane, client=client_of(request.scope))
        answer = await unless_gone(request.receive, asking)
    except UnknownName as fault:
        raise Busy("the graph changed several times while this waited; ask again", retry_after=1) from fault
    if answer is None:
        raise LimitReached("the client has gone")
    exchange_of(request.scope).generation = answer.generation
    return answer

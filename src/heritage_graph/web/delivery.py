"""Send an answer: whole or as it comes, and never end as complete what is not."""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING, Final, Self

from heritage_graph.errors import HeritageGraphError
from heritage_graph.web.editions import CACHED, gzipped
from heritage_graph.web.exchange import exchange_of, field
from heritage_graph.web.negotiation import HTML

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
    from types import TracebackType

    from starlette.types import Receive, Scope, Send

    from heritage_graph.store.base import Answer
    from heritage_graph.web.negotiation import Format
    from heritage_graph.web.result_cache import Stored

_GZIP_FROM_BYTES: Final = 1400  # below, an answer fits one packet as it is
_GZIP_ASIDE_FROM_BYTES: Final = 128 << 10  # above, it would hold up the other clients
_VARY: Final = (b"vary", b"Accept, Accept-Encoding")
_VARY_OF_PAGES: Final = (b"vary", b"Accept, Accept-Encoding, Accept-Language")
_NO_FIELDS: Final[tuple[tuple[bytes, bytes], ...]] = ()
_GZIP_FIELDS: Final = ((b"content-encoding", b"gzip"),)
_WATCH_AFTER_S: Final = 0.1
_SEND_TIMEOUT_S: Final = 30.0


async def deliver(
    first: bytes,
    chosen: Format | None,
    *,
    scope: Scope,
    receive: Receive,
    send: Send,
    rest: AsyncIterator[bytes] | None = None,
    status: int = 200,
    tag: str | None = None,
    cache: str = "no-store",
    fields: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    """Send *first*, and *rest* as it comes.

    When *rest* fails, or the client does not take a part in time, it returns without ending the body: the server
    then breaks the connection off, so that no client takes a part for the whole.
    """
    headers = [_vary(chosen), (b"cache-control", cache.encode()), *fields]
    if chosen is not None:
        headers.append((b"content-type", chosen.content_type.encode()))
    if rest is None and len(first) >= _GZIP_FROM_BYTES and _takes_gzip(field(scope, b"accept-encoding")):
        first = await _gzipped(first)
        tag = tag and gzipped(tag)
        headers.append((b"content-encoding", b"gzip"))
    if tag is not None:
        headers.append((b"etag", tag.encode()))
    if rest is None and status != 304:  # noqa: PLR2004 - the status without a body
        headers.append((b"content-length", str(len(first)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if rest is None:
        await send({"type": "http.response.body", "body": first})
        return
    if scope["method"] == "HEAD":
        await _close(rest)
        await send({"type": "http.response.body", "body": b""})
        return
    exchange_of(scope).broken_off = await _stream(first, rest, receive, send)


async def deliver_stored(
    stored: Stored, scope: Scope, send: Send, *, fields: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    """Send a result from the cache, compressed once for all who take it so."""
    body, tag, encoding = stored.body, stored.tag, _NO_FIELDS
    if len(body) >= _GZIP_FROM_BYTES and _takes_gzip(field(scope, b"accept-encoding")):
        if stored.gzipped is None:
            stored.gzipped = await _gzipped(body)
        body, tag, encoding = stored.gzipped, gzipped(tag), _GZIP_FIELDS
    headers = [
        _vary(stored.format),
        (b"cache-control", CACHED.encode()),
        (b"content-type", stored.format.content_type.encode()),
        (b"etag", tag.encode()),
        (b"content-length", str(len(body)).encode()),
        *encoding,
        *fields,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def collected(
    first: bytes, rest: AsyncIterator[bytes], *, most: int, keep: Callable[[bytes], object]
) -> AsyncGenerator[bytes, None]:
    """The parts of *rest* as they come; at their end *keep* is given the whole, if it has no more than *most* bytes."""
    parts, size = [first], len(first)
    try:
        async for part in rest:
            size += len(part)
            if size > most:
                parts.clear()
            else:
                parts.append(part)
            yield part
        if size <= most:
            keep(b"".join(parts))
    finally:
        await _close(rest)


def _vary(chosen: Format | None) -> tuple[bytes, bytes]:
    return _VARY_OF_PAGES if chosen == HTML else _VARY


async def _stream(first: bytes, rest: AsyncIterator[bytes], receive: Receive, send: Send) -> str | None:
    """Send all parts and the end of the body; when it could not be ended, why."""
    try:
        async with Departure(receive) as departure:
            await _send_part(send, first)
            async for part in rest:
                await _send_part(send, part)
    except HeritageGraphError as fault:
        return fault.slug
    except TimeoutError:
        return "client-too-slow"
    finally:
        await _close(rest)
    if departure.happened:
        return "client-gone"
    await send({"type": "http.response.body", "body": b""})
    return None


def _takes_gzip(accept_encoding: str) -> bool:
    """Tell whether the client reads gzip; one that says nothing is not sent it."""
    for part in accept_encoding.lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() == "gzip":
            return quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


async def _gzipped(body: bytes) -> bytes:
    if len(body) < _GZIP_ASIDE_FROM_BYTES:
        return gzip.compress(body, 1, mtime=0)
    return await asyncio.to_thread(gzip.compress, body, 1, mtime=0)


async def _send_part(send: Send, part: bytes) -> None:
    async with asyncio.timeout(_SEND_TIMEOUT_S):
        await send({"type": "http.response.body", "body": part, "more_body": True})


async def _close(rest: AsyncIterator[bytes]) -> None:
    """Give the reader back at once."""
    close = getattr(rest, "aclose", None)
    if close is not None:
        await close()


async def unless_gone(receive: Receive, asking: Awaitable[Answer]) -> Answer | None:
    """The answer that *asking* gives; None when the client has gone meanwhile, and the reader is free again."""
    answer = None
    async with Departure(receive) as departure:
        answer = await asking
    if not departure.happened:
        return answer
    if answer is not None:  # it came in the moment in which the client went
        await answer.give_up()
    return None


class Departure:
    """Cancels what runs within when the client goes; `happened` tells afterwards.

    It begins to look after a moment, so that the many short queries do not pay for it. The body of the request must
    have been read.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._watch: asyncio.Task[None] | None = None
        self.happened = False

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._handle = loop.call_later(_WATCH_AFTER_S, self._begin)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._handle.cancel()
        if self._watch is not None:
            self._watch.cancel()
        if self.happened and isinstance(fault, asyncio.CancelledError):
            self._task.uncancel()
            return True
        return False

    def _begin(self) -> None:
        self._watch = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.happened = True
        self._task.cancel()

"""What surrounds every exchange: an id, limits of the request's head, fields that all answers bear, the log."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import HeritageGraphError, ParameterError
from heritage_graph.web.faults import HeadersTooLarge, InternalFault, KeyInAddress, UriTooLong
from heritage_graph.web.page_language import address_without_language, page_language
from heritage_graph.web.problems import problem_of, written
from heritage_graph.web.security import holds_key

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from heritage_graph.web.limits import Proxies
    from heritage_graph.web.measures import Measures
    from heritage_graph.web.request_log import RequestLog
    from heritage_graph.web.templating import Pages

_MOST_TARGET_BYTES: Final = 16 << 10
_MOST_HEADER_BYTES: Final = 32 << 10
_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_NAME: Final = "heritage_graph.exchange"

ANSWER_FIELDS: Final = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        (
            b"Content-Profile, ETag, Link, Location, Memento-Datetime, Retry-After, Allow, Preference-Applied, "
            b"X-Request-ID, X-Generation, Query-Timeout, Idempotency-Replayed, Accept-Ranges, Content-Range, "
            b"Repr-Digest"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
_PREFLIGHT: Final = (
    (
        b"access-control-allow-headers",
        (
            b"Accept, Accept-Datetime, Accept-Profile, Authorization, Content-Encoding, Content-Type, Idempotency-Key, "
            b"If-Match, If-None-Match, If-Range, Prefer, Range, X-Request-ID"
        ),
    ),
    (b"access-control-max-age", b"86400"),
)


@dataclass
class Exchange:
    """What is known of one request and its answer while it lasts, for the log and the measures."""

    request_id: str
    began: float
    operation: str = "none"
    query_hash: str | None = None
    generation: int | None = None
    problem: str | None = None
    status: int = 0
    sent_bytes: int = 0
    broken_off: str | None = None

    def note_query(self, text: str) -> None:
        """Note which query this is about, by a digest: the log does not tell what people ask."""
        self.query_hash = hashlib.blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()


def exchange_of(scope: Scope) -> Exchange:
    """The exchange to which *scope* belongs."""
    exchange: Exchange = scope[_NAME]
    return exchange


def field(scope: Scope, name: bytes) -> str:
    """The value of a header field of the request, empty when it is not there; several are joined by commas."""
    values = [value for key, value in scope["headers"] if key == name]
    return b",".join(values).decode("latin-1")


class Envelope:
    """The outermost application: *app* within an exchange."""

    def __init__(self, app: ASGIApp, *, measures: Measures, log: RequestLog, pages: Pages, proxies: Proxies) -> None:
        self._app = app
        self._measures = measures
        self._log = log
        self._pages = pages
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or run the lifespan of the application within."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = Exchange(_request_id(scope), time.perf_counter())
        scope[_NAME] = exchange
        self._proxies.set_client(scope)
        head = scope["method"] == "HEAD"

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                headers = message["headers"]
                headers += ANSWER_FIELDS
                headers.append((b"x-request-id", exchange.request_id.encode()))
                if exchange.generation is not None:
                    headers.append((b"x-generation", str(exchange.generation).encode()))
            elif head:
                message = {**message, "body": b""}
            else:
                exchange.sent_bytes += len(message.get("body", b""))
            await send(message)

        try:
            fault = _fault_of_head(scope)
            if fault is None:
                await self._app(scope, receive, send_on)
            else:
                await send_problem(scope, send_on, fault, pages=self._pages)
        finally:
            self._note(scope, exchange)

    def _note(self, scope: Scope, exchange: Exchange) -> None:
        seconds = time.perf_counter() - exchange.began
        self._measures.request(exchange.operation, exchange.status, seconds)
        if exchange.problem is not None:
            self._measures.problem(exchange.problem)
        self._log.note(exchange, method=scope["method"], path=scope["path"], seconds=seconds)


async def send_problem(scope: Scope, send: Send, error: HeritageGraphError, *, pages: Pages) -> None:
    """Answer with the problem document about *error*."""
    exchange = exchange_of(scope)
    problem = problem_of(error)
    exchange.problem = problem.slug
    fields, body = written(
        problem,
        accept=field(scope, b"accept"),
        language=page_language(scope),
        instance=exchange.request_id,
        pages=pages,
        here=_here(scope, problem.slug),
    )
    await send({"type": "http.response.start", "status": problem.status, "headers": fields})
    await send({"type": "http.response.body", "body": body})


async def send_options(send: Send, methods: tuple[str, ...]) -> None:
    """Answer OPTIONS, a preflight of another origin included."""
    allowed = ", ".join(methods).encode()
    fields = [(b"allow", allowed), (b"access-control-allow-methods", allowed), *_PREFLIGHT]
    await send({"type": "http.response.start", "status": 204, "headers": fields})
    await send({"type": "http.response.body", "body": b""})


def unforeseen() -> HeritageGraphError:
    """What a client is told of a fault that nobody foresaw."""
    return InternalFault("the request met a fault of ours; it is in our log under the id of this answer")


def _here(scope: Scope, slug: str) -> str:
    """Where the same can be asked in another language: that of a request with a body, or with a key in it, is not."""
    if scope["method"] not in {"GET", "HEAD"} or slug in {KeyInAddress.slug, UriTooLong.slug}:
        return "/"
    return address_without_language(scope)


def _request_id(scope: Scope) -> str:
    """The id that the client gave its request when it is harmless, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return str(value.decode())
    return secrets.token_hex(8)


def _fault_of_head(scope: Scope) -> HeritageGraphError | None:
    """What is wrong with the request line or the header fields, before anything else is looked at."""
    target = len(scope["raw_path"] or b"") + len(scope["query_string"])
    if target > _MOST_TARGET_BYTES:
        return UriTooLong(
            f"the address has {target} bytes and {_MOST_TARGET_BYTES} are read; send a long query in the body of a "
            "POST, as application/sparql-query",
            limit_bytes=_MOST_TARGET_BYTES,
        )
    if sum(len(name) + len(value) for name, value in scope["headers"]) > _MOST_HEADER_BYTES:
        return HeadersTooLarge(
            f"the header fields are larger than {_MOST_HEADER_BYTES} bytes", limit_bytes=_MOST_HEADER_BYTES
        )
    if holds_key(scope["query_string"].decode("latin-1")):
        return KeyInAddress("a key stands in the address, where logs keep it; revoke it, and send keys as a header")
    if "\x00" in scope["path"]:
        return ParameterError("the address holds a NUL character")
    return None

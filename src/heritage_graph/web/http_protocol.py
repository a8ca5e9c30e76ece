"""HTTP/1.1 as the front speaks it: uvicorn's protocol, with bounds on a request's head and on a client's time."""

from __future__ import annotations

import secrets
import socket
import struct
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

import httptools
import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from heritage_graph.web.exchange import ANSWER_FIELDS
from heritage_graph.web.faults import HeadersTooLarge, MalformedRequest, UriTooLong
from heritage_graph.web.problems import problem_of

if TYPE_CHECKING:
    import asyncio

    from uvicorn._types import ASGI3Application
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from heritage_graph.errors import HeritageGraphError

_MOST_HEAD_BYTES: Final = 64 << 10
_MOST_TARGET_BYTES: Final = 16 << 10
_MOST_BYTES_AROUND_A_BYTE: Final = 16  # a chunk of one byte takes six
_STATUS_LINE: Final = b"HTTP/1.1 "
_LINGER_S: Final = 2.0
_AT_ONCE: Final = struct.pack("ii", 1, 0)
_STALL_S: Final = 30.0
_LEAST_TAKEN_BYTES: Final = 64 << 10


class BoundedHttp(HttpToolsProtocol):
    """One connection.

    A head that is malformed or larger than 64 KiB is refused while it comes. `cut_when_late`, called every second
    or so, ends a connection that sends no whole head in time, and one that takes no more of an answer.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401 - uvicorn's own, passed on
        super().__init__(*arguments, **settings)
        self._running: RequestResponseCycle | None = None
        self._messages = 0
        self._in_head = False
        self._surplus_bytes = 0
        self._waits_since: float | None = None
        self._refused_at: float | None = None
        self._stalls_since: float | None = None
        self._stalled_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin to wait for a request."""
        super().connection_made(cast("asyncio.Transport", _WithHead(transport, self.loop)))
        self._waits_since = self.loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever answers that the client has gone, even when requests wait behind that one."""
        self._give_up_running()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._messages += 1
        self._in_head = True
        self._surplus_bytes = 0

    def on_headers_complete(self) -> None:
        """Answer the request: its head is whole."""
        super().on_headers_complete()
        self._in_head = False

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._surplus_bytes -= _MOST_BYTES_AROUND_A_BYTE * len(body)
        super().on_body(body)

    def data_received(self, data: bytes) -> None:
        """Take what came, and refuse what is no HTTP or too much of it."""
        if self._refused_at is not None:
            return
        self._unset_keepalive_if_required()
        messages, in_head = self._messages, self._in_head
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # another protocol is offered and not taken: the request is answered as it stands
        except httptools.HttpParserError:
            too_long = self._in_head and len(self.url) > _MOST_TARGET_BYTES  # httptools cannot split it
            self._refuse(self._too_much() if too_long else MalformedRequest("this is not HTTP/1.1 as RFC 9112 has it"))
            return
        if in_head and not self._in_head:
            self._surplus_bytes = 0  # the application looks at a head that is whole
        elif self._messages == messages:
            self._surplus_bytes = max(0, self._surplus_bytes + len(data))
            if self._surplus_bytes > _MOST_HEAD_BYTES:
                self._refuse(self._too_much())
                return
        if self._is_answering():
            self._waits_since = None
        elif self._waits_since is None:
            self._waits_since = self.loop.time()

    def resume_writing(self) -> None:
        """Go on: the client has taken what was held."""
        self._stalls_since = None
        super().resume_writing()

    def cut_when_late(self, now: float, *, header_s: float) -> None:
        """End the connection when its client is too slow.

        That is: no whole head within *header_s* seconds, or less than 64 KiB of an answer taken within 30.
        """
        if self._waits_since is not None and now - self._waits_since > header_s:
            self.transport.close()
        if self._refused_at is not None and now - self._refused_at > _LINGER_S:
            self.transport.abort()
        if not self.flow.write_paused and not self.transport.is_closing():
            return
        left = self.transport.get_write_buffer_size()
        if self._stalls_since is None or not -_LEAST_TAKEN_BYTES < left - self._stalled_bytes <= 0:
            self._stalls_since, self._stalled_bytes = now, left
        elif now - self._stalls_since > _STALL_S:
            # Else the kernel would go on for minutes to offer the client what it holds.
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            self.transport.abort()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _is_answering(self) -> bool:
        return self._running is not None and not self._running.response_complete

    def _give_up_running(self) -> None:
        if self._running is not None and self._is_answering():
            self._running.disconnected = True
            self._running.message_event.set()

    def _too_much(self) -> HeritageGraphError:
        if not self._in_head:
            return MalformedRequest("the parts of the body are lost in what stands around them")
        if len(self.url) > _MOST_TARGET_BYTES:
            limit = _MOST_TARGET_BYTES
            return UriTooLong(f"the address is longer than {limit} bytes; send a query by POST", limit_bytes=limit)
        limit = _MOST_HEAD_BYTES
        return HeadersTooLarge(f"the header fields are larger than {limit} bytes", limit_bytes=limit)

    def _refuse(self, error: HeritageGraphError) -> None:
        """Answer with the problem unless another answer has begun or is due, and close.

        What still comes is read and dropped for a while: closed at once, the connection would be reset before the
        client has read why.
        """
        begun = self._is_answering() and (self.cycle.response_started or self.cycle is not self._running)
        self._give_up_running()
        if begun:
            self.transport.abort()
            return
        problem, instance = problem_of(error), secrets.token_hex(8)
        body = orjson.dumps(problem.document(instance))
        fields = [
            *ANSWER_FIELDS,
            (b"x-request-id", instance.encode()),
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"connection", b"close"),
        ]
        line = f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\n".encode()
        head = b"".join(name + b": " + value + b"\r\n" for name, value in fields)
        self.transport.write(line + head + b"\r\n" + body)
        self.transport.write_eof()
        self._refused_at = self.loop.time()


class _WithHead:
    """A transport that sends the head of an answer together with what comes right after it.

    Uvicorn writes them apart: two packets for a small answer, and two looks of the client's.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head: bytes | None = None

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send *data*; the head of an answer waits until the next part, or until the loop comes round."""
        if self._head is not None:
            head, self._head = self._head, None
            self._transport.writelines((head, data))
        elif data.startswith(_STATUS_LINE):
            self._head = data
            self._loop.call_soon(self._send_head)
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Send what is held, then close."""
        self._send_head()
        self._transport.close()

    def write_eof(self) -> None:
        """Send what is held, then the end."""
        self._send_head()
        self._transport.write_eof()

    def _send_head(self) -> None:
        head, self._head = self._head, None
        if head is not None and not self._transport.is_closing():
            self._transport.write(head)

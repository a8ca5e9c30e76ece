"""The frames that the front and its worker processes exchange over a socket pair.

A frame is one letter, the length of its payload as four bytes (big-endian), and the payload: JSON for every
kind but `DATA`, whose payload is bytes as they are.
"""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    import socket

ASK: Final = b"A"
"""Front to worker: a request."""
START: Final = b"S"
"""Worker to front: what kind of answer follows."""
DATA: Final = b"D"
"""Either way: bytes of a body."""
END: Final = b"E"
"""Worker to front, or front to worker after a body: it is whole."""
FAULT: Final = b"F"
"""Worker to front: the request failed; `slug`, `message` and details."""

_HEADER: Final = struct.Struct(">cI")
_PAUSE_ABOVE: Final = 4 << 20

Frame = tuple[bytes, bytes]
Json = dict[str, Any]


def frame(kind: bytes, payload: bytes) -> bytes:
    """The bytes of one frame."""
    return _HEADER.pack(kind, len(payload)) + payload


def json_frame(kind: bytes, message: Json) -> bytes:
    """The bytes of one frame whose payload is JSON."""
    return frame(kind, orjson.dumps(message))


def read_frame(connection: socket.socket) -> Frame | None:
    """The next frame of a blocking socket; None when the other side has closed."""
    header = _read_exactly(connection, _HEADER.size)
    if header is None:
        return None
    kind, length = _HEADER.unpack(header)
    payload = _read_exactly(connection, length)
    return None if payload is None else (kind, payload)


def read_body(connection: socket.socket) -> bytes | None:
    """The bytes of the `DATA` frames up to the next `END`; None when the other side has closed."""
    parts: list[bytes] = []
    while True:
        received = read_frame(connection)
        if received is None:
            return None
        kind, payload = received
        if kind == END:
            return b"".join(parts)
        parts.append(payload)


def _read_exactly(connection: socket.socket, size: int) -> bytes | None:
    parts: list[bytes] = []
    while size:
        part = connection.recv(min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class FrameChannel(asyncio.Protocol):
    """The front's end of a socket pair: frames in the order they came, with back pressure both ways."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._frames: deque[Frame] = deque()
        self._held = 0
        self._waiter: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio.Protocol)."""
        self._transport = transport  # type: ignore[assignment]  # a socket's transport reads and writes

    def data_received(self, data: bytes) -> None:
        """Cut what came into frames (asyncio.Protocol)."""
        buffer = self._buffer
        buffer += data
        position = 0
        while len(buffer) - position >= _HEADER.size:
            kind, length = _HEADER.unpack_from(buffer, position)
            end = position + _HEADER.size + length
            if len(buffer) < end:
                break
            self._frames.append((kind, bytes(buffer[position + _HEADER.size : end])))
            self._held += length
            position = end
        del buffer[:position]
        if self._held > _PAUSE_ABOVE and self._transport is not None:
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio gives it
        """Remember that the worker has gone (asyncio.Protocol)."""
        self._closed = True
        self._wake()
        self.resume_writing()

    def pause_writing(self) -> None:
        """The worker reads slower than we write (asyncio.Protocol)."""
        self._drained = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """The worker has caught up (asyncio.Protocol)."""
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None

    async def send(self, data: bytes) -> None:
        """Write frames; returns once the transport accepts more. Writing to a lost worker is no error here."""
        if self._transport is not None and not self._closed:
            self._transport.write(data)
            if self._drained is not None:
                await self._drained

    async def receive(self) -> Frame | None:
        """The next frame; None when the worker has gone and nothing is left to read."""
        while not self._frames:
            if self._closed:
                return None
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        kind, payload = self._frames.popleft()
        self._held -= len(payload)
        if self._held <= _PAUSE_ABOVE and self._transport is not None and not self._closed:
            self._transport.resume_reading()
        return kind, payload

    @property
    def closed(self) -> bool:
        """Whether the worker has gone."""
        return self._closed

    def close(self) -> None:
        """Close our end; the worker sees the end of its input."""
        self._closed = True
        if self._transport is not None:
            self._transport.close()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        self._waiter = None

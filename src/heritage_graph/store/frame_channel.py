"""The front's end of a socket pair to a worker, which exchanges frames with it.

Apart from `store.frames`, since workers read and write frames without asyncio, which takes a third of their start.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

from heritage_graph.store.frames import HEADER

if TYPE_CHECKING:
    from heritage_graph.store.frames import Frame

_PAUSE_ABOVE: Final = 4 << 20


class FrameChannel(asyncio.Protocol):
    """Frames in the order they came, with back pressure both ways."""

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
        while len(buffer) - position >= HEADER.size:
            kind, length = HEADER.unpack_from(buffer, position)
            end = position + HEADER.size + length
            if len(buffer) < end:
                break
            self._frames.append((kind, bytes(buffer[position + HEADER.size : end])))
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

"""The frames that the front and its worker processes exchange over a socket pair.

A frame is one letter, the length of its payload as four bytes (big-endian), and the payload: JSON for every
kind but `DATA`, whose payload is bytes as they are.
"""

from __future__ import annotations

import struct
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

HEADER: Final = struct.Struct(">cI")
"""The letter and the length before a payload."""

Frame = tuple[bytes, bytes]
Json = dict[str, Any]


def frame(kind: bytes, payload: bytes) -> bytes:
    """The bytes of one frame."""
    return HEADER.pack(kind, len(payload)) + payload


def json_frame(kind: bytes, message: Json) -> bytes:
    """The bytes of one frame whose payload is JSON."""
    return frame(kind, orjson.dumps(message))


def read_frame(connection: socket.socket) -> Frame | None:
    """The next frame of a blocking socket; None when the other side has closed."""
    header = _read_exactly(connection, HEADER.size)
    if header is None:
        return None
    kind, length = HEADER.unpack(header)
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

"""Where a reader writes its answer: frames to the front, up to a number of bytes and of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from heritage_graph.store.frames import DATA, END, frame, json_frame

if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK: Final = 64 << 10


class Connection(Protocol):
    """Where frames go: a socket, or what holds them back for a while."""

    def sendall(self, data: bytes | bytearray, /) -> object:
        """Take *data* whole."""


class TooMuch(Exception):
    """The answer passed a limit: `limits` names it and its value."""

    def __init__(self, **limits: int) -> None:
        super().__init__(limits)
        self.limits = limits


class Outlet:
    """A binary file that sends what is written to it as frames.

    `write` raises `TooMuch` when more than *max_bytes* have come, or more than *max_rows* as *count_rows* tells of
    each part; what was sent until then stays sent, and the mark of completeness is missing.
    """

    def __init__(
        self,
        connection: Connection,
        start: bytes,
        *,
        max_bytes: int,
        max_rows: int | None = None,
        count_rows: Callable[[bytes], int] | None = None,
    ) -> None:
        self._connection = connection
        self._pending = bytearray(start)
        self._parts: list[bytes] = []
        self._part_size = 0
        self._max_bytes = self._left = max_bytes
        self._max_rows = max_rows
        self._count_rows = count_rows

    def write(self, data: bytes) -> int:
        """Take *data*; called by Rust in pieces of about 8 kB."""
        size = len(data)
        self._left -= size
        if self._left < 0:
            raise TooMuch(limit_bytes=self._max_bytes)
        self._parts.append(bytes(data))
        self._part_size += size
        if self._part_size >= _CHUNK:
            self._cut()
            self._connection.sendall(self._pending)
            self._pending.clear()
        return size

    def flush(self) -> None:
        """Nothing to do: `finish` sends the rest."""

    def finish(self) -> None:
        """Send what is left and the mark of completeness, in one write."""
        self._cut()
        self._connection.sendall(self._pending + json_frame(END, {}))

    def _cut(self) -> None:
        if not self._parts:
            return
        part = b"".join(self._parts)
        if self._count_rows is not None and self._max_rows is not None and self._count_rows(part) > self._max_rows:
            raise TooMuch(limit_rows=self._max_rows)
        self._pending += frame(DATA, part)
        self._parts.clear()
        self._part_size = 0

"""The log of requests: one JSON object a line on standard error, never a query, a key or an address."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
    from typing import BinaryIO

    from heritage_graph.web.exchange import Exchange

_WRITTEN_EVERY_S: Final = 0.1


class RequestLog:
    """Lines to *stream*; they are written ten times a second, since a write costs more than a small request."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lines: list[bytes] = []

    def note(self, exchange: Exchange, *, method: str, path: str, seconds: float) -> None:
        """Note a request that has been answered, or broken off."""
        if not self._lines:
            asyncio.get_running_loop().call_later(_WRITTEN_EVERY_S, self.flush)
        members = {
            "id": exchange.request_id,
            "method": method,
            "operation": exchange.operation,
            "path": path[:200],
            "status": exchange.status,
            "ms": round(seconds * 1000, 2),
            "bytes": exchange.sent_bytes,
            "generation": exchange.generation,
            "query": exchange.query_hash,
            "problem": exchange.problem,
            "broken_off": exchange.broken_off,
            "event": "request",
            "level": "info",
            "timestamp": datetime.now(UTC),
        }
        told = {name: value for name, value in members.items() if value is not None}
        self._lines.append(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z))

    def flush(self) -> None:
        """Write what has been noted."""
        lines, self._lines = self._lines, []
        self._stream.write(b"".join(lines))
        self._stream.flush()

"""Load one server over keep-alive connections and tell how long each answer took: run in a process of its own.

Reads JSON on standard input: `port` (on loopback), `paths` (asked in turn, the query last), `accept`, `connections`,
`seconds`, and `first`, the number of the first request. Writes JSON: `seconds`, `errors` (answers other than 200) and
`latencies` in milliseconds. Each query ends in a comment with the number of the request, so that none is asked twice.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOPBACK: Final = "127.0.0.1"
_PIECE: Final = 1 << 18
_PATIENCE_S: Final = 120.0

Json = dict[str, Any]


class Connection:
    """One connection that asks, waits for the answer and asks again."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((_LOOPBACK, port), timeout=_PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()
        self._began = 0.0

    def ask(self, request: bytes) -> None:
        """Send *request*, and start the clock."""
        self._received.clear()
        self._began = time.perf_counter()
        self.socket.sendall(request)

    def take(self) -> tuple[int, float] | None:
        """Take what has come; the status and the milliseconds once the answer is whole."""
        piece = self.socket.recv(_PIECE)
        if not piece:
            raise ConnectionError("the server closed a connection in the middle of an answer")
        self._received += piece
        if not is_whole(self._received):
            return None
        return int(self._received[9:12]), (time.perf_counter() - self._began) * 1000


def is_whole(answer: bytearray) -> bool:
    """Tell whether *answer* holds a whole HTTP answer, by its length or by its chunks."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(answer[:end]).lower()
    position = head.find(b"content-length:")
    if position >= 0:
        return len(answer) >= end + 4 + int(head[position + 15 :].split(b"\r\n", 1)[0])
    position = end + 4
    while (line_end := answer.find(b"\r\n", position)) >= 0:
        size = int(answer[position:line_end], 16)
        position = line_end + 2 + size + 2
        if size == 0:
            return len(answer) >= position
        if len(answer) < position:
            return False
    return False


def requests(job: Json) -> Iterator[bytes]:
    """The requests of *job*, one after the other, without end."""
    fields = f" HTTP/1.1\r\nHost: {_LOOPBACK}:{job['port']}\r\nAccept: {job['accept']}\r\n\r\n".encode()
    number = job["first"]
    for path in cycle([path.encode() for path in job["paths"]]):
        yield b"GET %b%%0A%%23%d%b" % (path, number, fields)
        number += 1


def load(job: Json) -> Json:
    """Run *job*; no request begins after its seconds, and those under way are waited for."""
    waiting = requests(job)
    latencies: list[float] = []
    errors = 0
    connections = [Connection(job["port"]) for _ in range(job["connections"])]
    began = time.perf_counter()
    end = began + job["seconds"]
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(next(waiting))
        while selector.get_map():
            ready = selector.select(_PATIENCE_S)
            if not ready:
                raise TimeoutError(f"no answer within {_PATIENCE_S:g} s")
            for key, _ in ready:
                taken = key.data.take()
                if taken is None:
                    continue
                status, latency = taken
                errors += status != 200
                latencies.append(latency)
                if time.perf_counter() < end:
                    key.data.ask(next(waiting))
                else:
                    selector.unregister(key.fileobj)
    seconds = time.perf_counter() - began
    for connection in connections:
        connection.socket.close()
    return {"seconds": seconds, "errors": errors, "latencies": latencies}


if __name__ == "__main__":
    json.dump(load(json.load(sys.stdin)), sys.stdout)

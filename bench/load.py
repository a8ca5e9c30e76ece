"""Load one server over keep-alive connections and tell how long each answer took: run in a process of its own.

Reads JSON on standard input: `port` (on loopback), `source` (the address to ask from), `paths` (asked in turn, the
query last), `accept`, `connections`, `seconds`, `fresh` (end each query in a comment with the number of the request, so
that none is asked twice), `first` (that number), `warm` (how many of the paths to ask before the clock starts). Writes
JSON: `seconds`, `errors` (answers other than 200 or not whole), `bytes` and `latencies` in milliseconds. No request
begins after the seconds, nor over a connection that the server has closed; those under way are waited for.

One thread over epoll, which looks at no more of an answer than it must; `capacity.py` tells how much it can do.
"""

from __future__ import annotations

import json
import select
import socket
import sys
from itertools import count, cycle, islice
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOPBACK: Final = "127.0.0.1"
_PIECE: Final = 1 << 18
_PATIENCE_S: Final = 900.0
_LAST_CHUNK: Final = b"\r\n0\r\n\r\n"

Json = dict[str, Any]


class Connection:
    """One connection that asks, waits for the answer and asks again."""

    __slots__ = ("_head", "_left", "_tail", "began", "is_closed", "ok", "size", "socket")

    def __init__(self, port: int, source: str) -> None:
        self.socket = socket.create_connection((_LOOPBACK, port), timeout=_PATIENCE_S, source_address=(source, 0))
        self._left: int | None = None
        self._tail: bytes | None = None
        self.is_closed = False
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> None:
        """Send *request*, and start the clock."""
        self._head = b""
        self._left, self._tail = None, None
        self.size = 0
        self.began = perf_counter()
        self.socket.sendall(request)

    def take(self) -> bool:
        """Take what has come, and tell whether no more will: the answer is whole, or the server closed before that."""
        piece = self.socket.recv(_PIECE)
        if not piece:
            self.is_closed, self.ok = True, False
            return True
        self.size += len(piece)
        if self._left is not None:
            self._left -= len(piece)
            return self._left <= 0
        if self._tail is not None:
            self._tail = (self._tail + piece)[-len(_LAST_CHUNK) :]
            return self._tail == _LAST_CHUNK  # no text that is asked for here holds a carriage return
        return self._begin(piece)

    def _begin(self, piece: bytes) -> bool:
        self._head += piece
        end = self._head.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = self._head[:end].lower()
        self.ok = head[9:12] == b"200"
        position = head.find(b"\r\ncontent-length:")
        if position >= 0:
            self._left = int(head[position + 17 :].split(b"\r\n", 1)[0]) - (len(self._head) - end - 4)
            return self._left <= 0
        if b"\r\ntransfer-encoding: chunked" not in head:
            raise ValueError(f"an answer tells neither its length nor that it is chunked: {head!r}")
        self._tail = self._head[end + 2 :][-len(_LAST_CHUNK) :]
        return self._tail == _LAST_CHUNK


def requests(job: Json) -> Iterator[bytes]:
    """The requests of *job*, one after the other, without end."""
    fields = f" HTTP/1.1\r\nHost: {_LOOPBACK}:{job['port']}\r\nAccept: {job['accept']}\r\n\r\n".encode()
    paths = [b"GET " + path.encode() for path in job["paths"]]
    if not job["fresh"]:
        return cycle([path + fields for path in paths])
    return (b"%b%%0A%%23%d%b" % (path, number, fields) for path, number in zip(cycle(paths), count(job["first"])))


def load(job: Json) -> Json:
    """Run *job*."""
    waiting = requests(job)
    connections = [Connection(job["port"], job["source"]) for _ in range(job["connections"])]
    for request in islice(waiting, job["warm"]):
        connections[0].ask(request)
        while not connections[0].take():
            pass
    latencies: list[float] = []
    errors = size = 0
    with select.epoll() as poll:
        by_descriptor = {connection.socket.fileno(): connection for connection in connections}
        began = perf_counter()
        end = began + job["seconds"]
        for descriptor, connection in by_descriptor.items():
            poll.register(descriptor, select.EPOLLIN)
            connection.ask(next(waiting))
        active = len(connections)
        alone = [(descriptor, 0) for descriptor in by_descriptor] if active == 1 else None  # saves asking the kernel
        while active:
            ready = alone or poll.poll(_PATIENCE_S)
            if not ready:
                raise TimeoutError(f"no answer within {_PATIENCE_S:g} s")
            for descriptor, _ in ready:
                connection = by_descriptor[descriptor]
                if not connection.take():
                    continue
                now = perf_counter()
                latencies.append((now - connection.began) * 1000)
                errors += not connection.ok
                size += connection.size
                if now < end and not connection.is_closed:
                    connection.ask(next(waiting))
                else:
                    poll.unregister(descriptor)
                    active -= 1
        seconds = perf_counter() - began
    for connection in connections:
        connection.socket.close()
    return {"seconds": seconds, "errors": errors, "bytes": size, "latencies": latencies}


if __name__ == "__main__":
    json.dump(load(json.load(sys.stdin)), sys.stdout)

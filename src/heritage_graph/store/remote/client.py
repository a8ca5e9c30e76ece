"""Ask an engine from a process without an event loop: through a worker that is killed when the time is over."""

from __future__ import annotations

import select
import socket
import time
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import QueryTimeout, WorkerLost
from heritage_graph.store.frames import ASK, DATA, FAULT, START, Json, json_frame, read_frame
from heritage_graph.store.remote.faults import error_of
from heritage_graph.store.worker import Spawned, spawn

if TYPE_CHECKING:
    from typing import Self

    from heritage_graph.store.remote.engine import Engine

WORKER: Final = "heritage_graph.store.remote.reader_process"
BINDINGS: Final = "application/sparql-results+json"
GRAPH: Final = "application/n-triples"

READY_S: Final = 30.0
"""How long a worker may take to start; that is not counted as the time of what is asked."""

_MEMORY_BYTES: Final = 512 << 20


class Client:
    """Asks *engine*, one thing after the other, over a connection that is kept by a worker process.

    The worker starts when something is first asked, and anew after it was ended. For one thread.
    """

    def __init__(self, engine: Engine, *, confined: bool = True) -> None:
        self.engine = engine
        self._confined = confined
        self._process: Spawned | None = None
        self._connection: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()

    def ask(
        self,
        text: str,
        *,
        accept: str = BINDINGS,
        timeout_s: float | None = None,
        default_graphs: tuple[str, ...] = (),
        named_graphs: tuple[str, ...] = (),
    ) -> bytes:
        """The whole answer to a query, as the engine writes it in the format *accept*: `BINDINGS` or `GRAPH`.

        Without a dataset it is that of the query, or the published view. The time is that of the engine when it is
        not given. What is read is bounded by the `result_bytes` of the engine.

        Raises:
            QueryTimeout: the time is over.
            UpstreamTrouble, ResultTooLarge, WorkerLost: the engine or the worker failed.
        """
        with self.stream(
            text,
            accept=accept,
            timeout_s=timeout_s,
            max_bytes=self.engine.result_bytes,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
        ) as answer:
            return b"".join(iter(answer.part, b""))

    def stream(
        self,
        text: str,
        *,
        accept: str = BINDINGS,
        timeout_s: float | None = None,
        max_bytes: int | None = None,
        default_graphs: tuple[str, ...] = (),
        named_graphs: tuple[str, ...] = (),
    ) -> Stream:
        """As `ask`, while it comes; there is no bound to its size when *max_bytes* is None.

        Nothing else can be asked before the stream is closed.

        Raises:
            UpstreamTrouble, QueryTimeout, WorkerLost: as `ask`; on the way, too.
        """
        request = {
            "do": "pass on",
            "text": text,
            "accept": accept,
            "max_bytes": max_bytes,
            "default_graphs": default_graphs,
            "named_graphs": named_graphs,
        }
        return Stream(self, self._sent(request, timeout_s))

    def update(self, text: str, *, timeout_s: float | None = None) -> None:
        """Run an update; returns when the engine says that it is done. It is never sent twice.

        Raises:
            UpstreamRefused: the engine refused it, and nothing was done.
            UpstreamTrouble, QueryTimeout, WorkerLost: it may have been done, or not.
        """
        deadline = self._sent({"do": "update", "text": text}, timeout_s)
        self.receive(deadline)

    def close(self) -> None:
        """End the worker, whatever it does."""
        if self._process is not None:
            assert self._connection is not None
            self._process.kill()
            self._process.reap()
            self._connection.close()
            self._process = self._connection = None

    def receive(self, deadline: _Deadline) -> tuple[bytes, bytes]:
        """The next frame of the worker, which is no fault.

        Raises:
            QueryTimeout, WorkerLost: the worker was ended, or has ended.
            HeritageGraphError: the fault that it tells.
        """
        assert self._connection is not None
        self._connection.settimeout(deadline.left())
        try:
            received = read_frame(self._connection)
        except TimeoutError:
            self.close()
            raise deadline.passed() from None
        except BaseException:
            self.close()
            raise
        if received is None:
            self.close()
            raise WorkerLost("the process that asks the engine ended before it had answered; try again", retry_after=1)
        kind, payload = received
        if kind == FAULT:
            raise error_of(orjson.loads(payload))
        return kind, payload

    def _sent(self, request: Json, timeout_s: float | None) -> _Deadline:
        deadline = _Deadline(self.engine.timeout_s if timeout_s is None else timeout_s)
        if self._connection is not None and select.select([self._connection], [], [], 0)[0]:
            self.close()  # it has ended since
        if self._connection is None:
            ours, theirs = socket.socketpair()
            settings = {"memory_bytes": _MEMORY_BYTES, "confined": self._confined}
            with theirs:
                self._process = spawn(WORKER, settings, theirs)
            self._connection = ours
            ours.sendall(json_frame(ASK, self.engine.as_json()))
            self.receive(_Deadline(READY_S))
            deadline = _Deadline(deadline.limit_s)
        self._connection.settimeout(deadline.left())
        self._connection.sendall(json_frame(ASK, {**request, "timeout_s": deadline.limit_s}))
        return deadline


class Stream:
    """An answer as it comes: a binary file to read from, to be closed."""

    def __init__(self, client: Client, deadline: _Deadline) -> None:
        self._client = client
        self._deadline = deadline
        self._buffer = b""
        self._is_whole = False
        kind, _ = client.receive(deadline)
        assert kind == START

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()

    def part(self) -> bytes:
        """The next part; empty at the end.

        Raises:
            HeritageGraphError: as `Client.stream`; nothing follows.
        """
        if self._is_whole:
            return b""
        try:
            kind, payload = self._client.receive(self._deadline)
        except BaseException:
            self._is_whole = True
            raise
        self._is_whole = kind != DATA
        return b"" if self._is_whole else payload

    def read(self, size: int) -> bytes:
        """Up to *size* bytes; empty at the end.

        Raises:
            HeritageGraphError: as `part`.
        """
        if not self._buffer:
            self._buffer = self.part()
        read, self._buffer = self._buffer[:size], self._buffer[size:]
        return read

    def close(self) -> None:
        """Give up what has not come; the worker is ended then."""
        if not self._is_whole:
            self._client.close()
            self._is_whole = True


class _Deadline:
    """When the time of one request is over."""

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._ends = time.monotonic() + limit_s

    def left(self) -> float:
        """The seconds that are left.

        Raises:
            QueryTimeout: none are.
        """
        left = self._ends - time.monotonic()
        return max(left, 0.001)

    def passed(self) -> QueryTimeout:
        """The error that says so."""
        return QueryTimeout(
            f"the engine had not answered after {self.limit_s:g} s and was given up",
            limit_s=self.limit_s,
            retryable=False,
        )


def ask(engine: Engine, text: str, *, accept: str = BINDINGS, timeout_s: float | None = None) -> bytes:
    """As `Client.ask`, once."""
    with Client(engine) as client:
        return client.ask(text, accept=accept, timeout_s=timeout_s)


def update(engine: Engine, text: str, *, timeout_s: float | None = None) -> None:
    """As `Client.update`, once."""
    with Client(engine) as client:
        client.update(text, timeout_s=timeout_s)

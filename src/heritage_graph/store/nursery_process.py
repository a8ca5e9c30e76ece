"""The nursery process: holds the published view of one generation in memory, and forks the readers that share it.

Started by `store.nursery`. It has one thread and never opens a store on disk itself, so that forking is safe; a
child of its own reads the checkpoint and pipes the statements. The pages of the view are shared copy-on-write:
a reader is there within milliseconds, whatever the size of the view.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from typing import TYPE_CHECKING, Final

import orjson
from pyoxigraph import DefaultGraph, QuerySolutions, RdfFormat, Store

from heritage_graph.store import reader_process, sandbox
from heritage_graph.store.worker_end import connection_and_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from heritage_graph.store.frames import Json

_COUNT: Final = "SELECT (COUNT(*) AS ?statements) WHERE { ?s ?p ?o }"
_MESSAGE_BYTES: Final = 64 << 10
_PIPE_BYTES: Final = 1 << 20
_FAILED: Final = 70  # EX_SOFTWARE of sysexits.h


class _Nursery:
    """What the process holds: its end of the control socket, the view, and the readers that live."""

    def __init__(self, control: socket.socket, wake: socket.socket, settings: Json) -> None:
        self._control = control
        self._wake = wake
        self._settings = settings
        self._view: Store | None = None
        self._readers: set[int] = set()

    def serve(self) -> None:
        """Do what the front asks until it closes its end; tell it of every reader that ends."""
        while True:
            ready, _, _ = select.select([self._control, self._wake], [], [])
            if self._wake in ready:
                self._wake.recv(_MESSAGE_BYTES)
                self._reap()
            if self._control in ready:
                message, descriptors, _, _ = socket.recv_fds(self._control, _MESSAGE_BYTES, 1)
                if not message:
                    return
                self._do(orjson.loads(message), descriptors)

    def _do(self, request: Json, descriptors: list[int]) -> None:
        if "hold" in request:
            self._tell({"held": self._hold(request["hold"], request["most"])})
        else:
            with socket.socket(fileno=descriptors[0]) as connection:
                pid = self._fork(connection)
            self._readers.add(pid)
            self._tell({"born": request["fork"], "pid": pid})

    def _hold(self, folder: str, most: int) -> int | None:
        """Hold the published view of the checkpoint *folder*, unless it has more than *most* statements."""
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            _as_child(lambda: _pour(folder, most, writing))
        os.close(writing)
        view = Store()
        with os.fdopen(reading, "rb", buffering=_PIPE_BYTES) as statements:
            view.bulk_load(statements, format=RdfFormat.N_TRIPLES)
        _, status = os.waitpid(pid, 0)
        if os.waitstatus_to_exitcode(status) != 0:
            return None
        self._view = view
        return len(view)

    def _fork(self, connection: socket.socket) -> int:
        pid = os.fork()
        if pid == 0:
            self._control.close()
            signal.set_wakeup_fd(-1)
            self._wake.close()
            view, budget = self._view, self._settings["memory_bytes"]
            _as_child(lambda: reader_process.run(connection, view, memory_bytes=budget))
        return pid

    def _reap(self) -> None:
        """Tell of the readers that have ended; a child that pours a view is waited for where it is used."""
        for pid in list(self._readers):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._readers.remove(pid)
                self._tell({"ended": pid, "code": os.waitstatus_to_exitcode(status)})

    def _tell(self, message: Json) -> None:
        self._control.send(orjson.dumps(message))


def _as_child(work: Callable[[], None]) -> None:
    """Run *work* in a process that was just forked, and end it, whatever happens, before it becomes a nursery."""
    code = _FAILED
    try:
        sandbox.die_with_parent()
        work()
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def _pour(folder: str, most: int, writing: int) -> None:
    """Write the published view of the checkpoint *folder* to *writing*; an error when it is larger than *most*."""
    store = Store.read_only(folder)
    counted = store.query(_COUNT)
    assert isinstance(counted, QuerySolutions)
    if int(next(counted)["statements"].value) > most:
        os._exit(_FAILED)
    with os.fdopen(writing, "wb") as pipe:
        store.dump(pipe, format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())


def main() -> None:
    """Serve the control socket given on the command line until it closes."""
    control, settings = connection_and_settings()
    sandbox.die_with_parent()
    if settings["confined"]:
        sandbox.confine(networked=settings["networked"])
    woken, wake = socket.socketpair()
    wake.setblocking(False)  # noqa: FBT003 - the socket module's own signature
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno())
    _Nursery(control, woken, settings).serve()


if __name__ == "__main__":
    main()

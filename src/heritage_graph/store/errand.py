"""Send a process on an errand: it does one thing beside the service, says how it went, and ends."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import orjson

from heritage_graph.errors import EngineTrouble, MovedOn, WorkerLost
from heritage_graph.store.frames import FAULT, read_frame
from heritage_graph.store.priority import give_way
from heritage_graph.store.worker import spawn, start_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from heritage_graph.store.frames import Frame


async def send_on_errand(module: str, settings: Mapping[str, object], *, trouble: str) -> None:
    """Run *module* with *settings* (see `errand_end.run_errand`) until it is done; whoever gives up waiting ends it.

    Raises:
        WorkerLost: the process was ended from outside; it may be sent again.
        MovedOn: the graph is not any more what it was told to read; it may be sent to read what there is.
        EngineTrouble: it says why it failed; *trouble* are the words before that.
    """
    worker = await start_worker(module, settings)
    give_way(pid=worker.pid)
    try:
        received = await worker.channel.receive()
    finally:
        worker.kill()
        await worker.wait()
    _require_done(received, trouble)


@contextmanager
def errand_beside(module: str, settings: Mapping[str, object], *, trouble: str) -> Iterator[Callable[[], None]]:
    """Run *module* as `send_on_errand` does, beside what the block does; the block is given what waits for its end.

    Whoever leaves the block ends the process. What waits raises what `send_on_errand` raises.
    """
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            process = spawn(module, settings, theirs)
        give_way(pid=process.pid)
        try:
            yield lambda: _require_done(read_frame(ours), trouble)
        finally:
            process.kill()
            process.reap()


def _require_done(received: Frame | None, trouble: str) -> None:
    if received is None:
        raise WorkerLost(f"{trouble}: the process ended before it was done; try again", retry_after=1)
    kind, payload = received
    if kind == FAULT:
        fault = orjson.loads(payload)
        if fault["slug"] == MovedOn.slug:
            raise MovedOn(fault["message"], retry_after=1)
        raise EngineTrouble(f"{trouble}: {fault['message']}")

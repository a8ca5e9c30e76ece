"""The worker's end of what `store.worker` starts."""

from __future__ import annotations

import signal
import socket
import sys
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from heritage_graph.store.frames import Json


def connection_and_settings() -> tuple[socket.socket, Json]:
    """The socket to the front and the settings that `worker.spawn` was given.

    Interrupts from the terminal are left to the front, which closes the socket when it stops.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    connection = socket.socket(fileno=int(sys.argv[1]))
    return connection, orjson.loads(sys.stdin.buffer.read())

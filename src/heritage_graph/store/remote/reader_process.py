"""What a worker for a remote engine does: one request at a time, over a connection that is kept; no other program.

Started by `store.remote.client` and `store.remote.reader`, and killed when a request passes its time. It is told first
which engine it is for, through the socket, since others see the command line, and says when it is ready.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import HeritageGraphError
from heritage_graph.store import sandbox
from heritage_graph.store.frames import ASK, DATA, END, START, Json, frame, json_frame, read_frame
from heritage_graph.store.remote.answering import answer
from heritage_graph.store.remote.engine import Engine
from heritage_graph.store.remote.exchange import Asked, Exchange
from heritage_graph.store.remote.faults import fault_frame
from heritage_graph.store.remote.inquiry import Inquiry
from heritage_graph.store.worker_end import connection_and_settings

if TYPE_CHECKING:
    import socket

_CHUNK: Final = 64 << 10


def main() -> None:
    """Serve requests until the front closes its end."""
    connection, settings = connection_and_settings()
    sandbox.die_with_parent()
    told = read_frame(connection)
    if told is None:
        return
    exchange = Exchange(Engine.from_json(orjson.loads(told[1])))
    sandbox.limit_memory(settings["memory_bytes"])
    if settings["confined"]:
        sandbox.confine(networked=True)
    connection.sendall(json_frame(END, {}))
    sandbox.run_on_deep_stack(lambda: _serve(connection, exchange))


def _serve(connection: socket.socket, exchange: Exchange) -> None:
    while (received := read_frame(connection)) is not None:
        kind, payload = received
        assert kind == ASK
        try:
            _do(orjson.loads(payload), exchange, connection)
        except HeritageGraphError as fault:
            connection.sendall(fault_frame(fault))
            exchange.drop_unread()
        except ConnectionError:  # the front has given this up: those of the engine have become faults
            return


def _do(request: Json, exchange: Exchange, connection: socket.socket) -> None:
    match request["do"]:
        case "answer":
            answer(request, exchange, connection)
        case "generation":
            generation = Inquiry(exchange, request["timeout_s"]).generation(request["generation"])
            connection.sendall(json_frame(END, {"generation": generation}))
        case "probe":
            Inquiry(exchange, request["timeout_s"]).probe()
            connection.sendall(json_frame(END, {}))
        case "pass on":
            _pass_on(request, exchange, connection)
        case "update":
            exchange.update(request["text"], request["timeout_s"])
            connection.sendall(json_frame(END, {}))


def _pass_on(request: Json, exchange: Exchange, connection: socket.socket) -> None:
    """Send what the engine answers as it comes."""
    body = exchange.ask(
        Asked(
            request["text"],
            request["accept"],
            request["timeout_s"],
            request["max_bytes"],
            tuple(request["default_graphs"]),
            tuple(request["named_graphs"]),
        )
    )
    connection.sendall(json_frame(START, {}))
    while part := body.read(_CHUNK):
        connection.sendall(frame(DATA, part))
    connection.sendall(json_frame(END, {}))


if __name__ == "__main__":
    main()

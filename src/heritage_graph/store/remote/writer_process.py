"""The writer process over an engine: one commit at a time, and what became of one that was broken off.

It is told first which engine it is for: through the socket, since others see the command line. It finishes or undoes
what a crash left, says on which generation the engine stands, and ends after a fault of the engine: a fresh process
settles what the fault left open.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import orjson
from pyoxigraph import RdfFormat, parse

from heritage_graph.errors import EngineTrouble, HeritageGraphError, LimitReached, StaleBase
from heritage_graph.store import sandbox
from heritage_graph.store.base import Changeset
from heritage_graph.store.frames import END, FAULT, START, Json, json_frame, read_body, read_frame
from heritage_graph.store.remote.commit import RemoteStore
from heritage_graph.store.remote.engine import Engine
from heritage_graph.store.worker_end import connection_and_settings

if TYPE_CHECKING:
    import socket

    from pyoxigraph import Quad


def main() -> None:
    """Serve commits from the socket given on the command line until it closes."""
    connection, settings = connection_and_settings()
    sandbox.die_with_parent()
    told = read_frame(connection)
    if told is None:
        return
    with suppress(ConnectionError):  # the front has stopped: there is nobody to write for
        try:
            store = RemoteStore(Engine.from_json(orjson.loads(told[1])), patience_s=settings["patience_s"])
            connection.sendall(json_frame(START, _standing(store)))
            while (received := read_frame(connection)) is not None:
                _do(store, orjson.loads(received[1]), connection)
        except (EngineTrouble, LimitReached) as fault:
            connection.sendall(_fault_frame(fault))


def _do(store: RemoteStore, request: Json, connection: socket.socket) -> None:
    """Do what *request* asks, and answer.

    Raises:
        EngineTrouble, LimitReached: the engine failed.
    """
    if "outcome" in request:
        generation = store.outcome(request["outcome"])
        store.refresh()
        connection.sendall(json_frame(END, {**_standing(store), "outcome": generation}))
    elif "stand" in request:
        store.refresh()
        connection.sendall(json_frame(END, _standing(store)))
    else:
        _commit(store, request, connection)


def _commit(store: RemoteStore, request: Json, connection: socket.socket) -> None:
    added, removed = read_body(connection), read_body(connection)
    if added is None or removed is None:  # the front has gone before it had sent all
        return
    changeset = Changeset(
        base=request["base"],
        generation=request["generation"],
        key=request["key"],
        added=_quads(added),
        removed=_quads(removed),
    )
    try:
        store.commit(changeset)
    except StaleBase as fault:
        connection.sendall(_fault_frame(fault))
    else:
        connection.sendall(json_frame(END, _standing(store)))


def _standing(store: RemoteStore) -> Json:
    return {"generation": store.generation, "key": store.key}


def _quads(document: bytes) -> tuple[Quad, ...]:
    return tuple(parse(document, RdfFormat.N_QUADS))


def _fault_frame(fault: HeritageGraphError) -> bytes:
    return json_frame(FAULT, {"slug": fault.slug, "message": str(fault), **fault.details})


if __name__ == "__main__":
    main()

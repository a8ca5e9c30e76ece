"""The writer process: the only one that opens the live store, and one commit at a time.

It says on which generation it stands as soon as the store is open, and ends after an engine fault: a fresh
process opens the store anew, which is the only cure after a full disk.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from pyoxigraph import RdfFormat, parse

from heritage_graph.errors import EngineTrouble, HeritageGraphError, StaleBase, StorageFull
from heritage_graph.store import sandbox
from heritage_graph.store.base import Changeset
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.frames import END, FAULT, START, json_frame, read_body, read_frame
from heritage_graph.store.worker_end import connection_and_settings

if TYPE_CHECKING:
    import socket

    from pyoxigraph import Quad


def main() -> None:
    """Serve commits from the socket given on the command line until it closes."""
    connection, settings = connection_and_settings()
    sandbox.die_with_parent()
    try:
        store = EmbeddedStore(Path(settings["data"]), reserve_bytes=settings["reserve_bytes"])
    except EngineTrouble as fault:
        connection.sendall(_fault_frame(fault))
        return
    with suppress(ConnectionError):  # the front has stopped: there is nobody to write for
        _serve(connection, store)


def _serve(connection: socket.socket, store: EmbeddedStore) -> None:
    connection.sendall(
        json_frame(START, {"generation": store.generation, "key": store.key, "generations": store.generations()})
    )
    while (received := read_frame(connection)) is not None:
        request = orjson.loads(received[1])
        if "take_in" in request:
            if not _take_in(store, connection):
                return
        elif "retire" in request:
            with suppress(EngineTrouble):  # while it cannot be told what the releases keep, everything is kept
                store.retire(request["retire"])
            connection.sendall(json_frame(END, {"generations": store.generations()}))
        elif not _commit(store, request, connection):
            return


def _take_in(store: EmbeddedStore, connection: socket.socket) -> bool:
    """Let what a bulk load has built take the place of the store, and answer; False when the process should end."""
    try:
        store.take_in()
    except EngineTrouble as fault:
        connection.sendall(_fault_frame(fault))
        return False
    connection.sendall(json_frame(END, {"key": store.key, "generations": store.generations()}))
    return True


def _commit(store: EmbeddedStore, request: dict[str, object], connection: socket.socket) -> bool:
    """Commit what the frames hold and answer; False when the process should end."""
    added, removed = read_body(connection), read_body(connection)
    if added is None or removed is None:  # the front has gone before it had sent all
        return False
    changeset = Changeset(
        base=int(str(request["base"])),
        generation=int(str(request["generation"])),
        key=str(request["key"]),
        added=_quads(added),
        removed=_quads(removed),
    )
    try:
        generation = store.commit(changeset)
    except (StaleBase, StorageFull) as fault:
        connection.sendall(_fault_frame(fault))
        return True
    except EngineTrouble as fault:
        connection.sendall(_fault_frame(fault))
        return False
    connection.sendall(json_frame(END, {"generation": generation, "generations": store.generations()}))
    return True


def _quads(document: bytes) -> tuple[Quad, ...]:
    return tuple(parse(document, RdfFormat.N_QUADS))


def _fault_frame(fault: HeritageGraphError) -> bytes:
    return json_frame(FAULT, {"slug": fault.slug, "message": str(fault), **fault.details})


if __name__ == "__main__":
    main()

"""What a reader process does: one generation open read-only, one query at a time, no way out to the network.

Forked by `store.nursery_process`; it is killed when a query passes its time, and Rust aborts it when one passes
its memory. A query of the published view alone is answered from the view that all readers share in memory, when
there is one: that is two to five times faster than the disk (docs/adr/0018).
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import orjson
from pyoxigraph import (
    NamedNode,
    Store,
)

from heritage_graph.store import sandbox
from heritage_graph.store.frames import ASK, END, FAULT, Json, json_frame, read_frame
from heritage_graph.store.result_writing import send_result, trouble
from heritage_graph.store.syntax_errors import misreading

if TYPE_CHECKING:
    import socket

_BESIDE: Final = re.compile(
    r"""
    <[^<>"{}|^`\\\s]*>                                       # an IRI
  | \#[^\r\n]*                                             # a comment
  | "{3}(?:"{0,2}[^"])*"{3} | '{3}(?:'{0,2}[^'])*'{3}       # a text
  | "[^"\r\n]*" | '[^'\r\n]*'
    """,
    re.VERBOSE,
)
_NAMES_GRAPHS: Final = re.compile("GRAPH|FROM", re.IGNORECASE)


def run(connection: socket.socket, view: Store | None, *, memory_bytes: int) -> None:
    """Serve requests from *connection* until it closes; *view* is the published view in memory.

    A query may use *memory_bytes* beyond what this process shares with others at its start.
    """
    sandbox.limit_memory(memory_bytes)
    sandbox.run_on_deep_stack(lambda: _serve(connection, view))


def _serve(connection: socket.socket, view: Store | None) -> None:
    store: Store | None = None
    while (received := read_frame(connection)) is not None:
        kind, payload = received
        assert kind == ASK
        request: Json = orjson.loads(payload)
        if "open" in request:
            store = None  # closes the generation before
            store = Store.read_only(request["open"])
            connection.sendall(json_frame(END, {}))
        else:
            published = view if request["in_view"] and view is not None else store
            asked = store if names_graphs(request["text"]) else published
            assert asked is not None
            assert published is not None
            try:
                _answer(asked, published, request, connection)
            except ConnectionError:  # the front has given this query up
                return


def names_graphs(text: str) -> bool:
    """Tell whether a query may look beyond the default graph: false only when it does not.

    GRAPH and FROM are looked for outside of IRIs, comments and texts; a backslash, which may change where these end,
    makes it a yes.
    """
    return "\\" in text or _NAMES_GRAPHS.search(_BESIDE.sub(" ", text)) is not None


def _answer(store: Store, published: Store, request: Json, connection: socket.socket) -> None:
    try:
        result = store.query(request["text"], base_iri=request["base_iri"], **_dataset(request))
    except SyntaxError as fault:
        connection.sendall(json_frame(FAULT, {"slug": "sparql-syntax", **_misread(store, request, fault.msg)}))
        return
    except (OSError, ValueError, RuntimeError) as fault:
        connection.sendall(json_frame(FAULT, trouble(fault)))
        return
    try:
        send_result(result, published, request, connection)
    except ConnectionError:
        raise
    except (OSError, ValueError, RuntimeError) as fault:
        connection.sendall(json_frame(FAULT, trouble(fault)))


def _misread(store: Store, request: Json, said: str) -> Json:
    return asdict(misreading(request["text"], said, lambda text: store.query(text, base_iri=request["base_iri"])))


def _dataset(request: Json) -> Json:
    """The arguments that make the protocol's dataset replace the query's own (SPARQL 1.1 Protocol 2.1.4)."""
    default_graphs, named_graphs = request["default_graphs"], request["named_graphs"]
    if not default_graphs and not named_graphs:
        return {}
    return {
        "default_graph": [NamedNode(iri) for iri in default_graphs],
        "named_graphs": [NamedNode(iri) for iri in named_graphs],
    }

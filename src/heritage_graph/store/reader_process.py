"""What a reader process does: one generation open read-only, one query at a time, no way out to the network.

Forked by `store.nursery_process`; it is killed when a query passes its time, and Rust aborts it when one passes
its memory. A query of the published view alone is answered from the view that all readers share in memory, when
there is one: that is two to five times faster than the disk (docs/adr/0018).
"""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Final, TypeVar

import orjson
from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from heritage_graph.errors import NotInXml
from heritage_graph.store import sandbox
from heritage_graph.store.formats import BINDINGS_FORMATS, XML_FORMATS
from heritage_graph.store.frames import ASK, END, FAULT, START, Json, json_frame, read_frame
from heritage_graph.store.graph_writing import write_statements, write_triples
from heritage_graph.store.labelled import write_labelled
from heritage_graph.store.outlet import Outlet, TooMuch
from heritage_graph.store.row_count import row_counter
from heritage_graph.store.syntax_errors import misreading
from heritage_graph.store.xml_outlet import XmlOutlet

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable, Iterator

_Statement = TypeVar("_Statement", Triple, Quad)

_UNKNOWN_FUNCTION: Final = re.compile(r"The custom function <(.*)> is not supported")
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
        connection.sendall(json_frame(FAULT, _trouble(fault)))
        return
    form = _form_of(result, request)
    extension = request["graph_format" if form == "graph" else "bindings_format"]
    if extension is None:
        connection.sendall(json_frame(FAULT, {"slug": "not-acceptable", "message": form, "form": form}))
        return
    outlet = (XmlOutlet if extension in XML_FORMATS else Outlet)(
        connection,
        json_frame(START, {"form": form, "extension": extension}),
        max_bytes=request["max_bytes"],
        max_rows=request["max_rows"],
        count_rows=row_counter(extension) if form == "bindings" and request["max_rows"] else None,
    )
    try:
        _write(result, published, request, outlet)
        outlet.finish()
    except TooMuch as fault:
        connection.sendall(json_frame(FAULT, {"slug": "result-too-large", **fault.limits}))
    except NotInXml as fault:
        connection.sendall(json_frame(FAULT, {"slug": fault.slug, **fault.details}))
    except ConnectionError:
        raise
    except (OSError, ValueError, RuntimeError) as fault:
        connection.sendall(json_frame(FAULT, _trouble(fault)))


def _misread(store: Store, request: Json, said: str) -> Json:
    return asdict(misreading(request["text"], said, lambda text: store.query(text, base_iri=request["base_iri"])))


def _trouble(fault: Exception) -> Json:
    """The fault that a failure of the engine stands for: a function that it has not got, or trouble of its own."""
    unknown = _UNKNOWN_FUNCTION.match(str(fault))
    if unknown is not None:
        return {"slug": "unknown-function", "function": unknown[1]}
    return {"slug": "engine-trouble", "message": str(fault)}


def _dataset(request: Json) -> Json:
    """The arguments that make the protocol's dataset replace the query's own (SPARQL 1.1 Protocol 2.1.4)."""
    default_graphs, named_graphs = request["default_graphs"], request["named_graphs"]
    if not default_graphs and not named_graphs:
        return {}
    return {
        "default_graph": [NamedNode(iri) for iri in default_graphs],
        "named_graphs": [NamedNode(iri) for iri in named_graphs],
    }


def _form_of(result: QueryBoolean | QuerySolutions | QueryTriples, request: Json) -> str:
    if isinstance(result, QueryTriples) or request["quads"]:
        return "graph"
    return "boolean" if isinstance(result, QueryBoolean) else "bindings"


def _write(
    result: QueryBoolean | QuerySolutions | QueryTriples, published: Store, request: Json, outlet: Outlet
) -> None:
    """Write *result*; labels are those that the store *published* has in its default graph."""
    if isinstance(result, QueryTriples):
        write_triples(_at_most(request["max_rows"], result), outlet, request["graph_format"])
    elif isinstance(result, QuerySolutions) and request["quads"]:
        quads = (Quad(row["s"], row["p"], row["o"], row["g"] or DefaultGraph()) for row in result)
        write_statements(_at_most(request["max_rows"], quads), outlet, request["graph_format"])
    elif isinstance(result, QuerySolutions) and request["labels"]:
        labels, extension, max_rows = request["labels"], request["bindings_format"], request["max_rows"]
        write_labelled(result, published, labels, extension, outlet, max_rows=max_rows)
    else:
        result.serialize(outlet, BINDINGS_FORMATS[request["bindings_format"]])  # type: ignore[arg-type]  # write is all


def _at_most(limit: int | None, statements: Iterable[_Statement]) -> Iterator[_Statement]:
    """The *statements*; raises `TooMuch` when one comes after *limit*."""
    for number, statement in enumerate(statements, 1):
        if limit is not None and number > limit:
            raise TooMuch(limit_rows=limit)
        yield statement

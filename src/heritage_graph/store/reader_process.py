"""What a reader process does: one generation open read-only, one query at a time, no way out to the network.

Forked by `store.nursery_process`; it is killed when a query passes its time, and Rust aborts it when one passes
its memory. A query of the published view alone is answered from the view that all readers share in memory, when
there is one: that is two to five times faster than the disk (docs/adr/0018).
"""

from __future__ import annotations

import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

import orjson
from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from heritage_graph.namespaces import PREFIXES, RDF
from heritage_graph.store import sandbox
from heritage_graph.store.frames import ASK, DATA, END, FAULT, START, Json, frame, json_frame, read_frame

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable

    from pyoxigraph import Triple

BINDINGS_FORMATS: Final = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
GRAPH_FORMATS: Final = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
}

_CHUNK: Final = 64 << 10
_PREFIX_LINE: Final = b"@prefix "
_SORT_UP_TO: Final = 5_000
_RDF_TYPE: Final = RDF.type
_IRI: Final = re.compile(r"<[^<>\"{}|^`\\\s]*>")
_NAMES_GRAPHS: Final = re.compile(r"GRAPH|FROM|\\U", re.IGNORECASE)  # an escape may hide a letter


class _ResultTooLarge(Exception):
    """The result passed `max_bytes`."""


class _Outlet:
    """A binary file that sends what is written to it as frames, up to a number of bytes."""

    def __init__(self, connection: socket.socket, start: bytes, max_bytes: int) -> None:
        self._connection = connection
        self._pending = bytearray(start)
        self._parts: list[bytes] = []
        self._part_size = 0
        self._left = max_bytes

    def write(self, data: bytes) -> int:
        """Take *data*; called by Rust in pieces of about 8 kB."""
        size = len(data)
        self._left -= size
        if self._left < 0:
            raise _ResultTooLarge
        self._parts.append(bytes(data))
        self._part_size += size
        if self._part_size >= _CHUNK:
            self._cut()
            self._connection.sendall(self._pending)
            self._pending.clear()
        return size

    def flush(self) -> None:
        """Nothing to do: `finish` sends the rest."""

    def finish(self) -> None:
        """Send what is left and the mark of completeness, in one write."""
        self._cut()
        self._connection.sendall(self._pending + json_frame(END, {}))

    def _cut(self) -> None:
        if self._parts:
            self._pending += frame(DATA, b"".join(self._parts))
            self._parts.clear()
            self._part_size = 0


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
            in_view = view is not None and request["in_view"] and not names_graphs(request["text"])
            asked = view if in_view else store
            assert asked is not None
            try:
                _answer(asked, request, connection)
            except ConnectionError:  # the front has given this query up
                return


def names_graphs(text: str) -> bool:
    """Tell whether a query may look beyond the default graph: false only when it certainly does not.

    GRAPH and FROM are looked for anywhere outside of IRIs: between `<` and `>` neither can stand with what it needs.
    """
    return _NAMES_GRAPHS.search(_IRI.sub("", text)) is not None


def _answer(store: Store, request: Json, connection: socket.socket) -> None:
    try:
        result = store.query(request["text"], base_iri=request["base_iri"], **_dataset(request))
    except SyntaxError as fault:
        connection.sendall(json_frame(FAULT, {"slug": "sparql-syntax", "message": fault.msg}))
        return
    except (OSError, ValueError) as fault:
        connection.sendall(json_frame(FAULT, {"slug": "engine-trouble", "message": str(fault)}))
        return
    form, extension, write = _writer(result, request)
    if extension is None:
        connection.sendall(json_frame(FAULT, {"slug": "not-acceptable", "message": form, "form": form}))
        return
    outlet = _Outlet(connection, json_frame(START, {"form": form, "extension": extension}), request["max_bytes"])
    try:
        write(outlet)
    except _ResultTooLarge:
        connection.sendall(
            json_frame(FAULT, {"slug": "result-too-large", "limit_bytes": request["max_bytes"], "message": ""})
        )
    except ConnectionError:
        raise
    except (OSError, ValueError, RuntimeError) as fault:
        connection.sendall(json_frame(FAULT, {"slug": "engine-trouble", "message": str(fault)}))
    else:
        outlet.finish()


def _dataset(request: Json) -> Json:
    """The arguments that make the protocol's dataset replace the query's own (SPARQL 1.1 Protocol 2.1.4)."""
    default_graphs, named_graphs = request["default_graphs"], request["named_graphs"]
    if not default_graphs and not named_graphs:
        return {}
    return {
        "default_graph": [NamedNode(iri) for iri in default_graphs],
        "named_graphs": [NamedNode(iri) for iri in named_graphs],
    }


def _writer(
    result: QueryBoolean | QuerySolutions | QueryTriples, request: Json
) -> tuple[str, str | None, Callable[[_Outlet], object]]:
    """The form of the result, the extension of its format (None: not acceptable) and what writes it."""
    bindings, graph = request["bindings_format"], request["graph_format"]
    if isinstance(result, QueryTriples):
        triples = result
        return "graph", graph, lambda outlet: _write_triples(triples, outlet, graph)
    if isinstance(result, QuerySolutions) and request["quads"]:
        quads = (Quad(row["s"], row["p"], row["o"], row["g"] or DefaultGraph()) for row in result)
        return "graph", graph, lambda outlet: _serialise(quads, outlet, graph)
    form = "boolean" if isinstance(result, QueryBoolean) else "bindings"
    rows = result
    return form, bindings, lambda outlet: rows.serialize(outlet, BINDINGS_FORMATS[bindings])


def _write_triples(triples: Iterable[Triple], outlet: _Outlet, extension: str) -> None:
    """Write a graph; one that is small comes sorted, types first, so that Turtle groups it by subject."""
    iterator = iter(triples)
    head = list(islice(iterator, _SORT_UP_TO + 1))
    if len(head) <= _SORT_UP_TO:
        head.sort(key=_reading_order)
        _serialise(head, outlet, extension)
    else:
        _serialise(chain(head, iterator), outlet, extension)


def _reading_order(triple: Triple) -> tuple[str, bool, str, str]:
    return (
        str(triple.subject),
        triple.predicate != _RDF_TYPE,
        triple.predicate.value,
        str(triple.object),
    )


class _SortedPrefixes:
    """A binary file that puts the `@prefix` lines at the beginning of Turtle in order.

    pyoxigraph 0.5.13 writes them in an order that differs from process to process, and a strong ETag promises bytes.
    """

    def __init__(self, outlet: _Outlet) -> None:
        self._outlet = outlet
        self._header: bytearray | None = bytearray()

    def write(self, data: bytes) -> int:
        """Take *data*; nothing is passed on before the header is whole."""
        if self._header is None:
            return self._outlet.write(data)
        self._header += data
        end = _end_of_prefixes(self._header)
        if end is not None:
            self._release(end)
        return len(data)

    def flush(self) -> None:
        """Nothing to do: `close` passes on what is held."""

    def close(self) -> None:
        """Pass on a header that no statement followed."""
        if self._header is not None:
            self._release(len(self._header))

    def _release(self, end: int) -> None:
        assert self._header is not None
        lines = sorted(bytes(self._header[:end]).splitlines(keepends=True))
        self._outlet.write(b"".join(lines) + bytes(self._header[end:]))
        self._header = None


def _end_of_prefixes(text: bytearray) -> int | None:
    """Where the `@prefix` lines at the beginning of *text* end; None when more of them may come."""
    start = 0
    while True:
        if not text.startswith(_PREFIX_LINE, start):
            return (
                start if len(text) - start >= len(_PREFIX_LINE) or text[start : start + 1] not in {b"", b"@"} else None
            )
        end = text.find(b"\n", start)
        if end < 0:
            return None
        start = end + 1


def _serialise(statements: Iterable[Triple] | Iterable[Quad], outlet: _Outlet, extension: str) -> None:
    rdf_format = GRAPH_FORMATS[extension]
    if extension in {"ttl", "trig"}:
        ordered = _SortedPrefixes(outlet)
        serialize(statements, ordered, rdf_format, prefixes=dict(PREFIXES))  # type: ignore[arg-type]  # write is all
        ordered.close()
    else:
        serialize(statements, outlet, rdf_format)  # type: ignore[arg-type]  # it only calls write

"""Answer a client's query from an engine: the bytes that the embedded store would give, of one generation."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Variable

from heritage_graph.errors import ServiceForbidden
from heritage_graph.store.frames import FAULT, START, Json, json_frame
from heritage_graph.store.query_text import calls_others, form_of
from heritage_graph.store.remote import results
from heritage_graph.store.remote.client import BINDINGS, GRAPH
from heritage_graph.store.remote.engine import Dialect
from heritage_graph.store.remote.exchange import bad_content
from heritage_graph.store.remote.faults import unsteady
from heritage_graph.store.remote.gathering import gathered
from heritage_graph.store.remote.inquiry import Inquiry
from heritage_graph.store.result_writing import send_result, trouble
from heritage_graph.store.syntax_errors import misreading

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from heritage_graph.store.outlet import Connection
    from heritage_graph.store.remote.exchange import Body, Exchange
    from heritage_graph.store.result_writing import Result
    from heritage_graph.store.state import Term

_IN_MEMORY: Final = 8 << 20
_PART: Final = 256 << 10
_TRIES: Final = 4
_NEVER_PROJECTED: Final[dict[Variable, Term]] = {Variable("heritage_graph_parses_this_only"): Literal("")}
_NOTHING: Final = Store()


def answer(request: Json, exchange: Exchange, connection: Connection) -> None:
    """Write the answer to *request* to *connection*, or the fault that it ends in.

    The answer is held back until it is whole and the engine has told the same generation before and after it, so that
    a number is never told of something else. `request["generation"]` is one that was the last before, None: not known.

    Raises:
        UpstreamTrouble, LimitReached: the engine failed, or never stood still.
    """
    text, base_iri = request["text"], request["base_iri"]
    try:
        _parse_only(text, base_iri)
    except SyntaxError as fault:
        misread = misreading(text, fault.msg, lambda tried: _parse_only(tried, base_iri))
        connection.sendall(json_frame(FAULT, {"slug": "sparql-syntax", **asdict(misread)}))
        return
    if calls_others(text) and not request["federated"]:
        raise ServiceForbidden("SERVICE is switched off here: neither this service nor its engine asks another server")
    form = form_of(text)
    told = "graph" if request["quads"] else form
    if request["graph_format" if told == "graph" else "bindings_format"] is None:
        connection.sendall(json_frame(FAULT, {"slug": "not-acceptable", "message": told, "form": told}))
        return
    inquiry = Inquiry(exchange, request["timeout_s"])
    before = inquiry.generation(None) if request["generation"] is None else request["generation"]
    for _ in range(_TRIES):
        with _Held() as held:
            try:
                _write(request, form, inquiry, held)
            except (OSError, ValueError, RuntimeError) as fault:  # of what is evaluated here
                connection.sendall(json_frame(FAULT, trouble(fault)))
                return
            if held.fault is not None:  # whatever the generation, and instead of what came before it
                connection.sendall(held.fault)
                return
            after = inquiry.generation(before)
            if after == before:
                connection.sendall(json_frame(START, {"generation": after}))
                held.let_go(connection)
                return
            before = after
    raise unsteady(_TRIES)


def _parse_only(text: str, base_iri: str | None) -> None:
    """Have the parser read *text*, and nothing more.

    pyoxigraph has no call for this, and evaluating would reach the network for SERVICE. But it refuses to bind a
    variable that a query does not project after it has parsed it and before it evaluates anything.

    Raises:
        SyntaxError: it is no query.
    """
    try:
        _NOTHING.query(text, base_iri=base_iri, substitutions=_NEVER_PROJECTED)
    except RuntimeError:
        return


def _write(request: Json, form: str, inquiry: Inquiry, held: _Held) -> None:
    """Write the answer to *request* as the engine has it now, or the fault that it ends in."""
    gathers = inquiry.engine.dialect is Dialect.VIRTUOSO
    found, body = (_gathered(request, inquiry), None) if gathers else _asked(request, form, inquiry)
    names = _NOTHING
    try:
        if request["labels"] and isinstance(found, QuerySolutions):
            again = results.Rewindable([each.value for each in found.variables], map(tuple, found))
            names, found = inquiry.names(_things(again.solutions(), request["max_rows"])), again.solutions()
        send_result(found, names, request, held)
    except SyntaxError as fault:
        if body is None:
            raise
        raise bad_content(body) from fault
    if held.fault is not None:
        inquiry.drop_unread()
    elif body is not None:
        body.finish()


def _asked(request: Json, form: str, inquiry: Inquiry) -> tuple[Result, Body]:
    """What the engine answers to *request*, and the body from which that comes."""
    base_iri = request["base_iri"]
    text = request["text"] if base_iri is None else f"BASE <{base_iri}> {request['text']}"
    graphs = tuple(request["default_graphs"]), tuple(request["named_graphs"])
    body = inquiry.ask(text, GRAPH if form == "graph" else BINDINGS, *graphs)
    try:
        if form == "graph":
            return results.triples(inquiry.engine, body), body
        return (results.boolean if form == "boolean" else results.solutions)(body), body
    except SyntaxError as fault:
        raise bad_content(body) from fault


def _gathered(request: Json, inquiry: Inquiry) -> Result:
    """What *request* gives over all that its answer depends on, brought here."""
    default_graphs, named_graphs = tuple(request["default_graphs"]), tuple(request["named_graphs"])
    base_iri = request["base_iri"]
    brought = gathered(
        request["text"], inquiry, base_iri=base_iri, default_graphs=default_graphs, named_graphs=named_graphs
    )
    if not default_graphs and not named_graphs:
        return brought.store.query(brought.text, base_iri=base_iri)
    return brought.store.query(
        brought.text,
        base_iri=base_iri,
        default_graph=[NamedNode(iri) for iri in default_graphs],
        named_graphs=[NamedNode(iri) for iri in named_graphs],
    )


def _things(solutions: QuerySolutions, max_rows: int | None) -> Iterable[NamedNode]:
    """The things in *solutions*, each once."""
    rows = solutions if max_rows is None else islice(solutions, max_rows)
    return dict.fromkeys(term for row in rows for term in row if isinstance(term, NamedNode))


class _Held:
    """Frames that are held back; `fault` is the one in which they end, if they do."""

    def __init__(self) -> None:
        self.fault: bytes | bytearray | None = None
        self._file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed as this is

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._file.close()

    def sendall(self, data: bytes | bytearray) -> None:
        """Take *data*, which begins with a frame."""
        if data.startswith(FAULT):
            self.fault = data
        self._file.write(data)

    def let_go(self, connection: Connection) -> None:
        """Send all to *connection*."""
        self._file.seek(0)
        while part := self._file.read(_PART):
            connection.sendall(part)

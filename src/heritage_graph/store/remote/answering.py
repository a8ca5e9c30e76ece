"""Answer a client's query from an engine: the bytes that the embedded store would give, of one generation."""

from __future__ import annotations

import time
from dataclasses import asdict
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store, Variable

from heritage_graph.store.frames import FAULT, START, Json, json_frame
from heritage_graph.store.query_text import form_of
from heritage_graph.store.remote import results
from heritage_graph.store.remote.client import BINDINGS
from heritage_graph.store.remote.exchange import Asked, bad_content
from heritage_graph.store.remote.faults import unsteady
from heritage_graph.store.remote.questions import ALIVE, WINDOW, last_generation, later_generations, names_of
from heritage_graph.store.result_writing import send_result
from heritage_graph.store.syntax_errors import misreading

if TYPE_CHECKING:
    from typing import Self

    from heritage_graph.store.outlet import Connection
    from heritage_graph.store.remote.exchange import Body, Exchange
    from heritage_graph.store.state import Term

_IN_MEMORY: Final = 8 << 20
_PART: Final = 256 << 10
_TRIES: Final = 4
_NAMED_AT_ONCE: Final = 500
_LEAST_S: Final = 0.05
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
    form = form_of(text)
    told = "graph" if request["quads"] else form
    if request["graph_format" if told == "graph" else "bindings_format"] is None:
        connection.sendall(json_frame(FAULT, {"slug": "not-acceptable", "message": told, "form": told}))
        return
    line = Line(exchange, request["timeout_s"])
    before = line.generation(None) if request["generation"] is None else request["generation"]
    for _ in range(_TRIES):
        with _Held() as held:
            _write(request, form, line, held)
            if held.fault is not None:  # whatever the generation, and instead of what came before it
                connection.sendall(held.fault)
                return
            after = line.generation(before)
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


def _write(request: Json, form: str, line: Line, held: _Held) -> None:
    base_iri = request["base_iri"]
    text = request["text"] if base_iri is None else f"BASE <{base_iri}> {request['text']}"
    question = results.graph_question(line.engine, text) if form == "graph" else None
    asked, accept = (text, BINDINGS) if question is None else (question.text, question.accept)
    body = line.ask(asked, accept, tuple(request["default_graphs"]), tuple(request["named_graphs"]))
    names = _NOTHING
    try:
        if question is not None:
            send_result(question.triples(line.engine, body), names, request, held)
        elif form == "boolean":
            send_result(results.boolean(line.engine, body), names, request, held)
        elif request["labels"]:
            found = results.Rewindable(*results.rows(line.engine, body))
            names = _names(found.solutions(), request["max_rows"], line)
            send_result(found.solutions(), names, request, held)
        else:
            send_result(results.solutions(line.engine, body), names, request, held)
    except SyntaxError as fault:
        raise bad_content(body) from fault
    if held.fault is not None:
        line.drop_unread()
    else:
        body.finish()


def _names(solutions: QuerySolutions, max_rows: int | None, line: Line) -> Store:
    """The names of the things in *solutions*, as a published view that holds nothing else."""
    store = Store()
    rows = solutions if max_rows is None else islice(solutions, max_rows)
    things = iter(dict.fromkeys(term for row in rows for term in row if isinstance(term, NamedNode)))
    while asked := list(islice(things, _NAMED_AT_ONCE)):
        question = results.graph_question(line.engine, names_of(asked))
        body = line.ask(question.text, question.accept)
        store.extend(Quad(*triple) for triple in question.triples(line.engine, body))
        body.finish()
    return store


class Line:
    """The line to an engine while one request is answered, within its time."""

    def __init__(self, exchange: Exchange, timeout_s: float) -> None:
        self._exchange = exchange
        self.engine = exchange.engine
        self._ends = time.monotonic() + timeout_s

    def ask(
        self, text: str, accept: str, default_graphs: tuple[str, ...] = (), named_graphs: tuple[str, ...] = ()
    ) -> Body:
        """The answer to a query, of the media type *accept*, in the time that is left.

        Raises:
            UpstreamTrouble: the engine failed.
        """
        left = max(_LEAST_S, self._ends - time.monotonic())
        return self._exchange.ask(Asked(text, accept, left, self.engine.result_bytes, default_graphs, named_graphs))

    def drop_unread(self) -> None:
        """See `Exchange.drop_unread`."""
        self._exchange.drop_unread()

    def generation(self, known: int | None) -> int:
        """The number of the last generation, 0 before the first; *known* is one that was the last before.

        Raises:
            UpstreamTrouble: the engine failed.
        """
        while known:
            later = self._greatest(later_generations(known))
            if later is None:  # the engine was emptied, or brought back from a copy
                break
            if later < known + WINDOW - 1:
                return later
            known = later
        return self._greatest(last_generation()) or 0

    def probe(self) -> None:
        """Ask the least question, and read whatever is answered.

        Raises:
            UpstreamTrouble: the engine failed.
        """
        body = self.ask(ALIVE, BINDINGS)
        while body.read(_PART):
            pass

    def _greatest(self, text: str) -> int | None:
        body = self.ask(text, BINDINGS)
        try:
            _, rows = results.rows(self.engine, body)
            numbers = [int(term.value) for (term,) in rows if isinstance(term, Literal)]
        except (SyntaxError, ValueError) as fault:
            raise bad_content(body) from fault
        body.finish()
        return max(numbers, default=None)


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

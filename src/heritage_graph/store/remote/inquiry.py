"""What is asked of an engine for one request, within its time: questions, names, and where the engine stands."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, Quad, Store

from heritage_graph.errors import UpstreamInvalid
from heritage_graph.store.remote import results
from heritage_graph.store.remote.client import BINDINGS
from heritage_graph.store.remote.exchange import Asked, bad_content
from heritage_graph.store.remote.faults import unsteady
from heritage_graph.store.remote.questions import ALIVE, WINDOW, last_generation, later_generations, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import NamedNode, Triple

    from heritage_graph.store.remote.exchange import Body, Exchange
    from heritage_graph.store.state import Row

    Graphs = tuple[str, ...]

_PART: Final = 64 << 10
_NAMED_AT_ONCE: Final = 500
_LEAST_S: Final = 0.05
_LOOK_EACH_S: Final = 0.02
_SOON_S: Final = 0.25


class Inquiry:
    """The questions of one request to the engine of *exchange*; all of them together may take *timeout_s*."""

    def __init__(self, exchange: Exchange, timeout_s: float) -> None:
        self._exchange = exchange
        self.engine = exchange.engine
        self._ends = time.monotonic() + timeout_s

    def ask(self, text: str, accept: str, default_graphs: Graphs = (), named_graphs: Graphs = ()) -> Body:
        """The answer to a query, of the media type *accept*, in the time that is left.

        Raises:
            UpstreamTrouble: the engine failed.
        """
        left = max(_LEAST_S, self._ends - time.monotonic())
        return self._exchange.ask(Asked(text, accept, left, self.engine.result_bytes, default_graphs, named_graphs))

    def rows(self, text: str, default_graphs: Graphs = (), named_graphs: Graphs = ()) -> Iterator[Row]:
        """The rows of a SELECT. Nothing else can be asked before all are read.

        Raises, on the way:
            UpstreamTrouble, ResultTooLarge: the engine failed.
        """
        body = self.ask(text, BINDINGS, default_graphs, named_graphs)
        try:
            yield from results.rows(self.engine, body)[1]
        except SyntaxError as fault:
            raise bad_content(body) from fault
        body.finish()

    def triples(self, text: str, default_graphs: Graphs = (), named_graphs: Graphs = ()) -> Iterator[Triple]:
        """The triples of a CONSTRUCT. Nothing else can be asked before all are read.

        Raises, on the way:
            UpstreamTrouble, ResultTooLarge: the engine failed.
        """
        question = results.graph_question(self.engine, text)
        body = self.ask(question.text, question.accept, default_graphs, named_graphs)
        try:
            yield from question.triples(self.engine, body)
        except SyntaxError as fault:
            raise bad_content(body) from fault
        body.finish()

    def names(self, things: Iterable[NamedNode]) -> Store:
        """The names of *things*, as a published view that holds nothing else.

        Raises:
            UpstreamTrouble, ResultTooLarge: the engine failed.
        """
        store = Store()
        left = iter(things)
        while some := list(islice(left, _NAMED_AT_ONCE)):
            store.extend(Quad(*triple) for triple in self.triples(names_of(some)))
        return store

    def generation(self, known: int | None) -> int:
        """The number of the last generation, 0 before the first; *known* is one that was the last before.

        A commit that is under way is waited for.

        Raises:
            UpstreamTrouble: the engine failed.
            Busy: a commit is under way for longer than the request may take.
        """
        while True:
            if known is None:
                known = _greatest(self.rows(last_generation())) or 0
            told = list(self.rows(later_generations(known)))
            if any(to is not None for row in told for to in row[1:]):
                self._wait()
                continue
            later = _greatest(told)
            if later is None and known:  # the engine was emptied, or brought back from a copy
                known = None
            elif later is None or later < known + WINDOW - 1:
                return later or 0
            else:
                known = later

    def probe(self) -> None:
        """Ask the least question, and read whatever is answered.

        Raises:
            UpstreamTrouble: the engine failed.
        """
        body = self.ask(ALIVE, BINDINGS)
        while body.read(_PART):
            pass

    def drop_unread(self) -> None:
        """See `Exchange.drop_unread`."""
        self._exchange.drop_unread()

    def _wait(self) -> None:
        if time.monotonic() + _SOON_S > self._ends:
            raise unsteady(1)
        time.sleep(_LOOK_EACH_S)


def _greatest(rows: Iterable[Row]) -> int | None:
    """The greatest number in the first column; None when there is none."""
    try:
        return max((int(term.value) for row in rows for term in row[:1] if isinstance(term, Literal)), default=None)
    except ValueError as fault:
        raise UpstreamInvalid("the engine behind this service tells of a generation that is no number") from fault

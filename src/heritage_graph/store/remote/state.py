"""The state that stands on an engine, read as the checkpoint of an embedded store is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import UpstreamInvalid
from heritage_graph.store.remote import results
from heritage_graph.store.remote.client import BINDINGS, Client

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Triple

    from heritage_graph.store.remote.client import Stream
    from heritage_graph.store.remote.engine import Engine
    from heritage_graph.store.state import Row

_LONGEST_S: Final = 3600.0


class EngineState:
    """What *engine* has now. What comes is not held here: the engine waits while it is not read.

    An answer may take *timeout_s*, and has no bound in size. Several may be read at the same time, each over a
    connection of its own. For one thread.
    """

    def __init__(self, engine: Engine, *, timeout_s: float = _LONGEST_S, confined: bool = True) -> None:
        self.engine = engine
        self._timeout_s = timeout_s
        self._confined = confined
        self._idle: list[Client] = []

    def rows(self, text: str) -> Iterator[Row]:
        """See `State.rows`.

        Raises, on the way:
            UpstreamTrouble, QueryTimeout, WorkerLost: the engine failed.
        """
        with self._answer(text, BINDINGS) as answer:
            yield from results.rows(self.engine, answer)[1]

    def triples(self, text: str) -> Iterator[Triple]:
        """See `State.triples`.

        Raises, on the way:
            UpstreamTrouble, QueryTimeout, WorkerLost: the engine failed.
        """
        question = results.graph_question(self.engine, text)
        with self._answer(question.text, question.accept) as answer:
            yield from question.triples(self.engine, answer)

    def close(self) -> None:
        """End the workers that are idle; the state can still be asked."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _answer(self, text: str, accept: str) -> Iterator[Stream]:
        """The answer to *text*; what of it does not parse is told as a fault of the engine."""
        client = self._idle.pop() if self._idle else Client(self.engine, confined=self._confined)
        try:
            with client.stream(text, accept=accept, timeout_s=self._timeout_s) as answer:
                yield answer
                while answer.part():
                    pass  # white space, and the word that nothing is missing
        except SyntaxError as fault:
            raise UpstreamInvalid("the engine behind this service gave an answer that does not parse") from fault
        finally:
            self._idle.append(client)

"""An engine as the source or the target of a copy.

While an engine is filled, `graph/copying` tells there of what it is a copy, and how far each graph is. The log comes
last, and in it the numbers of the generations: whoever reads the engine meanwhile finds that nothing was committed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad

from heritage_graph.copying.places import graphs_in
from heritage_graph.errors import TargetNotEmpty
from heritage_graph.namespaces import GRAPH, VIEW
from heritage_graph.store.remote.client import Client
from heritage_graph.store.remote.engine import Dialect
from heritage_graph.store.remote.literals import kept_quad
from heritage_graph.store.remote.state import EngineState
from heritage_graph.store.remote.update_texts import statements
from heritage_graph.terms import serialise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyoxigraph import Triple

    from heritage_graph.store.remote.engine import Engine
    from heritage_graph.store.state import State

COPYING: Final = GRAPH.term("copying")
_STAMP: Final = NamedNode(f"{COPYING.value}#stamp")
_DONE: Final = NamedNode(f"{COPYING.value}#done")
_STANDING: Final = f"SELECT ?s ?p ?o WHERE {{ GRAPH {serialise(COPYING)} {{ ?s ?p ?o }} }}"
_BLOCK: Final = 500
"""Virtuoso 7.2.5 runs out of memory from some thousand statements in one INSERT DATA."""
_UPDATE_S: Final = 600.0


class EngineSource:
    """What *engine* holds."""

    def __init__(self, engine: Engine) -> None:
        self.name = engine.query
        self._state = EngineState(engine)

    def state(self) -> State:
        """See `Source.state`."""
        return self._state

    def close(self) -> None:
        """See `Source.close`."""
        self._state.close()


class EngineTarget:
    """The engine *engine*, to be filled."""

    def __init__(self, engine: Engine) -> None:
        self.name = engine.query
        self._engine = engine
        self._client = Client(engine)
        self._state = EngineState(engine)

    def state(self) -> State:
        """See `Target.state`."""
        return self._state

    def begin(self, stamp: str, *, replace: bool) -> dict[NamedNode, int]:
        """See `Target.begin`."""
        there: dict[NamedNode, int] = {}
        found = ""
        for subject, predicate, object_ in self._state.rows(_STANDING):
            if predicate == _STAMP:
                assert isinstance(object_, Literal)
                found = object_.value
            elif isinstance(subject, NamedNode) and isinstance(object_, Literal):
                there[subject] = max(there.get(subject, 0), int(object_.value))
        if found == stamp:
            return there
        graphs = graphs_in(self._state)
        if graphs and not replace:
            raise TargetNotEmpty(f"{self.name} holds a graph, or a part of another copy; --replace lets it go")
        for graph in (*graphs, COPYING):
            self._update(_drop(self._engine, graph))
        self._update(_inserts(COPYING, f"{serialise(COPYING)} {serialise(_STAMP)} {serialise(Literal(stamp))} ."))
        return {}

    def add(self, graph: NamedNode, triples: Sequence[Triple], *, done: int) -> None:
        """See `Target.add`."""
        place = None if graph == VIEW and self._engine.dialect is not Dialect.VIRTUOSO else graph
        if self._engine.dialect is Dialect.VIRTUOSO:
            triples = [kept_quad(Quad(*triple)).triple for triple in triples]
        operations = [_inserts(place, statements(block)) for block in _blocks(triples)]
        # In one transaction where a request is one; where it is none, what was added twice is there once.
        self._update(" ;\n".join([*operations, _inserts(COPYING, _standing(graph, done))]))

    def forget(self, graph: NamedNode) -> None:
        """See `Target.forget`."""
        self._update(_drop(self._engine, graph))
        of_it = f"GRAPH {serialise(COPYING)} {{ {serialise(graph)} {serialise(_DONE)} ?done }}"
        self._update(f"DELETE {{ {of_it} }} WHERE {{ {of_it} }}")

    def finish(self) -> None:
        """See `Target.finish`."""
        self._update(_drop(self._engine, COPYING))

    def close(self) -> None:
        """See `Target.close`."""
        self._client.close()
        self._state.close()

    def _update(self, text: str) -> None:
        self._client.update(text, timeout_s=max(_UPDATE_S, self._engine.timeout_s))


def _drop(engine: Engine, graph: NamedNode) -> str:
    in_default = graph == VIEW and engine.dialect is not Dialect.VIRTUOSO
    return "DROP SILENT DEFAULT" if in_default else f"DROP SILENT GRAPH {serialise(graph)}"


def _standing(graph: NamedNode, done: int) -> str:
    """That *done* statements of *graph* are there; of several such statements the greatest number holds."""
    return f"{serialise(graph)} {serialise(_DONE)} {serialise(Literal(done))} ."


def _inserts(graph: NamedNode | None, lines: str) -> str:
    return (
        f"INSERT DATA {{ {lines} }}" if graph is None else f"INSERT DATA {{ GRAPH {serialise(graph)} {{\n{lines} }} }}"
    )


def _blocks(triples: Sequence[Triple]) -> Iterator[Iterable[Triple]]:
    for begin in range(0, len(triples), _BLOCK):
        yield triples[begin : begin + _BLOCK]

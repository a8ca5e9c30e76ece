"""What a copy reads from and writes to: the port that a data folder and an engine have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from pyoxigraph import NamedNode

from heritage_graph.namespaces import LOG, VIEW
from heritage_graph.store.view import LAST_COMMIT, commit_in
from heritage_graph.terms import serialise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyoxigraph import Triple

    from heritage_graph.store.state import State

_GRAPHS: Final = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_IN_GRAPH: Final = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH $graph { ?s ?p ?o } }"
_IN_VIEW: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_COUNT_VIEW: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


class Source(Protocol):
    """A store that is read. The published view goes by the name `VIEW`, wherever it stands."""

    name: str

    def state(self) -> State:
        """Its last state."""

    def close(self) -> None:
        """Let it go; it is not read any more."""


class Target(Protocol):
    """A store that is filled. What it knows of the copy survives a crash."""

    name: str

    def state(self) -> State:
        """What it holds so far."""

    def begin(self, stamp: str, *, replace: bool) -> dict[NamedNode, int]:
        """Get ready for the graph of that *stamp*, and tell how many statements of each of its graphs are there.

        With *replace*, what is there of another graph goes.

        Raises:
            TargetNotEmpty: another graph is there, or a copy of another one that has not ended.
            EngineTrouble: the store failed.
        """

    def add(self, graph: NamedNode, triples: Sequence[Triple], *, done: int) -> None:
        """Add *triples* to *graph*, of which *done* statements are there then.

        Raises:
            EngineTrouble: the store failed.
        """

    def forget(self, graph: NamedNode) -> None:
        """Remove *graph*, so that the next copy brings it anew."""

    def finish(self) -> None:
        """Make the copy a store like any other. Nothing tells any more that it is one."""

    def close(self) -> None:
        """Let it go, whole or not; it is not written any more."""


def graphs_in(state: State) -> dict[NamedNode, int]:
    """The graphs of *state* and how many statements each has, in the order of a copy: the log comes last."""
    found: dict[NamedNode, int] = {}
    for text in (_COUNT_VIEW, _GRAPHS):
        for *name, number in state.rows(text):
            graph = name[0] if name else VIEW
            assert isinstance(graph, NamedNode)
            if count := int(str(number.value) if number is not None else 0):  # type: ignore[union-attr]  # COUNT
                found[graph] = count
    return dict(sorted(found.items(), key=lambda item: (item[0] == LOG, item[0].value)))


def triples_of(state: State, graph: NamedNode) -> Iterator[Triple]:
    """The statements of *graph* in *state*, each once."""
    return state.triples(_IN_VIEW if graph == VIEW else _IN_GRAPH.replace("$graph", serialise(graph)))


def last_commit_of(state: State) -> tuple[int, str]:
    """The number of the last generation of *state* and the key of its commit; (0, "") when nothing was committed."""
    return commit_in(state.rows(LAST_COMMIT))

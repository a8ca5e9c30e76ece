"""Copy a graph: each of its graphs part by part, then read back and compared; what was interrupted goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from heritage_graph.copying.places import graphs_in, last_commit_of, triples_of
from heritage_graph.copying.sums import Summing, sum_of
from heritage_graph.errors import CopyDiffers, StaleBase, UnknownName
from heritage_graph.namespaces import HG, LOG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import NamedNode, Triple

    from heritage_graph.copying.places import Source, Target
    from heritage_graph.copying.sums import GraphSum

PART: Final = 5_000
"""So many statements are written at once."""
_TELLING: Final = frozenset({HG.generation, HG.commitKey})


@dataclass(frozen=True)
class Copied:
    """What was copied: the last generation, and each graph with its sum, the published view as `graph/view`."""

    generation: int
    graphs: dict[NamedNode, GraphSum]

    @property
    def statements(self) -> int:
        """Of all graphs together."""
        return sum(one.count for one in self.graphs.values())


class Told(Protocol):
    """What is told of a copy on its way."""

    def __call__(self, done: int, total: int, /) -> None:
        """*done* of *total* statements have been written or read back; each is both."""


def copy(source: Source, target: Target, *, replace: bool, told: Told) -> Copied:
    """Copy all graphs of *source* to *target*, and make sure that they are the same there.

    Run again after an interruption, it goes on where it was.

    Raises:
        UnknownName: nothing was ever committed to the source.
        TargetNotEmpty: the target holds another graph, and *replace* is false.
        StaleBase: the source has moved on meanwhile.
        CopyDiffers: a graph is not the same; the next run brings it anew.
        EngineTrouble: a store failed.
    """
    state = source.state()
    generation, key = last_commit_of(state)
    if not generation:
        raise UnknownName(f"{source.name} holds no graph that was committed")
    done = target.begin(f"{generation} {key}", replace=replace)
    graphs = graphs_in(state)
    total = 2 * sum(graphs.values())
    sums: dict[NamedNode, GraphSum] = {}
    for graph in graphs:
        before = sum(one.count for one in sums.values())
        triples = triples_of(state, graph)
        for summing in _copied(triples, target, graph, done.get(graph, 0)):
            told(before + summing.count, total)
        sums[graph] = summing.done()
    if last_commit_of(state) != (generation, key):
        raise StaleBase(f"{source.name} has moved on while it was copied; run the command again, with --replace")
    checked = total // 2
    for graph, expected in sums.items():
        found = sum_of(triples_of(target.state(), graph))
        if found != expected:
            target.forget(graph)
            raise CopyDiffers(
                f"{graph.value} has {expected.count:,} statements in {source.name} and {found.count:,} in "
                f"{target.name}, or others; it was removed there, run the command again to bring it anew",
                graph=graph.value,
            )
        checked += expected.count
        told(checked, total)
    target.finish()
    return Copied(generation, sums)


def _copied(triples: Iterator[Triple], target: Target, graph: NamedNode, done: int) -> Iterator[Summing]:
    """Add those of *triples* to *graph* that are not among the first *done*; gives the sum so far after each part."""
    summing = Summing()
    part: list[Triple] = []
    for triple in _telling_last(triples) if graph == LOG else triples:
        summing.add(triple)
        if summing.count > done:
            part.append(triple)
        if len(part) == PART:
            target.add(graph, part, done=summing.count)
            yield summing
            part = []
    if part:
        target.add(graph, part, done=summing.count)
    yield summing


def _telling_last(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The *triples* of the log, last of all those that tell which generations there are."""
    telling = []
    for triple in triples:
        if triple.predicate in _TELLING:
            telling.append(triple)
        else:
            yield triple
    yield from sorted(telling, key=str)

"""Triples on the disk, as many as there are: N-Triples files that are written and read in one go."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import islice
from typing import TYPE_CHECKING, Final, Self, TypeVar

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse, serialize

from heritage_graph.errors import TooLarge
from heritage_graph.namespaces import META

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

Thing = TypeVar("Thing")
Line = tuple[bytes, bytes, bytes]
"""Subject, predicate and object of a triple as N-Triples writes them."""

AT_ONCE: Final = 10_000
_MOST_GRAPHS: Final = 1_000
_MOST_DESCRIBED: Final = 100_000


class TripleFile:
    """A file of triples being written; `count` of them so far. Close it before it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._waiting: list[Triple] = []
        self._file = path.open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, triple: Triple) -> None:
        """Write *triple* behind the others."""
        self._waiting.append(triple)
        self.count += 1
        if len(self._waiting) == AT_ONCE:
            self._write()

    def close(self) -> None:
        """Have everything in the file."""
        self._write()
        self._file.close()

    def _write(self) -> None:
        written = serialize(self._waiting, format=RdfFormat.N_TRIPLES)
        assert written is not None
        self._file.write(written)
        self._waiting.clear()


def triples_in(path: Path) -> Iterator[Triple]:
    """The triples of a file that `TripleFile` has written, in its order."""
    return (quad.triple for quad in parse(path=str(path), format=RdfFormat.N_TRIPLES))


def lines_in(path: Path) -> Iterator[Line]:
    """The lines of a file that `TripleFile` has written: to split them takes a tenth of the time of parsing them."""
    with path.open("rb") as file:
        for line in file:
            subject, predicate, rest = line.split(b" ", 2)
            yield subject, predicate, rest.removesuffix(b" .\n")


def node_of(written: bytes) -> NamedNode | None:
    """The IRI that stands in a `Line`; None when it is something else."""
    return NamedNode(written[1:-1].decode()) if written.startswith(b"<") else None


def batches(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """*things* in lists of *size*; the last is shorter, and none is empty."""
    ahead = iter(things)
    while batch := list(islice(ahead, size)):
        yield batch


def quads_of(triples: Iterable[Triple], graph: NamedNode) -> Iterator[Quad]:
    """*triples* as quads of *graph*."""
    return (Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples)


def part_by_graph(
    quads: Iterable[tuple[NamedNode, Triple]],
    graphs: Iterable[NamedNode],
    folder: Path,
    told: Callable[[int], None],
) -> tuple[dict[NamedNode, Path], frozenset[Triple]]:
    """Write the triples of each named graph, *graphs* among them, to a file in *folder*; give back those of graph/meta.

    *told* is called with the number of triples so far, now and then.

    Raises:
        TooLarge: there are too many graphs, or statements about them, to keep track of.
    """
    files: dict[NamedNode, TripleFile] = {}
    described: set[Triple] = set()
    number = 0
    with ExitStack() as open_files:

        def file_of(graph: NamedNode) -> TripleFile:
            if graph not in files:
                files[graph] = open_files.enter_context(TripleFile(folder / f"stated-{len(files)}.nt"))
            return files[graph]

        for graph in graphs:
            file_of(graph)
        for number, (graph, triple) in enumerate(quads, start=1):
            if graph == META:
                described.add(triple)
            else:
                file_of(graph).add(triple)
            if number % AT_ONCE == 0:
                _require_few(files, described)
                told(number)
        _require_few(files, described)
        told(number)
    return {graph: file.path for graph, file in files.items()}, frozenset(described)


def _require_few(files: dict[NamedNode, TripleFile], described: set[Triple]) -> None:
    if len(files) > _MOST_GRAPHS:
        raise TooLarge(f"the documents name more than {_MOST_GRAPHS} graphs", kind="too-many-graphs")
    if len(described) > _MOST_DESCRIBED:
        raise TooLarge(f"the documents make more than {_MOST_DESCRIBED} statements about graphs")

"""A data set that was opened, and what reading it gives: a source graph, and the account of every row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Quad

from heritage_graph.importers.report import ImportReport
from heritage_graph.namespaces import source_graph

if TYPE_CHECKING:
    from heritage_graph.importers.known import Known
    from heritage_graph.importers.rows import Told

Progress = Callable[[int], None]
"""Called with the number of rows that were read so far."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set that was looked through and can be read, any number of times.

    `source` is the slug of its source graph and `about` what graph/meta says of that. `told` reads row after row in
    memory that does not grow with their number, but for what keeps names and identifiers apart; it raises
    `SyntaxFault` where the files turn out to be of another kind.
    """

    source: str
    about: tuple[Quad, ...]
    told: Callable[[Known], Iterator[Told]]

    def quads(self, known: Known, report: ImportReport, progress: Progress | None = None) -> Iterator[Quad]:
        """The quads of the source graph as they are read, some of them more than once; *report* gains every row."""
        graph = source_graph(self.source)
        for each in self.told(known):
            if each.row is not None:
                report.add(each.row)
                if progress is not None:
                    progress(len(report))
            for triple in each.triples:
                yield Quad(triple.subject, triple.predicate, triple.object, graph)


@dataclass(frozen=True, slots=True)
class Imported:
    """A data set that was read whole: the quads of its source graph, those about it, and the account of every row."""

    source: str
    quads: frozenset[Quad]
    about: tuple[Quad, ...]
    report: ImportReport


def read_whole(data_set: DataSet, known: Known, progress: Progress | None = None) -> Imported:
    """Read all rows of *data_set*."""
    report = ImportReport()
    quads = frozenset(data_set.quads(known, report, progress))
    return Imported(data_set.source, quads, data_set.about, report)

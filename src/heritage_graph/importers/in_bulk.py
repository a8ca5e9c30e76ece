"""Bring a published data set of any size into a store of this machine, by a bulk load."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from heritage_graph.importers.into_store import known_beside
from heritage_graph.importers.report import ImportReport
from heritage_graph.ingest.bulk.build import Statements
from heritage_graph.ingest.bulk.load import load_in_bulk
from heritage_graph.ingest.changes import Mode
from heritage_graph.namespaces import SKOS, source_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pyoxigraph import Triple

    from heritage_graph.importers import Importer
    from heritage_graph.importers.imported import DataSet, Progress
    from heritage_graph.importers.known import Curated, Known
    from heritage_graph.ingest.bulk.build import Stage
    from heritage_graph.ingest.bulk.load import Loaded
    from heritage_graph.ingest.pipeline import Base
    from heritage_graph.ingest.rulebook import Rulebook


def bring_in_bulk(
    data: Path,
    importer: Importer,
    path: Path,
    *,
    curated: Curated,
    rulebook: Rulebook,
    told: Callable[[Stage, int], None],
    encoding: str | None = None,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> tuple[ImportReport, Loaded]:
    """Bring the source graph of what is at *path* in, as `bring_in_file` does, in memory that does not grow with it.

    The data set is read twice: once for the things of which it speaks, whose names in other graphs count, and once
    for what it says. How it differs from other editions is not told.

    Raises:
        SyntaxFault, InvalidData: as `bring_in_file`; nothing has changed.
    """
    data_set = importer.open(path, encoding)
    graph = source_graph(data_set.source)
    report = ImportReport()

    def stated(base: Base) -> Statements:
        known = _known(base, data_set, graph, curated)
        return Statements(_pairs(data_set, known, report, progress), (graph,), Mode.REPLACE)

    message = f"{importer.name}: {path.name}"
    loaded = load_in_bulk(data, stated, rulebook=rulebook, message=message, told=told, dry_run=dry_run)
    return report, loaded


def _pairs(
    data_set: DataSet, known: Known, report: ImportReport, progress: Progress | None
) -> Iterator[tuple[NamedNode, Triple]]:
    for quad in chain(data_set.about, data_set.quads(known, report, progress)):
        assert isinstance(quad.graph_name, NamedNode)
        yield quad.graph_name, quad.triple


def _known(base: Base, data_set: DataSet, own: NamedNode, curated: Curated) -> Known:
    """What *base* knows, read now: the names that other graphs prefer, of the things of which the data set speaks."""
    known = known_beside(base, own, curated)
    labels: dict[NamedNode, tuple[Literal, ...]] = {}
    for told in data_set.told(replace(known, labels=lambda _thing: ())):
        for triple in told.triples:
            thing = triple.subject
            if triple.predicate == SKOS.prefLabel and isinstance(thing, NamedNode) and thing not in labels:
                labels[thing] = tuple(known.labels(thing))
    given = {thing: preferred for thing, preferred in labels.items() if preferred}
    return replace(known, labels=lambda thing: given.get(thing, ()))

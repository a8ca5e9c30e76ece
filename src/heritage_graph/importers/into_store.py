"""Bring a published data set into a store, and say what it changes in the editions before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Triple

from heritage_graph.importers.imported import Imported, read_whole
from heritage_graph.importers.known import Known
from heritage_graph.importers.list_changes import ListChanges, compare
from heritage_graph.ingest.changes import changes_of_dataset
from heritage_graph.ingest.local import bring_in
from heritage_graph.namespaces import CURATION, HG, SKOS, source_graph

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from heritage_graph.importers import Importer
    from heritage_graph.importers.imported import Progress
    from heritage_graph.importers.known import Curated
    from heritage_graph.ingest.changes import GraphChange
    from heritage_graph.ingest.local import Place
    from heritage_graph.ingest.pipeline import Base, Prepared
    from heritage_graph.ingest.rulebook import Rulebook


@dataclass(frozen=True)
class Brought:
    """An import that passed the gate: what it read, what the commit did, and how it differs from other editions."""

    imported: Imported
    prepared: Prepared
    changes: dict[str, ListChanges]


def bring_in_file(
    place: Place,
    importer: Importer,
    path: Path,
    *,
    curated: Curated,
    rulebook: Rulebook,
    encoding: str | None = None,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> Brought:
    """Read *path* with *importer* and bring its source graph in, in place of what it said before.

    A name that another graph already prefers for a thing stays; the name of the file becomes an alternative. A record
    that the curators have identified with a thing is told of that thing.

    Raises:
        SyntaxFault: the file is not of the importer's kind, or not in its encoding.
        InvalidData: what it states breaks a rule; nothing has changed.
    """
    data_set = importer.open(path, encoding)
    read: list[tuple[Imported, dict[str, ListChanges]]] = []

    def changes(base: Base) -> list[GraphChange]:
        imported = read_whole(data_set, known_beside(base, source_graph(data_set.source), curated), progress)
        read.append((imported, _differences(base, imported, importer)))
        return changes_of_dataset((*imported.quads, *imported.about))

    prepared = bring_in(place, changes, rulebook=rulebook, message=f"{importer.name}: {path.name}", dry_run=dry_run)
    imported, differences = read[0]
    return Brought(imported, prepared, differences)


def known_beside(base: Base, own: NamedNode, curated: Curated) -> Known:
    """What *base* and the curators know of the things of which the graph *own*, which is to be read anew, speaks."""
    return Known(
        lambda thing: labels_elsewhere(base, {own}, thing),
        curated.slugs,
        _identifications(base).get,
        curated.registered,
    )


def labels_elsewhere(base: Base, own: AbstractSet[NamedNode], thing: NamedNode) -> Iterable[Literal]:
    """The labels that graphs of *base* other than those of *own* prefer for *thing*."""
    for triple in base.view.triples(thing, SKOS.prefLabel):
        if base.view.graphs(triple) - own and isinstance(triple.object, Literal):
            yield triple.object


def _identifications(base: Base) -> dict[NamedNode, NamedNode]:
    """The thing that the curators identify with each record of another registry; the first by IRI if there are more."""
    found: dict[NamedNode, NamedNode] = {}
    for triple in sorted(base.graph(CURATION), key=str, reverse=True):
        if triple.predicate == HG.externalIdentifier and isinstance(triple.object, NamedNode):
            assert isinstance(triple.subject, NamedNode)
            found[triple.object] = triple.subject
    return found


def _differences(base: Base, imported: Imported, importer: Importer) -> dict[str, ListChanges]:
    """How the data set differs from each edition that the graph holds, by the slug of that edition."""
    found = {}
    for edition in importer.editions:
        quads = _quads(base.graph(source_graph(edition)), source_graph(edition))
        if quads:
            found[edition] = compare(quads, imported.quads)
    return found


def _quads(triples: Iterable[Triple], graph: NamedNode) -> list[Quad]:
    return [Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples]

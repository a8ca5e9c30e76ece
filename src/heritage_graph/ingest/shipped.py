"""The dataset that comes with the package: ontology, vocabularies and curated sources, as changes of graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Quad

from heritage_graph.assets import asset_files, asset_folder
from heritage_graph.errors import SyntaxFault
from heritage_graph.ingest.changes import GraphChange, changes_of_dataset
from heritage_graph.namespaces import BASE, ONTOLOGY, VOCAB
from heritage_graph.rdf_io import GRAPH_FORMATS, parse_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyoxigraph import NamedNode


def shipped_changes() -> list[GraphChange]:
    """Everything that `init` brings in, one change a graph.

    Raises:
        SyntaxFault, ForbiddenContent: a file is not as it should be; the message names it.
    """
    return changes_of_dataset(shipped_quads())


def shipped_quads() -> list[Quad]:
    """The quads of ontology, vocabularies and curated sources, each in its graph.

    Raises:
        SyntaxFault, ForbiddenContent: a file is not as it should be; the message names it.
    """
    ontology = asset_folder("ontology")
    vocabularies = set((ontology / "vocabularies").glob("*.ttl"))
    quads: list[Quad] = []
    for path in asset_files("ontology", ".ttl"):
        quads += _in_graph(path, VOCAB if path in vocabularies else ONTOLOGY)
    for path in _documents():
        quads += _read(path)
    return quads


def registered_changes() -> list[GraphChange]:
    """Who and what the shipped records speak of, under their addresses, one change a graph.

    Raises:
        SyntaxFault, ForbiddenContent: a file is not as it should be; the message names it.
    """
    return changes_of_dataset([quad for path in asset_files("sources/register", ".trig") for quad in _read(path)])


def _documents() -> list[Path]:
    """The curated sources: a file each, those of general claims in a folder of their own."""
    sources = asset_folder("sources")
    return sorted([*sources.glob("*.trig"), *(sources / "generic").glob("*.trig")])


def _in_graph(path: Path, graph: NamedNode) -> Iterator[Quad]:
    for quad in _read(path):
        yield Quad(quad.subject, quad.predicate, quad.object, graph)


def _read(path: Path) -> list[Quad]:
    try:
        return parse_document(path.read_bytes(), GRAPH_FORMATS[path.suffix.removeprefix(".")], base_iri=BASE)
    except SyntaxFault as fault:
        raise SyntaxFault(f"{path}: {fault}", **fault.details) from fault

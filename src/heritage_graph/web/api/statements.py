"""A statement about a thing: its property, its value and the graphs that make it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from heritage_graph.namespaces import CURATION, INFERRED, ONTOLOGY, VOCAB, is_generic_graph, is_source_graph
from heritage_graph.query_files.facts import term_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Cell


@dataclass(frozen=True)
class Statement:
    """One statement about the thing in question; `graphs` are the IRIs of all graphs that make it."""

    predicate: str
    cell: Cell
    graphs: tuple[str, ...]

    @cached_property
    def key(self) -> tuple[str, str]:
        """The property, and the value as SPARQL writes it."""
        return self.predicate, term_of(self.cell)

    @property
    def has_source(self) -> bool:
        """Tell whether the graph of a source document makes it."""
        return any(is_source_graph(NamedNode(graph)) for graph in self.graphs)

    @property
    def nature(self) -> str:
        """What kind of word it is: stated, curated, derived, term, generic, or record when only the books hold it.

        The first that fits, in this order; a claim that only essays make is generic, whatever it says.
        """
        graphs = [NamedNode(graph) for graph in self.graphs]
        natures = (
            ("stated", self.has_source),
            ("curated", CURATION in graphs),
            ("derived", INFERRED in graphs),
            ("term", VOCAB in graphs or ONTOLOGY in graphs),
            ("generic", any(is_generic_graph(graph) for graph in graphs)),
        )
        return next((nature for nature, holds in natures if holds), "record")


def statements_in(rows: Iterable[Row]) -> list[Statement]:
    """The statements of rows with property, value and graph, each once with all its graphs, by key."""
    cells: dict[tuple[str, str], Cell] = {}
    graphs: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if row["value"]["type"] != "bnode":  # only the ontology has blank nodes, in its axioms
            key = row["property"]["value"], term_of(row["value"])
            cells.setdefault(key, row["value"])
            graphs[key].append(row["graph"]["value"])
    return [
        Statement(key[0], cell, tuple(graphs[key])) for key, cell in sorted(cells.items(), key=lambda item: item[0])
    ]

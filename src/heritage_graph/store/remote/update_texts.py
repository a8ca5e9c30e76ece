"""Write what an update of an engine adds and removes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode

from heritage_graph.namespaces import JOURNAL
from heritage_graph.terms import serialise

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import BlankNode, Quad, Triple


_NAME: Final = re.compile(r"\$(\w+)\$")


def statements(triples: Iterable[Triple]) -> str:
    """*triples* as an update writes them, a line each. They hold no blank node (docs/adr/0012)."""
    return "".join(
        f"{_written(triple.subject)} {_written(triple.predicate)} {_written(triple.object)} .\n" for triple in triples
    )


def in_graphs(quads: Iterable[Quad]) -> str:
    """*quads* as an update writes them, each graph in a block of its own."""
    by_graph: dict[NamedNode | BlankNode | DefaultGraph, list[Triple]] = {}
    for quad in quads:
        by_graph.setdefault(quad.graph_name, []).append(quad.triple)
    return "".join(
        statements(triples)
        if isinstance(graph, DefaultGraph)
        else f"GRAPH {_written(graph)} {{\n{statements(triples)}}}\n"
        for graph, triples in by_graph.items()
    )


def bound(text: str, **values: NamedNode | Literal | int | str) -> str:
    """*text* with its `$names$` replaced: by terms, by numbers, or by text of an update such as `in_graphs` writes."""
    written = {
        name: serialise(value) if isinstance(value, NamedNode | Literal) else str(value)
        for name, value in values.items()
    }
    return _NAME.sub(lambda found: written[found[1]], text)  # in one go: what is put in may look like a name


def entry_of(key: str) -> NamedNode:
    """The node of graph/journal that stands for the commit called *key*."""
    return NamedNode(f"{JOURNAL.value}/{key}")


def _written(term: NamedNode | BlankNode | Literal | Triple) -> str:
    assert isinstance(term, NamedNode | Literal)
    return serialise(term)

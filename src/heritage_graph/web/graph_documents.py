"""A small graph that the front holds, written in the format that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Quad, RdfFormat, serialize

from heritage_graph.rdf_io import GRAPH_FORMATS
from heritage_graph.web.negotiation import NQUADS, TRIG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heritage_graph.web.negotiation import Format


def graph_document(quads: Iterable[Quad], chosen: Format) -> bytes:
    """*quads*, sorted, with their graphs in TriG and N-Quads, as a set of triples in the other formats.

    It has no prefixes: the writer has no order for them, and the same graph is always the same bytes.
    """
    statements: Iterable[Quad] = set(quads)
    if chosen not in {TRIG, NQUADS}:
        statements = {Quad(each.subject, each.predicate, each.object) for each in statements}
    written = serialize(sorted(statements, key=str), format=_writer(chosen))
    assert written is not None
    return written


def _writer(chosen: Format) -> RdfFormat:
    return GRAPH_FORMATS[chosen.extension].rdf_format

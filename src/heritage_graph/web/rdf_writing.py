"""Write triples that the service makes itself: in every format, and each time to the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import RdfFormat, serialize

from heritage_graph.web.negotiation import JSON_LD, NTRIPLES, RDF_XML, TURTLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import Triple

    from heritage_graph.web.negotiation import Format

_WRITERS: Final = {
    TURTLE: RdfFormat.TURTLE,
    NTRIPLES: RdfFormat.N_TRIPLES,
    RDF_XML: RdfFormat.RDF_XML,
    JSON_LD: RdfFormat.JSON_LD,
}


def written(triples: Iterable[Triple], chosen: Format, prefixes: Mapping[str, str]) -> bytes:
    """*triples*, in their order, in one of the formats of `TRIPLES`.

    The prefixes come in order: pyoxigraph's may differ between processes, and an ETag promises bytes.
    """
    document = serialize(
        triples, format=_WRITERS[chosen], prefixes=dict(prefixes) if chosen in {TURTLE, RDF_XML} else None
    )
    assert document is not None
    lines = document.splitlines(keepends=True)
    if chosen is TURTLE:
        lines[: len(prefixes)] = sorted(lines[: len(prefixes)])
    if chosen is RDF_XML:
        name, *attributes = lines[1].rstrip(b">\n").split()
        lines[1] = b" ".join((name, *sorted(attributes))) + b">\n"
    return b"".join(lines)

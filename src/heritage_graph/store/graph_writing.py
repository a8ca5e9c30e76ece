"""Write the graph that a query makes: small ones in reading order, the same bytes from every process."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from pyoxigraph import serialize

from heritage_graph.namespaces import PREFIXES, RDF
from heritage_graph.store.formats import GRAPH_FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad, Triple

    from heritage_graph.store.rows import Outlet

_PREFIX_LINE: Final = b"@prefix "
_SORT_UP_TO: Final = 5_000
_RDF_TYPE: Final = RDF.type


def write_triples(triples: Iterable[Triple], outlet: Outlet, extension: str) -> None:
    """Write a graph; one that is small comes sorted, types first, so that Turtle groups it by subject."""
    iterator = iter(triples)
    head = list(islice(iterator, _SORT_UP_TO + 1))
    if len(head) <= _SORT_UP_TO:
        head.sort(key=_reading_order)
        write_statements(head, outlet, extension)
    else:
        write_statements(chain(head, iterator), outlet, extension)


def _reading_order(triple: Triple) -> tuple[str, bool, str, str]:
    return (
        str(triple.subject),
        triple.predicate != _RDF_TYPE,
        triple.predicate.value,
        str(triple.object),
    )


class _SortedPrefixes:
    """A binary file that puts the `@prefix` lines at the beginning of Turtle in order.

    pyoxigraph 0.5.13 writes them in an order that differs from process to process, and a strong ETag promises bytes.
    """

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._header: bytearray | None = bytearray()

    def write(self, data: bytes) -> int:
        """Take *data*; nothing is passed on before the header is whole."""
        if self._header is None:
            self._outlet.write(data)
            return len(data)
        self._header += data
        end = _end_of_prefixes(self._header)
        if end is not None:
            self._release(end)
        return len(data)

    def flush(self) -> None:
        """Nothing to do: `close` passes on what is held."""

    def close(self) -> None:
        """Pass on a header that no statement followed."""
        if self._header is not None:
            self._release(len(self._header))

    def _release(self, end: int) -> None:
        assert self._header is not None
        lines = sorted(bytes(self._header[:end]).splitlines(keepends=True))
        self._outlet.write(b"".join(lines) + bytes(self._header[end:]))
        self._header = None


def _end_of_prefixes(text: bytearray) -> int | None:
    """Where the `@prefix` lines at the beginning of *text* end; None when more of them may come."""
    start = 0
    while True:
        if not text.startswith(_PREFIX_LINE, start):
            return (
                start if len(text) - start >= len(_PREFIX_LINE) or text[start : start + 1] not in {b"", b"@"} else None
            )
        end = text.find(b"\n", start)
        if end < 0:
            return None
        start = end + 1


def write_statements(statements: Iterable[Triple] | Iterable[Quad], outlet: Outlet, extension: str) -> None:
    """Write *statements* as they come; *extension* is one of `GRAPH_FORMATS`."""
    rdf_format = GRAPH_FORMATS[extension]
    if extension in {"ttl", "trig"}:
        ordered = _SortedPrefixes(outlet)
        serialize(statements, ordered, rdf_format, prefixes=dict(PREFIXES))  # type: ignore[arg-type]  # write is all
        ordered.close()
    else:
        serialize(statements, outlet, rdf_format)  # type: ignore[arg-type]  # it only calls write

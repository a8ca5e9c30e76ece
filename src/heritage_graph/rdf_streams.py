"""Documents of any length to quads, statement by statement, by the rules of `rdf_io`.

N-Triples, N-Quads, Turtle and TriG are read as they come, so memory does not grow with the document. RDF/XML and
JSON-LD can be judged only as a whole, so each such document has the size of one that is sent to the gate.
"""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final

from pyoxigraph import parse

from heritage_graph.errors import ParameterError, SyntaxFault, TooLarge
from heritage_graph.rdf_io import (
    GRAPH_FORMATS,
    DocumentLimits,
    GraphFormat,
    checked,
    parse_document,
    triple_terms_forbidden,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pyoxigraph import Quad

GZIP: Final = ".gz"
_WHOLE: Final = frozenset({"rdf", "jsonld"})
_UNBOUNDED: Final = DocumentLimits(bytes=sys.maxsize, quads=sys.maxsize)
_MOST_MARKS: Final = 2_000
"""Triple terms are refused once they are parsed; so many of their marks in one piece would end the process first."""


def format_of_file(path: Path) -> GraphFormat:
    """The format that the name of a file tells; `.gz` may stand behind it.

    Raises:
        ParameterError: it tells none of ours.
    """
    plain = path.with_suffix("") if path.suffix == GZIP else path
    extension = plain.suffix.removeprefix(".")
    if extension not in GRAPH_FORMATS:
        known = ", ".join(f".{each}" for each in GRAPH_FORMATS)
        raise ParameterError(f"{path}: the name ends in none of {known}, nor in one of them and {GZIP}")
    return GRAPH_FORMATS[extension]


def parse_file(path: Path, *, base_iri: str, told: Callable[[int], None] = lambda _: None) -> Iterator[Quad]:
    """The quads of a file of any length, in its order; triples come with the default graph.

    Args:
        path: the file; its name tells the format: see `format_of_file`.
        base_iri: what relative IRIs are relative to.
        told: called with the number of bytes of the file that have been read.

    Raises:
        SyntaxFault, ForbiddenContent, TooLarge: as `rdf_io.parse_document`; the message begins with the file.
        ParameterError: the name tells no format.
    """
    graph_format = format_of_file(path)
    with path.open("rb") as file, _decompressed(_Counted(file, told), path) as document:
        try:
            if graph_format.extension in _WHOLE:
                yield from _parse_whole(document, graph_format, base_iri)
            else:
                yield from _parse_stream(document, graph_format, base_iri)
        except SyntaxFault as fault:
            line = fault.details.get("line")
            raise SyntaxFault(f"{path}{f', line {line}' if line else ''}: {fault}", **fault.details) from fault


def _parse_whole(document: BinaryIO, graph_format: GraphFormat, base_iri: str) -> Iterator[Quad]:
    limits = DocumentLimits()
    body = document.read(limits.bytes + 1)
    if len(body) > limits.bytes:
        raise TooLarge(
            f"a document in {graph_format.label} is read as a whole and has at most {limits.bytes} bytes; write it in "
            "parts, or as N-Triples or Turtle",
            limit_bytes=limits.bytes,
        )
    yield from parse_document(body, graph_format, base_iri=base_iri, limits=limits)


def _parse_stream(document: BinaryIO, graph_format: GraphFormat, base_iri: str) -> Iterator[Quad]:
    try:
        quads = parse(_Judged(document), graph_format.rdf_format, base_iri=base_iri)  # type: ignore[arg-type]  # reads bytes
        yield from checked(quads, _UNBOUNDED)
    except SyntaxError as fault:
        raise SyntaxFault(
            f"the {graph_format.label} does not parse: {fault.msg}", line=fault.lineno, column=fault.offset
        ) from fault
    except MemoryError as fault:
        raise TooLarge(f"a term is larger than {_UNBOUNDED.literal_bytes} bytes") from fault


class _Counted(io.RawIOBase):
    """*file*, which tells how many bytes of it have been read."""

    def __init__(self, file: BinaryIO, told: Callable[[int], None]) -> None:
        self._file = file
        self._told = told

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what io calls it with
        piece = self._file.read(len(buffer))
        buffer[: len(piece)] = piece
        self._told(self._file.tell())
        return len(piece)


class _Judged(io.RawIOBase):
    """*document* for a parser, as far as it is UTF-8 and could not make the parser end the process."""

    def __init__(self, document: BinaryIO) -> None:
        self._document = document
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._begin = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        piece = self._document.read(size)
        waiting = len(self._decoder.getstate()[0])
        try:
            self._decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as fault:
            byte = self._begin - waiting + fault.start
            raise SyntaxFault(
                f"the document is not UTF-8 (byte {byte}); save it as UTF-8 and send it again", byte=byte
            ) from fault
        self._begin += len(piece)
        if piece.count(b"<<") > _MOST_MARKS:
            raise triple_terms_forbidden()
        return piece


@contextmanager
def _decompressed(file: io.RawIOBase, path: Path) -> Iterator[BinaryIO]:
    """What *file* holds, without gzip when its name says so."""
    buffered = io.BufferedReader(file, 1 << 20)
    if path.suffix != GZIP:
        yield buffered
        return
    try:
        with gzip.GzipFile(fileobj=buffered) as document:
            yield document  # type: ignore[misc]  # it reads bytes, which is all that is asked of it
    except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
        raise SyntaxFault(f"{path}: the gzip stream is damaged: {fault}") from fault

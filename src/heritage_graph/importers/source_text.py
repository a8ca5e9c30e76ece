"""The files of a data set as one text: encoding found out without a guess, digest, and lines with their place."""

from __future__ import annotations

import codecs
import gzip
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Final, cast

from heritage_graph.errors import ParameterError, SyntaxFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

LONGEST_LINE: Final = 16 * 1024 * 1024
"""Characters beyond which a line is no line of a data set, but something that would fill the memory."""

_CHUNK: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_MARK: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was looked through: where its characters and lines begin in the document that it is part of.

    `start` counts characters from 0 and `line` lines from 1. `packed` tells that it is compressed with gzip: whatever
    is said of it is said of its content.
    """

    path: Path
    name: str
    packed: bool
    encoding: str
    start: int
    line: int
    characters: int

    def chunks(self) -> Iterator[str]:
        """The content in pieces of at most a megabyte."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        with _opened(self.path, packed=self.packed) as content:
            while piece := content.read(_CHUNK):
                if text := decoder.decode(piece):
                    yield text

    def lines(self) -> Iterator[str]:
        """The lines with their ends, which is LF alone or after CR.

        Raises:
            SyntaxFault: a line is longer than `LONGEST_LINE`.
        """
        rest: list[str] = []
        held = 0
        for chunk in self.chunks():
            first, *others = chunk.split("\n")
            rest.append(first)
            held += len(first)
            if others:
                yield "".join(rest) + "\n"
                yield from (line + "\n" for line in others[:-1])
                rest, held = [others[-1]], len(others[-1])
            if held > LONGEST_LINE:
                raise SyntaxFault(f"{self.name}: a line has more than {LONGEST_LINE:,} characters")
        if last := "".join(rest):
            yield last


@dataclass(frozen=True, slots=True)
class SourceText:
    """One document: a file, or several one after the other. `digest` is the SHA-256 of all its bytes, uncompressed."""

    files: tuple[SourceFile, ...]
    digest: str
    characters: int


def look_through(paths: Sequence[Path], encoding: str | None = None) -> SourceText:
    """Read the files at *paths* once, in constant memory, and say what document they make.

    Args:
        paths: the files, in the order in which they stand in the document; compressed ones are known by their
            first two bytes.
        encoding: the encoding that all of them are declared to be in; None means UTF-8, with or without a byte
            order mark. Nothing is ever guessed.

    Raises:
        SyntaxFault: a file is in another encoding; the message has the first byte that shows it.
        ParameterError: *encoding* is the name of none.
    """
    named = _encoding(encoding)
    whole = sha256()
    files: list[SourceFile] = []
    start, line = 0, 1
    for path in paths:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
        characters = lines = 0
        for chunk in _decoded(path, named, declared=encoding is not None, packed=packed, digested=whole.update):
            characters += len(chunk)
            lines += chunk.count("\n")
        name = path.name.removesuffix(".gz") if packed else path.name
        files.append(SourceFile(path, name, packed, named, start, line, characters))
        start += characters
        line += lines
    return SourceText(tuple(files), whole.hexdigest(), start)


def without_mark(text: str) -> str:
    """*text* without the byte order mark at its beginning."""
    return text.removeprefix(_MARK)


def _encoding(name: str | None) -> str:
    if name is None:
        return "utf-8"
    try:
        b" ".decode(name, "replace")  # no bytes at all would be no reason to look the name up
    except LookupError as fault:
        raise ParameterError(f"there is no encoding {name!r}; write one like utf-8, utf-16 or windows-1256") from fault
    return codecs.lookup(name).name


def _decoded(
    path: Path, encoding: str, *, declared: bool, packed: bool, digested: Callable[[bytes], None]
) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    at = 0  # of the first byte that the decoder has not yet turned into a character
    with _opened(path, packed=packed) as content:
        while True:
            try:
                piece = content.read(_CHUNK)
            except (OSError, EOFError, zlib.error) as fault:
                raise SyntaxFault(f"{path.name}: the compressed file cannot be unpacked: {fault}") from fault
            digested(piece)
            held = len(decoder.getstate()[0])
            try:
                yield decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as fault:
                raise SyntaxFault(_undecodable(path.name, encoding, fault, at - held, declared=declared)) from fault
            at += len(piece)
            if not piece:
                return


def _undecodable(name: str, encoding: str, fault: UnicodeDecodeError, before: int, *, declared: bool) -> str:
    byte = fault.object[fault.start]
    cure = "it is in another encoding than was declared" if declared else "declare the encoding that it is in"
    return f"{name}: the byte 0x{byte:02x} at offset {before + fault.start} is not {encoding.upper()}; {cure}"


@contextmanager
def _opened(path: Path, *, packed: bool) -> Iterator[IO[bytes]]:
    with path.open("rb") as file:
        if packed:
            with gzip.GzipFile(fileobj=file) as content:
                yield cast("IO[bytes]", content)
        else:
            yield file

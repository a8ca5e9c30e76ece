"""Send a file from the disk: whole or in ranges, as a stream, with what tells whether a client has it already."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, Self

from heritage_graph.errors import EngineTrouble
from heritage_graph.web.editions import is_unchanged
from heritage_graph.web.exchange import field
from heritage_graph.web.http_dates import holds_since, last_modified
from heritage_graph.web.negotiation import Format
from heritage_graph.web.ranges import Span, spans_of, total
from heritage_graph.web.replies import Reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from starlette.types import Scope

    from heritage_graph.web.replies import Fields

FOREVER: Final = "public, max-age=31536000, immutable"
_PART_BYTES: Final = 256 << 10
_NOTHING: Final = Span(0, -1)


@dataclass(frozen=True)
class Download:
    """A file that never changes: `sha256` is its digest in hexadecimal, `modified` when its content came to be."""

    path: Path
    format: Format
    bytes: int
    sha256: str
    modified: datetime

    @property
    def tag(self) -> str:
        """Its entity tag."""
        return f'"{self.sha256}"'

    def fields(self) -> Fields:
        """The header fields of every answer about it."""
        digest = base64.b64encode(bytes.fromhex(self.sha256))
        return (
            *last_modified(self.modified),
            (b"accept-ranges", b"bytes"),
            (b"repr-digest", b"sha-256=:" + digest + b":"),
            (b"content-disposition", f'attachment; filename="{self.path.name}"'.encode("ascii")),
        )


def reply_of(scope: Scope, download: Download) -> Reply:
    """The answer to a request for *download*, as RFC 9110 has it: the file, ranges of it, or that it is unchanged.

    Raises:
        RangeNotSatisfiable: none of the ranges asked for is in it.
        OSError: the file cannot be opened.
    """
    fields = download.fields()
    if is_unchanged(field(scope, b"if-none-match"), download.tag) or holds_since(scope, fields):
        return Reply(status=304, tag=download.tag, cache=FOREVER, fields=fields)
    spans = _asked(scope, download)
    if spans is None:
        return _sent(download, [(b"", Span(0, download.bytes - 1))], fields, download.format)
    if len(spans) == 1:
        told = (b"content-range", spans[0].of(download.bytes).encode())
        return _sent(download, [(b"", spans[0])], (*fields, told), download.format, status=206)
    boundary = download.sha256[:32]
    lead = f"\r\n--{boundary}\r\nContent-Type: {download.format.content_type}\r\nContent-Range: "
    pieces = [(f"{lead}{span.of(download.bytes)}\r\n\r\n".encode(), span) for span in spans]
    end = (f"\r\n--{boundary}--\r\n".encode(), _NOTHING)
    parts = Format("", f"multipart/byteranges; boundary={boundary}")
    return _sent(download, [*pieces, end], fields, parts, status=206)


def _asked(scope: Scope, download: Download) -> list[Span] | None:
    """The spans that are asked for; None for the whole, which is also for who holds a part of something else."""
    if scope["method"] != "GET":
        return None
    condition = field(scope, b"if-range").strip()
    modified = download.fields()[0][1].decode()
    if condition and condition not in {download.tag, modified}:
        return None
    return spans_of(field(scope, b"range"), download.bytes)


def _sent(
    download: Download, pieces: Sequence[tuple[bytes, Span]], fields: Fields, shown: Format, *, status: int = 200
) -> Reply:
    """The answer that holds *pieces*: a text each, and then a span of the file."""
    size = sum(len(text) for text, _ in pieces) + total([span for _, span in pieces])
    return Reply(
        b"",
        shown,
        status=status,
        tag=download.tag,
        cache=FOREVER,
        fields=(*fields, (b"content-length", str(size).encode())),
        rest=_Parts(download.path.open("rb"), pieces),
    )


class _Parts:
    """What is sent, part by part; the file is closed at the end, or by `aclose` before."""

    def __init__(self, file: IO[bytes], pieces: Iterable[tuple[bytes, Span]]) -> None:
        self._file = file
        self._pieces = iter(pieces)
        self._left = 0

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if self._left == 0:
            piece = next(self._pieces, None)
            if piece is None:
                await self.aclose()
                raise StopAsyncIteration
            text, span = piece
            self._file.seek(span.first)
            self._left = span.size
            if text:
                return text
        part = await asyncio.to_thread(self._file.read, min(self._left, _PART_BYTES))
        if not part:
            raise EngineTrouble("the file is shorter than it was")
        self._left -= len(part)
        return part

    async def aclose(self) -> None:
        """Close the file."""
        self._file.close()

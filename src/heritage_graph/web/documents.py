"""A document in the body of a request: its format, its encoding and its bytes, unread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import UnsupportedMediaType
from heritage_graph.rdf_io import GRAPH_FORMATS, format_of_media_type
from heritage_graph.web.exchange import field
from heritage_graph.web.limits import read_body

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

    from heritage_graph.web.context import Context

MEDIA_TYPES: Final = tuple(graph_format.media_types[0] for graph_format in GRAPH_FORMATS.values())


@dataclass(frozen=True)
class Document:
    """The bytes of a document as they came, its format by extension, and its content encoding."""

    body: bytes
    extension: str
    encoding: str


async def document_of(request: Request, context: Context) -> Document:
    """The document in the body of *request*.

    Raises:
        UnsupportedMediaType: its type, charset or encoding is not read.
        BodyTooLarge: it is larger than a document may be.
    """
    extension, encoding = _extension(request.scope), _encoding(request.scope)
    body = await read_body(request.receive, context.settings.document_mb << 20)
    return Document(body, extension, encoding)


def _extension(scope: Scope) -> str:
    name, *parameters = (part.strip() for part in field(scope, b"content-type").split(";"))
    if not name:
        raise UnsupportedMediaType(
            f"the body has no Content-Type; send one of {', '.join(MEDIA_TYPES)}", supported=list(MEDIA_TYPES)
        )
    extension = format_of_media_type(name[:80]).extension
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.lower() == "charset" and value.strip('"').lower() not in {"utf-8", "utf8"}:
            raise UnsupportedMediaType(f"documents are UTF-8, not {value[:40]!r}", supported=["utf-8"])
    return extension


def _encoding(scope: Scope) -> str:
    encoding = field(scope, b"content-encoding").strip().lower() or "identity"
    if encoding not in {"identity", "gzip"}:
        raise UnsupportedMediaType(
            f"content encoding {encoding[:40]!r} is not read; send the document as it is, or gzipped once",
            supported=["identity", "gzip"],
        )
    return encoding

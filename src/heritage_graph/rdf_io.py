"""Bytes to quads and back: strict parsing of untrusted documents, and the formats that we speak.

Everything here runs in the gate, which may be killed; what would make a parser explode is refused before it is
called (docs/adr/0016): a DOCTYPE, remote contexts, deep nesting, oversized terms.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from heritage_graph.errors import ForbiddenContent, SyntaxFault, TooLarge, UnsupportedMediaType
from heritage_graph.namespaces import BASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    JsonValue = dict[str, "JsonValue"] | list["JsonValue"] | str | int | float | bool | None


@dataclass(frozen=True)
class GraphFormat:
    """An RDF serialisation: its extension, media types (the first is ours) and whether it can name graphs."""

    extension: str
    label: str
    media_types: tuple[str, ...]
    rdf_format: RdfFormat
    names_graphs: bool


GRAPH_FORMATS: Final = {
    graph_format.extension: graph_format
    for graph_format in (
        GraphFormat("ttl", "Turtle", ("text/turtle", "application/x-turtle"), RdfFormat.TURTLE, names_graphs=False),
        GraphFormat("nt", "N-Triples", ("application/n-triples",), RdfFormat.N_TRIPLES, names_graphs=False),
        GraphFormat("rdf", "RDF/XML", ("application/rdf+xml",), RdfFormat.RDF_XML, names_graphs=False),
        GraphFormat("jsonld", "JSON-LD", ("application/ld+json",), RdfFormat.JSON_LD, names_graphs=True),
        GraphFormat("trig", "TriG", ("application/trig",), RdfFormat.TRIG, names_graphs=True),
        GraphFormat("nq", "N-Quads", ("application/n-quads",), RdfFormat.N_QUADS, names_graphs=True),
    )
}
"""The formats we read and write, by file extension."""


@dataclass(frozen=True)
class DocumentLimits:
    """How large and how deep a document may be; bytes count after decompression."""

    bytes: int = 64 << 20
    literal_bytes: int = 1 << 20
    quads: int = 2_000_000
    graphs: int = 1_000
    nesting: int = 128


def format_of_media_type(media_type: str) -> GraphFormat:
    """The format that *media_type* (without parameters, any case) names.

    Raises:
        UnsupportedMediaType: it names none of ours.
    """
    for graph_format in GRAPH_FORMATS.values():
        if media_type.lower() in graph_format.media_types:
            return graph_format
    supported = [graph_format.media_types[0] for graph_format in GRAPH_FORMATS.values()]
    raise UnsupportedMediaType(
        f"documents of type {media_type!r} are not read; send one of {', '.join(supported)}", supported=supported
    )


def decompress(body: bytes, encoding: str, limit: int) -> bytes:
    """*body* without its content encoding (`identity` or one layer of `gzip`), at most *limit* bytes.

    Raises:
        UnsupportedMediaType: another encoding, or several.
        TooLarge: more than *limit* bytes come out.
        SyntaxFault: the gzip stream is damaged or cut off.
    """
    if encoding in {"", "identity"}:
        if len(body) > limit:
            raise _too_large(limit)
        return body
    if encoding != "gzip":
        raise UnsupportedMediaType(
            f"content encoding {encoding!r} is not read; send the document as it is, or gzipped once",
            supported=["identity", "gzip"],
        )
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
            document = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as fault:
        raise SyntaxFault(f"the gzip body is damaged: {fault}") from fault
    if len(document) > limit:
        raise TooLarge(
            f"the body decompresses to more than {limit} bytes; send it in parts",
            limit_bytes=limit,
            kind="decompressed-too-large",
        )
    return document


def parse_document(
    body: bytes, graph_format: GraphFormat, *, base_iri: str, limits: DocumentLimits | None = None
) -> list[Quad]:
    """The quads of an untrusted document, in its order; triples come with the default graph.

    Raises:
        SyntaxFault: it does not parse; `line` and `column` say where.
        ForbiddenContent: it holds a DOCTYPE, a remote context, blank nodes or triple terms, or nests too deeply.
        TooLarge: it, one of its literals or its number of quads or graphs is beyond *limits*.
    """
    limits = limits or DocumentLimits()
    if len(body) > limits.bytes:
        raise _too_large(limits.bytes)
    text = _utf8(body)
    if graph_format.extension == "rdf":
        _guard_xml(text, limits)
    elif graph_format.extension == "jsonld":
        body = _guard_json_ld(text, limits)
    elif text.count("<<") > limits.nesting:
        raise triple_terms_forbidden()
    try:
        return list(checked(parse(body, graph_format.rdf_format, base_iri=base_iri), limits))
    except SyntaxError as fault:
        raise SyntaxFault(
            f"the {graph_format.label} does not parse: {fault.msg}", line=fault.lineno, column=fault.offset
        ) from fault
    except MemoryError as fault:
        raise TooLarge(f"a term is larger than {limits.literal_bytes} bytes") from fault


def checked(quads: Iterator[Quad], limits: DocumentLimits) -> Iterator[Quad]:
    """*quads* of a parser, as far as the model knows such terms and *limits* allow them.

    Raises:
        ForbiddenContent: one holds a blank node or a triple term.
        TooLarge: there are more of them or of their graphs, or a literal is larger, than *limits* allow.
    """
    graphs = set()
    for number, quad in enumerate(quads, start=1):
        if number > limits.quads:
            raise TooLarge(f"the document holds more than {limits.quads} statements; send it in parts")
        graphs.add(quad.graph_name)
        if len(graphs) > limits.graphs:
            raise TooLarge(f"the document names more than {limits.graphs} graphs", kind="too-many-graphs")
        for term in (quad.subject, quad.object, quad.graph_name):
            if isinstance(term, BlankNode):
                raise ForbiddenContent(
                    f"the document uses a blank node ({term}, {_about(quad)}); give every node an IRI, so that it "
                    "can be cited",
                    slug="blank-node-forbidden",
                )
            if isinstance(term, Triple):
                raise triple_terms_forbidden()
            if isinstance(term, Literal) and len(term.value) > limits.literal_bytes // 4:
                size = len(term.value.encode())
                if size > limits.literal_bytes:
                    raise TooLarge(
                        f"a literal of {size} bytes is larger than {limits.literal_bytes} ({_about(quad)})",
                        limit_bytes=limits.literal_bytes,
                        kind="literal-too-large",
                    )
        yield quad


def _about(quad: Quad) -> str:
    if isinstance(quad.subject, NamedNode):
        return f"in the description of <{quad.subject.value}>"
    return f"as the subject of <{quad.predicate.value}>"


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise SyntaxFault(
            f"the document is not UTF-8 (byte {fault.start}); save it as UTF-8 and send it again", byte=fault.start
        ) from fault


_XML_TAG: Final = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(/?)[^<>]*?(/?)>", re.DOTALL)


def _guard_xml(text: str, limits: DocumentLimits) -> None:
    if re.search(r"<!doctype", text, re.IGNORECASE):
        raise ForbiddenContent(
            "the document holds a DOCTYPE, through which entities can explode; write IRIs in full and remove it",
            slug="doctype-forbidden",
        )
    depth = 0
    for tag in _XML_TAG.finditer(text):
        closes, closed = tag.group(1), tag.group(2)
        if closes is None or closed:
            continue
        depth += -1 if closes else 1
        if depth > limits.nesting:
            raise _too_deep(limits)


_JSON_BRACKET: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


_OUR_CONTEXTS: Final = frozenset({"/context/v1.jsonld", f"{BASE}context/v1.jsonld"})
_CONTEXT_FILE: Final = Path(__file__).parent / "json_ld" / "context_v1.jsonld"


@cache
def _our_context() -> JsonValue:
    """The definitions of the context of our JSON API."""
    found: JsonValue = json.loads(_CONTEXT_FILE.read_bytes())["@context"]
    return found


def _guard_json_ld(text: str, limits: DocumentLimits) -> bytes:
    """The document to parse: as it came, or with our own context put where it refers to that."""
    depth = 0
    for token in _JSON_BRACKET.finditer(text):
        bracket = token.group()
        if bracket in "[{":
            depth += 1
            if depth > limits.nesting:
                raise _too_deep(limits)
        elif bracket in "]}":
            depth -= 1
    try:
        document = json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_no_constant)
    except json.JSONDecodeError as fault:
        raise SyntaxFault(f"the JSON does not parse: {fault.msg}", line=fault.lineno, column=fault.colno) from fault
    standing = _with_contexts(document)
    return text.encode() if standing == document else json.dumps(standing, ensure_ascii=False).encode()


def _unique_keys(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise SyntaxFault(f"the JSON gives the key {twice!r} twice in one object; give it once, with an array")
    return members


def _no_constant(name: str) -> JsonValue:
    raise SyntaxFault(f"{name} is not JSON; write a number")


def _with_contexts(value: JsonValue) -> JsonValue:
    """*value* with our own context in the place of its address.

    Raises:
        ForbiddenContent: it refers to any other context.
    """
    if isinstance(value, list):
        return [_with_contexts(member) for member in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _context(member) if name in {"@context", "@import"} else _with_contexts(member)
        for name, member in value.items()
    }


def _context(context: JsonValue) -> JsonValue:
    if isinstance(context, list):
        return [_context(part) for part in context]
    if not isinstance(context, str):
        return _with_contexts(context)
    if context in _OUR_CONTEXTS:
        return _our_context()
    raise ForbiddenContent(
        f"the document refers to the JSON-LD context {context}, and contexts are never fetched; put its definitions "
        f"into the document, or refer to ours: {BASE}context/v1.jsonld",
        slug="remote-context-forbidden",
        url=context,
    )


def _too_deep(limits: DocumentLimits) -> ForbiddenContent:
    return ForbiddenContent(
        f"the document nests deeper than {limits.nesting} levels; write it flatter",
        slug="document-too-deep",
        limit=limits.nesting,
    )


def triple_terms_forbidden() -> ForbiddenContent:
    """The refusal of a document that states something about statements."""
    return ForbiddenContent(
        "the document uses RDF 1.2 triple terms, which the model does not; state the facts as plain triples",
        slug="triple-term-forbidden",
    )


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the document is larger than {limit} bytes; send it in parts", limit_bytes=limit)

"""Verify evidence: does each span still stand where its source document is said to have it?

Offsets count characters (Unicode code points) from 0 and the end is exclusive; lines count from 1 and end at a
line feed. A digest is the lower-case SHA-256 of UTF-8 bytes. Nothing here stores a word of a document.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from heritage_graph.namespaces import HG, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Span:
    """A piece of a document, as an `hg:EvidenceSpan` describes it; `document_digest` names the document's bytes."""

    iri: str
    document_digest: str
    line: int
    start: int
    end: int
    digest: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with one span, in words, and what would be right."""

    iri: str
    message: str


def digest_of(text: str) -> str:
    """The digest of *text*, as `hg:spanDigest` and `hg:digest` write it."""
    return hashlib.sha256(text.encode()).hexdigest()


def spans_of(quads: Iterable[Quad]) -> list[Span]:
    """The spans that *quads* describe in full, in the order of document and place.

    A span that lacks a property, or whose document has no digest, is left out: that is for the shapes to say.
    """
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            values[quad.subject.value][quad.predicate.value] = quad.object.value
    found = []
    for iri, described in values.items():
        if described.get(RDF.type.value) != HG.EvidenceSpan.value:
            continue
        document = values.get(described.get(HG.document.value, ""), {}).get(HG.digest.value)
        numbers = [described.get(term.value) for term in (HG.line, HG.start, HG.end)]
        digest = described.get(HG.spanDigest.value)
        if document is None or digest is None or None in numbers:
            continue
        line, start, end = (int(number) for number in numbers if number is not None)
        found.append(Span(iri, document, line, start, end, digest))
    return sorted(found, key=lambda span: (span.document_digest, span.start, span.end))


def documents_in(folder: Path) -> dict[str, str]:
    """The text of every UTF-8 file directly in *folder*, by the digest of its bytes.

    Line ends are kept as they are, since offsets count them. Files in other encodings are left out.
    """
    documents = {}
    for path in sorted(folder.iterdir()):
        if not path.is_file():
            continue
        content = path.read_bytes()
        try:
            documents[hashlib.sha256(content).hexdigest()] = content.decode()
        except UnicodeDecodeError:
            continue
    return documents


def verifiable(spans: Iterable[Span], documents: Mapping[str, str]) -> list[Span]:
    """Those of *spans* whose document is among *documents* (text by digest)."""
    return [span for span in spans if span.document_digest in documents]


def verify_spans(spans: Iterable[Span], documents: Mapping[str, str]) -> list[Fault]:
    """What is wrong with *spans* in *documents* (text by digest); empty when all hold.

    At most one fault a span, in the order of *spans*. A span whose document is not at hand has none.
    """
    return [
        Fault(span.iri, message)
        for span in verifiable(spans, documents)
        if (message := _fault(span, documents[span.document_digest])) is not None
    ]


def _fault(span: Span, text: str) -> str | None:
    if not 0 <= span.start < span.end <= len(text):
        return (
            f"characters {span.start} to {span.end} are no span of a document of {len(text)} characters; "
            f"0 <= start < end <= {len(text)} would be"
        )
    line = text.count("\n", 0, span.start) + 1
    if line != span.line:
        return f"character {span.start} stands on line {line}, not on line {span.line}"
    digest = digest_of(text[span.start : span.end])
    if digest != span.digest:
        return f"characters {span.start} to {span.end} have the digest {digest}, not {span.digest}"
    return None

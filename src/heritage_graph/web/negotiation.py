"""Choose the representation of an answer: RFC 9110 `Accept`, overruled by a suffix or by `format=`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import NotAcceptable, ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_ACCEPT: Final = 4096
_MOST_RANGES: Final = 64
_NEARLY: Final = 0.999  # a type asked for by its own name comes before one asked for by another name


@dataclass(frozen=True, eq=False)
class Format:
    """A representation: its suffix, its media type, and the other types and names under which it is asked for.

    `profile` is the IRI of the conventions that it keeps to beyond its media type, empty when there are none.
    Each is made once and compared by identity, so that a choice among them is quickly looked up.
    """

    extension: str
    media_type: str
    aliases: tuple[str, ...] = ()
    profile: str = ""

    @property
    def content_type(self) -> str:
        """The value of `Content-Type`; texts say that they are UTF-8."""
        if self.profile:
            return f'{self.media_type};profile="{self.profile}"'
        is_text = self.media_type.startswith("text/") and self.media_type != "text/turtle"
        return f"{self.media_type}; charset=utf-8" if is_text else self.media_type


HTML: Final = Format("html", "text/html", ("application/xhtml+xml",))
JSON: Final = Format("json", "application/json")
TEXT: Final = Format("txt", "text/plain", ("text",))
PROBLEM: Final = Format("json", "application/problem+json", ("application/json",))

RESULTS_JSON: Final = Format("json", "application/sparql-results+json", ("application/json", "sparql-results", "srj"))
RESULTS_XML: Final = Format("xml", "application/sparql-results+xml", ("application/xml", "text/xml", "srx"))
CSV: Final = Format("csv", "text/csv")
TSV: Final = Format("tsv", "text/tab-separated-values")
BINDINGS: Final = (RESULTS_JSON, RESULTS_XML, CSV, TSV)
"""What SELECT and ASK are answered in; the first is the default. ASK in CSV or TSV is the word true or false."""

TURTLE: Final = Format("ttl", "text/turtle", ("application/x-turtle", "turtle", "text/n3", "n3"))
NTRIPLES: Final = Format("nt", "application/n-triples", ("n-triples", "ntriples"))
RDF_XML: Final = Format("rdf", "application/rdf+xml", ("application/xml", "text/xml", "rdf+xml", "rdfxml", "xml"))
JSON_LD: Final = Format("jsonld", "application/ld+json", ("application/json", "json-ld", "json"))
TRIG: Final = Format("trig", "application/trig")
NQUADS: Final = Format("nq", "application/n-quads", ("n-quads", "nquads"))
TRIPLES: Final = (TURTLE, NTRIPLES, RDF_XML, JSON_LD)
"""What a set of triples is given in; the first is the default."""
GRAPHS: Final = (*TRIPLES, TRIG, NQUADS)
"""What CONSTRUCT and DESCRIBE are answered in; the first is the default."""


@dataclass(frozen=True)
class _Range:
    """One range of an `Accept` header, ready to be compared."""

    main: str
    sub: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """How exactly the range names *media_type*: 3 itself, 2 its main type, 1 anything, 0 not at all."""
        main, _, sub = media_type.partition("/")
        if (self.main, self.sub) == (main, sub):
            return 3
        if (self.main, self.sub) == (main, "*"):
            return 2
        return 1 if (self.main, self.sub) == ("*", "*") else 0


def choose(accept: str, available: Sequence[Format]) -> Format:
    """The best of *available* for an `Accept` header; the first when the header is empty or leaves it open.

    Raises:
        NotAcceptable: the header excludes all of them.
        ParameterError: the header is too long to be honest.
    """
    found = acceptable(accept, tuple(available))
    if found is None:
        raise not_acceptable(available)
    return found


@lru_cache(maxsize=512)
def acceptable(accept: str, available: tuple[Format, ...]) -> Format | None:
    """As `choose`, but None when nothing is acceptable."""
    if not accept.strip():
        return available[0]
    ranges = _ranges(accept)
    best, best_quality = None, 0.0
    for candidate in available:
        quality = max(
            _quality(ranges, candidate.media_type),
            *(_NEARLY * each.quality for each in ranges if f"{each.main}/{each.sub}" in candidate.aliases),
            0.0,
        )
        if quality > best_quality:
            best, best_quality = candidate, quality
    return best


def named(name: str, available: Sequence[Format]) -> Format | None:
    """The format that a suffix, a short name or a media type names; None when it is not among *available*."""
    wanted = name.strip().lower()
    for candidate in available:
        if wanted in {candidate.extension, candidate.media_type}:
            return candidate
    return next((candidate for candidate in available if wanted in candidate.aliases), None)


def not_acceptable(available: Sequence[Format], name: str = "") -> NotAcceptable:
    """The error that lists what there is."""
    types = list(dict.fromkeys(candidate.media_type for candidate in available))
    said = f"there is no format {name[:40]!r} here" if name else "nothing that you accept can be made here"
    return NotAcceptable(f"{said}; available: {', '.join(types)}", available=types)


def prefers_html(accept: str) -> bool:
    """Tell whether the client is a browser: HTML is named in its `Accept`, and nothing of ours comes before it."""
    if "html" not in accept or len(accept) > _LONGEST_ACCEPT:
        return False
    return acceptable(accept, (PROBLEM, HTML)) == HTML


def _quality(ranges: Sequence[_Range], media_type: str) -> float:
    """The quality that the most specific range gives *media_type*; 0 when none matches."""
    matching = [(found, each.quality) for each in ranges if (found := each.specificity(media_type))]
    return max(matching)[1] if matching else 0.0


def _ranges(accept: str) -> list[_Range]:
    """The ranges of the header; one that is malformed is left out, as if it had not been sent."""
    parts = accept.split(",", _MOST_RANGES)
    if len(accept) > _LONGEST_ACCEPT or len(parts) > _MOST_RANGES:
        raise ParameterError(
            f"the Accept header is longer than {_LONGEST_ACCEPT} bytes or {_MOST_RANGES} types; name what you need",
            limit_bytes=_LONGEST_ACCEPT,
        )
    return [found for part in parts if (found := _range(part)) is not None]


def _range(part: str) -> _Range | None:
    media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
    main, slash, sub = media_range.partition("/")
    if not (main and slash and sub):
        return None
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            quality = _number(value.strip())
            break
    return None if quality < 0 else _Range(main, sub, quality)


def _number(text: str) -> float:
    """A quality between 0 and 1, or -1 when *text* is none."""
    whole, _, decimals = text.partition(".")
    if whole not in {"0", "1"} or len(decimals) > 3 or (decimals and not decimals.isascii()):  # noqa: PLR2004 - RFC 9110
        return -1.0
    if decimals and not decimals.isdigit():
        return -1.0
    quality = float(text)
    return quality if quality <= 1 else -1.0

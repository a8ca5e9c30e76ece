"""Text to RDF terms and back: what a caller may type for a parameter, and how a term is written in SPARQL."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from heritage_graph.errors import ParameterError
from heritage_graph.namespaces import HGV, PREFIXES, XSD

if TYPE_CHECKING:
    from collections.abc import Callable

Term = NamedNode | Literal

_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20\x7f-\x9f<>\"{}|^`\\]+")
_SHORT_IRI: Final = re.compile(r"([a-z]+):([^\s/:][^\s:]*)")
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_QUOTED: Final = re.compile(
    r'"((?:[^"\\\n\r]|\\[tbnrf"\'\\]|\\u[0-9A-Fa-f]{4}|\\U00[01][0-9A-Fa-f]{5})*)"(?:@(\S+)|\^\^<([^<>]*)>)?'
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_CONTROL_ESCAPES: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_WRITTEN: Final = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)
_ESCAPED_U: Final = re.compile(r"(\\\\)([uU])")
_CONCEPT: Final = "concept:"
_CHOICE: Final = "choice:"
IRIS: Final = "iris"
"""The type of a parameter that stands for any number of IRIs, written in `VALUES ?thing { $things }`."""


def written(text: str, type_: str) -> str:
    """What *text* stands for in SPARQL, as a parameter of the type *type_*; the type `iris` takes several.

    Raises:
        ParameterError, ValueError: as `parse_parameter`.
    """
    if type_ != IRIS:
        return serialise(parse_parameter(text, type_))
    found = [_iri(each) for each in text.split()]
    if None in found:
        expected = expected_form(type_)
        raise ParameterError(f"{expected} is expected, not {text!r}", expected=expected)
    return " ".join(serialise(iri) for iri in found if iri is not None)


def parse_parameter(text: str, type_: str) -> Term:
    """The RDF term that *text* denotes when it stands for a parameter of the type *type_*.

    Raises:
        ParameterError: when it denotes none; `details["expected"]` says what is expected, with an example.
        ValueError: when *type_* is no parameter type.
    """
    try:
        term = _reader(type_)(text)
    except ValueError:
        term = None
    if term is None:
        expected = expected_form(type_)
        raise ParameterError(f"{expected} is expected, not {text!r}", expected=expected)
    return term


def expected_form(type_: str) -> str:
    """What a parameter of the type *type_* takes, in words, with an example.

    Raises:
        ValueError: when *type_* is no parameter type.
    """
    if type_ == IRIS:
        return "IRIs with spaces between them"
    if type_.startswith(_CONCEPT):
        scheme = _scheme(type_)
        return f"a concept of the scheme {scheme} (its short name, or its IRI {HGV}{scheme}/…)"
    if type_.startswith(_CHOICE):
        return " or ".join(choices(type_))
    return _known(type_)[1]


def choices(type_: str) -> tuple[str, ...]:
    """The words that a parameter of the type *type_*, like `choice:include|exclude`, may have; none for other types.

    Raises:
        ValueError: when there are fewer than two words.
    """
    if not type_.startswith(_CHOICE):
        return ()
    words = tuple(type_.removeprefix(_CHOICE).split("|"))
    if len(words) < 2 or not all(_SLUG.fullmatch(word) for word in words):  # noqa: PLR2004 - one is no choice
        raise ValueError(f"a choice names its words, like choice:include|exclude, not {type_!r}")
    return words


def serialise(term: Term) -> str:
    r"""The term as SPARQL, Turtle and N-Triples write it; every character that could end a literal is escaped.

    A `u` behind a backslash is escaped too: SPARQL 1.1 (19.2) lets engines replace `\uXXXX` before they parse, and
    such an engine would take the text `\u0022` for the end of the literal. Eight digits, since rdflib reads up to
    eight after either letter.
    """
    if isinstance(term, NamedNode):
        return f"<{term.value}>"
    escaped = _ESCAPED_U.sub(_escaped_u, term.value.translate(_WRITTEN))
    quoted = f'"{escaped}"'
    if term.language is not None:
        return f"{quoted}@{term.language}"
    if term.datatype == XSD.string:
        return quoted
    return f"{quoted}^^{serialise(term.datatype)}"


def _escaped_u(found: re.Match[str]) -> str:
    return f"{found[1]}\\U{ord(found[2]):08X}"


def _reader(type_: str) -> Callable[[str], Term | None]:
    if type_.startswith(_CONCEPT):
        scheme = _scheme(type_)
        return lambda text: _concept(text, scheme)
    if words := choices(type_):
        return lambda text: Literal(text) if text in words else None
    return _known(type_)[0]


def _known(type_: str) -> tuple[Callable[[str], Term | None], str]:
    if type_ not in _TYPES:
        names = ", ".join([*_TYPES, f"{_CONCEPT}{{scheme}}", f"{_CHOICE}one|other"])
        raise ValueError(f"a parameter type is one of {names}, not {type_!r}")
    return _TYPES[type_]


def _scheme(type_: str) -> str:
    scheme = type_.removeprefix(_CONCEPT)
    if not _SLUG.fullmatch(scheme):
        raise ValueError(f"a concept type names a scheme, like concept:agreement-kind, not {type_!r}")
    return scheme


def _iri(text: str) -> NamedNode | None:
    if text.startswith("<") and text.endswith(">"):  # as it is: <foaf:name> has the scheme "foaf"
        return NamedNode(text[1:-1]) if _IRI.fullmatch(text[1:-1]) else None
    short = _SHORT_IRI.fullmatch(text)
    full = PREFIXES[short[1]] + short[2] if short and short[1] in PREFIXES else text
    return NamedNode(full) if _IRI.fullmatch(full) else None


def _concept(text: str, scheme: str) -> NamedNode | None:
    if _SLUG.fullmatch(text):
        return HGV.term(f"{scheme}/{text}")
    concept = _iri(text)
    home = f"{HGV}{scheme}/"
    if concept is None or not concept.value.startswith(home):
        return None
    return concept if _SLUG.fullmatch(concept.value.removeprefix(home)) else None


def _date(text: str) -> Literal | None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    return Literal(date.fromisoformat(text).isoformat(), datatype=XSD.date)


def _matching(pattern: str, datatype: NamedNode) -> Callable[[str], Literal | None]:
    shape = re.compile(pattern)
    return lambda text: Literal(text, datatype=datatype) if shape.fullmatch(text) else None


def _string(text: str) -> Literal | None:
    return None if _CONTROL.search(text) else Literal(text)


def _label(text: str) -> Literal | None:
    name = unicodedata.normalize("NFC", text.strip())
    return _string(name) if name else None


def _lang_string(text: str) -> Literal | None:
    value, at, language = text.rpartition("@")
    if not at or not _LANGUAGE.fullmatch(language) or _CONTROL.search(value):
        return None
    return Literal(value, language=language.lower())


def _language(text: str) -> Literal | None:
    return Literal(text.lower()) if _LANGUAGE.fullmatch(text) else None


def _term(text: str) -> Term | None:
    quoted = _QUOTED.fullmatch(text)
    if not quoted:
        return _iri(text.removeprefix("<").removesuffix(">"))
    value = _ESCAPE.sub(_unescaped, quoted[1])
    if _CONTROL.search(value):
        return None
    if quoted[2] is not None:
        return _lang_string(f"{value}@{quoted[2]}")
    if quoted[3] is not None:
        datatype = _iri(quoted[3])
        return Literal(value, datatype=datatype) if datatype else None
    return Literal(value)


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _CONTROL_ESCAPES.get(escape[3], escape[3])


_TYPES: Final[dict[str, tuple[Callable[[str], Term | None], str]]] = {
    "iri": (_iri, "an absolute IRI like https://example.org/thing, or a short one like id:organization/icesco"),
    "term": (_term, 'an IRI, or a literal like "2027-06-13"^^<http://www.w3.org/2001/XMLSchema#date> or "name"@en'),
    "date": (_date, "a date like 2026-11-21"),
    "year": (_matching(r"[0-9]{4}", XSD.gYear), "a year like 2024"),
    "integer": (_matching(r"[+-]?[0-9]{1,18}", XSD.integer), "a whole number like 3"),
    "decimal": (_matching(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?", XSD.decimal), "a decimal number like 0.25"),
    "boolean": (_matching(r"true|false", XSD.boolean), "true or false"),
    "duration": (
        _matching(r"P(?=[0-9])(?:[0-9]{1,6}Y)?(?:[0-9]{1,6}M)?(?:[0-9]{1,6}D)?", XSD.duration),
        "a duration like P6M or P1Y",
    ),
    "string": (_string, "text without control characters"),
    "langString": (_lang_string, "text with its language, like Rabat@en"),
    "label": (_label, "a name or a part of one"),
    "language": (_language, "a language tag like en, ar or fr"),
}

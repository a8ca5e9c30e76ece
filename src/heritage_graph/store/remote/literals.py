"""Literals as an engine keeps them: what Virtuoso would change or take for another goes there under another datatype.

Virtuoso 7.2.5 keeps values, not what was written. An update that inserts an xsd:duration is an error, and the bulk
loader makes months of it (P3Y becomes 36); `true` becomes 1; the year 2024 and the date 2024-01-01 are one object, so
that of two statements one is lost; integers beyond 32 bits come back from the loader as decimals; years before the
common era lose digits; a wktLiteral gets a datatype of Virtuoso's own. Under a datatype that it does not know, a
literal is kept letter by letter. What it keeps well (strings, texts in a language, small integers, decimals, days,
instants in UTC) stays as it is, so that others who ask the engine find these as they expect.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from heritage_graph.namespaces import BASE

if TYPE_CHECKING:
    from collections.abc import Mapping

AS_WRITTEN: Final = BASE + "as-written/"
"""What stands before the IRI of the datatype of a literal that Virtuoso keeps letter by letter."""

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_KEPT: Final[Mapping[str, re.Pattern[str]]] = {
    _XSD + "string": re.compile(r".*", re.DOTALL),
    _XSD + "anyURI": re.compile(r".*", re.DOTALL),
    _XSD + "hexBinary": re.compile(r".*", re.DOTALL),
    _RDF + "langString": re.compile(r".*", re.DOTALL),
    _XSD + "integer": re.compile(r"0|-?[1-9][0-9]{0,8}"),
    _XSD + "decimal": re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{0,11}[1-9])?"),
    _XSD + "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    _XSD + "dateTime": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{0,5}[1-9])?Z"),
}
"""What Virtuoso keeps of the datatypes that it knows: the forms that it gives back as they were."""
_TAKEN: Final = (_XSD, _RDF, "http://www.opengis.net/ont/geosparql#", "http://www.openlinksw.com/")
"""Where the datatypes are that Virtuoso knows, or may know."""

Term = NamedNode | BlankNode | Literal | Triple


def kept(term: Term) -> Term:
    """*term* as it goes to Virtuoso."""
    if not isinstance(term, Literal) or term.language is not None:
        return term
    datatype = term.datatype.value
    if not datatype.startswith(_TAKEN):
        return term
    form = _KEPT.get(datatype)
    if form is not None and form.fullmatch(term.value):
        return term
    return Literal(term.value, datatype=_other(datatype))


def restored(term: Term) -> Term:
    """*term* of Virtuoso as it was before `kept`."""
    if isinstance(term, Literal) and term.language is None and term.datatype.value.startswith(AS_WRITTEN):
        return Literal(term.value, datatype=_first(term.datatype.value))
    return term


def kept_quad(quad: Quad) -> Quad:
    """*quad* as it goes to Virtuoso."""
    return Quad(quad.subject, quad.predicate, kept(quad.object), quad.graph_name)


def restored_triple(triple: Triple) -> Triple:
    """*triple* of Virtuoso as it was before it went there."""
    return Triple(triple.subject, triple.predicate, restored(triple.object))


@lru_cache(maxsize=64)
def _other(datatype: str) -> NamedNode:
    return NamedNode(AS_WRITTEN + datatype)


@lru_cache(maxsize=64)
def _first(datatype: str) -> NamedNode:
    return NamedNode(datatype.removeprefix(AS_WRITTEN))

"""Which literals every engine reads alike: well-formed, plain, of moderate size; all others are left to pySHACL."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from heritage_graph.namespaces import RDF, RDFS, XSD
from heritage_graph.validation.screening.expressions import FALSE, some, surely

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heritage_graph.graph_view import Term

_LONG_MONTH: Final = "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
_SHORT_MONTH: Final = "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
_FEBRUARY: Final = "02-(?:0[1-9]|1[0-9]|2[0-8])"
_MONTHS: Final = f"(?:{_LONG_MONTH}|{_SHORT_MONTH}|{_FEBRUARY})"
_YEAR: Final = "(?:[1-9][0-9]{3})"
_CLOCK: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_ZONE: Final = "(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])?"
_WELL_FORMED: Final = {
    XSD.string: "",
    RDF.langString: "",
    XSD.boolean: "^(?:true|false|0|1)$",
    XSD.integer: "^[+-]?[0-9]{1,400}$",
    XSD.decimal: r"^[+-]?(?:[0-9]{1,200}(?:\.[0-9]{1,200})?|\.[0-9]{1,200})$",
    XSD.date: f"^{_YEAR}-{_MONTHS}$",
    XSD.dateTime: f"^{_YEAR}-{_MONTHS}T{_CLOCK}{_ZONE}$",
    XSD.gYear: f"^{_YEAR}$",
    XSD.gYearMonth: f"^{_YEAR}-(?:0[1-9]|1[0-2])$",
    XSD.duration: "^P(?:[0-9]{1,4}Y(?:[0-9]{1,4}M)?(?:[0-9]{1,4}D)?|[0-9]{1,4}M(?:[0-9]{1,4}D)?|[0-9]{1,4}D)$",
    XSD.hexBinary: "^(?:[0-9A-Fa-f]{2}){1,400}$",
}
"""A regular expression, for each datatype, that no ill-typed literal matches; empty when none is ill-typed."""

_STANDARD: Final = (str(XSD), str(RDF), str(RDFS))


class Kind(StrEnum):
    """Literals that engines order and compare alike among themselves."""

    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    TEXT = "text"


_NUMERIC: Final = r"^[+-]?[0-9]{1,9}(?:\.[0-9]{1,9})?$"
_KINDS: Final = {
    Kind.NUMBER: ((XSD.integer, XSD.decimal), _NUMERIC),
    Kind.DATE: ((XSD.date,), _WELL_FORMED[XSD.date]),
    Kind.TIME: ((XSD.dateTime,), f"^{_YEAR}-{_MONTHS}T{_CLOCK}$"),
    Kind.TEXT: ((XSD.string,), ""),
}


def well_formed(variable: str, datatype: NamedNode) -> str:
    """True only of a literal of *datatype* that nobody calls ill-typed."""
    shape = _WELL_FORMED.get(datatype)
    if shape is None and datatype.value.startswith(_STANDARD):
        return FALSE
    return _of(variable, [datatype], shape or "")


def of_kind(variable: str, kind: Kind) -> str:
    """True only of a literal of this *kind*."""
    datatypes, shape = _KINDS[kind]
    return _of(variable, datatypes, shape)


def kind_of(limit: Term) -> Kind | None:
    """The kind of *limit*; None when engines may read it differently."""
    for kind in Kind:
        query = f"ASK {{ VALUES ?v {{ {limit} }} FILTER({of_kind('?v', kind)}) }}"
        if not isinstance(limit, BlankNode) and Store().query(query):
            return kind
    return None


def date_like(variable: str) -> str:
    """True only of a day, a month or a year, well-formed and without time zone."""
    return some(well_formed(variable, datatype) for datatype in (XSD.date, XSD.gYear, XSD.gYearMonth))


def textual(variable: str) -> str:
    """True only of a string, with or without a language."""
    return _of(variable, [XSD.string, RDF.langString], "")


def surely_is(variable: str, term: Term) -> str:
    """True only of *term* itself, as pySHACL compares: in its lexical form."""
    if isinstance(term, BlankNode) or not _kept_as_written(term):
        return FALSE
    return f"sameTerm({variable}, {term})"


def may_be(variable: str, term: Term) -> str:
    """True of *term*, and of what pySHACL may take for it."""
    if isinstance(term, BlankNode):
        return f"isBlank({variable})"
    if isinstance(term, NamedNode):
        return f"sameTerm({variable}, {term})"
    return some([f"sameTerm({variable}, {term})", surely(f"STR({variable}) = {Literal(term.value)}")])


def surely_among(variable: str, terms: Iterable[Term]) -> str:
    """True only of one of *terms*."""
    plain: list[Term] = []
    others: list[Term] = []
    for term in terms:
        is_plain = isinstance(term, NamedNode) or (isinstance(term, Literal) and term.datatype == XSD.string)
        (plain if is_plain else others).append(term)
    listed = surely(f"{variable} IN ({', '.join(map(str, plain))})") if plain else FALSE
    return some([listed, *(surely_is(variable, term) for term in others)])


def _of(variable: str, datatypes: Iterable[NamedNode], shape: str) -> str:
    types = [f"DATATYPE({variable}) = {datatype}" for datatype in datatypes]
    written = f" && REGEX(STR({variable}), {Literal(shape)})" if shape else ""
    return surely(f"({' || '.join(types)}){written}")


def _kept_as_written(term: NamedNode | Literal) -> bool:
    """Whether an engine that normalises literals gives *term* back as it was."""
    store = Store()
    store.add(Quad(RDF.nil, RDF.first, term))
    return all(quad.object == term for quad in store)

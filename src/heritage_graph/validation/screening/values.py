"""The constraints of SHACL Core that look at one value after the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import rdflib
from pyoxigraph import NamedNode

from heritage_graph.namespaces import RDF, RDFS, SH
from heritage_graph.validation.copies import from_rdflib
from heritage_graph.validation.screening import literals
from heritage_graph.validation.screening.expressions import (
    MET,
    UNKNOWN,
    Judgement,
    Untranslatable,
    every,
    exists,
    no,
    some,
    surely,
)
from heritage_graph.validation.screening.paths import members
from heritage_graph.validation.screening.regular_expressions import matches

if TYPE_CHECKING:
    from collections.abc import Callable

    from heritage_graph.validation.screening.classes import Classes

_SH: Final = rdflib.Namespace(SH)
_KINDS: Final = {
    _SH.IRI: ("isIRI",),
    _SH.Literal: ("isLiteral",),
    _SH.BlankNode: ("isBlank",),
    _SH.BlankNodeOrIRI: ("isBlank", "isIRI"),
    _SH.BlankNodeOrLiteral: ("isBlank", "isLiteral"),
    _SH.IRIOrLiteral: ("isIRI", "isLiteral"),
}
_LONGEST_LIST: Final = 1000


@dataclass(frozen=True)
class Value:
    """A value in `variable`, seen by a constraint of `shape`, which stands in `shapes`."""

    variable: str
    shape: rdflib.term.Node
    shapes: rdflib.Graph
    classes: Classes


def judge_value(value: Value, parameter: rdflib.term.Node, argument: rdflib.term.Node) -> Judgement | None:
    """The judgement on *value*; None when *parameter* names no constraint of this family.

    Raises:
        Untranslatable: no query can stand for it.
    """
    judge = _CONSTRAINTS.get(str(parameter).removeprefix(SH))
    return None if judge is None else judge(value, argument)


def _exactly(condition: str) -> Judgement:
    return Judgement(fails=no(condition), holds=condition)


def _class(value: Value, argument: rdflib.term.Node) -> Judgement:
    return _exactly(value.classes.is_instance(value.variable, argument))


def _node_kind(value: Value, argument: rdflib.term.Node) -> Judgement:
    if argument not in _KINDS:
        raise Untranslatable(f"{argument.n3()} is no kind of node")
    return _exactly(some(f"{test}({value.variable})" for test in _KINDS[rdflib.URIRef(str(argument))]))


def _datatype(value: Value, argument: rdflib.term.Node) -> Judgement:
    variable, datatype = value.variable, NamedNode(str(argument))
    if datatype.value.startswith(RDFS):  # pySHACL takes every literal for an rdfs:Literal
        return Judgement(fails="true", holds=f"isLiteral({variable})")
    return Judgement(
        fails=no(literals.well_formed(variable, datatype)), holds=surely(f"DATATYPE({variable}) = {datatype}")
    )


def _in(value: Value, argument: rdflib.term.Node) -> Judgement:
    variable = value.variable
    terms = [from_rdflib(member) for member in members(value.shapes, argument)]
    if len(terms) > _LONGEST_LIST:
        return UNKNOWN
    return Judgement(
        fails=no(literals.surely_among(variable, terms)), holds=some(literals.may_be(variable, term) for term in terms)
    )


def _language_in(value: Value, argument: rdflib.term.Node) -> Judgement:
    variable, ranges = value.variable, [str(member).lower() for member in members(value.shapes, argument)]
    tag = f"LCASE(LANG({variable}))"
    tagged = surely(f'LANG({variable}) != ""')
    if "*" in ranges:
        return _exactly(tagged)
    if not all(part.isalnum() for each in ranges for part in each.split("-")):
        return UNKNOWN
    listed = ", ".join(f'"{each}"' for each in ranges)
    first = f'STRBEFORE(CONCAT({tag}, "-"), "-")'
    by_prefix = (surely(f'STRSTARTS({tag}, "{each}")') for each in ranges)
    return Judgement(
        # As pySHACL does: the whole tag or its first part; by the standard any beginning counts.
        fails=no(every([tagged, surely(f"{tag} IN ({listed}) || {first} IN ({listed})")])) if ranges else "true",
        holds=every([tagged, some(by_prefix)]),
    )


def _pattern(value: Value, argument: rdflib.term.Node) -> Judgement:
    flags = "".join(sorted(str(value.shapes.value(value.shape, _SH.flags) or "").lower()))
    return matches(value.variable, str(argument), flags)


def _min_length(value: Value, argument: rdflib.term.Node) -> Judgement:
    least = whole_number(argument)
    return _length(value.variable, f">= {least}") if least else MET


def _max_length(value: Value, argument: rdflib.term.Node) -> Judgement:
    return _length(value.variable, f"<= {whole_number(argument)}")


def _length(variable: str, comparison: str) -> Judgement:
    return _exactly(every([no(f"isBlank({variable})"), surely(f"STRLEN(STR({variable})) {comparison}")]))


def whole_number(argument: rdflib.term.Node) -> int:
    """The number that *argument* states.

    Raises:
        Untranslatable: it states none.
    """
    value = argument.toPython() if isinstance(argument, rdflib.Literal) else None
    if not isinstance(value, int):
        raise Untranslatable(f"{argument.n3()} is no whole number")
    return int(value)


def _range(value: Value, argument: rdflib.term.Node, *, operator: str) -> Judgement:
    variable, limit = value.variable, from_rdflib(argument)
    kind = literals.kind_of(limit)
    if kind is None:
        return UNKNOWN
    alike = literals.of_kind(variable, kind)
    within = surely(f"{variable} {operator} {limit}")
    beyond = surely(f"!({variable} {operator} {limit})")
    return Judgement(fails=no(every([alike, within])), holds=no(every([alike, beyond])))


def _closed(value: Value, argument: rdflib.term.Node) -> Judgement:
    shapes = value.shapes
    if not isinstance(argument, rdflib.Literal) or not argument.toPython():
        return MET
    allowed = {
        path
        for inner in shapes.objects(value.shape, _SH.property)
        for path in shapes.objects(inner, _SH.path)
        if isinstance(path, rdflib.URIRef)
    }
    for cell in shapes.objects(value.shape, _SH.ignoredProperties):
        allowed.update(each for each in members(shapes, cell) if isinstance(each, rdflib.URIRef))
    other = f"?other NOT IN ({', '.join(sorted(each.n3() for each in allowed))})"
    triple = [f"{value.variable} ?other ?object ."]
    return Judgement(
        fails=exists(triple, other),
        holds=no(exists(triple, f"{other} && !(?other = {RDF.type} && sameTerm(?object, {RDFS.Resource}))")),
    )


_CONSTRAINTS: Final[dict[str, Callable[[Value, rdflib.term.Node], Judgement]]] = {
    "class": _class,
    "closed": _closed,
    "datatype": _datatype,
    "in": _in,
    "languageIn": _language_in,
    "maxExclusive": partial(_range, operator="<"),
    "maxInclusive": partial(_range, operator="<="),
    "maxLength": _max_length,
    "minExclusive": partial(_range, operator=">"),
    "minInclusive": partial(_range, operator=">="),
    "minLength": _min_length,
    "nodeKind": _node_kind,
    "pattern": _pattern,
}

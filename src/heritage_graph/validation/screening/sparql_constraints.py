"""SPARQL constraints over all focus nodes at once: their own SELECT, with $this bound to each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import rdflib
from pyoxigraph import Store
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from heritage_graph.namespaces import SH
from heritage_graph.validation.screening import literals
from heritage_graph.validation.screening.expressions import Untranslatable, every, no, some

if TYPE_CHECKING:
    from collections.abc import Iterator

_SH: Final = rdflib.Namespace(SH)
_TOKEN: Final = re.compile(
    r'''(?P<comment>\#[^\n]*)|(?P<text>"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^'\\]|\\.|'(?!\'\'))*\'\'\'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')'''
    r"""|(?P<iri><[^<>"{}|^`\\\s]*>)|(?P<variable>[?$]\w+)|(?P<word>[\w-]*:[\w.:%/-]*|\w+)|(?P<other>\s+|.)""",
    re.DOTALL,
)
_ELSEWHERE: Final = frozenset({"MINUS", "VALUES", "GRAPH", "SERVICE", "FROM", "LIMIT", "OFFSET"})
"""Keywords whose effect on one focus node is not that on all of them."""

_AGGREGATES: Final = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "HAVING"})
_NOT_THIS: Final = frozenset({"PATH", "shapesGraph", "currentShape"})
_HARMLESS: Final = frozenset({"STR", "BOUND", "EXISTS", "NOTEXISTS", "isIRI", "isURI", "isLiteral", "isNumeric", "ABS"})
"""Functions that give the same for any string, in every engine."""


def whole_query(shapes: rdflib.Graph, constraint: rdflib.term.Node, focus_nodes: str) -> str:
    """The query of *constraint* with its ?this bound to each of *focus_nodes*, a pattern.

    Raises:
        Untranslatable: what it says of one focus node cannot be said of all at once.
    """
    text = _text(shapes, constraint)
    pieces = [(str(match.lastgroup), match.group()) for match in _TOKEN.finditer(text)]
    words = {piece.upper() for kind, piece in pieces if kind == "word"}
    variables = {piece[1:] for kind, piece in pieces if kind == "variable"}
    if words & _ELSEWHERE or sum(kind == "word" and piece.upper() == "SELECT" for kind, piece in pieces) != 1:
        raise Untranslatable("its SPARQL has MINUS, VALUES, GRAPH, LIMIT or a sub-query")
    if variables & _NOT_THIS:
        raise Untranslatable("its SPARQL speaks of its own path or shape")
    head, body = _around_where(pieces)
    if not re.search(r"(?<![\w?$])[?$]this\b(?!\s*\))|\*", head):
        raise Untranslatable("its SPARQL does not give $this")
    after = body[body.rindex("}") :]
    if words & _AGGREGATES and not re.search(r"GROUP\s+BY\s[^{}()]*[?$]this\b", after, re.IGNORECASE):
        raise Untranslatable("its SPARQL counts or sums, and not for each $this")
    whole = f"{_prefixes(shapes, constraint)}SELECT DISTINCT ?this WHERE {{ {{ {head} {_bound(body, focus_nodes)} }} }}"
    try:
        Store().query(whole)  # for the parser alone
    except SyntaxError as fault:
        raise Untranslatable("its SPARQL does not parse with those prefixes") from fault
    return whole


def unlike_literal(shapes: rdflib.Graph, constraint: rdflib.term.Node, variable: str) -> str:
    """True when *variable*, which the query of *constraint* reads, is a literal that engines may treat differently."""
    use = _use(_prefixes(shapes, constraint) + _text(shapes, constraint))
    alike = []
    if not use.equates:
        alike.append(literals.of_kind(variable, literals.Kind.NUMBER))
    if not (use.orders or use.equates or use.sums):
        alike.append(literals.date_like(variable))
    if not (use.orders or use.sums or use.functions - _HARMLESS):
        alike.append(literals.textual(variable))
    return every([f"isLiteral({variable})", no(some(alike))])


@dataclass(frozen=True)
class _Use:
    """What a query does with the literals of the data: compare by order or by equality, sum, hand to functions."""

    orders: bool
    equates: bool
    sums: bool
    functions: frozenset[str]


@lru_cache(maxsize=256)  # rdflib takes 20-200 ms to parse one
def _use(text: str) -> _Use:
    parts = list(_parts(prepareQuery(text).algebra))
    computed = {part["var"] for part in parts if part.name == "Extend"}
    computed.update(part["res"] for part in parts if part.name.startswith("Aggregate_"))
    compared: dict[str, set[rdflib.term.Node]] = {"orders": set(), "equates": set()}
    for part in parts:
        if part.name == "RelationalExpression":
            how = "orders" if str(part["op"]) in {"<", ">", "<=", ">="} else "equates"
            compared[how] |= _bare_variables(part["expr"]) | _bare_variables(part["other"])
    sums = {part.name for part in parts if part.name.startswith("Aggregate_")} - {"Aggregate_Sample", "Aggregate_Count"}
    return _Use(
        orders=bool(compared["orders"] - computed),
        equates=bool(compared["equates"] - computed),
        sums=bool(sums),
        functions=frozenset(part.name.removeprefix("Builtin_") for part in parts if part.name.startswith("Builtin_"))
        | {part.name for part in parts if part.name == "Function"},
    )


def _parts(part: object) -> Iterator[CompValue]:
    """Every part of an algebra; patterns of EXISTS as they are evaluated."""
    if isinstance(part, CompValue):
        yield part
        inner: list[object] = list(part.values())
        inner.append(vars(part).get("graph"))
    else:
        inner = list(part) if isinstance(part, list | tuple) else []
    for each in inner:
        yield from _parts(each)


def _bare_variables(expression: object) -> set[rdflib.term.Node]:
    """The variables of *expression*, save those of which a function takes the text."""
    if isinstance(expression, rdflib.Variable):
        return {expression}
    if isinstance(expression, CompValue):
        if expression.name in {"Builtin_STR", "Builtin_STRLEN", "Builtin_CONCAT", "Builtin_SUBSTR"}:
            return set()
        return set().union(*map(_bare_variables, expression.values()))
    if isinstance(expression, list | tuple):
        return set().union(*map(_bare_variables, expression))
    return set()


def _around_where(pieces: list[tuple[str, str]]) -> tuple[str, str]:
    """The text before the first group, and from it on, without comments."""
    parts = [" " if kind == "comment" else piece for kind, piece in pieces]
    depth = 0
    for place, (kind, piece) in enumerate(pieces):
        if kind == "other" and piece in "()":
            depth += 1 if piece == "(" else -1
        if kind == "other" and piece == "{" and depth == 0:
            return "".join(parts[:place]), "".join(parts[place:])
    raise Untranslatable("its SPARQL has no WHERE")


def _bound(body: str, focus_nodes: str) -> str:
    """*body*, with *focus_nodes* at the beginning of every group that is evaluated on its own."""
    written: list[str] = []
    exists_at: list[bool] = []
    last_word = ""
    for match in _TOKEN.finditer(body):
        kind, piece = str(match.lastgroup), match.group()
        written.append(piece)
        if kind == "word":
            last_word = piece.upper()
        elif kind == "other" and piece == "{":
            inside = any(exists_at) or last_word == "EXISTS"
            exists_at.append(inside)
            last_word = ""
            if not inside:
                written.append(f" {focus_nodes} ")
        elif kind == "other" and piece == "}":
            exists_at.pop()
            last_word = ""
        elif piece.strip():
            last_word = ""
    return "".join(written)


def _text(shapes: rdflib.Graph, constraint: rdflib.term.Node) -> str:
    texts = list(shapes.objects(constraint, _SH.select))
    if len(texts) != 1:
        raise Untranslatable("it has no SELECT")
    return str(texts[0])


def _prefixes(shapes: rdflib.Graph, constraint: rdflib.term.Node) -> str:
    return "".join(
        f"PREFIX {shapes.value(entry, _SH.prefix)}: <{shapes.value(entry, _SH.namespace)}>\n"
        for holder in sorted(shapes.objects(constraint, _SH.prefixes), key=str)
        for entry in sorted(shapes.objects(holder, _SH.declare), key=str)
    )

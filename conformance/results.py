"""Read results in any of their formats, and tell whether two of them are the same."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from heritage_graph.namespaces import RDF, XSD, Namespace

if TYPE_CHECKING:
    from pathlib import Path

Term = NamedNode | BlankNode | Literal | Triple
Row = tuple[Term | None, ...]

RS: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")

BINDINGS: Final = {
    ".srx": QueryResultsFormat.XML,
    ".srj": QueryResultsFormat.JSON,
    ".tsv": QueryResultsFormat.TSV,
}
GRAPHS: Final = {".ttl": RdfFormat.TURTLE, ".rdf": RdfFormat.RDF_XML, ".nt": RdfFormat.N_TRIPLES}


@dataclass(frozen=True)
class Rows:
    """The result of a SELECT; `variables` are sorted, each row has one term or None for each."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]
    ordered: bool = False


Result = Rows | Dataset | bool


def expected_result(path: Path, base: str) -> Result:
    """The result that a file of a suite tells."""
    if path.suffix in BINDINGS:
        return read_bindings(path.read_bytes(), BINDINGS[path.suffix])
    if path.suffix == ".csv":
        return read_csv(path.read_bytes())
    graph = read_graph(path.read_bytes(), GRAPHS[path.suffix], base)
    sets = [quad.subject for quad in graph.quads_for_object(RS.ResultSet)]
    return _result_set(graph, sets[0]) if sets else graph


def read_bindings(document: bytes, form: QueryResultsFormat) -> Rows | bool:
    """The rows or the truth value of a results document."""
    found = parse_query_results(document, form)
    if isinstance(found, QueryBoolean):
        return bool(found)
    variables = tuple(sorted(variable.value for variable in found.variables))
    return Rows(variables, tuple(tuple(_by_value(row[name]) for name in variables) for row in found))


def read_csv(document: bytes) -> Rows:
    """The rows of a CSV document, where every term but a blank node is a text."""
    header, *lines = csv.reader(io.StringIO(document.decode(), newline=""))
    order = sorted(range(len(header)), key=header.__getitem__)
    return Rows(
        tuple(header[column] for column in order),
        tuple(tuple(_of_csv(line[column]) for column in order) for line in lines),
    )


def _of_csv(text: str) -> Term:
    return BlankNode(text.removeprefix("_:")) if text.startswith("_:") else Literal(text)


def read_graph(document: bytes, form: RdfFormat, base: str) -> Dataset:
    """The triples of a document."""
    triples = parse(document, form, base_iri=base, rename_blank_nodes=True)
    return Dataset(Quad(quad.subject, quad.predicate, _by_value(quad.object)) for quad in triples)


def same(expected: Result, found: Result, *, lax: bool = False) -> bool:
    """Tell whether two results are the same, whatever their blank nodes are called.

    Rows are compared in order when the expected ones are ordered. With *lax*, as REDUCED allows, a row may come
    less often than expected, but at least once.
    """
    if isinstance(expected, Dataset) and isinstance(found, Dataset):
        expected.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
        found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
        return expected == found
    if isinstance(expected, Rows) and isinstance(found, Rows):
        return expected.variables == found.variables and _same_rows(expected, found, lax=lax)
    return type(expected) is type(found) and expected == found


def in_order(result: Result) -> Result:
    """*result* as one whose order counts."""
    return replace(result, ordered=True) if isinstance(result, Rows) else result


def _same_rows(expected: Rows, found: Rows, *, lax: bool) -> bool:
    if lax:
        counted, given = Counter(expected.rows), Counter(found.rows)
        return counted.keys() == given.keys() and given <= counted
    if len(expected.rows) != len(found.rows):
        return False
    if expected.ordered:
        return _matched(list(expected.rows), list(found.rows), {}, ordered=True)
    plain = Counter(row for row in expected.rows if not _has_blank(row))
    if plain != Counter(row for row in found.rows if not _has_blank(row)):
        return False
    left, right = ([row for row in each.rows if _has_blank(row)] for each in (expected, found))
    return _matched(left, right, {}, ordered=False)


def _has_blank(row: Row) -> bool:
    return any(isinstance(term, BlankNode) for term in row)


def _matched(left: list[Row], right: list[Row], names: dict[Term, Term], *, ordered: bool) -> bool:
    """Tell whether the blank nodes of *left* can be renamed beyond *names* so that its rows are those of *right*."""
    if not left:
        return not right
    for index in range(1 if ordered else len(right)):
        extended = _renamed(left[0], right[index], names)
        if extended is not None and _matched(left[1:], right[:index] + right[index + 1 :], extended, ordered=ordered):
            return True
    return False


def _renamed(left: Row, right: Row, names: dict[Term, Term]) -> dict[Term, Term] | None:
    """*names* with what makes row *left* row *right*; None when nothing does."""
    extended = dict(names)
    for one, other in zip(left, right, strict=True):
        if not isinstance(one, BlankNode) or not isinstance(other, BlankNode):
            if one != other:
                return None
        elif extended.setdefault(one, other) != other or sum(name == other for name in extended.values()) > 1:
            return None
    return extended


def _by_value(term: Term | None) -> Term | None:
    """A literal in one spelling of its value, so that 1.0 and 1.00 are the same; other terms as they are."""
    if not isinstance(term, Literal) or term.datatype.value not in _SPELLINGS:
        return term
    try:
        return Literal(_SPELLINGS[term.datatype.value](term.value), datatype=term.datatype)
    except (InvalidOperation, ValueError):
        return term  # an ill-formed literal is itself


def _decimal(text: str) -> str:
    whole, point, decimals = f"{Decimal(text):f}".partition(".")
    return whole + (point + decimals).rstrip("0").rstrip(".")


def _double(text: str) -> str:
    return repr(float(text))


def _boolean(text: str) -> str:
    return {"1": "true", "0": "false"}.get(text, text)


def _time(text: str) -> str:
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


_SPELLINGS: Final = {
    XSD.term("integer").value: _decimal,
    XSD.term("decimal").value: _decimal,
    XSD.term("double").value: _double,
    XSD.term("float").value: _double,
    XSD.term("boolean").value: _boolean,
    XSD.term("date").value: _time,
    XSD.term("dateTime").value: _time,
}


def _result_set(graph: Dataset, node: Term) -> Rows | bool:
    """The result that triples of the vocabulary of result sets tell."""
    told = [quad for quad in graph.quads_for_subject(node) if quad.predicate != RDF.type]
    for quad in told:
        if quad.predicate == RS.boolean:
            return quad.object.value == "true"
    variables = tuple(sorted(quad.object.value for quad in told if quad.predicate == RS.resultVariable))
    numbered = []
    for solution in (quad.object for quad in told if quad.predicate == RS.solution):
        index, row = 0, dict.fromkeys(variables)
        for quad in graph.quads_for_subject(solution):
            if quad.predicate == RS.term("index"):
                index = int(quad.object.value)
            elif quad.predicate == RS.binding:
                pair = {each.predicate: each.object for each in graph.quads_for_subject(quad.object)}
                row[pair[RS.variable].value] = pair[RS.value]
        numbered.append((index, tuple(row[name] for name in variables)))
    numbered.sort(key=lambda each: each[0])
    ordered = any(index for index, _ in numbered)
    return Rows(variables, tuple(row for _, row in numbered), ordered=ordered)

"""Copy triples into rdflib, where pySHACL works, and terms back out, every lexical form as it was written."""

from __future__ import annotations

import logging
import re
import warnings
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib.namespace import NamespaceManager
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from heritage_graph.namespaces import XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result

    from heritage_graph.graph_view import Term

AnyGraph = TypeVar("AnyGraph", bound=rdflib.Graph)
_Pattern = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]

# Of XSD 1.1 Part 2, 3.3 and 3.4. Python's Decimal also reads exponents, and NaN, which then cannot be compared; an
# ill-typed number is a number to the SPARQL of rdflib, which then cannot sum it.
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_INTEGERS = (
    "integer long int short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger"
    " unsignedLong unsignedInt unsignedShort unsignedByte"
)
_NUMBERS = {
    XSD.decimal: _DECIMAL,
    XSD.double: _DOUBLE,
    XSD.float: _DOUBLE,
    **{XSD.term(name): _INTEGER for name in _INTEGERS.split()},
}
_NO_NUMBER = "urn:heritage-graph:no-number:"
"""Begins, inside a copy, the datatype of what is called a number and is none; its own datatype follows."""

_RDFLIB_TERMS = logging.getLogger("rdflib.term")


@lru_cache(maxsize=256)
def _prepared(text: str) -> Query:
    query = prepareQuery(text)
    _begin_at_focus(query.algebra)
    return query


def _begin_at_focus(part: object) -> None:
    """Have every basic graph pattern in *part* of an algebra follow the links from $this.

    rdflib does not know that $this is bound, and begins with what holds most constants: the parties of all
    agreements, squared, for each agreement (500 of them: 20 s before, 0.3 s since).
    """
    if isinstance(part, CompValue):
        if part.name == "BGP":
            part["triples"] = list(_following(part["triples"], {rdflib.Variable("this")}))
        # The pattern of EXISTS stands translated in the attribute `graph`, and as it was parsed among the items.
        for inner in (*part.values(), vars(part).get("graph")):
            _begin_at_focus(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            _begin_at_focus(inner)


def _following(patterns: Iterable[_Pattern], known: set[rdflib.term.Node]) -> Iterator[_Pattern]:
    """*patterns*, next always one that shares a variable with those before, and has the fewest unknown ends."""

    def costs(pattern: _Pattern) -> tuple[bool, int]:
        ends = [end for end in (pattern[0], pattern[2]) if isinstance(end, rdflib.Variable | rdflib.BNode)]
        return known.isdisjoint(ends), len(set(ends) - known)

    rest = list(patterns)
    while rest:
        pattern = min(rest, key=costs)
        rest.remove(pattern)
        known.update((pattern[0], pattern[2]))
        yield pattern


class DataCopy(rdflib.Graph):
    """A graph for pySHACL that parses each query once.

    pySHACL hands over the text of a SPARQL constraint anew for every focus node, and rdflib takes longer to parse
    it (5-20 ms) than to answer it.
    """

    def query(  # type: ignore[override]  # noqa: PLR0917  # what pySHACL passes, as it passes it
        self,
        query_object: str,
        processor: str = "sparql",
        result: str = "sparql",
        initNs: Mapping[str, str] | None = None,  # noqa: ARG002, N803  # pySHACL puts the prefixes into the text
        initBindings: Mapping[str, rdflib.term.Identifier] | None = None,  # noqa: N803  # rdflib's own name
        use_store_provided: bool = True,  # noqa: ARG002, FBT001, FBT002  # likewise; the store in memory has none
    ) -> Result:
        """See `rdflib.Graph.query`; the text declares its own prefixes."""
        return super().query(
            _prepared(query_object), processor, result, initNs={"xsd": rdflib.XSD}, initBindings=initBindings
        )


class _PlainNames(NamespaceManager):
    """Names without prefixes: pySHACL writes out the IRIs of a result; finding prefixes took a third of its time."""

    def bind(self, *_args: object, **_options: object) -> None:
        """Bind nothing."""

    def normalizeUri(self, rdfTerm: str) -> str:  # noqa: N802, N803  # rdflib's own names
        """The full IRI."""
        return f"<{rdfTerm}>"


def named_plainly(graph: AnyGraph) -> AnyGraph:
    """*graph* itself, which from now on writes IRIs in full."""
    graph.namespace_manager = _PlainNames(graph, bind_namespaces="none")
    return graph


def copied(triples: Iterable[Triple]) -> DataCopy:
    """A graph of rdflib that holds *triples*, which contain no quoted triples."""
    graph = named_plainly(DataCopy(bind_namespaces="none"))
    iris: dict[str, rdflib.URIRef] = {}
    for triple in triples:
        assert not isinstance(triple.subject, Triple)
        assert not isinstance(triple.object, Triple)
        graph.add((_node(triple.subject, iris), _iri(triple.predicate, iris), to_rdflib(triple.object, iris)))
    return graph


def to_rdflib(term: Term, iris: dict[str, rdflib.URIRef]) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    """*term* as rdflib's; *iris* remembers the IRIs that were made, since most occur often."""
    if not isinstance(term, Literal):
        return _node(term, iris)
    if term.language is not None:
        return rdflib.Literal(term.value, lang=term.language)
    number = _NUMBERS.get(term.datatype)
    if number is not None and not number.fullmatch(term.value):
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(_NO_NUMBER + term.datatype.value))
    return rdflib.Literal(term.value, datatype=_iri(term.datatype, iris), normalize=False)


def from_rdflib(term: rdflib.term.Node) -> Term:
    """*term* of rdflib as ours."""
    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    assert isinstance(term, rdflib.Literal)
    if term.language is not None:
        return Literal(str(term), language=term.language)
    datatype = str(term.datatype or XSD.string).removeprefix(_NO_NUMBER)
    return Literal(str(term), datatype=NamedNode(datatype))


def _node(term: NamedNode | BlankNode, iris: dict[str, rdflib.URIRef]) -> rdflib.URIRef | rdflib.BNode:
    return _iri(term, iris) if isinstance(term, NamedNode) else rdflib.BNode(term.value)


def _iri(term: NamedNode, iris: dict[str, rdflib.URIRef]) -> rdflib.URIRef:
    known = iris.get(term.value)
    if known is None:
        known = iris[term.value] = rdflib.URIRef(term.value)
    return known


@contextmanager
def ill_typed_in_silence() -> Iterator[None]:
    """While this lasts, rdflib neither logs nor warns of each ill-typed literal; the report says it better."""
    _RDFLIB_TERMS.addFilter(_never)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Parsing weird boolean", UserWarning)
            yield
    finally:
        _RDFLIB_TERMS.removeFilter(_never)


def _never(_record: logging.LogRecord) -> bool:
    return False

"""Copy triples into rdflib, where pySHACL works, and terms back out, every lexical form as it was written."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from rdflib.namespace import NamespaceManager
from rdflib.plugins.sparql import prepareQuery

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result

    from heritage_graph.graph_view import Term

AnyGraph = TypeVar("AnyGraph", bound=rdflib.Graph)

# rdflib logs a traceback for every ill-typed literal; the report says it better.
_ILL_TYPED = logging.getLogger("rdflib.term")


@lru_cache(maxsize=256)
def _prepared(text: str) -> Query:
    return prepareQuery(text)


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
    """Names without prefixes: pySHACL writes out the IRIs of a result, and to find prefixes took a third of its time."""

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
    _ILL_TYPED.addFilter(_never)
    try:
        for triple in triples:
            assert not isinstance(triple.subject, Triple)
            assert not isinstance(triple.object, Triple)
            graph.add((_node(triple.subject, iris), _iri(triple.predicate, iris), to_rdflib(triple.object, iris)))
    finally:
        _ILL_TYPED.removeFilter(_never)
    return graph


def to_rdflib(term: Term, iris: dict[str, rdflib.URIRef]) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    """*term* as rdflib's; *iris* remembers the IRIs that were made, since most occur often."""
    if not isinstance(term, Literal):
        return _node(term, iris)
    if term.language is not None:
        return rdflib.Literal(term.value, lang=term.language)
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
    return Literal(str(term), datatype=NamedNode(str(term.datatype or rdflib.XSD.string)))


def _node(term: NamedNode | BlankNode, iris: dict[str, rdflib.URIRef]) -> rdflib.URIRef | rdflib.BNode:
    return _iri(term, iris) if isinstance(term, NamedNode) else rdflib.BNode(term.value)


def _iri(term: NamedNode, iris: dict[str, rdflib.URIRef]) -> rdflib.URIRef:
    known = iris.get(term.value)
    if known is None:
        known = iris[term.value] = rdflib.URIRef(term.value)
    return known


def _never(_record: logging.LogRecord) -> bool:
    return False

"""A record as one JSON-LD document: all statements about an entity and the nodes around it, each node told once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, Literal, NamedNode

from heritage_graph.json_ld.context import CONTEXT_IRI
from heritage_graph.json_ld.written import Around, node
from heritage_graph.namespaces import HG, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import Triple

    from heritage_graph.json_ld.written import Cell, Json, Row

_PARTICIPATIONS: Final = "participations"
_IN_CONTEXT: Final = HG.inContext.value
_INCLUDED: Final = "@included"
_TYPE: Final = RDF.type.value
_DEEPEST: Final = 16  # JSON writers and readers nest a few hundred levels; records of the model four


class _Nameless:
    """A record does not tell the names of its neighbours: they stand in records of their own."""

    def words(self, _: str) -> Mapping[str, list[str]]:
        """None."""
        return {}


def record_document(iri: str, triples: Iterable[Triple]) -> Json:
    """The record of the entity *iri*, made of exactly *triples*: expanded, it gives these and no others.

    A node around the entity stands within the first that refers to it, a participation within its context under
    `participations`, and any other within the entity under `@included`. Equal records are equal, order included.
    """
    said: defaultdict[str, list[Row]] = defaultdict(list)
    for triple in triples:
        said[_text(triple.subject)].append({"p": _cell(triple.predicate), "o": _cell(triple.object)})
    return {"@context": CONTEXT_IRI, **_Tree(said).of(iri)}


class _Tree:
    """The nodes of a record, each given a place within another as it is met."""

    def __init__(self, said: Mapping[str, list[Row]]) -> None:
        self._said = said
        self._left = set(said)
        self._participations: defaultdict[str, list[str]] = defaultdict(list)
        for each, rows in said.items():
            for row in rows:
                if row["p"]["value"] == _IN_CONTEXT and row["o"]["type"] == "uri":
                    self._participations[row["o"]["value"]].append(each)

    def of(self, root: str) -> Json:
        """The document of *root*, with all that is left in the end."""
        told = self._node(root)
        included = [self._node(each) for each in sorted(self._left) if each in self._left]
        return {**told, _INCLUDED: included} if included else told

    def _node(self, iri: str, *, context: str = "", depth: int = 0) -> Json:
        """What is said of *iri*; its context is left out where that is *context* alone, within which it stands."""
        self._left.discard(iri)
        rows = self._said.get(iri, ())
        within: dict[str, Json] = {}
        if depth < _DEEPEST:
            referred = sorted({row["o"]["value"] for row in rows if _refers(row)})
            within = {each: self._node(each, depth=depth + 1) for each in referred if each in self._left}
        contexts = [row["o"]["value"] for row in rows if row["p"]["value"] == _IN_CONTEXT]
        without = _IN_CONTEXT if contexts == [context] else ""
        told = node(iri, rows, Around(_Nameless(), written=within), without=without)
        if depth == _DEEPEST:
            return told
        around = sorted(self._participations.get(iri, ()))
        inner = [self._node(each, context=iri, depth=depth + 1) for each in around if each in self._left]
        return {**told, _PARTICIPATIONS: inner} if inner else told


def _refers(row: Row) -> bool:
    """Tell whether the object of *row* is written as a node: an IRI, and no class."""
    return row["o"]["type"] == "uri" and row["p"]["value"] != _TYPE


def _text(subject: object) -> str:
    assert isinstance(subject, NamedNode)  # the store holds no blank nodes and no statements about statements
    return subject.value


def _cell(term: object) -> Cell:
    """*term* as SPARQL results in JSON have it."""
    if isinstance(term, Literal):
        if term.language:
            return {"type": "literal", "value": term.value, "xml:lang": term.language}
        return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
    assert isinstance(term, NamedNode | BlankNode)
    return {"type": "uri" if isinstance(term, NamedNode) else "bnode", "value": term.value}

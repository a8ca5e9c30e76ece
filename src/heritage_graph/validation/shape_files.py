"""What a shape file may hold: SHACL Core, confined SPARQL, no scripts, rules, imports or anonymous shapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import rdflib
from pyoxigraph import Store

from heritage_graph.namespaces import HGS, SH

if TYPE_CHECKING:
    from collections.abc import Iterator

_SH: Final = rdflib.Namespace(SH)

# Without sh:lessThan and its kin: pySHACL 0.40.1 stops with a TypeError when it cannot compare two values.
_CONSTRAINTS: Final = frozenset(
    _SH[name]
    for name in (
        "and",
        "class",
        "datatype",
        "hasValue",
        "in",
        "languageIn",
        "maxCount",
        "maxExclusive",
        "maxInclusive",
        "maxLength",
        "minCount",
        "minExclusive",
        "minInclusive",
        "minLength",
        "node",
        "nodeKind",
        "not",
        "or",
        "pattern",
        "qualifiedValueShape",
        "sparql",
        "uniqueLang",
        "xone",
    )
)
_DESCRIPTION: Final = frozenset(
    _SH[name]
    for name in (
        "alternativePath",
        "declare",
        "description",
        "flags",
        "inversePath",
        "message",
        "name",
        "namespace",
        "path",
        "prefix",
        "prefixes",
        "property",
        "qualifiedMaxCount",
        "qualifiedMinCount",
        "select",
        "severity",
        "targetClass",
        "targetSubjectsOf",
        "zeroOrMorePath",
    )
)
_LISTS: Final = frozenset(_SH[name] for name in ("and", "in", "languageIn", "or", "xone"))
_PATH_PARTS: Final = frozenset({_SH.alternativePath, _SH.inversePath, _SH.zeroOrMorePath})
_FORBIDDEN_SPARQL: Final = re.compile(r"(?<![?$:\w])(SERVICE|FROM|GRAPH|MINUS|VALUES)\b", re.IGNORECASE)


class ShapeFault(Exception):  # it becomes a SettingError once the file is known
    """A shape that cannot be accepted; `shape` is the node at fault."""

    def __init__(self, shape: rdflib.term.Node, message: str) -> None:
        super().__init__(f"{shape.n3()}: {message}")
        self.shape = shape


def constraint_parameters(graph: rdflib.Graph, node: rdflib.term.Node) -> frozenset[rdflib.term.Node]:
    """The predicates of *node* that state a constraint of its own (sh:property does not)."""
    return _CONSTRAINTS & frozenset(graph.predicates(node))


def check_allowed(graph: rdflib.Graph) -> None:
    """Check everything in *graph* that belongs to SHACL.

    Raises:
        ShapeFault: at the first statement that is not allowed.
    """
    for subject, predicate, value in sorted(graph, key=str):
        _check_statement(graph, subject, predicate, value)
    for query in sorted(graph.subjects(_SH.select), key=str):
        _check_query(graph, query)
    for node in sorted(graph.subjects(_SH.sparql), key=str):
        if (node, _SH.path, None) in graph:
            raise ShapeFault(node, "a SPARQL constraint stands on a node shape, not on a property shape")


def members(graph: rdflib.Graph, shape: rdflib.term.Node, cell: rdflib.term.Node) -> Iterator[rdflib.term.Node]:
    """The members of the RDF list that begins at *cell*.

    Raises:
        ShapeFault: naming *shape*, when the list runs in a circle or does not end.
    """
    seen = set()
    current: rdflib.term.Node | None = cell
    while current != rdflib.RDF.nil:
        if current is None or current in seen:
            raise ShapeFault(shape, "holds a list that runs in a circle or does not end; lists end in rdf:nil")
        seen.add(current)
        yield from graph.objects(current, rdflib.RDF.first)
        current = graph.value(current, rdflib.RDF.rest)


def _check_statement(
    graph: rdflib.Graph, subject: rdflib.term.Node, predicate: rdflib.term.Node, value: rdflib.term.Node
) -> None:
    if predicate == rdflib.OWL.imports:
        raise ShapeFault(subject, "owl:imports is not allowed; put the shapes into the folder")
    if str(predicate).startswith(SH):
        if predicate not in _CONSTRAINTS | _DESCRIPTION:
            raise ShapeFault(subject, f"{predicate.n3()} is not allowed in a shape")
        if isinstance(subject, rdflib.BNode) and predicate not in _PATH_PARTS:
            raise ShapeFault(subject, f"a node with {predicate.n3()} has no IRI; give it one that begins with {HGS}")
    if predicate in _LISTS:
        for _ in members(graph, subject, value):
            pass
    if predicate == rdflib.RDF.type and value in (rdflib.RDFS.Class, rdflib.OWL.Class):
        raise ShapeFault(subject, "is a class and a shape; state its target with sh:targetClass")


def _check_query(graph: rdflib.Graph, query: rdflib.term.Node) -> None:
    for text in graph.objects(query, _SH.select):
        forbidden = _FORBIDDEN_SPARQL.search(str(text))
        if forbidden:
            raise ShapeFault(query, f"{forbidden.group().upper()} is not allowed in a SPARQL constraint")
        try:
            # On an empty store, for the parser alone: rdflib's takes 60 ms a query, this one none to speak of.
            Store().query(_with_prefixes(graph, query, str(text)))
        except SyntaxError as fault:
            raise ShapeFault(query, f"its SPARQL does not parse: {fault}") from fault
    if len(set(graph.objects(query, _SH.select))) != 1:
        raise ShapeFault(query, "has one sh:select")


def _with_prefixes(graph: rdflib.Graph, query: rdflib.term.Node, text: str) -> str:
    declared = [
        f"PREFIX {graph.value(entry, _SH.prefix)}: <{graph.value(entry, _SH.namespace)}>"
        for holder in graph.objects(query, _SH.prefixes)
        for entry in graph.objects(holder, _SH.declare)
    ]
    return "\n".join([*declared, text])

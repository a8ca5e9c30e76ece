"""SHACL paths as property paths of SPARQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import rdflib

from heritage_graph.namespaces import SH
from heritage_graph.validation.screening.expressions import Untranslatable

if TYPE_CHECKING:
    from collections.abc import Iterator

_SH: Final = rdflib.Namespace(SH)
_REPEATS: Final = {_SH.zeroOrMorePath: "*", _SH.oneOrMorePath: "+", _SH.zeroOrOnePath: "?"}


def sparql_path(shapes: rdflib.Graph, path: rdflib.term.Node) -> str:
    """The SHACL path that begins at the node *path*.

    Raises:
        Untranslatable: it is none.
    """
    if isinstance(path, rdflib.URIRef):
        return path.n3()
    if (path, rdflib.RDF.first, None) in shapes:
        return f"({'/'.join(sparql_path(shapes, part) for part in members(shapes, path))})"
    for predicate, inner in sorted(shapes.predicate_objects(path), key=str):
        if predicate == _SH.inversePath:
            return f"(^{sparql_path(shapes, inner)})"
        if predicate == _SH.alternativePath:
            return f"({'|'.join(sparql_path(shapes, part) for part in members(shapes, inner))})"
        if predicate in _REPEATS:
            return f"({sparql_path(shapes, inner)}{_REPEATS[rdflib.URIRef(str(predicate))]})"
    raise Untranslatable("its path is none that SHACL knows")


def sparql_steps(shapes: rdflib.Graph, path: rdflib.term.Node) -> tuple[str, ...]:
    """The parts of a sequence, one after the other; any other path is one part.

    Raises:
        Untranslatable: it is no path.
    """
    if (path, rdflib.RDF.first, None) in shapes:
        return tuple(step for part in members(shapes, path) for step in sparql_steps(shapes, part))
    return (sparql_path(shapes, path),)


def members(shapes: rdflib.Graph, cell: rdflib.term.Node) -> Iterator[rdflib.term.Node]:
    """The members of the list that begins at *cell*.

    Raises:
        Untranslatable: it does not end.
    """
    seen = set()
    current: rdflib.term.Node | None = cell
    while current != rdflib.RDF.nil:
        if current is None or current in seen:
            raise Untranslatable("it holds a list that does not end")
        seen.add(current)
        yield from shapes.objects(current, rdflib.RDF.first)
        current = shapes.value(current, rdflib.RDF.rest)

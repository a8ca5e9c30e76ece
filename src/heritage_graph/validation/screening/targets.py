"""The focus nodes of a shape as a graph pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import rdflib

from heritage_graph.namespaces import SH

if TYPE_CHECKING:
    from collections.abc import Iterator

_SH: Final = rdflib.Namespace(SH)
_INSTANCE: Final = f"{rdflib.RDF.type.n3()}/{rdflib.RDFS.subClassOf.n3()}*"


def target_pattern(shapes: rdflib.Graph, shape: rdflib.term.Node) -> str:
    """A pattern that binds ?this to each focus node of *shape*, perhaps several times."""
    return " UNION ".join(f"{{ {pattern} }}" for pattern in sorted(_patterns(shapes, shape)))


def _patterns(shapes: rdflib.Graph, shape: rdflib.term.Node) -> Iterator[str]:
    for iri in shapes.objects(shape, _SH.targetClass):
        yield f"?this {_INSTANCE} {iri.n3()}"
    for predicate in shapes.objects(shape, _SH.targetSubjectsOf):
        yield f"?this {predicate.n3()} ?any"

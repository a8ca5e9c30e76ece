"""The focus nodes of a shape: a graph pattern for each of its targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import rdflib
from pyoxigraph import BlankNode

from heritage_graph.namespaces import SH
from heritage_graph.validation.copies import from_rdflib
from heritage_graph.validation.screening.expressions import Untranslatable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.validation.screening.classes import Classes

_SH: Final = rdflib.Namespace(SH)


@dataclass(frozen=True)
class Target:
    """A `pattern` that binds ?this to focus nodes; `subjects_of` is the predicate that all of them have, if it asks so.

    `size` is how many there may be, where that is known; `is_stated` tells that the shape names them, so that perhaps
    no triple has one.
    """

    pattern: str
    subjects_of: str | None = None
    size: int | None = None
    is_stated: bool = False


def targets(shapes: rdflib.Graph, shape: rdflib.term.Node, classes: Classes) -> list[Target]:
    """The targets of *shape*, in a fixed order; none when only other shapes refer to it."""
    return sorted(_targets(shapes, shape, classes), key=lambda target: target.pattern)


def focus_nodes(found: list[Target]) -> str:
    """A pattern that binds ?this to each focus node of these targets, once."""
    alternatives = " UNION ".join(f"{{ {target.pattern} }}" for target in found)
    return f"{{ SELECT DISTINCT ?this WHERE {{ {alternatives} }} }}"


def _targets(shapes: rdflib.Graph, shape: rdflib.term.Node, classes: Classes) -> Iterator[Target]:
    for node in shapes.objects(shape, _SH.targetNode):
        term = from_rdflib(node)
        if isinstance(term, BlankNode):
            raise Untranslatable("its target is a blank node")
        yield Target(f"VALUES ?this {{ {term} }}", is_stated=True)
    targeted = [*shapes.objects(shape, _SH.targetClass), *([shape] if _is_class(shapes, shape) else [])]
    for pattern in classes.targets("?this", targeted):
        yield Target(pattern, size=sum(map(classes.instances, targeted)))
    for predicate in shapes.objects(shape, _SH.targetSubjectsOf):
        yield Target(f"?this {predicate.n3()} ?any .", subjects_of=predicate.n3())
    for predicate in shapes.objects(shape, _SH.targetObjectsOf):
        yield Target(f"?any {predicate.n3()} ?this .")


def _is_class(shapes: rdflib.Graph, shape: rdflib.term.Node) -> bool:
    of_classes = {rdflib.RDFS.Class, *shapes.transitive_subjects(rdflib.RDFS.subClassOf, rdflib.RDFS.Class)}
    return any(type_ in of_classes for type_ in shapes.objects(shape, rdflib.RDF.type))

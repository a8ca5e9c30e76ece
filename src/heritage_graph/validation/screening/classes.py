"""Instances of a class: of the class itself, and of every class below it in the data."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final

import rdflib
from pyoxigraph import Literal, NamedNode

from heritage_graph.namespaces import RDF, RDFS
from heritage_graph.validation.read_paths import as_term
from heritage_graph.validation.screening.expressions import Existence, exists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from heritage_graph.graph_view import Term
    from heritage_graph.store.state import State

_MOST: Final = 300


class Classes:
    """The hierarchy of classes in *state*, read once: to name classes is faster than to walk up each time."""

    def __init__(self, state: State) -> None:
        self._state = state

    def targets(self, variable: str, classes: Iterable[rdflib.term.Node]) -> Iterator[str]:
        """Patterns that bind *variable* to each instance of each of *classes*."""
        named: set[str] = set()
        for class_ in classes:
            below = self._below(class_)
            if below is None:
                yield f"{variable} {RDF.type}/{RDFS.subClassOf}* {class_.n3()} ."
            else:
                named.update(below)
        if named:
            yield f"VALUES ?class {{ {' '.join(sorted(named))} }} {variable} {RDF.type} ?class ."

    def is_instance(self, variable: str, class_: rdflib.term.Node) -> str:
        """True when *variable* is an instance of *class_*."""
        below = self._below(class_)
        if below is None:
            return exists([f"{variable} {RDF.type} ?type .", f"?type {RDFS.subClassOf}* {class_.n3()} ."])
        at_once = f"VALUES ?type {{ {' '.join(below)} }} {variable} {RDF.type} ?type ."
        return Existence(f"{variable} {RDF.type} ?type .", f"?type IN ({', '.join(below)})", at_once)

    def _below(self, class_: rdflib.term.Node) -> list[str] | None:
        """The class and those below it, as a query names them; None when they are too many, or one has no IRI."""
        if not isinstance(class_, rdflib.URIRef):
            return None
        found: set[Term] = {NamedNode(str(class_))}
        waiting = list(found)
        while waiting:
            ahead = self._subclasses[waiting.pop()] - found
            found |= ahead
            waiting.extend(ahead)
        if len(found) > _MOST or not all(isinstance(each, NamedNode) for each in found):
            return None
        return sorted(map(str, found))

    def instances(self, class_: rdflib.term.Node) -> int:
        """How many instances *class_* has, at most: one of several classes below it counts for each of them."""
        below = self._below(class_)
        return sum(self._sizes.values() if below is None else (self._sizes[each] for each in below))

    @cached_property
    def _sizes(self) -> Counter[str]:
        text = f"SELECT ?class (COUNT(*) AS ?size) WHERE {{ ?instance {RDF.type} ?class }} GROUP BY ?class"
        sizes: Counter[str] = Counter()
        for class_, size in self._state.rows(text):
            assert isinstance(size, Literal)
            sizes[str(class_)] = int(size.value)
        return sizes

    @cached_property
    def _subclasses(self) -> dict[Term, set[Term]]:
        below: dict[Term, set[Term]] = defaultdict(set)
        for subclass, superclass in self._state.rows(f"SELECT ?sub ?super WHERE {{ ?sub {RDFS.subClassOf} ?super }}"):
            assert subclass is not None
            assert superclass is not None
            below[as_term(superclass)].add(as_term(subclass))
        return below

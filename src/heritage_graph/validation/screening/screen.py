"""Which queries find the candidates of a shape, and why none can where none can."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import rdflib

from heritage_graph.namespaces import SH
from heritage_graph.validation.read_paths import as_sparql
from heritage_graph.validation.screening.at_once import where
from heritage_graph.validation.screening.classes import Classes
from heritage_graph.validation.screening.conditions import Conditions, Values
from heritage_graph.validation.screening.expressions import FALSE, Existence, Untranslatable, exists, filtered
from heritage_graph.validation.screening.sparql_constraints import unlike_literal, whole_query
from heritage_graph.validation.screening.targets import Target, focus_nodes, targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from heritage_graph.store.state import State
    from heritage_graph.validation.read_paths import ReadPath

_SH: Final = rdflib.Namespace(SH)

_NO_STEPS: Final = re.compile(r"[*?]\)")
"""A path that may have no steps: it leads from a node to itself, but engines differ where no triple has the node."""

Constraint = tuple[rdflib.term.Node, rdflib.term.Node]


@dataclass(frozen=True)
class Screen:
    """Queries that find, in their one column ?this, every node that may break a shape.

    `in_full` is None, or says why there is one query, `every_focus_node`.
    """

    queries: tuple[str, ...]
    every_focus_node: str
    in_full: str | None = None


FEW: Final = 1000
"""So many focus nodes an engine looks at one after the other sooner than it joins all that a shape reads."""


class Screening:
    """The screens of the shapes in *shapes*, for *state*; of at most *few* focus nodes each is looked at."""

    def __init__(self, state: State, shapes: rdflib.Graph, *, few: int = FEW) -> None:
        self._shapes = shapes
        self._few = few
        self._classes = Classes(state)
        self._conditions = Conditions(shapes, self._classes)

    def screen(self, shape: rdflib.term.Node, reads: Iterable[ReadPath] = ()) -> Screen:
        """The screen of *shape*: a query for each of its constraints that a node can break.

        *reads* are the paths that its SPARQL constraints read, when that is known: whatever leads to a literal that
        engines may treat differently is a candidate too.

        Raises:
            Untranslatable: not even its focus nodes can be found by a query.
        """
        found = targets(self._shapes, shape, self._classes)
        if not found:
            return Screen((), "SELECT ?this WHERE { FILTER(false) }")
        every_focus_node = f"SELECT DISTINCT ?this WHERE {{ {focus_nodes(found)} }}"
        try:
            constraints = self._conditions.constraints(shape)
            queries = [
                query
                for constraint in constraints
                for query in self._queries(shape, constraint, found, sorted(reads, key=as_sparql))
            ]
        except Untranslatable as reason:
            return Screen((every_focus_node,), every_focus_node, in_full=str(reason))
        return Screen(tuple(dict.fromkeys(queries)), every_focus_node)

    def _queries(
        self, shape: rdflib.term.Node, constraint: Constraint, found: list[Target], reads: list[ReadPath]
    ) -> Iterator[str]:
        parameter, argument = constraint
        if parameter == _SH.sparql:
            yield whole_query(self._shapes, argument, focus_nodes(found))
            if reads:
                unlike = unlike_literal(self._shapes, argument, "?read")
                for path in reads:
                    steps = Values("?this", tuple(map(str, path))).patterns("?read")
                    yield _union([where(focus_nodes(found), exists(steps, unlike))])
            return
        patterns = [pattern for target in found for pattern in self._pattern(shape, constraint, target)]
        if patterns:
            yield _union(patterns)

    def _pattern(self, shape: rdflib.term.Node, constraint: Constraint, target: Target) -> Iterator[str]:
        """A pattern for the nodes of *target* that may break *constraint*; none when no node can."""
        values = self._conditions.values(shape, "?this")
        by_value = None if values.path is None else self._conditions.on_value(shape, constraint, "?value")
        if by_value is None:
            fails = self._conditions.on_node(shape, constraint, "?this").fails
        else:
            fails = exists(values.patterns("?value"), by_value.fails)
        if fails == FALSE:
            return
        if target.is_stated and _NO_STEPS.search(fails):
            yield target.pattern
        elif target.is_stated or (target.size is not None and target.size <= self._few):
            yield filtered([target.pattern], fails)
        elif isinstance(fails, Existence) and fails.pattern.startswith(f"?this {target.subjects_of} ?"):
            yield fails.at_once or where(fails.pattern, fails.condition)
        else:
            yield where(target.pattern, fails)


def _union(patterns: Iterable[str]) -> str:
    """The query for the nodes ?this of any of *patterns*."""
    return f"SELECT DISTINCT ?this WHERE {{ {' UNION '.join(f'{{ {pattern} }}' for pattern in patterns)} }}"

"""A shape as a condition on a node: constraint by constraint, and through the shapes that it refers to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, count
from typing import TYPE_CHECKING, Final

import rdflib

from heritage_graph.namespaces import SH
from heritage_graph.validation.copies import from_rdflib
from heritage_graph.validation.screening import literals
from heritage_graph.validation.screening.expressions import (
    MET,
    TRUE,
    Existence,
    Judgement,
    Untranslatable,
    all_met,
    every,
    exists,
    no,
    one_met,
    some,
    surely,
)
from heritage_graph.validation.screening.paths import members, sparql_steps
from heritage_graph.validation.screening.values import Value, judge_value, whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from heritage_graph.validation.screening.classes import Classes

_SH: Final = rdflib.Namespace(SH)

_DESCRIPTION: Final = frozenset(
    _SH[name]
    for name in (
        "deactivated",
        "defaultValue",
        "description",
        "flags",
        "group",
        "ignoredProperties",
        "message",
        "name",
        "order",
        "prefixes",
        "path",
        "qualifiedMaxCount",
        "qualifiedMinCount",
        "qualifiedValueShapesDisjoint",
        "severity",
        "target",
        "targetClass",
        "targetNode",
        "targetObjectsOf",
        "targetSubjectsOf",
    )
)
"""What a shape says beside its constraints."""

_MOST_COUNTED: Final = 4
"""A query tells so many values apart; a bound beyond it makes candidates of all that come near it."""


@dataclass(frozen=True)
class Values:
    """The values of a shape at `node`: what the steps of `path` lead to, or the node itself when there is none."""

    node: str
    path: tuple[str, ...] | None

    def patterns(self, variable: str) -> list[str]:
        """Triple patterns that bind *variable* to each value; none when the node itself is the value."""
        steps = self.path or ()
        # On the way to ?v1 come ?v1_1, ?v1_2 …
        stops = [f"{variable}_{number}" for number in range(1, len(steps))]
        ends = zip([self.node, *stops], steps, [*stops, variable], strict=False)
        return [f"{start} {step} {end} ." for start, step, end in ends]


class Conditions:
    """The conditions of the shapes in *shapes*."""

    def __init__(self, shapes: rdflib.Graph, classes: Classes) -> None:
        self._shapes = shapes
        self._classes = classes
        self._numbers = count()
        self._custom = {
            path for parameter in shapes.objects(None, _SH.parameter) for path in shapes.objects(parameter, _SH.path)
        }

    def constraints(self, shape: rdflib.term.Node) -> list[tuple[rdflib.term.Node, rdflib.term.Node]]:
        """The constraints of *shape*: parameter and argument, in a fixed order; none when it is deactivated.

        Raises:
            Untranslatable: it has one that no query stands for.
        """
        if any(isinstance(each, rdflib.Literal) and each.toPython() for each in self._objects(shape, "deactivated")):
            return []
        found = []
        for predicate, argument in sorted(self._shapes.predicate_objects(shape), key=str):
            if predicate in self._custom:
                raise Untranslatable(f"{predicate.n3()} belongs to a constraint component of its own")
            if str(predicate).startswith(SH) and predicate not in _DESCRIPTION:
                found.append((predicate, argument))
        return found

    def values(self, shape: rdflib.term.Node, node: str) -> Values:
        """The values of *shape* at *node*."""
        path = self._shapes.value(shape, _SH.path)
        return Values(node, None if path is None else sparql_steps(self._shapes, path))

    def on_value(
        self, shape: rdflib.term.Node, constraint: tuple[rdflib.term.Node, rdflib.term.Node], variable: str
    ) -> Judgement | None:
        """The judgement by *constraint* on one value of *shape*; None when it is about all values together."""
        return self._on_value(shape, constraint, variable, frozenset({shape}))

    def on_node(
        self, shape: rdflib.term.Node, constraint: tuple[rdflib.term.Node, rdflib.term.Node], node: str
    ) -> Judgement:
        """The judgement by *constraint* of *shape* on the focus node *node*."""
        return self._on_node(shape, constraint, node, frozenset({shape}))

    def _shape(self, shape: rdflib.term.Node, node: str, within: frozenset[rdflib.term.Node]) -> Judgement:
        """The judgement by the whole of *shape* on *node*."""
        if shape in within:
            raise Untranslatable("it refers to itself")
        inner = within | {shape}
        return all_met(self._on_node(shape, constraint, node, inner) for constraint in self.constraints(shape))

    def _on_node(
        self,
        shape: rdflib.term.Node,
        constraint: tuple[rdflib.term.Node, rdflib.term.Node],
        node: str,
        within: frozenset[rdflib.term.Node],
    ) -> Judgement:
        values = self.values(shape, node)
        variable = node if values.path is None else self._variable()
        by_value = self._on_value(shape, constraint, variable, within)
        if by_value is not None:
            patterns = values.patterns(variable)
            return Judgement(fails=exists(patterns, by_value.fails), holds=no(exists(patterns, no(by_value.holds))))
        return self._on_all(shape, constraint, values, within)

    def _on_value(
        self,
        shape: rdflib.term.Node,
        constraint: tuple[rdflib.term.Node, rdflib.term.Node],
        variable: str,
        within: frozenset[rdflib.term.Node],
    ) -> Judgement | None:
        parameter, argument = constraint

        def inner(each: rdflib.term.Node) -> Judgement:
            return self._shape(each, variable, within)

        match str(parameter).removeprefix(SH):
            case "node" | "property":
                return inner(argument)
            case "not":
                return inner(argument).reversed()
            case "and":
                return all_met(map(inner, members(self._shapes, argument)))
            case "or":
                return one_met(map(inner, members(self._shapes, argument)))
            case "xone":
                return _exactly_one([inner(each) for each in members(self._shapes, argument)])
        return judge_value(Value(variable, shape, self._shapes, self._classes), parameter, argument)

    def _on_all(
        self,
        shape: rdflib.term.Node,
        constraint: tuple[rdflib.term.Node, rdflib.term.Node],
        values: Values,
        within: frozenset[rdflib.term.Node],
    ) -> Judgement:
        parameter, argument = constraint
        match str(parameter).removeprefix(SH):
            case "minCount" if values.path is not None:
                judgement = self._at_least(whole_number(argument), values)
            case "maxCount" if values.path is not None:
                judgement = self._at_least(whole_number(argument) + 1, values).reversed()
            case "hasValue":
                judgement = self._has_value(values, argument)
            case "uniqueLang":
                judgement = self._unique_languages(values, argument)
            case "equals":
                judgement = self._equals(values, argument)
            case "disjoint":
                judgement = self._disjoint(values, argument)
            case "lessThan":
                judgement = self._less(values, "<", argument)
            case "lessThanOrEquals":
                judgement = self._less(values, "<=", argument)
            case "qualifiedValueShape":
                judgement = self._qualified(shape, argument, values, within)
            case _:
                raise Untranslatable(f"{parameter.n3()} has no query here")
        return judgement

    def _at_least(self, number: int, values: Values, condition: Callable[[str], Judgement] | None = None) -> Judgement:
        """The judgement on having *number* values that meet *condition*."""
        if number <= 0:
            return MET
        variables = [self._variable() for _ in range(min(number, _MOST_COUNTED))]
        patterns = [pattern for variable in variables for pattern in values.patterns(variable)]
        judgements = [] if condition is None else list(map(condition, variables))
        pairs = list(combinations(variables, 2))
        # Tags of languages in another case, or numbers written otherwise, may be two values to one engine only.
        apart = every(surely(f"STR({one}) != STR({other})") for one, other in pairs)
        may_be_apart = every(f"!sameTerm({one}, {other})" for one, other in pairs)
        enough = exists(patterns, every([apart, *(no(each.fails) for each in judgements)]))
        may_be_enough = exists(patterns, every([may_be_apart, *(each.holds for each in judgements)]))
        if pairs and not judgements:
            least = len(variables)
            enough = _repeated(enough, values, f"HAVING(COUNT(DISTINCT STR(?counted)) >= {least})")
            may_be_enough = _repeated(may_be_enough, values, f"HAVING(COUNT(DISTINCT ?counted) >= {least})")
        return Judgement(fails=no(enough) if number <= _MOST_COUNTED else TRUE, holds=may_be_enough)

    def _has_value(self, values: Values, argument: rdflib.term.Node) -> Judgement:
        term = from_rdflib(argument)
        variable = values.node if values.path is None else self._variable()
        patterns = values.patterns(variable)
        has = exists(patterns, literals.surely_is(variable, term))
        return Judgement(fails=no(has), holds=exists(patterns, literals.may_be(variable, term)))

    def _unique_languages(self, values: Values, argument: rdflib.term.Node) -> Judgement:
        if not isinstance(argument, rdflib.Literal) or not argument.toPython() or values.path is None:
            return MET
        one, other = self._variable(), self._variable()
        patterns = [*values.patterns(one), *values.patterns(other)]
        same = surely(f'LANG({one}) != "" && LCASE(LANG({one})) = LCASE(LANG({other}))')
        twice = exists(patterns, f"!sameTerm({one}, {other}) && {same}")
        return Judgement(
            fails=_repeated(twice, values, '?tag HAVING(?tag != "" && COUNT(DISTINCT ?counted) > 1)'),
            holds=no(exists(patterns, f"STR({one}) != STR({other}) && {same}")),
        )

    def _equals(self, values: Values, predicate: rdflib.term.Node) -> Judgement:
        one = values.node if values.path is None else self._variable()
        other = self._variable()
        found, stated = values.patterns(one), [f"{values.node} {predicate.n3()} {other} ."]
        stated_too = exists([f"{values.node} {predicate.n3()} {one} ."])
        found_too = exists(values.patterns(other)) if values.path is not None else f"sameTerm({one}, {other})"
        alike = surely(f"STR({one}) = STR({other})")
        return Judgement(
            fails=some([exists(found, no(stated_too)), exists(stated, no(found_too))]),
            holds=every([no(exists(found, no(exists(stated, alike)))), no(exists(stated, no(exists(found, alike))))]),
        )

    def _disjoint(self, values: Values, predicate: rdflib.term.Node) -> Judgement:
        one = values.node if values.path is None else self._variable()
        other = self._variable()
        both = [*values.patterns(one), f"{values.node} {predicate.n3()} {other} ."]
        same = exists([*values.patterns(one), f"{values.node} {predicate.n3()} {one} ."])
        # Two blank nodes have no text: they are the same when the first pattern says so.
        return Judgement(fails=some([same, exists(both, surely(f"STR({one}) = STR({other})"))]), holds=no(same))

    def _less(self, values: Values, operator: str, predicate: rdflib.term.Node) -> Judgement:
        if values.path is None:
            raise Untranslatable("it compares the values of a path that it has not")
        one, other = self._variable(), self._variable()
        both = [*values.patterns(one), f"{values.node} {predicate.n3()} {other} ."]
        alike = some(every([literals.of_kind(one, kind), literals.of_kind(other, kind)]) for kind in literals.Kind)
        is_less, is_not = surely(f"{one} {operator} {other}"), surely(f"!({one} {operator} {other})")
        return Judgement(
            fails=exists(both, no(every([alike, is_less]))), holds=no(exists(both, every([alike, is_not])))
        )

    def _qualified(
        self,
        shape: rdflib.term.Node,
        argument: rdflib.term.Node,
        values: Values,
        within: frozenset[rdflib.term.Node],
    ) -> Judgement:
        if values.path is None:
            return MET
        siblings = list(self._siblings(shape, argument))

        def qualifies(variable: str) -> Judgement:
            others = (self._shape(each, variable, within).reversed() for each in siblings)
            return all_met([self._shape(argument, variable, within), *others])

        rules = [
            self._at_least(whole_number(each), values, qualifies) for each in self._objects(shape, "qualifiedMinCount")
        ]
        rules += [
            self._at_least(whole_number(each) + 1, values, qualifies).reversed()
            for each in self._objects(shape, "qualifiedMaxCount")
        ]
        return all_met(rules)

    def _siblings(self, shape: rdflib.term.Node, argument: rdflib.term.Node) -> Iterator[rdflib.term.Node]:
        flags = self._objects(shape, "qualifiedValueShapesDisjoint")
        if not any(isinstance(each, rdflib.Literal) and each.toPython() for each in flags):
            return
        found = {
            sibling
            for parent in self._shapes.subjects(_SH.property, shape)
            for inner in self._shapes.objects(parent, _SH.property)
            for sibling in self._shapes.objects(inner, _SH.qualifiedValueShape)
        }
        yield from sorted(found - {argument}, key=str)

    def _objects(self, shape: rdflib.term.Node, name: str) -> Iterator[rdflib.term.Node]:
        return self._shapes.objects(shape, _SH[name])

    def _variable(self) -> str:
        return f"?v{next(self._numbers)}"


def _repeated(existence: str, values: Values, grouped: str) -> Existence:
    """*existence*, which counts *values*, with a way to find its nodes at once: by the groups that meet *grouped*."""
    assert isinstance(existence, Existence)
    found = " ".join(values.patterns("?counted"))
    tagged = "BIND(LCASE(LANG(?counted)) AS ?tag)" if "?tag" in grouped else ""
    at_once = f"SELECT {values.node} WHERE {{ {found} {tagged} }} GROUP BY {values.node} {grouped}"
    return Existence(existence.pattern, existence.condition, at_once=f"{{ {at_once} }}")


def _exactly_one(judgements: list[Judgement]) -> Judgement:
    """The judgement on meeting one of these, and no other."""
    two = (every([one.holds, other.holds]) for one, other in combinations(judgements, 2))
    alone = (every([one.holds, *(other.fails for other in judgements if other is not one)]) for one in judgements)
    return Judgement(fails=some([every(each.fails for each in judgements), *two]), holds=some(alone))

"""Which statements of an engine a query can depend on: for each of its patterns, the patterns that hold beside it.

A branch is one way in which the required patterns of a group can hold together. What a group needs of the engine are
the statements that match its patterns within its branches. Filters, and what a group does not require, are left out
of a branch, so that it finds too many statements at times and never too few:

- An optional part, MINUS or EXISTS has branches of its own, within those of what stands before it in its group: what
  stands behind it may take its solutions away, but not the one in which it has none. A variable that a group does not
  require is another one there than around it: it may be bound to anything.
- A sub-select is tied to what is around it by the variables that it shows (its keys, when it groups), and by nothing
  when LIMIT cuts it.
- A path that repeats (`*`, `+`) ties its ends together only where one of them is a term.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Final, Protocol

from pyoxigraph import Literal, NamedNode, Variable

from heritage_graph.store.remote.asked_for import (
    Beside,
    Either,
    Group,
    InGraph,
    Inverse,
    Node,
    Other,
    Part,
    Query,
    Repeated,
    Same,
    Select,
    Sequence,
    Statement,
    Union,
    Values,
)
from heritage_graph.store.remote.group_contents import shown_by
from heritage_graph.store.remote.needed import Needed, ties, uncovered
from heritage_graph.store.remote.ways import Branch, Equal, OneOf, Pattern, Stands, Way, replaced, settled, variables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

MOST_TERMS: Final = 500
"""A variable that may be one of more terms than these is not held to them."""
_MOST_BRANCHES: Final = 24
_MOST_ROWS_APART: Final = 8


_Ways = list[tuple[Part, list["Way"]]]
Known = Mapping[Node, tuple[NamedNode | Literal, ...]]


class Reach(Protocol):
    """What tells the ends of repeated paths."""

    def __call__(self, graph: Node | None, walk: Statement, /) -> Iterable[NamedNode]:
        """The nodes that the one node of *walk* that is a variable may be; the other is a term."""


@dataclass(frozen=True)
class Needs:
    """On what an answer depends: statements, and whether nodes stand in a graph at all (None is the default one).

    A path of no step leads from a node to itself where the node stands in the graph.
    """

    statements: list[Needed]
    present: set[tuple[Node | None, NamedNode]]


def needs(query: Query, reach: Reach, *, done: Collection[Select] = ()) -> Needs:
    """On what the answer to *query* depends, besides the statements of `closures`.

    The selects *done* need nothing, since the engine answers them itself.
    """
    planner = _Planner(reach, done)
    planner.select(query.select, None, [()])
    branches = planner.branches(query.select.group, None)
    for number, node in enumerate(query.described):
        about = Pattern(None, node, Variable(f"described_{number}_p"), Variable(f"described_{number}_o"))
        for branch in branches:
            planner.need(Way((about,), branch))
    return Needs(uncovered(planner.found), planner.present)


@dataclass
class _Planner:
    """What has been found to be needed so far."""

    reach: Reach
    done: Collection[Select]
    found: list[Needed] = field(default_factory=list)
    present: set[tuple[Node | None, NamedNode]] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=count)
    _found_ways: dict[tuple[int, Node | None], list[Way]] = field(default_factory=dict)

    def need(self, way: Way) -> None:
        """Have the patterns of *way* fetched where all of it holds."""
        held = settled(way)
        if held is None:
            return
        stars: dict[tuple[Node | None, Node], list[Pattern]] = {}
        for pattern in held.own:
            stars.setdefault((pattern.graph, pattern.subject), []).append(pattern)
        for star in stars.values():
            targets = tuple(dict.fromkeys(star))
            self.found.append(Needed(targets, (*targets, *ties(targets, held.branch))))

    def _need_standing(self, way: Way) -> None:
        """Have all that is said of the ends of paths of no step fetched, where no pattern of their graph has them."""
        for end in way.beside:
            if isinstance(end, Stands) and not any(
                isinstance(atom, Pattern) and atom.graph == end.graph and end.variable in (atom.subject, atom.object)
                for atom in way.branch
            ):
                some, other = self._variable(), self._variable()
                self.need(Way((Pattern(end.graph, end.variable, some, other),), way.branch))
                self.need(Way((Pattern(end.graph, other, some, end.variable),), way.branch))

    def select(self, select: Select, graph: Node | None, around: list[Branch]) -> None:
        """Have what *select* depends on fetched, where *around* holds."""
        if select in self.done:
            return
        shown = shown_by(select)
        tied: list[Branch] = [()] if select.is_cut else [self._but(branch, shown) for branch in around]
        self.group(select.group, graph, tied, select.beside)

    def group(self, group: Group, graph: Node | None, around: list[Branch], more: Iterable[Group] = ()) -> None:
        """Have what *group* depends on fetched, where *around* holds; *more* are groups of EXISTS in it."""
        parts = [(part, self._ways(part, graph, _known(group))) for part in group.parts]
        narrow, apart = _told_apart(parts)
        for way in self._within(around, _joined(narrow)):
            self.need(way)
            self._need_standing(way)
        for part, ways in apart:
            if isinstance(part, Statement):
                for way in self._within(around, ways):
                    self.need(way)
                    self._need_standing(way)
        for part, _ in parts:
            if isinstance(part, Group | InGraph | Union | Select):
                others = [way.branch for way in _joined([other for other in narrow if other[0] is not part])]
                both = [(*other, *outer) for other in others for outer in around]
                self._nested(part, graph, both if len(both) <= _MOST_BRANCHES else others)
        whole = [way.branch for way in self._within(around, _joined(narrow))]
        for beside in more:
            self.group(beside, graph, whole)
        for place, (part, _) in enumerate(parts):
            if isinstance(part, Beside):
                before = [way.branch for way in self._within(around, _joined(_told_apart(parts[:place])[0]))]
                self.group(part.group, graph, whole if part.filters else before)

    def _nested(self, part: Group | InGraph | Union | Select, graph: Node | None, around: list[Branch]) -> None:
        match part:
            case Group():
                self.group(part, graph, around)
            case InGraph():
                self.group(part.group, part.graph, around)
            case Union():
                for group in part.groups:
                    self.group(group, graph, around)
            case Select():
                self.select(part, graph, around)

    def _within(self, around: list[Branch], ways: list[Way]) -> list[Way]:
        """*ways* where *around* holds too; only what a way requires has one name in both."""
        if len(around) * len(ways) > _MOST_BRANCHES:
            return ways
        return [
            Way(way.own, (*way.beside, *self._but(outer, variables(way.branch)))) for way in ways for outer in around
        ]

    def _ways(self, part: Part, graph: Node | None, known: Known) -> list[Way]:
        """The ways in which *part* can hold."""
        if (id(part), graph) not in self._found_ways:
            self._found_ways[id(part), graph] = self._ways_anew(part, graph, known)
        return self._found_ways[id(part), graph]

    def _ways_anew(self, part: Part, graph: Node | None, known: Known) -> list[Way]:
        match part:
            case Statement():
                return self._walked(graph, part, known)
            case Values():
                return _ways_of_rows(part)
            case Same():
                branches: list[Branch] = [(Equal(part.variable, part.other),)]
            case Group():
                branches = self.branches(part, graph)
            case InGraph():
                branches = self.branches(part.group, part.graph)
            case Union():
                branches = [branch for group in part.groups for branch in self.branches(group, graph)]
            case Select() if not (part.is_cut or part.keys == () or part in self.done):
                branches = [self._but(branch, shown_by(part)) for branch in self.branches(part.group, graph)]
            case _:  # a part that takes nothing away; a select of which a row comes of no solution, or not of each
                branches = [()]
        return [Way((), branch) for branch in branches]

    def branches(self, group: Group, graph: Node | None) -> list[Branch]:
        """The branches of *group*."""
        narrow, _ = _told_apart([(part, self._ways(part, graph, _known(group))) for part in group.parts])
        return [way.branch for way in _joined(narrow)]

    def _walked(self, graph: Node | None, walk: Statement, known: Known) -> list[Way]:
        """The ways to walk from one node to the other, of whose variables some are *known* to be one of few terms."""
        subject, path, object_ = walk.subject, walk.path, walk.object
        found: list[Way] = []
        match path:
            case NamedNode() | Variable():
                found = [Way((Pattern(graph, subject, path, object_),))]
            case Inverse():
                found = self._walked(graph, Statement(object_, path.path, subject), known)
            case Sequence():
                *first, last = path.paths
                middle = self._variable()
                before = Sequence(tuple(first)) if len(first) > 1 else first[0]
                begun = self._walked(graph, Statement(subject, before, middle), known)
                found = [
                    way + another
                    for way in begun
                    for another in self._walked(graph, Statement(middle, last, object_), known)
                ]
            case Either():
                found = [
                    way for one in path.paths for way in self._walked(graph, Statement(subject, one, object_), known)
                ]
            case Repeated() if path.mark == "?":
                found = [Way((), (Equal(subject, object_), *self._stand(graph, walk, known)))]
                found += self._walked(graph, Statement(subject, path.path, object_), known)
            case Repeated():
                ends = self._stand(graph, walk, known) if path.mark == "*" else ()
                found = [Way((), (*self._reached(graph, walk, path, known), *ends))]
            case Other():
                pairs = [(subject, object_)] * path.forwards + [(object_, subject)] * path.backwards
                found = [Way((Pattern(graph, one, self._variable(), other),)) for one, other in pairs]
        return found

    def _stand(self, graph: Node | None, walk: Statement, known: Known) -> tuple[Stands, ...]:
        """What has to be a node of *graph* for a path of no step; of terms it is noted."""
        ends = []
        for end in (walk.subject, walk.object):
            terms = known.get(end, ()) if isinstance(end, Variable) else (end,)
            if isinstance(end, Variable) and not 0 < len(terms) <= _MOST_ROWS_APART:
                ends.append(Stands(graph, end))
            self.present.update((graph, term) for term in terms[:_MOST_ROWS_APART] if isinstance(term, NamedNode))
        return tuple(ends) if len(ends) == 2 else ()  # noqa: PLR2004 - one end that is known is enough

    def _reached(self, graph: Node | None, walk: Statement, path: Repeated, known: Known) -> Iterator[OneOf]:
        """What the end of a repeated path can be whose other end is known."""
        for end, other in ((walk.subject, walk.object), (walk.object, walk.subject)):
            terms = known.get(other, ()) if isinstance(other, Variable) else (other,)
            if not isinstance(end, Variable) or not terms or end in known:
                continue
            ends: dict[NamedNode, None] = {}
            for term in terms:
                if path.mark == "*" and isinstance(term, NamedNode):
                    ends[term] = None  # no step at all
                one = Statement(end, path, term) if end == walk.subject else Statement(term, path, end)
                ends |= dict.fromkeys(self.reach(graph, one))
            if len(ends) <= MOST_TERMS:
                yield OneOf(end, tuple(ends))

    def _variable(self) -> Variable:
        return Variable(f"fresh_{next(self._numbers)}")

    def _but(self, branch: Branch, same: frozenset[Variable]) -> Branch:
        """*branch* with other variables than before, save those that are the *same*."""
        others = {variable: self._variable() for variable in variables(branch) - same}
        return tuple(replaced(atom, lambda node: others.get(node, node)) for atom in branch)  # type: ignore[arg-type]


def _ways_of_rows(values: Values) -> list[Way]:
    columns = [
        (variable, tuple(dict.fromkeys(row[place] for row in values.rows)))
        for place, variable in enumerate(values.variables)
    ]
    if len(values.rows) <= _MOST_ROWS_APART and len(columns) > 1:
        return [
            Way(
                (),
                tuple(OneOf(variable, (term,)) for variable, term in zip(values.variables, row, strict=True) if term),
            )
            for row in values.rows
        ]
    if len(values.rows) <= _MOST_ROWS_APART and len(columns) == 1 and None not in columns[0][1]:
        return [Way((), (OneOf(columns[0][0], columns[0][1]),))]  # type: ignore[arg-type]  # None is not in there
    return [Way((), tuple(OneOf(variable, terms) for variable, terms in columns if None not in terms))]  # type: ignore[arg-type]


def _known(group: Group) -> Known:
    """The variables of *group* that are one of some terms."""
    found: dict[Node, tuple[NamedNode | Literal, ...]] = {}
    for part in group.parts:
        if isinstance(part, Values):
            for place, variable in enumerate(part.variables):
                terms = [row[place] for row in part.rows]
                if None not in terms:
                    found[variable] = tuple(dict.fromkeys(term for term in terms if term is not None))
    return found


def _told_apart(parts: list[tuple[Part, list[Way]]]) -> tuple[_Ways, _Ways]:
    """The *parts* whose ways are few enough, taken together, to be told apart, and the other ones."""
    narrow: _Ways = []
    apart: _Ways = []
    number = 1
    for part, ways in sorted(parts, key=lambda one: len(one[1])):
        if number * len(ways) <= _MOST_BRANCHES:
            number *= len(ways)
            narrow.append((part, ways))
        else:
            apart.append((part, ways))
    return narrow, apart


def _joined(parts: _Ways) -> list[Way]:
    """The ways in which all *parts* can hold together."""
    joined = [Way()]
    for _, ways in parts:
        joined = [one + other for one in joined for other in ways]
    return joined

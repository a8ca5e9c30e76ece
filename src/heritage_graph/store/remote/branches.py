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
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from pyoxigraph import Literal, NamedNode, Variable

from heritage_graph.namespaces import RDF
from heritage_graph.store.remote.asked_for import (
    Beside,
    Either,
    Group,
    InGraph,
    Inverse,
    Node,
    Other,
    Part,
    Path,
    Query,
    Repeated,
    Same,
    Select,
    Sequence,
    Statement,
    Union,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

MOST_TERMS: Final = 500
"""A variable that may be one of more terms than these is not held to them."""
_MOST_BRANCHES: Final = 24
_MOST_ROWS_APART: Final = 8
_MOST_COMPARED: Final = 16
_MOST_TIES: Final = 3


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern in the default graph (`graph` None), in a graph, or in any one."""

    graph: Node | None
    subject: Node
    predicate: Node
    object: Node

    @property
    def nodes(self) -> tuple[Node | None, Node, Node, Node]:
        """Graph, subject, predicate and object."""
        return (self.graph, self.subject, self.predicate, self.object)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A variable that is one of these terms."""

    variable: Variable
    terms: tuple[NamedNode | Literal, ...]


@dataclass(frozen=True, slots=True)
class Equal:
    """Two nodes that are one."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Stands:
    """A variable that is some node of a graph: the end of a path of no step."""

    graph: Node | None
    variable: Variable


Atom = Pattern | OneOf | Equal | Stands
_A = TypeVar("_A", bound=Atom)
Branch = tuple[Atom, ...]
_Ways = list[tuple[Part, list["Way"]]]
Known = Mapping[Node, tuple[NamedNode | Literal, ...]]


@dataclass(frozen=True, slots=True)
class Way:
    """A way in which a part of a group can hold: `own` are patterns to fetch, `beside` what has been seen to."""

    own: tuple[Pattern, ...] = ()
    beside: Branch = ()

    @property
    def branch(self) -> Branch:
        """All of it."""
        return (*self.own, *self.beside)

    def __add__(self, other: Way) -> Way:
        return Way((*self.own, *other.own), (*self.beside, *other.beside))


@dataclass(frozen=True)
class Needed:
    """Statements to fetch: those that match `targets` where all of `branch`, which has them too, holds."""

    targets: tuple[Pattern, ...]
    branch: Branch


class Reach(Protocol):
    """What tells the ends of repeated paths."""

    def __call__(self, graph: Node | None, walk: Statement, /) -> Iterable[NamedNode]:
        """The nodes that the one node of *walk* that is a variable may be; the other is a term."""


def closures(query: Query) -> dict[Node | None, set[NamedNode]]:
    """The properties in the paths of *query* that repeat, by the graph in which they do (None is the default one)."""
    found: dict[Node | None, set[NamedNode]] = {}
    for path, graph in _paths(query.select.group, None, query.select.beside):
        for repeated in _repeated(path):
            found.setdefault(graph, set()).update(_properties(repeated))
    return found


def asks_for_graphs(group: Group) -> bool:
    """Tell whether *group* asks which graphs there are, whatever they hold: GRAPH that requires nothing within."""
    for part in group.parts:
        match part:
            case InGraph() if not any(isinstance(within, Statement) for within in part.group.parts):
                return True
            case InGraph() | Beside() | Select():
                found = asks_for_graphs(part.group)
            case Group():
                found = asks_for_graphs(part)
            case Union():
                found = any(map(asks_for_graphs, part.groups))
            case _:
                found = False
        if found:
            return True
    return False


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
    return Needs(_uncovered(planner.found), planner.present)


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
        settled = _settled(way)
        if settled is None:
            return
        stars: dict[tuple[Node | None, Node], list[Pattern]] = {}
        for pattern in settled.own:
            stars.setdefault((pattern.graph, pattern.subject), []).append(pattern)
        for star in stars.values():
            targets = tuple(dict.fromkeys(star))
            self.found.append(Needed(targets, (*targets, *_ties(targets, settled.branch))))

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
        shown = _shown(select)
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
            Way(way.own, (*way.beside, *self._but(outer, _variables(way.branch)))) for way in ways for outer in around
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
                branches = [self._but(branch, _shown(part)) for branch in self.branches(part.group, graph)]
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
        others = {variable: self._variable() for variable in _variables(branch) - same}
        return tuple(_replaced(atom, lambda node: others.get(node, node)) for atom in branch)  # type: ignore[arg-type]


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


def _shown(select: Select) -> frozenset[Variable]:
    """The variables of *select* that are the same around it as within."""
    shown = _variables_in(select.group) if select.shown is None else frozenset(select.shown)
    return shown if select.keys is None else shown & frozenset(select.keys)


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


def _settled(way: Way) -> Way | None:
    """*way* with each variable that is a known term, or another variable, replaced by it; None when it cannot hold."""
    equal = _equal(way.beside)
    if equal is None:
        return None
    own = tuple(_replaced(pattern, equal) for pattern in way.own)
    beside: list[Atom] = [_replaced(atom, equal) for atom in way.beside if isinstance(atom, Pattern)]
    if any(isinstance(node, Literal) for atom in (*own, *beside) for node in _nodes(atom)[:3]):
        return None
    for atom in way.beside:
        if isinstance(atom, OneOf) and len(atom.terms) != 1:
            node = equal(atom.variable)
            if not atom.terms or (not isinstance(node, Variable) and node not in atom.terms):
                return None
            if isinstance(node, Variable):
                beside.append(OneOf(node, atom.terms))
    return Way(own, tuple(beside))


def _equal(branch: Branch) -> Callable[[Node], Node] | None:
    """What puts one node for all those that *branch* says are one; None when two terms would have to be."""
    equal: dict[Node, Node] = {}

    def final(node: Node) -> Node:
        while node in equal:
            node = equal[node]
        return node

    for atom in branch:
        if isinstance(atom, Pattern | Stands) or (isinstance(atom, OneOf) and len(atom.terms) != 1):
            continue
        left, right = (atom.left, atom.right) if isinstance(atom, Equal) else (atom.variable, atom.terms[0])
        left, right = final(left), final(right)
        if left == right:
            continue
        one, other = (left, right) if isinstance(left, Variable) else (right, left)
        if not isinstance(one, Variable):
            return None
        equal[one] = other
    return final


def _ties(targets: tuple[Pattern, ...], branch: Branch) -> list[Atom]:
    """What of *branch* ties *targets* to something known, by the fewest patterns.

    All of a branch would find the fewest statements, but joins of ten and more patterns take the engine longer than
    the statements that they save.
    """
    reached: dict[Atom, tuple[Atom, ...]] = dict.fromkeys(targets, ())
    others = [atom for atom in dict.fromkeys(branch) if atom not in reached]
    edge: list[Atom] = [*targets]
    while edge:
        found: list[Atom] = []
        for atom in others:
            before = next((one for one in edge if _variables((one,)) & _variables((atom,))), None)
            if before is not None and atom not in reached:
                reached[atom] = (*reached[before], atom)
                found.append(atom)
        edge = found
    order = sorted((atom for atom in reached if reached[atom]), key=lambda atom: (-_tells(atom), len(reached[atom])))
    return list(dict.fromkeys(step for atom in order[:_MOST_TIES] if _tells(atom) for step in reached[atom]))


def _tells(atom: Atom) -> int:
    """How much *atom* narrows what it is tied to: 0 when it names nothing."""
    if isinstance(atom, OneOf):
        return 2
    if not isinstance(atom, Pattern):
        return 0
    if any(isinstance(node, NamedNode) for node in (atom.subject, atom.object)):
        return 2 if atom.predicate == RDF.type else 3
    return int(isinstance(atom.object, Literal) or isinstance(atom.graph, NamedNode))


def _uncovered(found: list[Needed]) -> list[Needed]:
    """*found* without the targets that another fetches too."""
    kept: list[Needed] = []
    for one in sorted(dict.fromkeys(found), key=lambda needed: len(needed.branch)):
        targets = tuple(
            target
            for target in dict.fromkeys(one.targets)
            if not any(_covers(other, target, one.branch) for other in kept)
        )
        if targets:
            kept.append(Needed(targets, one.branch))
    return kept


def _covers(other: Needed, target: Pattern, branch: Branch) -> bool:
    """Tell whether *other* fetches all that *target* matches within *branch*: it asks for no more than that does."""
    for covering in other.targets:
        named = _named_as(covering, target, {})
        if named is not None and _fits([atom for atom in other.branch if atom != covering], branch, named):
            return True
    return False


def _fits(atoms: list[Atom], into: Branch, named: Mapping[Node, Node]) -> bool:
    """Tell whether *atoms* stand in *into* under some names of their variables, of which *named* are decided."""
    if not atoms:
        return True
    if len(atoms) > _MOST_COMPARED:
        return False
    first, *others = atoms
    for atom in into:
        more = _named_as(first, atom, named)
        if more is not None and _fits(others, into, more):
            return True
    return False


def _named_as(atom: Atom, other: Atom, named: Mapping[Node, Node]) -> Mapping[Node, Node] | None:
    """*named* and what makes *other* of *atom*; None when nothing does."""
    if type(atom) is not type(other) or (isinstance(atom, OneOf) and atom.terms != other.terms):  # type: ignore[union-attr]
        return None
    both = {**named}
    for one, another in zip(_nodes(atom), _nodes(other), strict=True):
        if isinstance(one, Variable) and another is not None:
            if both.setdefault(one, another) != another:
                return None
        elif one != another:
            return None
    return both


def _replaced(atom: _A, by: Callable[[Node], Node]) -> _A:
    """*atom* with each node put in by *by*."""
    match atom:
        case Pattern():
            graph = None if atom.graph is None else by(atom.graph)
            return Pattern(graph, by(atom.subject), by(atom.predicate), by(atom.object))  # type: ignore[return-value]
        case OneOf():
            variable = by(atom.variable)
            assert isinstance(variable, Variable)
            return OneOf(variable, atom.terms)  # type: ignore[return-value]
        case Stands():
            graph, node = (None if atom.graph is None else by(atom.graph)), by(atom.variable)
            assert isinstance(node, Variable)
            return Stands(graph, node)  # type: ignore[return-value]
        case _:
            return Equal(by(atom.left), by(atom.right))  # type: ignore[return-value]


def _variables(branch: Branch) -> frozenset[Variable]:
    return frozenset(node for atom in branch for node in _nodes(atom) if isinstance(node, Variable))


def _nodes(atom: Atom) -> tuple[Node | None, ...]:
    match atom:
        case Pattern():
            return atom.nodes
        case OneOf():
            return (atom.variable,)
        case Equal():
            return (atom.left, atom.right)
        case Stands():
            return (atom.graph, atom.variable)


def _variables_in(group: Group) -> frozenset[Variable]:
    """The variables that *group* may bind."""
    found: set[Node] = set()
    for part in group.parts:
        match part:
            case Statement():
                found |= {part.subject, part.object, *([part.path] if isinstance(part.path, Variable) else [])}
            case Values():
                found |= {*part.variables}
            case Same():
                found |= {part.variable, part.other}
            case Group():
                found |= _variables_in(part)
            case InGraph():
                found |= {part.graph, *_variables_in(part.group)}
            case Union():
                found |= {variable for group in part.groups for variable in _variables_in(group)}
            case Beside():
                found |= _variables_in(part.group)
            case Select():
                found |= _variables_in(part.group) if part.shown is None else {*part.names}
    return frozenset(node for node in found if isinstance(node, Variable))


def _paths(group: Group, graph: Node | None, more: Iterable[Group] = ()) -> Iterator[tuple[Path, Node | None]]:
    """The paths in *group*, and the graph in which each is walked."""
    for part in (*group.parts, *more):
        match part:
            case Statement():
                yield part.path, graph
            case Group():
                yield from _paths(part, graph)
            case InGraph():
                yield from _paths(part.group, part.graph)
            case Union():
                for one in part.groups:
                    yield from _paths(one, graph)
            case Beside():
                yield from _paths(part.group, graph)
            case Select():
                yield from _paths(part.group, graph, part.beside)


def _repeated(path: Path) -> Iterator[Path]:
    """What repeats without end in *path*."""
    match path:
        case Repeated() if path.mark != "?":
            yield path.path
        case Repeated() | Inverse():
            yield from _repeated(path.path)
        case Sequence() | Either():
            for one in path.paths:
                yield from _repeated(one)


def _properties(path: Path) -> Iterator[NamedNode]:
    match path:
        case NamedNode():
            yield path
        case Repeated() | Inverse():
            yield from _properties(path.path)
        case Sequence() | Either():
            for one in path.paths:
                yield from _properties(one)

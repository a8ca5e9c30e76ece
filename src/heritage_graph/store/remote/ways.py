"""The patterns that hold together in a query, as values: what varies in them, and what is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pyoxigraph import Literal, NamedNode, Variable

if TYPE_CHECKING:
    from collections.abc import Callable

    from heritage_graph.store.remote.asked_for import Node


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


def settled(way: Way) -> Way | None:
    """*way* with each variable that is a known term, or another variable, replaced by it; None when it cannot hold."""
    equal = _equal(way.beside)
    if equal is None:
        return None
    own = tuple(replaced(pattern, equal) for pattern in way.own)
    beside: list[Atom] = [replaced(atom, equal) for atom in way.beside if isinstance(atom, Pattern)]
    if any(isinstance(node, Literal) for atom in (*own, *beside) for node in nodes_of(atom)[:3]):
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


def replaced(atom: _A, by: Callable[[Node], Node]) -> _A:
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


def variables(branch: Branch) -> frozenset[Variable]:
    """Those that occur in *branch*."""
    return frozenset(node for atom in branch for node in nodes_of(atom) if isinstance(node, Variable))


def nodes_of(atom: Atom) -> tuple[Node | None, ...]:
    """The nodes of *atom*: of a pattern graph (None is the default one), subject, predicate and object."""
    match atom:
        case Pattern():
            return atom.nodes
        case OneOf():
            return (atom.variable,)
        case Equal():
            return (atom.left, atom.right)
        case Stands():
            return (atom.graph, atom.variable)

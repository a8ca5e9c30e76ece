"""Ask an engine for little: what ties statements to something known, and what another question brings anyway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Variable

from heritage_graph.namespaces import RDF
from heritage_graph.store.remote.ways import OneOf, Pattern, nodes_of, variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heritage_graph.store.remote.asked_for import Node
    from heritage_graph.store.remote.ways import Atom, Branch

_MOST_COMPARED: Final = 16
_MOST_TIES: Final = 3


@dataclass(frozen=True)
class Needed:
    """Statements to fetch: those that match `targets` where all of `branch`, which has them too, holds."""

    targets: tuple[Pattern, ...]
    branch: Branch


def ties(targets: tuple[Pattern, ...], branch: Branch) -> list[Atom]:
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
            before = next((one for one in edge if variables((one,)) & variables((atom,))), None)
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


def uncovered(found: list[Needed]) -> list[Needed]:
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
    for one, another in zip(nodes_of(atom), nodes_of(other), strict=True):
        if isinstance(one, Variable) and another is not None:
            if both.setdefault(one, another) != another:
                return None
        elif one != another:
            return None
    return both

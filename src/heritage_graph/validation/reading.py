"""Read from a state, many nodes at a time, what shapes read from their candidates."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from heritage_graph.validation.read_paths import as_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from heritage_graph.graph_view import Term
    from heritage_graph.store.state import State
    from heritage_graph.validation.read_paths import ReadPath, Step

NODES_A_QUERY: Final = 1000
"""How many nodes one query names; a remote engine takes a text of this length."""

Element = TypeVar("Element")


class BlankNodeMet(Exception):  # it is answered by judging the state as a whole
    """A blank node stands where a query would have to name it, and no query can."""


def in_parts(elements: Iterable[Element], size: int) -> Iterator[list[Element]]:
    """*elements* in lists of at most *size*."""
    rest = iter(elements)
    while part := list(islice(rest, size)):
        yield part


def triples_read(state: State, starts: Mapping[ReadPath, set[Term]]) -> set[Triple]:
    """Every triple that the paths meet when each begins at its own nodes; perhaps some more from these nodes.

    Raises:
        BlankNodeMet: a path leads through a blank node.
    """
    met: set[Triple] = set()
    _walk(state, starts, met)
    return met


def _walk(state: State, starts: Mapping[ReadPath, set[Term]], met: set[Triple]) -> None:
    """Take the first step of every path, together where it is the same one, and go on from where it leads."""
    beginning: dict[Step, dict[ReadPath, set[Term]]] = defaultdict(dict)
    for path, nodes in starts.items():
        if path and nodes:
            beginning[path[0]][path[1:]] = nodes
    for step, rests in beginning.items():
        nodes = set().union(*rests.values())
        reached = _advance(state, step, nodes, met)
        _walk(state, dict.fromkeys(rests, reached), met)


def _advance(state: State, step: Step, nodes: set[Term], met: set[Triple]) -> set[Term]:
    """The nodes that *step* reaches from *nodes* (themselves too, when it repeats); what it crosses joins *met*."""
    reached: set[Term] = set(nodes) if step.repeats else set()
    frontier = nodes
    while frontier:
        ahead = set(_cross(state, step, frontier, met))
        frontier = ahead - reached if step.repeats else set()
        reached |= ahead
    return reached


def _cross(state: State, step: Step, nodes: set[Term], met: set[Triple]) -> Iterator[Term]:
    """The far ends of the triples that *step* crosses from *nodes*."""
    pattern = f"?near {step.predicate} ?far" if step.forward else f"?far {step.predicate} ?near"
    beginnings = (node for node in nodes if not (step.forward and isinstance(node, Literal)))
    for part in in_parts(map(named, beginnings), NODES_A_QUERY):
        text = f"SELECT ?near ?far WHERE {{ VALUES ?near {{ {' '.join(part)} }} {pattern} }}"
        for near, far in state.rows(text):
            assert near is not None
            assert far is not None
            subject, object_ = (near, far) if step.forward else (far, near)
            assert isinstance(subject, NamedNode | BlankNode)
            met.add(Triple(subject, step.predicate, object_))
            yield as_term(far)


def named(node: Term) -> str:
    """*node* as a query writes it.

    Raises:
        BlankNodeMet: it is a blank node.
    """
    if isinstance(node, BlankNode):
        raise BlankNodeMet(f"{node} is a blank node, which a query cannot name")
    return str(node)

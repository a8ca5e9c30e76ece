"""Read a state for the change log: its commits, its entities, and their records, some hundreds at a time."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from pyoxigraph import Literal, NamedNode, Quad

from heritage_graph.model.records import OUTWARD, is_entity, may_stand_around, reached
from heritage_graph.namespaces import HGV, ID, is_published
from heritage_graph.query_files import bind, load_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyoxigraph import Triple

    from heritage_graph.store.state import Row, State

AT_ONCE: Final = 400
"""How many things one query is asked about."""

_Thing = TypeVar("_Thing")
_KIND: Final = len(HGV + "change-kind/")


class Commit(NamedTuple):
    """One commit of the log."""

    generation: int
    key: str
    when: datetime


class Logged(NamedTuple):
    """A change of an entity as the log of a store tells it, through one published graph, or none."""

    iri: str
    kind: str
    graph: str | None


class Checkpoint:
    """The generation whose state is *state*."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._catalogue = load_catalogue(Path(__file__).parent / "queries")

    def commits(self) -> list[Commit]:
        """All commits, oldest first."""
        return sorted(
            Commit(int(_text(generation)), _text(key), datetime.fromisoformat(_text(when)))
            for generation, key, when in self._rows("commits")
        )

    def changes(self, generation: int) -> Iterator[Logged]:
        """What the commit of *generation* changed, in no order."""
        for triple in self._triples("changed", commit=f"{ID}commit/{generation}"):
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode):
                graph = triple.object.value if is_published(triple.object) else None
                yield Logged(triple.subject.value, triple.predicate.value[_KIND:], graph)

    def entities(self) -> Iterator[str]:
        """The entities of the published view, each once, in no order."""
        nodes: list[NamedNode] = []
        for subject in (triple.subject for triple in self._triples("subjects")):
            if isinstance(subject, NamedNode) and not may_stand_around(subject):
                yield subject.value
            elif isinstance(subject, NamedNode):
                nodes.append(subject)
            if len(nodes) == AT_ONCE:
                yield from self._entities_among(nodes)
                nodes.clear()
        yield from self._entities_among(nodes)

    def records(self, entities: Iterable[NamedNode]) -> dict[NamedNode, list[Quad]]:
        """The statements of the record of each of *entities*: see `model.records`; empty where there are none."""
        wanted = list(entities)
        statements: defaultdict[NamedNode, list[Quad]] = defaultdict(list)
        around: defaultdict[NamedNode, set[NamedNode]] = defaultdict(set)
        known: set[NamedNode] = set()
        asked = set(wanted)
        while asked:
            known |= asked
            for subject, quad in self._statements(asked):
                statements[subject].append(quad)
                if quad.predicate in OUTWARD and isinstance(quad.object, NamedNode) and may_stand_around(quad.object):
                    around[subject].add(quad.object)
            for thing, node in self._pairs("around", asked):
                if may_stand_around(node):
                    around[thing].add(node)
            asked = {node for thing in asked for node in around[thing]} - known
        return {
            entity: [quad for node in reached([entity], lambda each: around[each]) for quad in statements[node]]
            for entity in wanted
        }

    def _statements(self, things: Iterable[NamedNode]) -> Iterator[tuple[NamedNode, Quad]]:
        """The quads of published graphs whose subject is one of *things*, each with it."""
        for part in _parts(list(things)):
            for subject, predicate, object_, graph in self._rows("statements", things=_listed(part)):
                assert isinstance(subject, NamedNode)
                assert isinstance(predicate, NamedNode)
                if object_ is not None and isinstance(graph, NamedNode) and is_published(graph):
                    yield subject, Quad(subject, predicate, object_, graph)

    def _entities_among(self, nodes: list[NamedNode]) -> Iterator[str]:
        owners: defaultdict[NamedNode, set[NamedNode]] = defaultdict(set)
        there = set(nodes)
        known: set[NamedNode] = set()
        asked = there
        while asked:
            known |= asked
            for part in _parts(list(asked)):
                for node, owner, is_there in self._rows("owners", nodes=_listed(part)):
                    if isinstance(node, NamedNode) and isinstance(owner, NamedNode):
                        owners[node].add(owner)
                        if _text(is_there) == "yes":
                            there.add(owner)
            asked = {owner for node in asked for owner in owners[node] if may_stand_around(owner)} - known
        for node in nodes:
            if is_entity(node, owners=lambda each: owners[each], exists=there.__contains__):
                yield node.value

    def _pairs(self, query: str, things: Iterable[NamedNode]) -> Iterator[tuple[NamedNode, NamedNode]]:
        for part in _parts(list(things)):
            for thing, node in self._rows(query, things=_listed(part)):
                if isinstance(thing, NamedNode) and isinstance(node, NamedNode):
                    yield thing, node

    def _triples(self, query: str, **values: str) -> Iterator[Triple]:
        return self._state.triples(bind(self._catalogue.query(query), values))

    def _rows(self, query: str, **values: str) -> Iterator[Row]:
        return self._state.rows(bind(self._catalogue.query(query), values))


def _parts(things: Sequence[_Thing]) -> Iterator[Sequence[_Thing]]:
    return (things[begin : begin + AT_ONCE] for begin in range(0, len(things), AT_ONCE))


def _listed(nodes: Iterable[NamedNode]) -> str:
    return " ".join(map(str, nodes))


def _text(term: object) -> str:
    assert isinstance(term, NamedNode | Literal)
    return term.value


def graph_of(quad: Quad) -> NamedNode:
    """The named graph of a quad of a record."""
    assert isinstance(quad.graph_name, NamedNode)
    return quad.graph_name

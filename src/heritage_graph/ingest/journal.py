"""The log entry of a commit: when, which graphs, how much, and what became of each entity.

The log is part of the same transaction as the data (graph/log), so that what it tells has happened. A change of a node
around an entity (a participation, an evidence span, an inference) is a change of it, and so is a change of who states
something: see `model.records`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from heritage_graph.model.change_iris import change_iri
from heritage_graph.model.records import INWARD, OUTWARD, Surroundings, may_stand_around, reached
from heritage_graph.namespaces import HG, HGV, ID, LOG, PROV, RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from heritage_graph.graph_view import GraphView


class ChangedEntity(NamedTuple):
    """An entity, what became of it (`create`, `update` or `delete`), and the graphs by which, sorted."""

    iri: NamedNode
    kind: str
    graphs: tuple[NamedNode, ...]


class ChangedEntities(tuple[ChangedEntity, ...]):
    """Entities that changed, sorted by IRI."""

    __slots__ = ()

    def count(self, kind: object) -> int:
        """How many entities were changed in the way *kind*."""
        return sum(1 for entity in self if entity.kind == kind)


@dataclass(frozen=True)
class LogEntry:
    """One commit as the log tells it; `added` and `removed` count asserted quads."""

    generation: int
    when: datetime
    key: str
    message: str
    graphs: tuple[NamedNode, ...]
    added: int
    removed: int
    entities: ChangedEntities


def changed_entities(
    *, added: Iterable[Quad], removed: Iterable[Quad], before: GraphView, after: GraphView
) -> ChangedEntities:
    """Every entity whose record is another one once *removed* has gone and *added* has come: see `model.records`.

    Both are quads of published graphs. An entity that stands around another from now on is deleted, and a node that
    no longer stands around anything is created. What is made so, or so given up, changed by the graphs that state it.
    """
    was, is_ = Surroundings(before), Surroundings(after)
    graphs: defaultdict[NamedNode, set[NamedNode]] = defaultdict(set)
    may_turn: set[NamedNode] = set()
    for quads, state in ((removed, was), (added, is_)):
        by_subject: defaultdict[NamedNode, set[NamedNode]] = defaultdict(set)
        for quad in quads:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.graph_name, NamedNode):
                by_subject[quad.subject].add(quad.graph_name)
                may_turn.update(_moved_by(quad))
        for subject, own in by_subject.items():
            if was.exists(subject) != is_.exists(subject):
                may_turn.add(subject)
            for entity in state.entities_of(subject):
                graphs[entity] |= own
    for node in reached(may_turn, lambda thing: was.around(thing) | is_.around(thing)):
        if node not in graphs and was.is_entity(node) != is_.is_entity(node):
            view = before if was.is_entity(node) else after
            graphs[node] = {graph for triple in view.triples(node) for graph in view.graphs(triple)}
    return ChangedEntities(
        ChangedEntity(entity, _kind(entity, was, is_), tuple(sorted(graphs[entity], key=str)))
        for entity in sorted(graphs, key=str)
    )


def log_quads(entry: LogEntry) -> Iterator[Quad]:
    """The quads of graph/log that tell *entry*."""
    yield from commit_quads(entry)
    for entity in entry.entities:
        yield from change_quads(entry.generation, entity)


def commit_quads(entry: LogEntry) -> Iterator[Quad]:
    """The quads of graph/log that tell of the commit itself."""
    commit = _commit(entry.generation)
    yield Quad(commit, RDF.type, HG.Commit, LOG)
    yield Quad(commit, HG.generation, Literal(entry.generation), LOG)
    yield Quad(commit, HG.commitKey, Literal(entry.key), LOG)
    yield Quad(commit, PROV.atTime, Literal(entry.when.isoformat(), datatype=XSD.dateTime), LOG)
    yield Quad(commit, HG.quadsAdded, Literal(entry.added), LOG)
    yield Quad(commit, HG.quadsRemoved, Literal(entry.removed), LOG)
    if entry.message:
        yield Quad(commit, HG.message, Literal(entry.message), LOG)
    for graph in entry.graphs:
        yield Quad(commit, HG.inGraph, graph, LOG)


def change_quads(generation: int, changed: ChangedEntity) -> Iterator[Quad]:
    """The quads of graph/log that tell what the commit of *generation* did to one entity."""
    entity, kind, graphs = changed
    change = NamedNode(change_iri(generation, entity.value))
    yield Quad(change, RDF.type, HG.Change, LOG)
    yield Quad(change, HG.inCommit, _commit(generation), LOG)
    yield Quad(change, HG.changed, entity, LOG)
    yield Quad(change, HG.changeKind, HGV.term(f"change-kind/{kind}"), LOG)
    for graph in graphs:
        yield Quad(change, HG.inGraph, graph, LOG)


def _commit(generation: int) -> NamedNode:
    return ID.term(f"commit/{generation}")


def _moved_by(quad: Quad) -> Iterator[NamedNode]:
    """The node that the coming or going of *quad* may put around a thing, or take from it."""
    if quad.predicate in INWARD and isinstance(quad.subject, NamedNode):
        yield quad.subject
    if quad.predicate in OUTWARD and isinstance(quad.object, NamedNode) and may_stand_around(quad.object):
        yield quad.object


def _kind(entity: NamedNode, was: Surroundings, is_: Surroundings) -> str:
    if not was.is_entity(entity):
        return "create"
    return "update" if is_.is_entity(entity) else "delete"

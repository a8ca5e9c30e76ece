"""The log entry of a commit: when, which graphs, how much, and what became of each entity.

The log is part of the same transaction as the data (graph/log), so that what it tells has happened. An *entity* is
a thing with a page of its own; a change of a node around it (a participation, an inference) is a change of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad

from heritage_graph.namespaces import HG, HGV, ID, LOG, PROV, RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from pyoxigraph import Triple

    from heritage_graph.graph_view import GraphView

_OWNER: Final = {
    "participation": HG.inContext,
    "inference": HG.inferredAbout,
    "bounds": HG.inferredAbout,
}
"""For kinds of nodes that stand around an entity: the property that leads to it."""

_WITHOUT_PAGE: Final = frozenset({"evidence", "term", "contribution", "amount", "commit", "change", "rule"})


class ChangedEntities(tuple[tuple[NamedNode, str], ...]):
    """Entities, each with `create`, `update` or `delete`; sorted by IRI."""

    __slots__ = ()

    def count(self, kind: object) -> int:
        """How many entities were changed in the way *kind*."""
        return sum(1 for _, found in self if found == kind)


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


def changed_entities(triples: Iterable[Triple], *, before: GraphView, after: GraphView) -> ChangedEntities:
    """What became of each entity that *triples*, which came or went, are about."""
    concerned: set[NamedNode] = set()
    for subject in {triple.subject for triple in triples}:
        if isinstance(subject, NamedNode):
            concerned.update(_entities_of(subject, before, after))
    found = []
    for entity in sorted(concerned, key=str):
        was, is_ = _exists(entity, before), _exists(entity, after)
        if was or is_:
            found.append((entity, "update" if was and is_ else "create" if is_ else "delete"))
    return ChangedEntities(found)


def log_quads(entry: LogEntry) -> Iterator[Quad]:
    """The quads of graph/log that tell *entry*."""
    commit = ID.term(f"commit/{entry.generation}")
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
    for entity, kind in entry.entities:
        change = ID.term(f"change/{entry.generation}-{'-'.join(_kind_and_slug(entity))}")
        yield Quad(change, RDF.type, HG.Change, LOG)
        yield Quad(change, HG.inCommit, commit, LOG)
        yield Quad(change, HG.changed, entity, LOG)
        yield Quad(change, HG.changeKind, HGV.term(f"change-kind/{kind}"), LOG)


def _entities_of(subject: NamedNode, before: GraphView, after: GraphView) -> Iterator[NamedNode]:
    if not subject.value.startswith(ID):
        return
    kind, _ = _kind_and_slug(subject)
    if kind in _OWNER:
        for view in (before, after):
            for triple in view.triples(subject, _OWNER[kind]):
                if isinstance(triple.object, NamedNode):
                    yield from _entities_of(triple.object, before, after)
    elif kind not in _WITHOUT_PAGE:
        yield subject


def _exists(entity: NamedNode, view: GraphView) -> bool:
    return any(True for _ in view.triples(entity))


def _kind_and_slug(entity: NamedNode) -> tuple[str, str]:
    kind, _, slug = entity.value.removeprefix(ID).partition("/")
    return kind, slug

"""Tell what becomes of every entity when a load is done: what `journal.changed_entities` tells, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Triple

from heritage_graph.ingest.bulk.narrow_view import NarrowView
from heritage_graph.ingest.bulk.notes import AT_ONCE, note, noted
from heritage_graph.ingest.bulk.standing import Standing
from heritage_graph.ingest.bulk.triple_files import batches
from heritage_graph.ingest.journal import ChangedEntity
from heritage_graph.model.records import INWARD, OUTWARD, Surroundings, may_stand_around, reached
from heritage_graph.store.state import StoreState

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator

    from pyoxigraph import Store

    from heritage_graph.ingest.bulk.merging import Difference

_CHANGED: Final = "SELECT iri, graph FROM changed ORDER BY iri, graph"


@dataclass(frozen=True)
class Both:
    """The states before and after a load."""

    before: Store
    after: Store


def note_changes(
    differences: Iterable[Difference], *, states: Both, notes: sqlite3.Connection, told: Callable[[int], None]
) -> None:
    """Note each entity that changes, and the graphs by which.

    *differences* are those of published graphs. *told* is called with the number of triples that are done.
    """
    was, is_ = Standing(StoreState(states.before)), Standing(StoreState(states.after))
    done = 0
    for difference in differences:
        for triples, there, elsewhere in ((difference.going(), was, is_), (difference.coming(), is_, was)):
            for batch in batches(triples, AT_ONCE):
                _note_batch(batch, difference.graph, there=there, notes=notes)
                _note_turning(batch, there=there, elsewhere=elsewhere, notes=notes)
                done += len(batch)
                told(done)
    _note_turned(states, notes)


def changed_entities(states: Both, notes: sqlite3.Connection) -> Iterator[ChangedEntity]:
    """The entities that were noted, by their IRIs, with what becomes of each."""
    was, is_ = Standing(StoreState(states.before)), Standing(StoreState(states.after))
    rows = groupby(notes.cursor().execute(_CHANGED), itemgetter(0))
    waiting: list[tuple[NamedNode, tuple[NamedNode, ...]]] = []
    for iri, graphs in rows:
        waiting.append((NamedNode(iri), tuple(NamedNode(graph) for _, graph in graphs)))
        if len(waiting) == AT_ONCE:
            yield from _told_apart(waiting, was, is_)
            waiting.clear()
    yield from _told_apart(waiting, was, is_)


def _told_apart(
    changed: list[tuple[NamedNode, tuple[NamedNode, ...]]], was: Standing, is_: Standing
) -> Iterator[ChangedEntity]:
    iris = [iri for iri, _ in changed]
    old, new = was.entities_among(iris), is_.entities_among(iris)
    for iri, graphs in changed:
        kind = "create" if iri not in old else "update" if iri in new else "delete"
        yield ChangedEntity(iri, kind, graphs)


def _note_batch(batch: list[Triple], graph: NamedNode, *, there: Standing, notes: sqlite3.Connection) -> None:
    subjects = {triple.subject for triple in batch if isinstance(triple.subject, NamedNode)}
    entities = {entity for found in there.entities_of(subjects).values() for entity in found}
    rows = ((entity.value, graph.value) for entity in entities)
    notes.executemany("INSERT OR IGNORE INTO changed VALUES (?, ?)", rows)


def _note_turning(batch: list[Triple], *, there: Standing, elsewhere: Standing, notes: sqlite3.Connection) -> None:
    """Note what stands in both states and may be an entity in one of them only, though nothing is said of it anew.

    What stands in one of them only has its own statements among those that come or go, and so have the nodes to which
    these lead; thus what leads down from there is found without going there.
    """
    subjects = {triple.subject for triple in batch if isinstance(triple.subject, NamedNode)}
    nodes: set[object] = {triple.subject for triple in batch if triple.predicate in INWARD}
    nodes |= {triple.object for triple in batch if triple.predicate in OUTWARD}
    nodes |= elsewhere.standing_around(subjects - elsewhere.existing(subjects))
    moved = {node for node in nodes if isinstance(node, NamedNode) and may_stand_around(node)}
    both = elsewhere.existing(moved)
    note(notes, "turning", there.existing(both))


def _note_turned(states: Both, notes: sqlite3.Connection) -> None:
    """Note the entities among what may have turned and what stands around that."""
    for part in noted(notes, "turning"):
        before, after = NarrowView(states.before), NarrowView(states.after)
        was, is_ = Surroundings(before), Surroundings(after)
        for node in reached(part, lambda thing: was.around(thing) | is_.around(thing)):  # noqa: B023 - used at once
            if was.is_entity(node) != is_.is_entity(node) and not _is_noted(notes, node):
                view = before if was.is_entity(node) else after
                graphs = {graph.value for triple in view.triples(node) for graph in view.graphs(triple)}
                notes.executemany("INSERT INTO changed VALUES (?, ?)", ((node.value, graph) for graph in graphs))


def _is_noted(notes: sqlite3.Connection, node: NamedNode) -> bool:
    return notes.execute("SELECT 1 FROM changed WHERE iri = ? LIMIT 1", (node.value,)).fetchone() is not None

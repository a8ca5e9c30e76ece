"""Tell what becomes of every entity when a load is done: what `journal.changed_entities` tells, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Triple

from heritage_graph.ingest.bulk.narrow_view import NarrowView
from heritage_graph.ingest.bulk.notes import AT_ONCE, note, noted
from heritage_graph.ingest.bulk.standing import Standing
from heritage_graph.ingest.bulk.triple_files import batches, node_of
from heritage_graph.ingest.journal import ChangedEntity
from heritage_graph.model.records import INWARD, OUTWARD, may_stand_around

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator

    from pyoxigraph import Store

    from heritage_graph.ingest.bulk.merging import Difference
    from heritage_graph.ingest.bulk.triple_files import Line

_CHANGED: Final = "SELECT iri, graph FROM changed ORDER BY iri, graph"
_LINES: Final = 10_000
_WAYS: Final = frozenset(str(way).encode() for way in INWARD | OUTWARD)


@dataclass(frozen=True)
class Both:
    """The states before and after a load."""

    before: Store
    after: Store

    @cached_property
    def was(self) -> Standing:
        """Who stood around whom before."""
        return Standing(self.before)

    @cached_property
    def is_(self) -> Standing:
        """Who stands around whom after; it is asked for when the published view of that state is whole."""
        return Standing(self.after)


def note_changes(
    differences: Iterable[Difference], *, states: Both, notes: sqlite3.Connection, told: Callable[[int], None]
) -> None:
    """Note each entity that changes, and the graphs by which.

    *differences* are those of published graphs. *told* is called with the number of triples that are done.
    """
    was, is_ = states.was, states.is_
    done = 0
    for difference in differences:
        for lines, there, elsewhere in (
            (difference.lines_going(), was, is_),
            (difference.lines_coming(), is_, was),
        ):
            for batch in batches(lines, _LINES):
                subjects = _subjects(batch)
                _note_batch(subjects, difference.graph, there=there, notes=notes)
                _note_turning(subjects, list(_links(batch)), there=there, elsewhere=elsewhere, notes=notes)
                done += len(batch)
                told(done)
    _note_turned(states, notes)


def changed_entities(states: Both, notes: sqlite3.Connection) -> Iterator[ChangedEntity]:
    """The entities that were noted, by their IRIs, with what becomes of each."""
    rows = groupby(notes.cursor().execute(_CHANGED), itemgetter(0))
    waiting: list[tuple[NamedNode, tuple[NamedNode, ...]]] = []
    for iri, graphs in rows:
        waiting.append((NamedNode(iri), tuple(NamedNode(graph) for _, graph in graphs)))
        if len(waiting) == AT_ONCE:
            yield from _told_apart(waiting, states)
            waiting.clear()
    yield from _told_apart(waiting, states)


def _told_apart(changed: list[tuple[NamedNode, tuple[NamedNode, ...]]], states: Both) -> Iterator[ChangedEntity]:
    iris = [iri for iri, _ in changed]
    old, new = states.was.entities_among(iris), states.is_.entities_among(iris)
    for iri, graphs in changed:
        kind = "create" if iri not in old else "update" if iri in new else "delete"
        yield ChangedEntity(iri, kind, graphs)


def _subjects(lines: list[Line]) -> set[NamedNode]:
    nodes = map(node_of, {subject for subject, _, _ in lines})
    return {node for node in nodes if node is not None}


def _links(lines: list[Line]) -> Iterator[Triple]:
    """Those of *lines* that put one node around another."""
    for subject, predicate, object_ in lines:
        if predicate in _WAYS:
            ends = node_of(subject), node_of(object_)
            if ends[0] is not None and ends[1] is not None:
                yield Triple(ends[0], NamedNode(predicate[1:-1].decode()), ends[1])


def _note_batch(subjects: set[NamedNode], graph: NamedNode, *, there: Standing, notes: sqlite3.Connection) -> None:
    entities = {entity for found in there.entities_of(subjects).values() for entity in found}
    rows = ((entity.value, graph.value) for entity in entities)
    notes.executemany("INSERT OR IGNORE INTO changed VALUES (?, ?)", rows)


def _note_turning(
    subjects: set[NamedNode], links: list[Triple], *, there: Standing, elsewhere: Standing, notes: sqlite3.Connection
) -> None:
    """Note what stands in both states and may be an entity in one of them only, though nothing is said of it anew.

    What stands in one of them only has its own statements among those that come or go, and so have the nodes to which
    these lead; thus what leads down from there is found without going there.
    """
    moving = [link for link in links if may_stand_around(_lower(link))]
    known = elsewhere.existing(subjects.union(map(_lower, moving)))
    moved = set(map(_lower, elsewhere.lacking(link for link in moving if _lower(link) in known)))
    moved.update(filter(may_stand_around, elsewhere.standing_around(subjects - known)))
    note(notes, "turning", there.existing(moved))


def _lower(link: Triple) -> NamedNode:
    """The end of *link* that stands around the other."""
    node = link.subject if link.predicate in INWARD else link.object
    assert isinstance(node, NamedNode)
    return node


def _note_turned(states: Both, notes: sqlite3.Connection) -> None:
    """Note the entities among what may have turned and what stands around that."""
    was, is_ = states.was, states.is_
    for part in noted(notes, "turning"):
        found, ahead = set(part), set(part)
        while ahead:
            ahead = (was.around(ahead) | is_.around(ahead)) - found
            found |= ahead
        old, new = was.entities_among(found), is_.entities_among(found)
        for nodes, state in ((old - new, states.before), (new - old, states.after)):
            view = NarrowView(state)
            view.foresee(nodes)
            for node in nodes:
                if not _is_noted(notes, node):
                    graphs = {graph.value for triple in view.triples(node) for graph in view.graphs(triple)}
                    notes.executemany("INSERT INTO changed VALUES (?, ?)", ((node.value, graph) for graph in graphs))


def _is_noted(notes: sqlite3.Connection, node: NamedNode) -> bool:
    return notes.execute("SELECT 1 FROM changed WHERE iri = ? LIMIT 1", (node.value,)).fetchone() is not None

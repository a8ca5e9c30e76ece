"""Make the next state of a store out of quads of any number: what `ingest.pipeline` does, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from heritage_graph.errors import InvalidData
from heritage_graph.ingest.bulk.entities import Both, changed_entities
from heritage_graph.ingest.bulk.inferring import note_units, write_inferences
from heritage_graph.ingest.bulk.merging import Difference, add_to_view, merge, put, size_of, take_from_view
from heritage_graph.ingest.bulk.recording import noting_changes
from heritage_graph.ingest.bulk.triple_files import TripleFile, part_by_graph
from heritage_graph.ingest.journal import ChangedEntities, LogEntry, change_quads, commit_quads
from heritage_graph.ingest.pipeline import Receipt, least_description
from heritage_graph.namespaces import INFERRED, META, is_source_graph
from heritage_graph.store.view import as_stored, graph_triples, last_commit
from heritage_graph.validation.report import Report
from heritage_graph.validation.whole_graph import validate_graph

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from pyoxigraph import NamedNode, Triple

    from heritage_graph.ingest.changes import Mode
    from heritage_graph.ingest.pipeline import Occasion
    from heritage_graph.ingest.rulebook import Rulebook


class Stage(StrEnum):
    """What a load is busy with, in this order."""

    READING = "reading"
    MERGING = "merging"
    INFERRING = "inferring"
    CHECKING = "checking"
    RECORDING = "recording"
    PUBLISHING = "publishing"


Told = Callable[[Stage, int], None]
"""Called with what a load is busy with, and how much of it is done."""


@dataclass(frozen=True)
class Statements:
    """What documents state: for each named graph that they are for, and how that relates to what is there.

    Every graph that is to be replaced stands in `graphs`, also when nothing is stated for it any more.
    """

    quads: Iterable[tuple[NamedNode, Triple]]
    graphs: tuple[NamedNode, ...]
    mode: Mode


@dataclass(frozen=True)
class Built:
    """The next state: what it differs by, what the log will tell of it, and what validation found.

    `differences` is empty when nothing differs.
    """

    differences: tuple[Difference, ...]
    inferred: Difference | None
    report: Report


def build(
    stated: Statements,
    *,
    states: Both,
    rulebook: Rulebook,
    folder: Path,
    notes: sqlite3.Connection,
    told: Told,
) -> Built:
    """Turn `states.after`, which is as `states.before`, into the state that *stated* makes of it; the log is as it was.

    The entities that change are noted for `record`. The engine loads a file without the interpreter's lock: what is
    asserted is published while other statements are inferred.
    *folder* is for files that are of no use afterwards. *told* is called with what is done, and how many of it.

    Raises:
        RefusedInput: a document or the next state is refused; `states.after` is of no use.
    """
    before, after = states.before, states.after
    files, described = part_by_graph(stated.quads, stated.graphs, folder, lambda number: told(Stage.READING, number))
    asserted: list[Difference] = []
    for file, graph in ((file, graph) for graph, file in files.items()):
        asserted.append(merge(file, graph, stated.mode, before=before, after=after, folder=folder))
        told(Stage.MERGING, sum(each.added + each.removed for each in asserted))
    meta = _describe(described, asserted, states=states, folder=folder)
    differing = tuple(each for each in (*asserted, meta) if each)
    if not differing:
        return Built((), None, Report(conforms=True, results=()))
    with ThreadPoolExecutor(1) as beside:
        published = beside.submit(add_to_view, asserted, after)
        inferred = _infer(asserted, states=states, folder=folder, notes=notes, told=partial(told, Stage.INFERRING))
        published.result()
        put_in_place = beside.submit(put, inferred, after)
        add_to_view((inferred,), after)
        put_in_place.result()
    take_from_view((*asserted, inferred), after)
    changed = [each for each in (*differing, inferred) if each.graph != META]
    recorded = partial(told, Stage.RECORDING)
    with noting_changes(changed, states=states, folder=folder, notes=notes, told=recorded) as note_changes:
        told(Stage.CHECKING, 0)
        report = validate_graph(after, rulebook.published).report
        if not report.conforms:
            raise InvalidData("the data breaks rules of the model; nothing was stored", report=report)
        recorded(0)
        note_changes()
    return Built(differing, inferred, report)


def record(built: Built, log: Path, *, states: Both, occasion: Occasion, notes: sqlite3.Connection) -> Receipt:
    """Write the log entry of *built* to the file *log*, for graph/log, and tell what it says.

    `states.before` is the state on which *built* rests in the end.
    """
    generation = last_commit(states.before)[0]
    if built.inferred is None:
        return Receipt(generation, (), 0, 0, 0, 0, 0, 0, 0)
    entry = LogEntry(
        generation=generation + 1,
        when=occasion.when,
        key=occasion.key,
        message=occasion.message,
        graphs=tuple(sorted((each.graph for each in built.differences), key=str)),
        added=sum(each.added for each in built.differences),
        removed=sum(each.removed for each in built.differences),
        entities=ChangedEntities(),  # they follow, one by one
    )
    kinds: Counter[str] = Counter()
    with TripleFile(log) as file:
        for quad in commit_quads(entry):
            file.add(quad.triple)
        for changed in changed_entities(states, notes):
            kinds[changed.kind] += 1
            for quad in change_quads(entry.generation, changed):
                file.add(quad.triple)
    return Receipt(
        generation=entry.generation,
        graphs=tuple(graph.value for graph in entry.graphs),
        added=entry.added,
        removed=entry.removed,
        inferred_added=built.inferred.added,
        inferred_removed=built.inferred.removed,
        created=kinds["create"],
        updated=kinds["update"],
        deleted=kinds["delete"],
    )


def _infer(
    asserted: Sequence[Difference],
    *,
    states: Both,
    folder: Path,
    notes: sqlite3.Connection,
    told: Callable[[int], None],
) -> Difference:
    """What graph/inferred gains and loses by what the other graphs have gained and lost."""
    for difference in asserted:
        for changed in (difference.coming(), difference.going()):
            note_units(changed, states=states, notes=notes)
    with TripleFile(folder / "inferred-added.nt") as added, TripleFile(folder / "inferred-removed.nt") as removed:
        write_inferences(states=states, notes=notes, added=added, removed=removed, told=told)
    return Difference(INFERRED, added.count, removed.count, added.path, removed.path)


def _describe(
    described: frozenset[Triple], asserted: Sequence[Difference], *, states: Both, folder: Path
) -> Difference:
    """Have graph/meta say what is *described*, the least of each new source graph, and nothing of an empty one."""
    present = graph_triples(states.before, META)
    told = set(as_stored(described))
    subjects = {triple.subject for triple in told}
    forgotten: set[Triple] = set()
    for difference in asserted:
        graph = difference.graph
        own = {triple for triple in present if triple.subject == graph}
        if not size_of(states.after, graph):
            forgotten |= own
        elif is_source_graph(graph) and not own and graph not in subjects:
            told |= least_description(graph)
    with TripleFile(folder / "meta-added.nt") as added, TripleFile(folder / "meta-removed.nt") as removed:
        for triple in told - present:
            added.add(triple)
        for triple in forgotten:
            removed.add(triple)
    meta = Difference(META, added.count, removed.count, added.path, removed.path)
    put(meta, states.after)
    return meta

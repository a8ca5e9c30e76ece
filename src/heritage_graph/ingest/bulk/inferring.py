"""Derive what follows from a load, unit by unit: what `model.rules.replace_inferences` gives, in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse

from heritage_graph.ingest.bulk.narrow_view import NarrowView, is_in
from heritage_graph.ingest.bulk.notes import Noted, note, noted, parts
from heritage_graph.ingest.bulk.triple_files import AT_ONCE, TripleFile, batches
from heritage_graph.model.rules import affected_units, derive
from heritage_graph.model.rules.affected import PREMISES
from heritage_graph.model.rules.derivation import inferences_about, stated_by, still_concluded
from heritage_graph.namespaces import HG, INFERRED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from heritage_graph.ingest.bulk.entities import Both

_TRIPLES: Final = 2_000
_UNITS: Final = 400

# Each is looked up in the other table as it comes: EXCEPT would put them all into a third one first.
_NEW: Final = """
SELECT statement FROM coming
WHERE NOT EXISTS (SELECT 1 FROM concluded WHERE concluded.statement = coming.statement)
"""
_GONE: Final = """
SELECT statement FROM concluded
WHERE NOT EXISTS (SELECT 1 FROM coming WHERE coming.statement = concluded.statement)
"""


def note_units(changed: Iterable[Triple], *, states: Both, notes: sqlite3.Connection) -> None:
    """Note the things whose inferences may differ now that the triples *changed* have come or gone."""
    premises = (triple for triple in changed if triple.predicate in PREMISES)
    for batch in batches(premises, _TRIPLES):
        views = _asserted(states.after), _asserted(states.before)
        subjects = [triple.subject for triple in batch if isinstance(triple.subject, NamedNode)]
        with_evidence = [triple.subject for triple in batch if triple.predicate == HG.evidence]
        for view in views:
            view.foresee(subjects)
            view.foresee_referring(HG.hasTerm, (each for each in with_evidence if isinstance(each, NamedNode)))
        note(notes, "unit", affected_units(batch, *views))


def note_inferences(*, states: Both, notes: sqlite3.Connection, told: Callable[[int], None]) -> None:
    """Note what graph/inferred says about the units, and what it has to say now.

    *told* is called with the number of units that are done.
    """
    done = 0
    for units in noted(notes, "unit"):
        for part in parts(units, _UNITS):
            inferred, view = NarrowView(states.before, INFERRED.__eq__), _asserted(states.after)
            _foresee(part, view, inferred)
            nodes = {node for unit in part for node in inferences_about(unit, inferred)}
            inferred.foresee(nodes)
            note(notes, "dropped", nodes)
            _note_statements(notes, "concluded", (quad for node in nodes for quad in stated_by(node, inferred)))
            _note_statements(notes, "coming", (quad for unit in part for quad in derive(unit, view)))
            done += len(part)
            told(done)


def write_inferences(*, before: Store, notes: sqlite3.Connection, added: TripleFile, removed: TripleFile) -> None:
    """Write what graph/inferred gains and loses; nothing added is there already, and nothing removed is absent."""
    for triple, is_there in is_in(before, _statements(notes, _NEW), INFERRED):
        if not is_there:
            added.add(triple)
    dropped = Noted(notes, "dropped")
    for batch in batches(_statements(notes, _GONE), _TRIPLES):
        inferred = NarrowView(before, INFERRED.__eq__)
        for triple in batch:
            if not still_concluded(Quad(triple.subject, triple.predicate, triple.object, INFERRED), inferred, dropped):
                removed.add(triple)


def _foresee(units: Sequence[NamedNode], view: NarrowView, inferred: NarrowView) -> None:
    """Look up together what the rules are going to read of *units*."""
    inferred.foresee_referring(HG.inferredAbout, units)
    view.foresee(units)
    for way in (HG.inContext, HG.governs, HG.renews):
        view.foresee_referring(way, units)
    around = [triple.subject for unit in units for triple in view.triples(None, HG.inContext, unit)]
    view.foresee(node for node in around if isinstance(node, NamedNode))


def _asserted(store: Store) -> NarrowView:
    return NarrowView(store, INFERRED.__ne__, PREMISES)


def _note_statements(notes: sqlite3.Connection, table: str, quads: Iterable[Quad]) -> None:
    rows = ((str(quad.triple),) for quad in quads)
    notes.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?)", rows)  # noqa: S608 - names of our own


def _statements(notes: sqlite3.Connection, question: str) -> Iterator[Triple]:
    rows = notes.cursor().execute(question)
    while part := rows.fetchmany(AT_ONCE):
        text = "".join(f"{statement} .\n" for (statement,) in part)
        yield from (quad.triple for quad in parse(text, RdfFormat.N_TRIPLES))

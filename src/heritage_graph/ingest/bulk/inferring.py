"""Derive what follows from a load, unit by unit: what `model.rules.replace_inferences` gives, in bounded memory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, Triple, parse

from heritage_graph.ingest.bulk.merging import size_of
from heritage_graph.ingest.bulk.narrow_view import NarrowView, is_in
from heritage_graph.ingest.bulk.notes import Noted, note, noted, parts
from heritage_graph.ingest.bulk.triple_files import AT_ONCE, TripleFile, batches
from heritage_graph.model.rules import affected_units
from heritage_graph.model.rules.affected import PREMISES
from heritage_graph.model.rules.derivation import concluded_by, conclusions, still_concluded
from heritage_graph.namespaces import HG, INFERRED
from heritage_graph.query_files import bind, load_catalogue
from heritage_graph.store.state import StoreState

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


def write_inferences(
    *, states: Both, notes: sqlite3.Connection, added: TripleFile, removed: TripleFile, told: Callable[[int], None]
) -> None:
    """Write what graph/inferred gains and loses; nothing added is there already, and nothing removed is absent.

    What a conclusion states of itself belongs to one unit, and is compared for some units at a time. What it concludes
    may be concluded for others, too, and is noted until all are done. *told* is called with the number that are.
    """
    is_first = not size_of(states.before, INFERRED)
    done = 0
    for units in noted(notes, "unit"):
        for part in parts(units, _UNITS):
            present = _Statements() if is_first else _present(part, states.before, notes)
            coming = _coming(part, states.after)
            new = (triple for triple in coming.own if triple not in present.own)
            for triple in new if is_first else _lacking(states.before, new):
                added.add(triple)
            for triple in present.own.keys() - coming.own.keys():
                removed.add(triple)
            _note_statements(notes, "concluded", present.concluded)
            _note_statements(notes, "coming", coming.concluded)
            done += len(part)
            told(done)
    _write_concluded(states.before, notes, added=added, removed=removed)


@dataclass(frozen=True)
class _Statements:
    """What conclusions state of themselves, in the order of these, and what they conclude."""

    own: dict[Triple, None] = field(default_factory=dict)
    concluded: set[Triple] = field(default_factory=set)


def _present(units: Sequence[NamedNode], before: Store, notes: sqlite3.Connection) -> _Statements:
    """What graph/inferred says about *units*; the nodes that say it are noted as dropped."""
    question = load_catalogue(Path(__file__).parent / "queries").query("inferred-about")
    stated: defaultdict[NamedNode, dict[Triple, None]] = defaultdict(dict)
    for node, property_, value in StoreState(before).rows(bind(question, {"things": " ".join(map(str, units))})):
        assert isinstance(node, NamedNode)
        stated[node][Triple(node, property_, value)] = None  # type: ignore[arg-type]  # terms that fit
    note(notes, "dropped", stated)
    present = _Statements()
    for triples in stated.values():
        present.own.update(triples)
        present.concluded.update(concluded_by(triples))
    return present


def _coming(units: Sequence[NamedNode], after: Store) -> _Statements:
    """What graph/inferred has to say about *units*."""
    view = _asserted(after)
    _foresee(units, view)
    coming = _Statements()
    for unit in units:
        for conclusion in conclusions(unit, view):
            coming.own.update(dict.fromkeys(conclusion.statements()))
            coming.concluded.update(conclusion.concluded())
    return coming


def _write_concluded(before: Store, notes: sqlite3.Connection, *, added: TripleFile, removed: TripleFile) -> None:
    for triple in _lacking(before, _statements(notes, _NEW)):
        added.add(triple)
    dropped = Noted(notes, "dropped")
    for batch in batches(_statements(notes, _GONE), _TRIPLES):
        inferred = NarrowView(before, INFERRED.__eq__)
        for triple in batch:
            if not still_concluded(Quad(triple.subject, triple.predicate, triple.object, INFERRED), inferred, dropped):
                removed.add(triple)


def _lacking(store: Store, triples: Iterable[Triple]) -> Iterator[Triple]:
    return (triple for triple, is_there in is_in(store, triples, INFERRED) if not is_there)


def _foresee(units: Sequence[NamedNode], view: NarrowView) -> None:
    """Look up together what the rules are going to read of *units*."""
    view.foresee(units)
    for way in (HG.inContext, HG.governs, HG.renews):
        view.foresee_referring(way, units)
    around = [triple.subject for unit in units for triple in view.triples(None, HG.inContext, unit)]
    view.foresee(node for node in around if isinstance(node, NamedNode))


def _asserted(store: Store) -> NarrowView:
    return NarrowView(store, INFERRED.__ne__, PREMISES)


def _note_statements(notes: sqlite3.Connection, table: str, triples: Iterable[Triple]) -> None:
    rows = ((str(triple),) for triple in triples)
    notes.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?)", rows)  # noqa: S608 - names of our own


def _statements(notes: sqlite3.Connection, question: str) -> Iterator[Triple]:
    rows = notes.cursor().execute(question)
    while part := rows.fetchmany(AT_ONCE):
        text = "".join(f"{statement} .\n" for (statement,) in part)
        yield from (quad.triple for quad in parse(text, RdfFormat.N_TRIPLES))

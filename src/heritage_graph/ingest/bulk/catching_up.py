"""Bring a state that was built aside up to date with what others have written meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad, Store

from heritage_graph.errors import StaleBase
from heritage_graph.ingest.bases import StoreBase
from heritage_graph.ingest.bulk.entities import Both
from heritage_graph.ingest.bulk.narrow_view import NarrowView
from heritage_graph.ingest.bulk.triple_files import quads_of
from heritage_graph.ingest.changes import GraphChange, Mode
from heritage_graph.ingest.journal import changed_entities
from heritage_graph.ingest.pipeline import prepare
from heritage_graph.namespaces import INFERRED, LOG, META
from heritage_graph.query_files import bind, load_catalogue
from heritage_graph.store.state import StoreState
from heritage_graph.store.view import graph_triples, last_commit

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from heritage_graph.ingest.pipeline import Occasion
    from heritage_graph.ingest.rulebook import Rulebook


def catch_up(
    states: Both,
    now: Store,
    *,
    written: Collection[NamedNode],
    rulebook: Rulebook,
    occasion: Occasion,
    notes: sqlite3.Connection,
) -> Both:
    """Do to `states.after` what others have done since `states.before`, so that it rests on *now*, the live state.

    What follows from both together is derived, and judged. *written* are the graphs that the load has written.

    Returns:
        *now*, and the state that the load makes of it; the log has the commits of the others only.

    Raises:
        StaleBase: others have written one of the graphs, too.
        InvalidData: what the load states breaks a rule together with what the others do.
    """
    generation, _ = last_commit(states.before)
    asked = {"generation": str(generation)}
    graphs = [graph for (graph,) in StoreState(now).rows(_question("graphs-written-since", asked))]
    changes = [
        _change(graph, states, now, written=written)
        for graph in graphs
        if isinstance(graph, NamedNode)  # as all are
    ]
    prepared = prepare(changes, base=StoreBase(states.after), rulebook=rulebook, occasion=occasion)
    if prepared.changeset is not None:
        removed = prepared.changeset.removed
        added = [quad for quad in prepared.changeset.added if quad.graph_name != LOG]
        for quad in removed:
            states.after.remove(quad)
        states.after.extend(added)
        _note_what_follows(added, removed, Both(now, states.after), notes)
    states.after.extend(quads_of(StoreState(now).triples(_question("log-since", asked)), LOG))
    return Both(now, states.after)


def _change(graph: NamedNode, states: Both, now: Store, *, written: Collection[NamedNode]) -> GraphChange:
    content = graph_triples(now, graph)
    if graph == META:  # which the load has written, too, though not of the same graphs
        before = graph_triples(states.before, graph)
        content |= graph_triples(states.after, graph) - before
        content -= before - graph_triples(states.after, graph)
    elif graph in written:
        raise StaleBase(
            f"others have written {graph} while the load was built; nothing was stored. Look at it, and load again.",
            graph=graph.value,
        )
    return GraphChange(graph, Mode.REPLACE, content)


def _note_what_follows(
    added: Collection[Quad], removed: Collection[Quad], states: Both, notes: sqlite3.Connection
) -> None:
    """Note the entities that change because the load and the others together give reason for something, or take it."""
    found = changed_entities(
        added=[quad for quad in added if quad.graph_name == INFERRED and quad not in states.before],
        removed=[quad for quad in removed if quad.graph_name == INFERRED and quad in states.before],
        before=NarrowView(states.before),
        after=NarrowView(states.after),
    )
    rows = ((entity.iri.value, graph.value) for entity in found for graph in entity.graphs)
    notes.executemany("INSERT OR IGNORE INTO changed VALUES (?, ?)", rows)


def _question(name: str, values: dict[str, str]) -> str:
    return bind(load_catalogue(Path(__file__).parent / "queries").query(name), values)

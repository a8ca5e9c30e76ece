"""Promises about a generation: `queries/checks` stay empty, names stay withheld, evidence says what documents say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Quad, Store

from heritage_graph.evidence import documents_in, spans_of, verifiable, verify_spans
from heritage_graph.namespaces import is_generic_graph, is_source_graph
from heritage_graph.query_files import bind
from heritage_graph.store.view import graph_triples, named_graphs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from heritage_graph.query_files import Catalogue, Query
    from heritage_graph.store.state import State

TOPIC: Final = "checks"
_SHOWN: Final = 20


@dataclass(frozen=True)
class CheckOutcome:
    """What one check found: nothing when the promise holds; `examples` are its first rows, as text."""

    name: str
    promise: str
    faults: int
    examples: tuple[str, ...]


def run_checks(state: State, *, catalogue: Catalogue) -> Iterator[CheckOutcome]:
    """The outcome of each check on *state*, in the order of the catalogue."""
    for query in catalogue.on_topic(TOPIC):
        yield _outcome(state, query)


def _outcome(state: State, query: Query) -> CheckOutcome:
    examples = []
    faults = 0
    for row in state.rows(bind(query, {})):
        faults += 1
        if faults <= _SHOWN:
            examples.append("  ".join(str(value) for value in row if value is not None))
    return CheckOutcome(query.name, str(query.title), faults, tuple(examples))


def check_withheld(places: Iterable[str]) -> CheckOutcome:
    """Whether no name is told that is withheld to keep somebody safe, *places* being where one is."""
    found = list(places)
    promise = "No name is told that a page withholds to keep somebody safe"
    return CheckOutcome("withheld-names", promise, len(found), tuple(found[:_SHOWN]))


def check_evidence(generation: Path, documents: Path) -> CheckOutcome:
    """Whether every evidence span holds in those of its documents that are in the folder *documents*."""
    store = Store.read_only(str(generation))
    graphs = [graph for graph in named_graphs(store) if is_source_graph(graph) or is_generic_graph(graph)]
    spans = spans_of(
        Quad(triple.subject, triple.predicate, triple.object, graph)
        for graph in graphs
        for triple in graph_triples(store, graph)
    )
    texts = documents_in(documents)
    faults = verify_spans(spans, texts)
    return CheckOutcome(
        "evidence-digests",
        f"Every evidence span stands where it is said to ({len(verifiable(spans, texts))} of {len(spans)} spans cite a "
        f"document in {documents})",
        len(faults),
        tuple(f"{fault.iri}  {fault.message}" for fault in faults[:_SHOWN]),
    )

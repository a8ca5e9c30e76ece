"""Work out what a change of named graphs does to the whole: differences, inferences, verdict, log entry.

Pure: it reads a base state and returns the changeset that makes the next one, or raises and nothing has changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from heritage_graph.errors import InvalidData
from heritage_graph.graph_view import MemoryView, NextState, Selection
from heritage_graph.ingest.changes import GraphChange, Mode
from heritage_graph.ingest.journal import LogEntry, changed_entities, log_quads
from heritage_graph.model.rules import affected_units, replace_inferences
from heritage_graph.namespaces import (
    HG,
    HGV,
    INFERRED,
    META,
    ONTOLOGY,
    RDF,
    VOCAB,
    is_generic_graph,
    is_published,
    is_source_graph,
)
from heritage_graph.store.base import Changeset
from heritage_graph.store.view import as_stored
from heritage_graph.validation.report import Report
from heritage_graph.validation.validate import validate, validate_change

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from heritage_graph.graph_view import GraphView
    from heritage_graph.ingest.rulebook import Rulebook


class Base(Protocol):
    """The state on which a change rests."""

    @property
    def generation(self) -> int:
        """Its number; 0 is the empty store."""

    @property
    def view(self) -> GraphView:
        """Its published graphs."""

    def graph(self, name: NamedNode) -> frozenset[Triple]:
        """The triples of one named graph, published or not; empty when there is none."""

    def about(self, name: NamedNode, subjects: AbstractSet[NamedNode]) -> frozenset[Triple]:
        """The triples of one named graph whose subject is one of *subjects*."""

    def foresee(self, triples: Iterable[Triple]) -> None:
        """Take note that what *triples* speak of will be looked up in the view, so that it is looked up together."""


@dataclass(frozen=True)
class Occasion:
    """When a change is made, under which unique key, and what its author says of it."""

    when: datetime
    key: str
    message: str = ""


@dataclass(frozen=True)
class Receipt:
    """What a commit did, for the one who sent it; triples count once a graph."""

    generation: int
    graphs: tuple[str, ...]
    added: int
    removed: int
    inferred_added: int
    inferred_removed: int
    created: int
    updated: int
    deleted: int


@dataclass(frozen=True)
class Prepared:
    """A change that may be committed. `changeset` is None when it changes nothing."""

    changeset: Changeset | None
    receipt: Receipt
    report: Report


def prepare(changes: Iterable[GraphChange], *, base: Base, rulebook: Rulebook, occasion: Occasion) -> Prepared:
    """The next state that *changes* make of *base*.

    Raises:
        InvalidData: the next state would break a rule; the error holds the report.
    """
    stated = _Difference.of(changes, base)
    base.foresee(quad.triple for quad in (*stated.added, *stated.removed))
    asserted_before = Selection(base.view, lambda graph: graph != INFERRED)
    asserted_after = NextState(asserted_before, added=stated.published_added, removed=stated.published_removed)
    touched = {quad.triple for quad in (*stated.published_added, *stated.published_removed)}
    concluded = _Difference(
        *replace_inferences(
            affected_units(touched, asserted_after, asserted_before),
            asserted_after,
            Selection(base.view, lambda graph: graph == INFERRED),
        )
    )
    base.foresee(quad.triple for quad in (*concluded.added, *concluded.removed))
    whole = _Difference(stated.added | concluded.added, stated.removed | concluded.removed)
    after = NextState(base.view, added=whole.published_added, removed=whole.published_removed)
    entering = {quad.triple for quad in whole.published_added if not base.view.graphs(quad.triple)}
    leaving = {quad.triple for quad in whole.published_removed if not after.graphs(quad.triple)}
    report = _judge(after, entering, leaving, stated=stated, base=base, rulebook=rulebook)
    if not report.conforms:
        raise InvalidData("the data breaks rules of the model; nothing was stored", report=report)
    entities = changed_entities(
        added=whole.published_added, removed=whole.published_removed, before=base.view, after=after
    )
    entry = LogEntry(
        generation=base.generation + 1,
        when=occasion.when,
        key=occasion.key,
        message=occasion.message,
        graphs=tuple(sorted(stated.graphs(), key=str)),
        added=len(stated.added),
        removed=len(stated.removed),
        entities=entities,
    )
    receipt = Receipt(
        generation=entry.generation if whole else base.generation,
        graphs=tuple(graph.value for graph in entry.graphs),
        added=len(stated.added),
        removed=len(stated.removed),
        inferred_added=len(concluded.added),
        inferred_removed=len(concluded.removed),
        created=entities.count("create"),
        updated=entities.count("update"),
        deleted=entities.count("delete"),
    )
    if not whole:
        return Prepared(None, receipt, report)
    changeset = Changeset(
        base=base.generation,
        generation=entry.generation,
        key=entry.key,
        added=(*whole.added, *_in_default_graph(entering), *log_quads(entry)),
        removed=(*whole.removed, *_in_default_graph(leaving)),
    )
    return Prepared(changeset, receipt, report)


@dataclass(frozen=True)
class _Difference:
    """Quads of named graphs that come and go; the two are disjoint."""

    added: AbstractSet[Quad]
    removed: AbstractSet[Quad]

    @classmethod
    def of(cls, changes: Iterable[GraphChange], base: Base) -> _Difference:
        """What *changes* add that is not there and remove that is there, descriptions in graph/meta included."""
        added: set[Quad] = set()
        removed: set[Quad] = set()
        stored = (GraphChange(change.graph, change.mode, as_stored(change.triples)) for change in changes)
        for change in _with_descriptions(stored, base):
            present = _present(change, base)
            content = _content(change, present)
            added.update(_quad(triple, change.graph) for triple in content - present)
            removed.update(_quad(triple, change.graph) for triple in present - content)
        return cls(added, removed)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    @property
    def published_added(self) -> list[Quad]:
        """The quads that come into published graphs."""
        return [quad for quad in self.added if is_published(_graph(quad))]

    @property
    def published_removed(self) -> list[Quad]:
        """The quads that leave published graphs."""
        return [quad for quad in self.removed if is_published(_graph(quad))]

    def graphs(self) -> set[NamedNode]:
        """The named graphs that differ."""
        return {_graph(quad) for quad in (*self.added, *self.removed)}


def _with_descriptions(changes: Iterable[GraphChange], base: Base) -> list[GraphChange]:
    """*changes*, with a least description of each new source graph, and without that of one that becomes empty."""
    wanted = list(changes)
    told = {triple.subject for change in wanted if change.graph == META for triple in change.triples}
    for change in list(wanted):
        described = base.about(META, {change.graph})
        if _empties(change, base):
            wanted.append(GraphChange(META, Mode.REMOVE, described))
        elif is_source_graph(change.graph) and not described and change.graph not in told:
            wanted.append(GraphChange(META, Mode.MERGE, least_description(change.graph)))
    return [change for change in wanted if change.triples or change.graph != META]


def _present(change: GraphChange, base: Base) -> frozenset[Triple]:
    """What the graph of *change* holds before it, as far as that matters: a graph may be large, and a change small."""
    if change.mode is Mode.REPLACE or not change.triples:
        return base.graph(change.graph)
    subjects = {triple.subject for triple in change.triples if isinstance(triple.subject, NamedNode)}
    return base.about(change.graph, subjects)


def _content(change: GraphChange, present: frozenset[Triple]) -> frozenset[Triple]:
    """What *change* makes of *present*."""
    match change.mode:
        case Mode.REPLACE:
            return change.triples
        case Mode.MERGE:
            return present | change.triples
        case Mode.REMOVE:
            return present - change.triples if change.triples else frozenset()


def _empties(change: GraphChange, base: Base) -> bool:
    """Tell whether nothing stands in the graph of *change* after it."""
    if change.mode is not Mode.REMOVE:
        return not change.triples and (change.mode is Mode.REPLACE or not base.graph(change.graph))
    return not _content(change, base.graph(change.graph))


def least_description(graph: NamedNode) -> frozenset[Triple]:
    """What graph/meta says at least of a source graph."""
    return frozenset(
        {
            Triple(graph, RDF.type, HG.SourceGraph),
            Triple(graph, HG.epistemicStatus, HGV.term("epistemic-status/sourced")),
        }
    )


def _judge(
    after: GraphView,
    entering: set[Triple],
    leaving: set[Triple],
    *,
    stated: _Difference,
    base: Base,
    rulebook: Rulebook,
) -> Report:
    """The verdict on the published view, on each generic graph that changed, and on our terms if they changed."""
    if base.generation == 0:
        published = validate(entering, rulebook.published)
    else:
        published = validate_change(after, entering | leaving, rulebook.published)
    reports = [published]
    for graph in sorted(stated.graphs(), key=str):
        if is_generic_graph(graph):
            contents = (_content_after(each, stated, base) for each in (graph, ONTOLOGY, VOCAB))
            reports.append(validate(frozenset().union(*contents), rulebook.generic))
        elif graph == ONTOLOGY:
            reports.append(validate(_content_after(graph, stated, base), rulebook.ontology))
    results = sorted((result for report in reports for result in report.results), key=lambda result: result.sort_key())
    return Report(all(report.conforms for report in reports), tuple(results))


def _content_after(graph: NamedNode, stated: _Difference, base: Base) -> frozenset[Triple]:
    added = {quad.triple for quad in stated.added if quad.graph_name == graph}
    removed = {quad.triple for quad in stated.removed if quad.graph_name == graph}
    return (base.graph(graph) - removed) | added


def _in_default_graph(triples: Iterable[Triple]) -> list[Quad]:
    return [Quad(triple.subject, triple.predicate, triple.object, DefaultGraph()) for triple in triples]


def _quad(triple: Triple, graph: NamedNode) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def _graph(quad: Quad) -> NamedNode:
    graph = quad.graph_name
    assert not isinstance(graph, DefaultGraph)
    return graph  # type: ignore[return-value]  # no graph has a blank node for a name: the parser refuses it


def empty_base() -> Base:
    """The state before the first commit."""
    return _Empty()


class _Empty:
    generation = 0
    view: GraphView = MemoryView()

    def graph(self, name: NamedNode) -> frozenset[Triple]:  # noqa: ARG002 - every graph is empty
        """Nothing."""
        return frozenset()

    def about(self, name: NamedNode, subjects: AbstractSet[NamedNode]) -> frozenset[Triple]:  # noqa: ARG002 - as above
        """Nothing."""
        return frozenset()

    def foresee(self, triples: Iterable[Triple]) -> None:
        """Nothing, for nothing is there."""

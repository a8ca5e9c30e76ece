"""Validate a whole state set-wise: queries find the nodes that may break a shape, and pySHACL judges these alone."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter, defaultdict, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

import rdflib
from pyoxigraph import NamedNode, Store

from heritage_graph.errors import UpstreamGaveUp, UpstreamRefused
from heritage_graph.namespaces import RDFS, SH, SKOS
from heritage_graph.store.state import FolderState, StoreState
from heritage_graph.validation.copies import copied, ill_typed_in_silence, named_plainly, to_rdflib
from heritage_graph.validation.read_paths import as_term
from heritage_graph.validation.reading import NODES_A_QUERY, BlankNodeMet, in_parts, named, triples_read
from heritage_graph.validation.report import MOST_RESULTS, Report, Result, Severity
from heritage_graph.validation.screening.screen import FEW, Screen, Screening
from heritage_graph.validation.shapes import CLASS_PATH
from heritage_graph.validation.validate import Broken, best_label, broken_in, result_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from heritage_graph.graph_view import Term
    from heritage_graph.store.state import State
    from heritage_graph.validation.read_paths import ReadPath
    from heritage_graph.validation.shapes import Shape, ShapeSet

CANDIDATES_AT_ONCE: Final = 5000
"""How many pairs of shape and candidate pySHACL is given at once, with all triples that they read."""

THREADS: Final = min(4, os.cpu_count() or 1)
"""How many queries an embedded store answers at once; it does so without the interpreter's lock."""

AHEAD: Final = 4 * THREADS
"""So many shapes are searched, or wait for it, while the candidates of one are taken."""

_LOG: Final = logging.getLogger(__name__)
_SH: Final = rdflib.Namespace(SH)
_TARGETS: Final = (_SH.targetClass, _SH.targetSubjectsOf)


@dataclass(frozen=True)
class ShapeAccount:
    """What the validation of one shape took: how many nodes were `candidates` and how many `results` they gave.

    `in_full` is None when queries chose the candidates; otherwise it says why every focus node was judged.
    `screening_s` are the seconds that the queries took.
    """

    shape: NamedNode
    severity: Severity
    candidates: int
    results: int
    in_full: str | None
    screening_s: float


@dataclass(frozen=True)
class Validation:
    """The report on a whole state, and what it took; `shapes` has every shape that picks focus nodes, by IRI.

    The counts of `report` and `shapes` are complete also where the results of the report are cut. `judging_s` are the
    seconds that pySHACL took, with the reading of what it judged.
    """

    report: Report
    shapes: tuple[ShapeAccount, ...]
    judging_s: float

    @property
    def candidates(self) -> int:
        """How many pairs of shape and node pySHACL judged."""
        return sum(account.candidates for account in self.shapes)

    @property
    def in_full(self) -> dict[NamedNode, str]:
        """The shapes of which every focus node was judged, each with the reason."""
        return {account.shape: account.in_full for account in self.shapes if account.in_full is not None}


def validate_graph(state: State | Store, shapes: ShapeSet, *, most: int = MOST_RESULTS, few: int = FEW) -> Validation:
    """Check a whole state, which must not change meanwhile; the default graph holds it, with the ontology's classes.

    The report has the *most* results that come first in order, and counts the others. A verdict is always pySHACL's:
    the queries that come before it choose what it looks at, and may choose too much. Of a shape with at most *few*
    focus nodes they look at each, of others at all at once.

    Raises:
        TooLarge: when a chain of links in the data is too long to follow.
        EngineTrouble, OSError, ValueError, RuntimeError: the state could not be read.
    """
    reader = StoreState(state) if isinstance(state, Store) else state
    try:
        validation = _screened(reader, shapes, most, few)
    except BlankNodeMet as fault:
        validation = _whole(reader, shapes, most, str(fault))
    for iri, reason in validation.in_full.items():
        _LOG.warning("shape %s is judged in full: %s", iri.value, reason)
    return validation


@dataclass
class _Findings:
    """Results as they come: all are counted, the first ones in order are kept."""

    shapes: ShapeSet
    most: int
    kept: list[Result] = field(default_factory=list)
    counts: Counter[NamedNode] = field(default_factory=Counter)

    def add(self, broken: Iterable[Broken]) -> None:
        """Take the results of nodes that have not been judged before."""
        for each in set(broken):
            self.counts[each[0]] += 1
            self.kept.append(result_of(each, self.shapes, None))
        if len(self.kept) > 2 * self.most:
            self._cut()

    def report(self, state: State) -> Report:
        """The report, with the labels that focus nodes have in *state*."""
        self._cut()
        found: Counter[Severity] = Counter()
        for iri, count in self.counts.items():
            found[self.shapes.shapes[iri].severity] += count
        labels = _labels(state, {result.focus for result in self.kept})
        return Report(
            conforms=not found[Severity.VIOLATION],
            results=tuple(replace(result, focus_label=labels.get(result.focus)) for result in self.kept),
            omitted=found - Counter(result.severity for result in self.kept),
        )

    def _cut(self) -> None:
        self.kept.sort(key=Result.sort_key)
        del self.kept[self.most :]


def _screened(state: State, shapes: ShapeSet, most: int, few: int) -> Validation:
    findings = _Findings(shapes, most)
    judge = _Judge(state, shapes, findings)
    accounts = []
    for search, nodes in _searched(state, _searches(state, shapes, few)):
        for node in nodes:
            judge.take(search.shape, node)
        accounts.append((search, len(nodes)))
    judge.finish()
    return Validation(
        report=findings.report(state),
        shapes=tuple(
            ShapeAccount(
                shape=search.shape.iri,
                severity=search.shape.severity,
                candidates=candidates,
                results=findings.counts[search.shape.iri],
                in_full=search.in_full,
                screening_s=search.seconds,
            )
            for search, candidates in accounts
        ),
        judging_s=judge.seconds,
    )


def _searches(state: State, shapes: ShapeSet, few: int) -> Iterator[_Search]:
    """The search of each shape, by IRI; a shape is translated when it is come to, while others are searched."""
    screening = Screening(state, shapes.graph, few=few)
    for shape in sorted(shapes.roots(), key=lambda shape: shape.iri.value):
        screen = screening.screen(rdflib.URIRef(shape.iri.value), shape.reads - {CLASS_PATH})
        yield _Search(state, shape, screen)


def _searched(state: State, searches: Iterable[_Search]) -> Iterator[tuple[_Search, list[Term]]]:
    """What each search finds, in their order; an embedded store is asked by several threads, some shapes ahead."""
    if not isinstance(state, StoreState | FolderState):
        for search in searches:
            yield search, search.candidates()
        return
    rest = iter(searches)
    with ThreadPoolExecutor(THREADS) as pool:
        waiting = deque((search, pool.submit(search.candidates)) for search in islice(rest, AHEAD))
        while waiting:
            search, found = waiting.popleft()
            yield search, found.result()
            waiting.extend((each, pool.submit(each.candidates)) for each in islice(rest, 1))


class _Search:
    """Asks the queries of a screen; in the end, `in_full` says why every focus node is a candidate, or is None."""

    def __init__(self, state: State, shape: Shape, screen: Screen) -> None:
        self._state = state
        self._screen = screen
        self.shape = shape
        self.in_full = screen.in_full
        self.seconds = 0.0

    def candidates(self) -> list[Term]:
        """The nodes that the queries find, each once; every focus node when the engine refuses one of them."""
        began = time.perf_counter()
        try:
            found = {node for text in self._screen.queries for node in _column(self._state, text)}
        except (UpstreamGaveUp, UpstreamRefused):
            # Virtuoso 7.2 takes no path that repeats between two unknown ends ($this hg:renews+ $this).
            self.in_full = "the engine does not take one of its queries"
            found = set(_column(self._state, self._screen.every_focus_node))
        self.seconds = time.perf_counter() - began
        return list(found)


def _column(state: State, text: str) -> Iterator[Term]:
    for (node,) in state.rows(text):
        assert node is not None
        yield as_term(node)


class _Judge:
    """Hands candidates to pySHACL, many at once."""

    def __init__(self, state: State, shapes: ShapeSet, findings: _Findings) -> None:
        self._state = state
        self._shapes = shapes
        self._findings = findings
        self._aimless = _without_targets(shapes.graph)
        self._waiting: dict[NamedNode, set[Term]] = defaultdict(set)
        self._count = 0
        self.seconds = 0.0
        """How long all this has taken."""

    def take(self, shape: Shape, node: Term) -> None:
        """Judge *node* by *shape*, now or with others later."""
        self._waiting[shape.iri].add(node)
        self._count += 1
        if self._count >= CANDIDATES_AT_ONCE:
            self.finish()

    def finish(self) -> None:
        """Judge all that wait."""
        if not self._count:
            return
        began = time.perf_counter()
        aimed = named_plainly(rdflib.Graph(bind_namespaces="none"))
        for triple in self._aimless:
            aimed.add(triple)
        starts: dict[ReadPath, set[Term]] = defaultdict(set)
        with ill_typed_in_silence():
            for iri, nodes in self._waiting.items():
                for node in nodes:
                    aimed.add((rdflib.URIRef(iri.value), _SH.targetNode, to_rdflib(node, {})))
                for path in self._shapes.shapes[iri].reads:
                    starts[path] |= nodes
            self._findings.add(broken_in(copied(triples_read(self._state, starts)), aimed))
        self._waiting.clear()
        self._count = 0
        self.seconds += time.perf_counter() - began


def _without_targets(graph: rdflib.Graph) -> rdflib.Graph:
    """The shapes of *graph*, none of which picks a focus node."""
    aimless = rdflib.Graph(bind_namespaces="none")
    for triple in graph:
        if triple[1] not in _TARGETS:
            aimless.add(triple)
    return aimless


def _whole(state: State, shapes: ShapeSet, most: int, why: str) -> Validation:
    """Judge all of *state* at once, in memory: *why* no query can choose."""
    began = time.perf_counter()
    findings = _Findings(shapes, most)
    with ill_typed_in_silence():
        findings.add(broken_in(copied(state.triples("CONSTRUCT WHERE { ?s ?p ?o }")), shapes.graph))
    return Validation(
        report=findings.report(state),
        shapes=tuple(
            ShapeAccount(shape.iri, shape.severity, 0, findings.counts[shape.iri], why, 0.0)
            for shape in sorted(shapes.roots(), key=lambda shape: shape.iri.value)
        ),
        judging_s=time.perf_counter() - began,
    )


def _labels(state: State, nodes: Iterable[Term]) -> dict[Term, str | None]:
    """The best label of each node that has one."""
    labels: dict[Term, list[Term]] = defaultdict(list)
    iris = (node for node in nodes if isinstance(node, NamedNode))
    for part in in_parts(map(named, iris), NODES_A_QUERY):
        # With the property in VALUES, too, the embedded store takes 1.1 s for a thousand of them, and 0.04 s like this.
        wanted = f"VALUES ?node {{ {' '.join(part)} }} ?node {SKOS.prefLabel}|{RDFS.label} ?label"
        text = f"SELECT ?node ?label WHERE {{ {wanted} }}"
        for node, label in state.rows(text):
            assert node is not None
            assert label is not None
            labels[as_term(node)].append(as_term(label))
    return {node: best_label(found) for node, found in labels.items()}

"""Commit to Virtuoso through a journal in the engine: written in parts, sealed, applied, removed.

Virtuoso 7.2.5 compiles no update of more than some thousand statements, and what it commits becomes visible row by row:
who reads at that moment may see neither the old row nor the new one. It does not serialise updates: two that have the
same condition may both find it true (14 of 60 rounds of four writers). An update that begins by inserting a row that is
there waits for any other that began so; but one that is rolled back for a deadlock (15 of 720 with four writers) is
partly done again without that row. So every update here begins with the row `j:holds "lock"`, is one that can be
repeated, and is when the engine tells of a deadlock; and what is decided is decided by looking again:

1. the statements are written to graph/journal, each under a predicate of the journal that stands for what becomes of
   it, in which graph and with which predicate. INSERT DATA keeps literals better than a template does;
2. the journal takes hold, if the base is the last commit, the journal is whole, and no other has hold;
3. if nobody else has hold now, and the base is the last commit still, it is sealed. Of two that take hold at once, at
   least one sees the other, and lets go. From now on graph/log tells that a commit is under way (`j:changesTo`);
4. what is sealed is applied; by another writer, when it has not been for some seconds. That can be repeated, and does
   nothing once the seal is off;
5. the seal is taken off, and the journal removed.

A journal that has no hold when another writer opens the engine is removed; its writer, if it lives, begins again.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Triple

from heritage_graph.errors import EngineTrouble, UpstreamGaveUp, UpstreamPartial
from heritage_graph.namespaces import JOURNAL, LOG, VIEW
from heritage_graph.store.remote.commits import stale
from heritage_graph.store.remote.literals import kept_quad
from heritage_graph.store.remote.update_texts import bound, entry_of, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from heritage_graph.store.base import Changeset
    from heritage_graph.store.remote.line import Line

# Virtuoso 7.2.5: "memory exhausted" from 5,000 statements in one INSERT DATA, whatever their length; ten of 2,000 each
# in one request were taken. A quarter of that is written.
_BLOCK: Final = 500
_REQUEST: Final = 5_000
_STRETCH: Final = 5_000
"""No stretch has more statements, so that applying one takes a second or two."""
_ALONE_FROM: Final = 100
"""A stretch of so many is applied by itself: by one pattern for all, 20,000 statements took 7 s instead of 1 s."""
_TRIES: Final = 8
_DEADLOCKS: Final = 8
_PAUSE_S: Final = 0.2
_LOOK_EACH_S: Final = 0.02

_ADD, _REMOVE, _TELL = "add", "remove", "tell"
_ORDER: Final = (_REMOVE, _ADD, _TELL)
"""What is done with the statements of a stretch, in this order; those of graph/log tell of it, and come last."""

_LOCK: Final = """
DEFINE sql:log-enable 1
PREFIX hg: <https://w3id.org/heritage-graph/ns#>
PREFIX j: <https://w3id.org/heritage-graph/graph/journal#>
INSERT DATA { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
  <https://w3id.org/heritage-graph/graph/journal> j:holds "lock" } } ;
"""
_BEGIN: Final = """
INSERT { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
  <https://w3id.org/heritage-graph/graph/journal> j:holds "nobody" } }
WHERE {
  GRAPH <https://w3id.org/heritage-graph/graph/journal> {
    <https://w3id.org/heritage-graph/graph/journal> j:holds "lock" }
  FILTER NOT EXISTS { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
    <https://w3id.org/heritage-graph/graph/journal> j:holds ?sealed . ?sealed j:whole ?base } }
}
"""
_WRITE: Final = """
INSERT DATA { GRAPH <https://w3id.org/heritage-graph/graph/journal> { $statements$ } }
"""
_TAKE_HOLD: Final = """
DELETE { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
  <https://w3id.org/heritage-graph/graph/journal> j:holds "nobody" } }
INSERT { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
  <https://w3id.org/heritage-graph/graph/journal> j:holds $entry$ } }
WHERE {
  GRAPH <https://w3id.org/heritage-graph/graph/journal> {
    <https://w3id.org/heritage-graph/graph/journal> j:holds "nobody" .
    $entry$ j:begun $base$ ; j:whole $base$ }
  FILTER NOT EXISTS { GRAPH <https://w3id.org/heritage-graph/graph/log> { ?later hg:generation $generation$ } }
}
"""
_LET_GO: Final = """
DELETE { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
  <https://w3id.org/heritage-graph/graph/journal> j:holds $entry$ } }
INSERT { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
  <https://w3id.org/heritage-graph/graph/journal> j:holds "nobody" } }
WHERE {
  GRAPH <https://w3id.org/heritage-graph/graph/journal> {
    <https://w3id.org/heritage-graph/graph/journal> j:holds $entry$ }
  FILTER NOT EXISTS { GRAPH <https://w3id.org/heritage-graph/graph/journal> { $entry$ j:sealed ?base } }
}
"""
_SEAL: Final = """
INSERT {
  GRAPH <https://w3id.org/heritage-graph/graph/journal> { $entry$ j:sealed $base$ }
  GRAPH <https://w3id.org/heritage-graph/graph/log> {
    <https://w3id.org/heritage-graph/graph/journal> j:changesTo $generation$ }
}
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
  <https://w3id.org/heritage-graph/graph/journal> j:holds $entry$ . $entry$ j:begun $base$ ; j:whole $base$ } }
"""
_HOLDERS: Final = """
PREFIX j: <https://w3id.org/heritage-graph/graph/journal#>
SELECT ?entry
FROM NAMED <https://w3id.org/heritage-graph/graph/journal>
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
  <https://w3id.org/heritage-graph/graph/journal> j:holds ?entry . FILTER(isIRI(?entry)) } }
"""
_SEALED: Final = """
PREFIX j: <https://w3id.org/heritage-graph/graph/journal#>
SELECT ?entry
FROM NAMED <https://w3id.org/heritage-graph/graph/journal>
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/journal> { ?entry j:sealed ?base } }
"""
_ENTRIES: Final = """
PREFIX j: <https://w3id.org/heritage-graph/graph/journal#>
SELECT DISTINCT ?entry
FROM NAMED <https://w3id.org/heritage-graph/graph/journal>
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
  ?entry ?says ?any . FILTER(?says IN (j:begun, j:whole, j:sealed, j:part)) } }
"""
_STRETCHES: Final = """
PREFIX j: <https://w3id.org/heritage-graph/graph/journal#>
SELECT DISTINCT ?stretch ?does ?graph ?predicate ?alone
FROM NAMED <https://w3id.org/heritage-graph/graph/journal>
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
  $entry$ j:part ?stretch . ?stretch j:does ?does ; j:graph ?graph ; j:predicate ?predicate ; j:alone ?alone } }
"""
_APPLY_ALONE: Final = """
$verb$ { GRAPH $graph$ { ?s $predicate$ ?o } }
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
  $entry$ j:sealed ?base . ?s $stretch$ ?o } }
"""
_APPLY: Final = """
$verb$ { GRAPH ?graph { ?s ?predicate ?o } }
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
  $entry$ j:sealed ?base ; j:part ?stretch .
  ?stretch j:does $does$ ; j:alone "no" ; j:graph ?graph ; j:predicate ?predicate .
  ?s ?stretch ?o } }
"""
_UNSEAL: Final = """
DELETE {
  GRAPH <https://w3id.org/heritage-graph/graph/journal> { $entry$ j:sealed ?base ; j:begun ?base }
  GRAPH <https://w3id.org/heritage-graph/graph/log> {
    <https://w3id.org/heritage-graph/graph/journal> j:changesTo ?generation }
}
WHERE {
  GRAPH <https://w3id.org/heritage-graph/graph/journal> { $entry$ j:sealed ?base }
  GRAPH <https://w3id.org/heritage-graph/graph/log> {
    <https://w3id.org/heritage-graph/graph/journal> j:changesTo ?generation }
}
"""
_UNDO: Final = """
DELETE { GRAPH <https://w3id.org/heritage-graph/graph/journal> { $entry$ j:begun ?base } }
WHERE {
  GRAPH <https://w3id.org/heritage-graph/graph/journal> { $entry$ j:begun ?base }
  FILTER NOT EXISTS { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
    <https://w3id.org/heritage-graph/graph/journal> j:holds $entry$ } }
}
"""
_CLEAR_STRETCH: Final = """
DELETE { GRAPH <https://w3id.org/heritage-graph/graph/journal> { ?s $stretch$ ?o } }
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/journal> { ?s $stretch$ ?o } }
"""
_CLEAR_SMALL: Final = """
DELETE { GRAPH <https://w3id.org/heritage-graph/graph/journal> { ?s ?stretch ?o } }
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/journal> {
  $entry$ j:part ?stretch . ?stretch j:alone "no" . ?s ?stretch ?o } }
"""
_CLEAR_ENTRY: Final = """
DELETE { GRAPH <https://w3id.org/heritage-graph/graph/journal> { ?stretch ?says ?what } }
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/journal> { $entry$ j:part ?stretch . ?stretch ?says ?what } } ;
DELETE { GRAPH <https://w3id.org/heritage-graph/graph/journal> { $entry$ ?says ?what } }
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/journal> { $entry$ ?says ?what } }
"""

_BEGUN: Final = NamedNode(f"{JOURNAL.value}#begun")
_WHOLE: Final = NamedNode(f"{JOURNAL.value}#whole")
_PART: Final = NamedNode(f"{JOURNAL.value}#part")
_DOES: Final = NamedNode(f"{JOURNAL.value}#does")
_GRAPH: Final = NamedNode(f"{JOURNAL.value}#graph")
_PREDICATE: Final = NamedNode(f"{JOURNAL.value}#predicate")
_IS_ALONE: Final = NamedNode(f"{JOURNAL.value}#alone")
_YES, _NO = Literal("yes"), Literal("no")


@dataclass(frozen=True)
class _Stretch:
    """Statements with one predicate in one graph, with which the same is done; `name` stands for the predicate."""

    name: NamedNode
    does: str
    graph: NamedNode
    predicate: NamedNode
    alone: bool

    def described(self, entry: NamedNode) -> list[Triple]:
        """What the journal says of it."""
        return [
            Triple(entry, _PART, self.name),
            Triple(self.name, _DOES, Literal(self.does)),
            Triple(self.name, _GRAPH, self.graph),
            Triple(self.name, _PREDICATE, self.predicate),
            Triple(self.name, _IS_ALONE, _YES if self.alone else _NO),
        ]


class JournaledCommits:
    """The way of Virtuoso. What another writer has begun stands for *patience_s* before it is finished, or undone."""

    def __init__(self, line: Line, *, patience_s: int) -> None:
        self._line = line
        self._patience_s = patience_s

    def recover(self) -> None:
        """Finish what is sealed, and remove what has no hold, once it is clear that nobody else does."""
        self._update(_BEGIN)  # waits for what is under way in the engine
        self._wait_for_others()
        for (entry,) in self._line.rows(_ENTRIES):
            assert isinstance(entry, NamedNode)
            self._update(bound(_UNDO, entry=entry))
            if entry not in self._holders():
                self._remove(entry)

    def apply(self, changeset: Changeset) -> None:
        """See `commits.Commits.apply`."""
        entry = entry_of(changeset.key)
        for _ in range(_TRIES):
            self._write(entry, changeset)
            self._wait_for_others()
            self._require_last(entry, changeset.base)
            numbers = {"base": changeset.base, "generation": changeset.base + 1}
            self._update(bound(_TAKE_HOLD, entry=entry, **numbers))
            if self._holders() == [entry]:
                self._require_last(entry, changeset.base)
                self._update(bound(_SEAL, entry=entry, **numbers))
                if entry in self._sealed():
                    self._finish(entry)
                    return
            if self._line.generations_of(changeset.key):
                return  # another writer has taken this one for dead, and finished it
            self._give_up(entry)
            time.sleep(random.uniform(0, _PAUSE_S))  # noqa: S311 - so that two do not go on in step
        raise EngineTrouble(
            f"other nodes have come between {_TRIES} times; nothing was stored. Send it again.",
            committed=False,
            retry_after=5,
        )

    def settle(self, key: str) -> None:  # noqa: ARG002 - nothing of anybody is left under way
        """See `commits.Commits.settle`."""
        self.recover()

    def _require_last(self, entry: NamedNode, base: int) -> None:
        """Make sure that *base* is the last commit; else give up *entry*.

        Raises:
            StaleBase: it is not.
        """
        last, _ = self._line.last_commit()
        if last != base:
            self._give_up(entry)
            raise stale(base, last)

    def _give_up(self, entry: NamedNode) -> None:
        self._update(bound(_LET_GO, entry=entry))
        self._remove(entry)

    def _wait_for_others(self) -> None:
        """Return once nobody has hold: others are waited for, and then their journals finished, or let go of."""
        until = time.monotonic() + self._patience_s
        while holders := [*self._holders(), *self._sealed()]:
            if time.monotonic() > until:
                for entry in dict.fromkeys(holders):
                    if entry in self._sealed():
                        self._finish(entry)
                    self._update(bound(_LET_GO, entry=entry))
            else:
                time.sleep(_LOOK_EACH_S)

    def _write(self, entry: NamedNode, changeset: Changeset) -> None:
        head = [Triple(entry, _BEGUN, Literal(changeset.base))]
        requests = _requests([head, *_parts(entry, changeset), [Triple(entry, _WHOLE, Literal(changeset.base))]])
        for request in requests:
            self._update(" ;\n".join(bound(_WRITE, statements=statements(block)) for block in request))

    def _update(self, text: str) -> None:
        """Run an update that can be repeated, as often as the engine ends it for a deadlock.

        Virtuoso 7.2.5 tells of one (SR172) by 500, or by 200 with X-SQL-State when it has done a part again itself.
        """
        for _ in range(_DEADLOCKS):
            with suppress(UpstreamPartial, UpstreamGaveUp):
                self._line.update(_LOCK + text)
                return
        self._line.update(_LOCK + text)

    def _holders(self) -> list[NamedNode]:
        return [entry for (entry,) in self._line.rows(_HOLDERS) if isinstance(entry, NamedNode)]

    def _sealed(self) -> list[NamedNode]:
        return [entry for (entry,) in self._line.rows(_SEALED) if isinstance(entry, NamedNode)]

    def _finish(self, entry: NamedNode) -> None:
        """Apply the sealed journal of *entry*, take the seal off, let go, and remove it."""
        stretches = self._stretches(entry)
        for request in _applying(entry, stretches):
            self._update(request)
        self._update(bound(_UNSEAL, entry=entry))
        self._update(bound(_LET_GO, entry=entry))
        self._remove(entry, stretches)

    def _remove(self, entry: NamedNode, stretches: Iterable[_Stretch] | None = None) -> None:
        """Remove the journal of *entry*, which is not sealed."""
        for stretch in self._stretches(entry) if stretches is None else stretches:
            if stretch.alone:
                self._update(bound(_CLEAR_STRETCH, stretch=stretch.name))
        self._update(bound(_CLEAR_SMALL, entry=entry) + ";" + bound(_CLEAR_ENTRY, entry=entry))

    def _stretches(self, entry: NamedNode) -> list[_Stretch]:
        found = []
        for name, does, graph, predicate, alone in self._line.rows(bound(_STRETCHES, entry=entry)):
            assert isinstance(name, NamedNode)
            assert isinstance(does, Literal)
            assert isinstance(graph, NamedNode)
            assert isinstance(predicate, NamedNode)
            found.append(_Stretch(name, does.value, graph, predicate, alone == _YES))
        return found


def _applying(entry: NamedNode, stretches: Iterable[_Stretch]) -> Iterator[str]:
    """What applies *stretches* in their order, in requests of which none takes long."""
    small = ""
    for does in _ORDER:
        verb = "DELETE" if does == _REMOVE else "INSERT"
        small += (";" if small else "") + bound(_APPLY, verb=verb, entry=entry, does=Literal(does))
        for stretch in stretches:
            if stretch.does == does and stretch.alone:
                if small:
                    yield small
                    small = ""
                yield bound(
                    _APPLY_ALONE,
                    verb=verb,
                    entry=entry,
                    graph=stretch.graph,
                    predicate=stretch.predicate,
                    stretch=stretch.name,
                )
    if small:
        yield small


def _parts(entry: NamedNode, changeset: Changeset) -> Iterator[list[Triple]]:
    """The statements of a journal in parts that belong together: what a stretch is comes with its first statement."""
    members: dict[tuple[str, NamedNode, NamedNode], list[Triple]] = defaultdict(list)
    for quads, does in ((changeset.removed, _REMOVE), (changeset.added, _ADD)):
        for quad in map(kept_quad, quads):
            graph = VIEW if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name
            assert isinstance(graph, NamedNode)
            members[_TELL if graph == LOG and does == _ADD else does, graph, quad.predicate].append(quad.triple)
    number = 0
    for (does, graph, predicate), triples in members.items():
        for start in range(0, len(triples), _STRETCH):
            number += 1
            part = triples[start : start + _STRETCH]
            stretch = _Stretch(
                NamedNode(f"{entry.value}/{number}"), does, graph, predicate, alone=len(part) >= _ALONE_FROM
            )
            written = [Triple(triple.subject, stretch.name, triple.object) for triple in part]
            for first in range(0, len(written), _BLOCK):
                yield [*stretch.described(entry), *written[first : first + _BLOCK]]


def _requests(parts: Iterable[list[Triple]]) -> Iterator[list[list[Triple]]]:
    """*parts* in blocks of an INSERT DATA, and these in requests, neither of which is too large for the compiler."""
    request: list[list[Triple]] = []
    size = 0
    for part in parts:
        if size + len(part) > _REQUEST:
            yield request
            request, size = [], 0
        if request and len(request[-1]) + len(part) <= _BLOCK:
            request[-1] += part
        else:
            request.append(list(part))
        size += len(part)
    yield request

"""Propose who the printed names of records may mean, from names that the graph knows; nobody is identified by it."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from heritage_graph.importers.records.identities import COLUMNS, PROPOSED
from heritage_graph.importers.records.keys import NAME_WITHHELD
from heritage_graph.matching.likeness import Folded, folded, likeness_of, readings_of, weights_of
from heritage_graph.namespaces import HG, ID, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

LEAST_SCORE: Final = 80.0
"""Below it most proposals are wrong; bench/mentions.py measures it."""

_MENTIONS: Final = (
    (HG.participantAsNamed, "party", re.compile(r"participation/(.+)--([0-9]+)")),
    (HG.funderAsNamed, "funding", re.compile(r"(?:grant|funding|contribution)/(.+)-([0-9]+)")),
)
_AGENTS: Final = (f"{ID}organization/", f"{ID}state/")


@dataclass(frozen=True, slots=True)
class Named:
    """A printed name of which nobody has said who is meant: the record, which mention, the words, and who is not."""

    record: str
    mention: str
    printed: str
    rejected: frozenset[str]


@dataclass(frozen=True, slots=True)
class Likely:
    """An agent that a name may mean: by which of its names, and how alike the two are, from 0 to 100."""

    agent: str
    name: str
    score: float


class KnownNames:
    """Names of agents, to which others are compared that share a word with them."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        known = sorted(set(names))
        self._weights = weights_of(name for _, name in known)
        self._by_word: dict[str, list[tuple[str, str, Folded]]] = defaultdict(list)
        for agent, name in known:
            made = folded(name)
            for word in set(made.words):
                self._by_word[word].append((agent, name, made))

    def likely(self, text: str) -> Likely | None:
        """The agent with the name most like *text*, the first by address of several; None when no word is shared."""
        best: Likely | None = None
        for reading in readings_of(text):
            wanted = folded(reading.text)
            for agent, name, made in {each for word in set(wanted.words) for each in self._by_word.get(word, ())}:
                score = reading.worth * likeness_of(wanted, made, self._weights)
                if best is None or (-score, agent, name) < (-best.score, best.agent, best.name):
                    best = Likely(agent, name, score)
        return best


def propose_mentions(generation: Path, target: Path, *, least: float = LEAST_SCORE) -> int:
    """Write a row for each printed name of the generation in the folder *generation* that is like a known one; count.

    The rows are those of `identities.csv`; who decides on one fills in by whom and when. The file appears only when it
    is whole.
    """
    store = Store.read_only(str(generation))
    known = KnownNames(_names(store))
    unfinished = target.with_name(target.name + ".tmp")
    written = 0
    with unfinished.open("w", encoding="utf-8", newline="") as output:
        writer = csv.DictWriter(output, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        for named in sorted(_undecided(store), key=lambda each: (each.record, each.mention)):
            likely = known.likely(named.printed)
            if likely is not None and likely.score >= least and likely.agent not in named.rejected:
                writer.writerow(_row(named, likely))
                written += 1
    unfinished.replace(target)
    return written


def _row(named: Named, likely: Likely) -> Mapping[str, str]:
    return {
        "record": named.record,
        "mention": named.mention,
        "printed": named.printed,
        "identity": likely.agent,
        "decision": PROPOSED,
        "why": f"{likely.score:.0f} of 100 alike: {likely.name}",
    }


def _names(store: Store) -> Iterator[tuple[str, str]]:
    for predicate in (SKOS.prefLabel, SKOS.altLabel):
        for quad in store.quads_for_pattern(None, predicate, None, DefaultGraph()):
            agent = quad.subject
            if isinstance(agent, NamedNode) and isinstance(quad.object, Literal) and agent.value.startswith(_AGENTS):
                yield agent.value.removeprefix(ID), quad.object.value


def _undecided(store: Store) -> Iterator[Named]:
    for as_named, key, address in _MENTIONS:
        for quad in store.quads_for_pattern(None, as_named, None, DefaultGraph()):
            node, name = quad.subject, quad.object
            assert isinstance(node, NamedNode)
            assert isinstance(name, Literal)
            found = address.fullmatch(node.value.removeprefix(ID))
            proposed = store.quads_for_pattern(node, HG.proposedIdentity, None, DefaultGraph())
            if found and name.value != NAME_WITHHELD and next(proposed, None) is None:
                yield Named(found[1], f"{key}-{found[2]}", name.value, _rejected(store, node))


def _rejected(store: Store, node: NamedNode) -> frozenset[str]:
    quads = store.quads_for_pattern(node, HG.rejectedIdentity, None, DefaultGraph())
    return frozenset(str(quad.object.value).removeprefix(ID) for quad in quads if isinstance(quad.object, NamedNode))

"""Propose which things may be one: by the identifiers that they share, then by names and what is around them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from heritage_graph.linking.blocking import entries_of, pairs_to_compare, weights_of_words
from heritage_graph.linking.subjects import LinkKind, pair_of
from heritage_graph.linking.weighing import Weighed, acronym_likeness, weigh
from heritage_graph.matching.likeness import likeness_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyoxigraph import Literal

    from heritage_graph.linking.blocking import Entry
    from heritage_graph.linking.subjects import Gathered, Subject
    from heritage_graph.model.link_proposals import Pair

LEAST_SCORE: Final = 75.0
"""The score from which on a pair is proposed, unless somebody asks for another."""

_LEAST_ALIKE: Final = 60.0
_MOST_PER_THING: Final = 5
_MOST_WITH_IDENTIFIER: Final = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that may be one thing, the lesser IRI first: why, and the likest names, one of each."""

    kind: LinkKind
    pair: Pair
    weighed: Weighed
    names: tuple[Literal, Literal] | None


@dataclass(frozen=True, slots=True)
class _Likest:
    """How alike the likest names of two subjects are, and which they are."""

    alike: float
    names: tuple[Literal, Literal] | None = None


def propose(gathered: Gathered, *, least: float = LEAST_SCORE, known: frozenset[Pair] = frozenset()) -> list[Candidate]:
    """The pairs with a score of *least* or more, best first; equal ones by IRI.

    Those of *known* are left out, those whose tie somebody has stated, and those that one source describes. Each thing
    is in at most `_MOST_PER_THING` pairs that are not among the best of the other thing either.
    """
    left_out = gathered.tied | known
    found = [
        candidate
        for kind, subjects in gathered.subjects.items()
        for candidate in _of_kind(kind, subjects, left_out)
        if candidate.weighed.score >= least
    ]
    found.sort(key=lambda each: (-each.weighed.score, each.pair))
    return list(_best(found))


def _of_kind(kind: LinkKind, subjects: Sequence[Subject], left_out: frozenset[Pair]) -> Iterator[Candidate]:
    entries = entries_of(subjects)
    weights = weights_of_words(entries)
    likest: dict[tuple[int, int], _Likest] = {}
    for one, other in pairs_to_compare(entries, subjects):
        _compare(entries[one], entries[other], weights, into=likest)
    by_subject: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_subject[entry.subject].append(entry)
    for one, other in _sharing_identifiers(subjects):
        for ours in by_subject[one]:
            for theirs in by_subject[other]:
                _compare(ours, theirs, weights, into=likest)
        likest.setdefault((one, other), _Likest(0.0))
    for (one, other), found in likest.items():
        pair = pair_of(subjects[one].iri, subjects[other].iri)
        if pair not in left_out and (weighed := weigh(subjects[one], subjects[other], kind, found.alike)) is not None:
            yield Candidate(kind, pair, weighed, found.names)


def _compare(one: Entry, other: Entry, weights: Mapping[str, float], *, into: dict[tuple[int, int], _Likest]) -> None:
    """Keep in *into*, by the numbers of the subjects, the likest names; those of little likeness are not kept."""
    first, second = (one, other) if one.subject < other.subject else (other, one)
    alike = _alike(first, second, weights)
    best = into.get((first.subject, second.subject))
    if alike >= _LEAST_ALIKE and (best is None or alike > best.alike):
        into[first.subject, second.subject] = _Likest(alike, (first.name, second.name))


def _alike(one: Entry, other: Entry, weights: Mapping[str, float]) -> float:
    worth = one.worth * other.worth
    if one.is_acronym or other.is_acronym:
        same = one.folded.words == other.folded.words
        return worth * acronym_likeness(sum(map(len, one.folded.words))) if same else 0.0
    return worth * likeness_of(one.folded, other.folded, weights)


def _sharing_identifiers(subjects: Sequence[Subject]) -> set[tuple[int, int]]:
    """The numbers of subjects that share an identifier, the lesser first, and that no source tells apart.

    An identifier that more than `_MOST_WITH_IDENTIFIER` have identifies nothing.
    """
    having: defaultdict[object, list[int]] = defaultdict(list)
    for number, subject in enumerate(subjects):
        for identifier in subject.identifiers:
            having[identifier].append(number)
    return {
        (one, other)
        for numbers in having.values()
        if len(numbers) <= _MOST_WITH_IDENTIFIER
        for one, other in combinations(numbers, 2)
        if not subjects[one].sources & subjects[other].sources
    }


def _best(found: Iterable[Candidate]) -> Iterator[Candidate]:
    """Those of *found*, best first, that are among the best of one of their things."""
    counts: defaultdict[str, int] = defaultdict(int)
    for candidate in found:
        if any(counts[iri] < _MOST_PER_THING for iri in candidate.pair):
            yield candidate
        for iri in candidate.pair:
            counts[iri] += 1

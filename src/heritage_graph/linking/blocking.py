"""Find the pairs of names that are worth a comparison, without looking at every pair.

Two names meet when they share two of their rarest words, or one that is rare, or when they are short and differ by a
slip. A word counts as the commoner one from which it differs by a slip. What no key brings together is not compared.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from heritage_graph.matching.likeness import Folded, folded, readings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyoxigraph import Literal

    from heritage_graph.linking.subjects import Subject

_RAREST: Final = 5
_RARE: Final = 12
_MOST_IN_BLOCK: Final = 60
_MOST_COMPARED: Final = 40
_SHORTEST_VARIED: Final = 5
_LONGEST_VARIED: Final = 18
_LONG: Final = 9
_LONGEST_ACRONYM: Final = 8
_ARTICLE: Final = "\u0627\u0644"  # alef, lam


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to read one name of a subject, by its place in the list: the part of a score that is left to it."""

    subject: int
    name: Literal
    folded: Folded
    worth: float
    is_acronym: bool


def entries_of(subjects: Sequence[Subject]) -> list[Entry]:
    """The names of *subjects* in every reading, each spelling once for each subject."""
    found = []
    for number, subject in enumerate(subjects):
        seen: set[str] = set()
        for name in (*subject.names, *subject.acronyms):
            for reading in readings_of(name.value):
                form = folded(reading.text)
                if form.words and form.key not in seen:
                    seen.add(form.key)
                    short = name in subject.acronyms or _looks_like_acronym(reading.text)
                    found.append(Entry(number, name, form, reading.worth, short))
    return found


def weights_of_words(entries: Iterable[Entry]) -> dict[str, float]:
    """What each word counts when names are compared: from 1 for a word of one name to 0.2 for one of every fifth."""
    having = Counter(word for entry in entries for word in set(entry.folded.words))
    whole = max(having.total(), 1)
    return {word: max(0.2, 1.0 - count * 4.0 / whole) for word, count in having.items()}


def pairs_to_compare(entries: Sequence[Entry], subjects: Sequence[Subject]) -> Iterator[tuple[int, int]]:
    """The numbers of entries to compare, the greater first, each pair once; at most `_MOST_COMPARED` a name.

    Subjects that one source describes are not compared: it tells them apart.
    """
    keys = _Keys(entries)
    held = Counter(key for number in range(len(entries)) for key in keys.of(number))
    waiting: defaultdict[tuple[int, str], array[int]] = defaultdict(lambda: array("I"))
    for number, entry in enumerate(entries):
        subject = subjects[entry.subject]
        places = [
            (key, country)
            for key in keys.of(number)
            for country in (("",) if held[key] <= _MOST_IN_BLOCK else sorted(subject.countries))
        ]
        met = Counter(
            other
            for place in places
            if len(waiting.get(place, ())) <= _MOST_IN_BLOCK
            for other in waiting.get(place, ())
            if entries[other].subject != entry.subject
            and not subject.sources & subjects[entries[other].subject].sources
        )
        for other, _ in met.most_common(_MOST_COMPARED):
            yield number, other
        for place in places:
            waiting[place].append(number)


class _Keys:
    """The keys under which names meet: numbers that stand for words, pairs of words and short names."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        having = Counter(word for entry in entries for word in set(entry.folded.words))
        chief = _commoner_spellings(having)
        self._number: dict[str, int] = {}
        self._having: Counter[int] = Counter()
        self._words: list[tuple[int, ...]] = []
        for entry in entries:
            words = {self._numbered(_without_article(chief.get(word, word))) for word in entry.folded.words}
            self._having.update(words)
            self._words.append(tuple(words))
        self._joined = [entry.folded.words for entry in entries]

    def of(self, number: int) -> set[int]:
        """The keys of the name with this *number*."""
        words = sorted(self._words[number], key=lambda word: (self._having[word], word))
        span = len(self._number) + 1
        keys = {(1 + one) * span + other for one, other in combinations(sorted(words[:_RAREST]), 2)}
        keys |= {word for word in words if self._having[word] <= _RARE or len(words) == 1}
        joined = "".join(self._joined[number])
        if _SHORTEST_VARIED <= len(joined) <= _LONGEST_VARIED:
            keys |= {_number_of(variant) for variant in _without_one_letter(joined)}
        return keys

    def _numbered(self, word: str) -> int:
        return self._number.setdefault(word, len(self._number))


def _number_of(text: str) -> int:
    """A number below zero for *text*: the same in every process, and another for another text as good as always."""
    return -1 - int.from_bytes(blake2b(text.encode(), digest_size=7).digest())


def _commoner_spellings(having: Mapping[str, int]) -> dict[str, str]:
    """For words that differ by a slip from a commoner one, that one: the commonest there is."""
    near: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(having):
        if len(word) >= _SHORTEST_VARIED and not word.isdecimal():
            for variant in _without_one_letter(word):
                near[variant].append(word)
    found: dict[str, str] = {}
    for words in near.values():
        for word in words:
            for other in words:
                best = found.get(word, word)
                if (having[other], other) > (having[best], best) and _is_slip(word, other):
                    found[word] = other
    return found


def _is_slip(word: str, other: str) -> bool:
    most = 2 if min(len(word), len(other)) >= _LONG else 1
    return OSA.distance(word, other, score_cutoff=most) <= most


def _without_one_letter(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _without_article(word: str) -> str:
    return word.removeprefix(_ARTICLE) if len(word) >= _SHORTEST_VARIED else word


def _looks_like_acronym(text: str) -> bool:
    return " " not in text and len(text) <= _LONGEST_ACRONYM and text.isupper()

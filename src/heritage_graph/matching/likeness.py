"""How alike two names are, from 0 to 100.

- 100: equal once both are folded (case, hamza and alef, tatweel, vowel signs, Latin accents)
- 98: equal but for teh marbuta or punctuation
- 96: the same words in another order
- at most 95: that part of the mean of how much the letters and how much the words are alike. A word counts by its
  letters, and the less the more of the names at hand have it: "University of Here" is not "University of There".
- at most 85 when a word of four letters or more, or a number, has no close like in the other name: then it may well be
  another thing's
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from heritage_graph.model.names import loose_name_key, name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

SAME: Final = 100.0
MOST_OF_PARTLY_ALIKE: Final = 85.0
"""The most that names are alike of which one has a word that the other has not."""

_SAME_BUT_SIGNS: Final = 98.0
_SAME_WORDS: Final = 96.0
_MOST_OF_ALIKE: Final = 95.0
_TELLING_LETTERS: Final = 4
_ALIKE_WORDS: Final = 75.0
_CLOSELY_ALIKE_WORDS: Final = 82.0
_ORDER_COSTS: Final = 0.97

_WORD: Final = re.compile(r"[^\W_]+")
_PARENTHESES: Final = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]\s*")
_NUMBER: Final = re.compile(r"[0-9]+|[ivx]+")
_DASH: Final = re.compile(r"\s+[-–—|/]\s+|\s*;\s*")  # noqa: RUF001  # the dashes that separate names
_SHORTEST_PART: Final = 2
_MOST_READINGS: Final = 4

Weights = dict[str, float]
"""How much a word counts, by the word as `words_of` folds it; one that is not there counts in full."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text as a name, and the part of a score that is left to it."""

    text: str
    worth: float


def readings_of(text: str) -> list[Reading]:
    """The text as it stands; where it has parentheses or dashes, also without them, and what stands between them.

    The first reading is the whole; none repeats another, and there are at most `_MOST_READINGS`. People write
    "Name (Acronym)" and "Name - Translation".
    """
    whole = " ".join(text.split())
    found = {name_key(whole): Reading(whole, 1.0)}
    outside = _PARENTHESES.sub(" ", whole).strip()
    parts = [*_DASH.split(whole), *_PARENTHESES.findall(whole)]
    for reading in (Reading(outside, 0.98), *(Reading(part.strip(), 0.85) for part in parts)):
        if len(reading.text) >= _SHORTEST_PART:
            found.setdefault(name_key(reading.text), reading)
    return list(found.values())[:_MOST_READINGS]


def words_of(name: str) -> list[str]:
    """The words of *name*, folded."""
    return _WORD.findall(loose_name_key(name))


def weights_of(names: Iterable[str]) -> Weights:
    """What the words of *names* count: half when half of the names have them, a fifth when nearly all have."""
    sets = [set(words_of(name)) for name in names]
    having = Counter(word for words in sets for word in words)
    return {word: 1.0 / (1.0 + 4.0 * ((count - 1) / len(sets))) for word, count in having.items()}


@dataclass(frozen=True, slots=True)
class Folded:
    """A name as it is compared: the key that is equal for spellings of it, and its words, folded further."""

    key: str
    words: tuple[str, ...]


def folded(name: str) -> Folded:
    """*name*, made ready to be compared with many others."""
    return Folded(name_key(name), tuple(words_of(name)))


def likeness(wanted: str, name: str, weights: Mapping[str, float]) -> float:
    """How alike *wanted* and *name* are, from 0 to 100; see the module."""
    return likeness_of(folded(wanted), folded(name), weights)


def likeness_of(wanted: Folded, name: Folded, weights: Mapping[str, float]) -> float:
    """As `likeness`, of names that are folded already."""
    if wanted.key == name.key:
        return SAME
    ours, theirs = wanted.words, name.words
    if not ours or not theirs:
        return 0.0
    if ours == theirs:
        return _SAME_BUT_SIGNS
    if sorted(ours) == sorted(theirs):
        return _SAME_WORDS
    joined, other = " ".join(ours), " ".join(theirs)
    letters = max(fuzz.ratio(joined, other), _ORDER_COSTS * fuzz.token_sort_ratio(joined, other))
    words, is_whole = _words_alike(ours, theirs, weights)
    return (_MOST_OF_ALIKE if is_whole else MOST_OF_PARTLY_ALIKE) * (letters + words) / 200


def _words_alike(ours: Sequence[str], theirs: Sequence[str], weights: Mapping[str, float]) -> tuple[float, bool]:
    """What part of both names, from 0 to 100, is in words with their like in the other; whether all long ones have."""
    left = Counter(theirs)
    alone: list[str] = []
    shared = 0.0
    for word in sorted(ours, key=len, reverse=True):
        best = max(left, key=lambda other: fuzz.ratio(word, other), default="")
        alike = fuzz.ratio(word, best)
        if alike >= _ALIKE_WORDS:
            left[best] -= 1
            left += Counter()  # without those of which none is left
            shared += alike * (_weight(word, weights) + _weight(best, weights))
        if alike < _CLOSELY_ALIKE_WORDS:
            alone.append(word)
    whole = sum(_weight(word, weights) for word in (*ours, *theirs))
    return shared / whole, not any(_tells(word) for word in (*alone, *left))


def _tells(word: str) -> bool:
    """Whether a word may tell one thing from another."""
    return len(word) >= _TELLING_LETTERS or _NUMBER.fullmatch(word) is not None


def _weight(word: str, weights: Mapping[str, float]) -> float:
    return weights.get(word, 1.0) * math.sqrt(len(word))

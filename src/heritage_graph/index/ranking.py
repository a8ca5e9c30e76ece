"""How well a name answers what was typed, as a number from 0 to 100 in steps that do not overlap.

- 100: a preferred name, equal once both are folded (case, hamza and alef, tatweel, vowel signs, Latin accents)
- 99: another name, equal so
- 97 and 96: equal but for teh marbuta, punctuation or an Arabic article, a preferred name and another
- 84 to 95: the name begins with it; higher the more of the name it is, and at the end of a word
- 72 to 83: every word is one of the name, or the beginning of one, in whatever order
- 51 to 71: the letters are alike to 72 of 100 parts, or more
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz

from heritage_graph.index.entries import with_article_and_without, without_article, words_of
from heritage_graph.model.names import name_key

if TYPE_CHECKING:
    from collections.abc import Sequence

EXACT: Final = 99.0
"""A score of so much or more says that the name is equal."""

_LOOSE: Final = 96.0
_PREFIX: Final = 84.0
_WORDS: Final = 72.0
_STEP: Final = 10.0
_LEAST_ALIKE: Final = 72.0
_PART_ALIKE: Final = 0.85
_MOST_OF_SIMILAR: Final = 0.71


class Wanted:
    """What was typed, folded in the ways in which it is compared."""

    def __init__(self, text: str) -> None:
        self.key = name_key(text)
        self.words = [without_article(word) for word in words_of(text)]
        self.joined = " ".join(words_of(text))
        self.spellings = with_article_and_without(self.joined)

    def equal(self, name: str, use: int) -> float:
        """The score of a name whose words are the same in one of the spellings."""
        return (EXACT if name_key(name) == self.key else _LOOSE) + (not use)

    def beginning(self, words: str) -> float:
        """The score of a name that begins with one of the spellings."""
        length = max(len(spelling) for spelling in self.spellings if words.startswith(spelling))
        return _PREFIX + (words[length : length + 1] == " ") + _STEP * length / len(words)

    def in_words(self, words: str) -> float:
        """The score of a name that has these words or words that begin so, each its own; 0 when it has not."""
        if not _each_begins_one(self.words, words.split()):
            return 0.0
        return _WORDS + _STEP * min(1.0, len(self.joined) / len(words))

    def similar(self, words: str) -> float:
        """The score of a name by its letters; 0 when too few are alike."""
        alike = max(
            fuzz.ratio(self.joined, words),
            fuzz.token_sort_ratio(self.joined, words),
            _PART_ALIKE * fuzz.token_set_ratio(self.joined, words),
        )
        return _MOST_OF_SIMILAR * alike if alike >= _LEAST_ALIKE else 0.0


def _each_begins_one(wanted: Sequence[str], there: Sequence[str]) -> bool:
    """Tell whether each of *wanted* begins another word of *there*; the longest choose first, the closest word."""
    left = sorted((without_article(word) for word in there), key=len)
    for word in sorted(wanted, key=len, reverse=True):
        found = next((each for each in left if each.startswith(word)), None)
        if found is None:
            return False
        left.remove(found)
    return True

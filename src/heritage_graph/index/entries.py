"""What an index holds and gives: things, matches of their names, pages of lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.model.names import loose_name_key
from heritage_graph.namespaces import HG, SKOS

if TYPE_CHECKING:
    from datetime import date

CLASSES_OF_KINDS: Final = {
    "organizations": (HG.Organization,),
    "states": (HG.State,),
    "people": (HG.Person,),
    "agreements": (HG.Agreement,),
    "programmes": (HG.Programme,),
    "projects": (HG.Project,),
    "events": (HG.Event,),
    "sites": (HG.Site,),
    "artifacts": (HG.Artifact,),
    "places": (HG.Place,),
    "documents": (HG.SourceDocument, HG.AgreementDocument),
    "claims": (HG.Claim,),
    "concepts": (SKOS.Concept,),
}
"""The kinds and the classes of their things, narrower ones included; a thing is of the first kind that fits."""

OTHER: Final = "other"
"""The kind of what has a name and is of no other kind."""

KINDS: Final = (*CLASSES_OF_KINDS, OTHER)

FACETS: Final = (
    "agreementKind",
    "country",
    "heritageType",
    "open",
    "organizationType",
    "participant",
    "party",
    "place",
    "role",
    "source",
    "topic",
    "type",
    "year",
)
"""By what things can be chosen and counted; the values are IRIs, years like `2024`, or `true` and `false`."""

LONGEST_TEXT: Final = 200
"""How many characters a text to search for may have."""

LONGEST_KEY: Final = 400
"""Of a longer name, the rest is not searched."""

LONGEST_NEAR: Final = 14
"""Names of up to so many letters are also found by what is left of them without one letter."""

PACKED: Final = "I"
"""The type of the numbers of names where many are kept together, as `array` writes it: four bytes each."""

_WORD: Final = re.compile(r"[^\W_]+")
_ARABIC: Final = re.compile("[\u0621-\u064a]")
_ARTICLE: Final = "\u0627\u0644"  # alef, lam
_SHORTEST_WITH_ARTICLE: Final = 5
_PIECE: Final = 3


@dataclass(frozen=True, slots=True)
class Thing:
    """What an index knows of one thing: its kind, its classes as asserted, and its preferred names by language.

    The names of a thing that has no preferred one are all its names; the language of a plain text is empty. Both
    classes and names are sorted.
    """

    iri: str
    kind: str
    types: tuple[str, ...]
    labels: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Match:
    """A thing that was found by one of its names: by which, and how well, from 0 to 100; see `ranking`."""

    thing: Thing
    name: str
    language: str
    score: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The IRIs of one page of a list, in order; how many the whole list has; where to go on, None at the end."""

    iris: list[str]
    total: int
    last: str | None


@dataclass(frozen=True, slots=True)
class Period:
    """A range of days, both included; None where it is open."""

    first: date | None = None
    last: date | None = None


def words_of(name: str) -> list[str]:
    """The words of *name*, folded as `loose_name_key` does, without punctuation."""
    return _WORD.findall(loose_name_key(name))


def words_key(name: str) -> str:
    """The words of *name* with single spaces between them, cut at `LONGEST_KEY`; empty where it has none."""
    return " ".join(words_of(name))[:LONGEST_KEY].strip()


def without_article(word: str) -> str:
    """A folded word without the Arabic article; as it is when too little would be left."""
    return word.removeprefix(_ARTICLE) if len(word) >= _SHORTEST_WITH_ARTICLE else word


def with_article_and_without(words: str) -> tuple[str, ...]:
    """Folded words as they are, and with an Arabic article before them or without the one that they begin with."""
    first, space, rest = words.partition(" ")
    if without_article(first) != first:
        return words, f"{without_article(first)}{space}{rest}"
    return (words, f"{_ARTICLE}{words}") if _ARABIC.match(words) and not words.startswith(_ARTICLE) else (words,)


def pieces_of(words: str) -> set[str]:
    """The pieces of three letters that stand in folded words, spaces between words included."""
    return {words[place : place + _PIECE] for place in range(len(words) - _PIECE + 1)}


def without_one_letter(words: str) -> set[str]:
    """*words*, and *words* with each of its letters left out."""
    return {words, *(words[:place] + words[place + 1 :] for place in range(len(words)))}

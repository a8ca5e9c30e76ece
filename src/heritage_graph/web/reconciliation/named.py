"""Find the things whose names are like a text, and tell how like: the part of matching that reads the index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.index.entries import KINDS, LONGEST_TEXT
from heritage_graph.matching.likeness import likeness, readings_of, weights_of
from heritage_graph.namespaces import ID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heritage_graph.index.entries import Match, Thing
    from heritage_graph.index.index import Index

MATCHED_KINDS: Final = tuple(kind for kind in KINDS if kind not in {"claims", "concepts"})
"""The kinds of things that names are matched against."""

_SEARCHED: Final = 40


@dataclass(frozen=True, slots=True)
class Named:
    """A thing, and how like the text its likest name is, from 0 to 100."""

    thing: Thing
    score: float


def named_like(index: Index, text: str, facets: Mapping[str, Sequence[str]]) -> list[Named]:
    """The things of *facets* whose names are like *text*, likest first; equal ones by IRI. Empty for an empty text.

    Raises:
        QueryTimeout, EngineTrouble: as `Index.search`.
    """
    readings = [each for each in readings_of(text) if each.text]
    matches = [match for each in readings for match in _search(index, each.text, facets)]
    weights = weights_of(match.name for match in matches)
    best: dict[str, Named] = {}
    for match in matches:
        names = {match.name, *(label for labels in match.thing.labels.values() for label in labels)}
        score = max(each.worth * likeness(each.text, name, weights) for each in readings for name in names)
        if match.thing.iri not in best or score > best[match.thing.iri].score:
            best[match.thing.iri] = Named(match.thing, score)
    return sorted(best.values(), key=lambda each: (-each.score, each.thing.iri))


def _search(index: Index, text: str, facets: Mapping[str, Sequence[str]]) -> list[Match]:
    found = index.search(text[:LONGEST_TEXT], kinds=MATCHED_KINDS, facets=facets, limit=_SEARCHED)
    return [match for match in found if match.thing.iri.startswith(ID)]

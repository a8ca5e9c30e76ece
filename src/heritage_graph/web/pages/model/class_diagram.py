"""The picture of the whole ontology: its main classes, and the properties that lead from one to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HG
from heritage_graph.web.pages.model.drawing import Box, Line, Picture, Text, for_language, wrapped
from heritage_graph.web.pages.model.ontology_model import MODULES
from heritage_graph.web.pages.model.term_links import address_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heritage_graph.web.names import Names
    from heritage_graph.web.pages.model.ontology_model import Ontology

_WIDTH: Final = 216
_HEIGHT: Final = 88
_ACROSS: Final = 362
_DOWN: Final = 160
_MARGIN: Final = 8
_SIZE_OF_CHARACTER: Final = 6.6
_LINE_HEIGHT: Final = 15
_LABEL_CHARACTERS: Final = 16
_LABEL_LINES: Final = 3
_NARROWER_CHARACTERS: Final = 34
_NARROWER_LINES: Final = 3

PLACES: Final = {
    "Claim": (0, 0),
    "Place": (1, 0),
    "Activity": (2, 0),
    "HeritageEntity": (3, 0),
    "Agent": (0, 1),
    "Participation": (1, 1),
    "Agreement": (2, 1),
    "Term": (3, 1),
    "Rule": (0, 2),
    "FundingContribution": (1, 2),
    "FundingArrangement": (2, 2),
    "GeneralTerms": (3, 2),
    "Inference": (0, 3),
    "Evidence": (1, 3),
    "SourceDocument": (2, 3),
    "SourceGraph": (3, 3),
}
"""The classes shown, with their column and row. Names and links come from the ontology; only the places are ours."""

LINKS: Final = (
    ("Claim", "Agent"),
    ("Activity", "Place"),
    ("Activity", "HeritageEntity"),
    ("Activity", "Agreement"),
    ("Participation", "Agent"),
    ("Participation", "Activity"),
    ("Participation", "Agreement"),
    ("Agreement", "HeritageEntity"),
    ("Agreement", "Term"),
    ("GeneralTerms", "Term"),
    ("GeneralTerms", "Agreement"),
    ("FundingArrangement", "Agreement"),
    ("FundingArrangement", "FundingContribution"),
    ("FundingContribution", "Agent"),
    ("Inference", "Rule"),
    ("Evidence", "SourceDocument"),
    ("SourceGraph", "SourceDocument"),
)
"""The pairs of classes between which the properties are drawn: neighbours, so that no line crosses a box."""


def overview(ontology: Ontology, names: Names) -> Picture:
    """The main classes that *ontology* has, in the language of *names*."""
    boxes = {
        name: _box(ontology, names, HG + name, column, row)
        for name, (column, row) in PLACES.items()
        if HG + name in ontology.terms
    }
    drawn = [
        line
        for start, end in LINKS
        if start in boxes and end in boxes and (line := _line(ontology, names, start, end, boxes))
    ]
    width = 2 * _MARGIN + _WIDTH + max(column for column, _ in PLACES.values()) * _ACROSS
    height = 2 * _MARGIN + _HEIGHT + max(row for _, row in PLACES.values()) * _DOWN
    return for_language(Picture(width, height, list(boxes.values()), drawn), names.language)


def _box(ontology: Ontology, names: Names, iri: str, column: int, row: int) -> Box:
    x, y = _MARGIN + column * _ACROSS, _MARGIN + row * _DOWN
    name = names.of(iri)
    texts = [Text(x + 12, y + 25, name.text, "name", name.language, address_of(iri))]
    narrower = [names.of(each.iri).text for each in ontology.below(iri)]
    comma = "، " if names.language == "ar" else ", "
    lines = wrapped(narrower, characters=_NARROWER_CHARACTERS, lines=_NARROWER_LINES, separator=comma)
    texts += [
        Text(x + 12, y + 43 + _LINE_HEIGHT * place, line, "narrower", name.language) for place, line in enumerate(lines)
    ]
    return Box(x, y, _WIDTH, _HEIGHT, ontology.terms[iri].module.removeprefix(MODULES), texts)


def _line(ontology: Ontology, names: Names, start: str, end: str, boxes: Mapping[str, Box]) -> Line | None:
    found = [
        (names.of(term.iri), term.iri) for term in ontology.properties_of(HG + start) if HG + end in term.far
    ]  # fmt: skip
    if not found:
        return None
    begin, tip = _border(boxes[start], boxes[end]), _border(boxes[end], boxes[start])
    told = [
        (line, name.language, iri)
        for name, iri in found
        for line in wrapped(name.text.split(), characters=_LABEL_CHARACTERS, lines=_LABEL_LINES)
    ]
    x, y = (begin[0] + tip[0]) / 2, (begin[1] + tip[1]) / 2 + 4 - (len(told) - 1) * _LINE_HEIGHT / 2
    return Line(
        (begin, tip),
        [
            Text(x, y + place * _LINE_HEIGHT, text, "label", language, address_of(iri))
            for place, (text, language, iri) in enumerate(told)
        ],
        max(len(text) for text, _, _ in told) * _SIZE_OF_CHARACTER + 8,
    )


def _border(box: Box, other: Box) -> tuple[float, float]:
    """Where the line from the centre of *box* to that of *other* leaves it."""
    x, y = box.x + box.width / 2, box.y + box.height / 2
    across, down = other.x + other.width / 2 - x, other.y + other.height / 2 - y
    factors = [box.width / 2 / abs(across)] if across else []
    factors += [box.height / 2 / abs(down)] if down else []
    nearest = min(factors)
    return x + across * nearest, y + down * nearest

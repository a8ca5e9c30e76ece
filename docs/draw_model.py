"""Draw the picture of the model: main classes and what links them, read from the ontology."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import rdflib
from rdflib import OWL, RDF, RDFS

from heritage_graph.assets import asset_folder
from heritage_graph.namespaces import HG
from heritage_graph.web.pages.model.class_diagram import LINKS, PLACES

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTH: Final = 210
_HEIGHT: Final = 84
_ACROSS: Final = 330
_DOWN: Final = 170
_MARGIN: Final = 30
_LINE_CHARACTERS: Final = 34

_COLOURS: Final = {
    "agents": "#dbeafe",
    "agreements": "#fef3c7",
    "participation": "#fde2e2",
    "activities": "#dcfce7",
    "assets": "#ede9fe",
    "funding": "#ffe4cc",
    "evidence": "#e5e7eb",
}
_STYLE: Final = (
    "text{font-family:Arial,DejaVu Sans,sans-serif;fill:#111}.name{font-size:15px;font-weight:600}"
    ".sub{font-size:10px;fill:#444}.link{font-size:11px;fill:#333}.note{font-size:12px;fill:#333}path{stroke:#666;fill:none}"
)
_ARROW: Final = (
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0L10 5L0 10z" style="fill:#666;stroke:none"/></marker></defs>'
)
_NOTE: Final = (
    "Everything that a source states points to its place in the document by hg:evidence; "
    "every derived triple has an hg:Inference with its premises (prov:wasDerivedFrom)."
)


@dataclass(frozen=True)
class _Box:
    """A class in its place; `x` and `y` are its centre."""

    x: int
    y: int

    def edge_towards(self, other: _Box) -> tuple[float, float]:
        """Where the line from here to the centre of *other* leaves the box."""
        across, down = other.x - self.x, other.y - self.y
        factors = [_WIDTH / 2 / abs(across)] if across else []
        factors += [_HEIGHT / 2 / abs(down)] if down else []
        nearest = min(factors)
        return self.x + across * nearest, self.y + down * nearest


def picture() -> str:
    """The picture as SVG text."""
    graph = rdflib.Graph()
    for path in sorted(asset_folder("ontology").glob("*.ttl")):
        graph.parse(path)
    boxes = {
        name: _Box(_MARGIN + _WIDTH // 2 + column * _ACROSS, _MARGIN + _HEIGHT // 2 + row * _DOWN)
        for name, (column, row) in PLACES.items()
    }
    width = 2 * _MARGIN + _WIDTH + 3 * _ACROSS
    height = 2 * _MARGIN + _HEIGHT + 3 * _DOWN + 40
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title">',
        '<title id="title">The main classes of the model and what links them</title>',
        f"<style>{_STYLE}</style>",
        _ARROW,
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        *(line for start, end in LINKS for line in _link(graph, start, end, boxes)),
        *(line for name, box in boxes.items() for line in _class(graph, name, box)),
        f'<text class="note" x="{_MARGIN}" y="{height - 22}">{_NOTE}</text>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _link(graph: rdflib.Graph, start: str, end: str, boxes: dict[str, _Box]) -> Iterator[str]:
    names = _properties(graph, start, end)
    x1, y1 = boxes[start].edge_towards(boxes[end])
    x2, y2 = boxes[end].edge_towards(boxes[start])
    yield f'<path d="M{x1:.0f} {y1:.0f}L{x2:.0f} {y2:.0f}" marker-end="url(#tip)"/>'
    middle_x, middle_y = (x1 + x2) / 2, (y1 + y2) / 2 - 7 * (len(names) - 1)
    for number, name in enumerate(names):
        y = middle_y + 14 * number
        wide = 6.2 * len(name) + 6
        yield f'<rect x="{middle_x - wide / 2:.0f}" y="{y - 8:.0f}" width="{wide:.0f}" height="15" fill="#fff"/>'
        yield f'<text class="link" text-anchor="middle" x="{middle_x:.0f}" y="{y + 4:.0f}">{escape(name)}</text>'


def _class(graph: rdflib.Graph, name: str, box: _Box) -> Iterator[str]:
    term = rdflib.URIRef(HG + name)
    module = str(next(graph.objects(term, RDFS.isDefinedBy))).rpartition("/")[2]
    left, top = box.x - _WIDTH // 2, box.y - _HEIGHT // 2
    colour = _COLOURS[module]
    yield f'<rect x="{left}" y="{top}" width="{_WIDTH}" height="{_HEIGHT}" rx="8" fill="{colour}" stroke="#888"/>'
    label = next(str(value) for value in graph.objects(term, RDFS.label) if value.language == "en")
    yield f'<text class="name" x="{left + 12}" y="{top + 24}">{escape(label)}</text>'
    narrower = sorted(str(child).removeprefix(HG) for child in graph.subjects(RDFS.subClassOf, term))
    for number, line in enumerate(_wrapped(narrower)):
        yield f'<text class="sub" x="{left + 12}" y="{top + 42 + 12 * number}">{escape(line)}</text>'


def _properties(graph: rdflib.Graph, start: str, end: str) -> list[str]:
    """The names of the object properties that lead from the one class to the other."""
    near, far = (rdflib.URIRef(HG + "usedOn"), RDFS.domain), (rdflib.URIRef(HG + "pointsTo"), RDFS.range)
    found = {
        str(term).removeprefix(HG)
        for term in graph.subjects(RDF.type, OWL.ObjectProperty)
        if any((term, predicate, rdflib.URIRef(HG + start)) in graph for predicate in near)
        and any((term, predicate, rdflib.URIRef(HG + end)) in graph for predicate in far)
    }
    if not found:
        raise ValueError(f"the ontology has no property from {start} to {end}")
    return sorted(found)


def _wrapped(names: list[str]) -> list[str]:
    """*names* on at most three lines."""
    lines = [""]
    for name in names:
        longer = f"{lines[-1]}, {name}" if lines[-1] else name
        if len(longer) <= _LINE_CHARACTERS:
            lines[-1] = longer
        else:
            lines.append(name)
    return [*lines[:2], f"{lines[2]} …"] if len(lines) > 3 else lines  # noqa: PLR2004 - what a box holds

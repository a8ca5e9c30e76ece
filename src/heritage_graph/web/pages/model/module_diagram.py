"""The picture of one module: its classes with those below them, and where their properties lead.

Each class that is below no other of the module is a box; the classes below it and the properties stand in it, one a
line, and an arrow goes from each property to the classes that it leads to, those of other modules included.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HG
from heritage_graph.web.pages.model.drawing import Box, Line, Picture, Text, cut, for_language
from heritage_graph.web.pages.model.ontology_model import CLASS, MODULES
from heritage_graph.web.pages.model.term_links import address_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.web.names import Names
    from heritage_graph.web.pages.model.ontology_model import Module, Ontology, Term

_WIDTH: Final = 250
_GAP: Final = 110
_MARGIN: Final = 8
_BETWEEN: Final = 22
_HEAD: Final = 38
_ROW: Final = 20
_FOOT: Final = 10
_INDENT: Final = 14
_MOST_COLUMNS: Final = 4
_CHARACTERS: Final = 30
_BEND: Final = 60
_SAME_BOX: Final = " ↻"


@dataclass
class _Row:
    """A line in a box: a class below, or a property with the classes that it leads to."""

    iri: str
    role: str
    depth: int
    targets: list[str] = field(default_factory=list)


@dataclass
class _Node:
    """A box before it is drawn."""

    iri: str
    is_foreign: bool
    rows: list[_Row] = field(default_factory=list)
    column: int = 0
    y: float = 0

    @property
    def height(self) -> float:
        return _HEAD + _ROW * len(self.rows) + (_FOOT if self.rows else 0)

    @property
    def x(self) -> float:
        return _MARGIN + self.column * (_WIDTH + _GAP)

    def place_of(self, iri: str) -> float:
        """The height at which *iri* stands in it: its head, or the row of a class below."""
        place = next((place for place, row in enumerate(self.rows) if row.iri == iri and row.role == "narrower"), None)
        return self.y + (_HEAD / 2 if place is None else _HEAD + _ROW * (place + 0.5))


def module_diagram(ontology: Ontology, module: Module, names: Names) -> Picture | None:
    """The classes of *module* in the language of *names*; None when it has none."""
    nodes = _nodes(ontology, module)
    if not nodes:
        return None
    homes = {row.iri: node for node in nodes.values() for row in node.rows if row.role == "narrower"}
    homes |= nodes
    links = [(node, row, target) for node in nodes.values() for row in node.rows for target in row.targets]
    _rank(nodes, [(node.iri, homes[target].iri) for node, _, target in links])
    _stack(nodes, links, homes)
    lines = [line for node, row, target in links if (line := _line(node, row, homes[target], target)) is not None]
    width = max(node.x for node in nodes.values()) + _WIDTH + _MARGIN + _BEND
    height = max(node.y + node.height for node in nodes.values()) + _MARGIN
    boxes = [_box(ontology, names, node, homes) for node in nodes.values()]
    return for_language(Picture(width, height, boxes, lines), names.language)


def _nodes(ontology: Ontology, module: Module) -> dict[str, _Node]:
    """The boxes: classes of the module, and those of others that its properties join to them."""
    ours = {term.iri for term in module.of_kind(CLASS)}
    relations = [term for term in module.of_kind("relation") if any(_is_class(ontology, far) for far in term.far)]
    tops = [term for term in module.of_kind(CLASS) if not ours.intersection(term.above)]
    found = {
        top.iri: _Node(top.iri, is_foreign=False, rows=[*_rows(ontology, top, ours, relations, 0)]) for top in tops
    }
    sources = {near for term in relations for near in term.near if near not in ours and _is_class(ontology, near)}
    for iri in sorted(sources):
        rows = [*_properties(ontology, iri, relations, 0)]
        found[iri] = _Node(iri, is_foreign=True, rows=rows)
    targets = {target for node in found.values() for row in node.rows for target in row.targets}
    for iri in sorted(targets - ours - found.keys()):
        found[iri] = _Node(iri, is_foreign=True)
    return found


def _rows(ontology: Ontology, term: Term, ours: set[str], relations: list[Term], depth: int) -> Iterator[_Row]:
    yield from _properties(ontology, term.iri, relations, depth)
    for below in ontology.below(term.iri):
        if below.iri in ours:
            yield _Row(below.iri, "narrower", depth)
            yield from _rows(ontology, below, ours, relations, depth + 1)


def _properties(ontology: Ontology, iri: str, relations: list[Term], depth: int) -> Iterator[_Row]:
    for term in relations:
        if iri in term.near:
            yield _Row(term.iri, "property", depth, [far for far in term.far if _is_class(ontology, far)])


def _is_class(ontology: Ontology, iri: str) -> bool:
    return iri.startswith(HG) and iri in ontology.terms


def _rank(nodes: dict[str, _Node], edges: list[tuple[str, str]]) -> None:
    """Give each box a column to the right of those that lead to it; ways round in a circle are passed over."""
    forward: defaultdict[str, list[str]] = defaultdict(list)
    reached: defaultdict[str, set[str]] = defaultdict(set)
    for start, end in dict.fromkeys(edges):
        if start != end and start not in reached[end]:
            forward[start].append(end)
            for each in [start, *(iri for iri in nodes if start in reached[iri])]:
                reached[each] |= {end} | reached[end]
    for _ in nodes:
        for start, ends in forward.items():
            for end in ends:
                column = min(nodes[start].column + 1, _MOST_COLUMNS - 1)
                nodes[end].column = max(nodes[end].column, column)
    led_to = {end for ends in forward.values() for end in ends}
    for start in forward.keys() - led_to:  # a box that nothing leads to stands next to where it leads
        nodes[start].column = max(0, min(nodes[end].column for end in forward[start]) - 1)


def _stack(nodes: dict[str, _Node], links: list[tuple[_Node, _Row, str]], homes: dict[str, _Node]) -> None:
    """Put the boxes of each column one under the other, each near those that lead to it."""
    joined = {node.iri for node, _, target in links if homes[target] is not node}
    joined |= {homes[target].iri for node, _, target in links if homes[target] is not node}
    ends: defaultdict[int, float] = defaultdict(lambda: float(_MARGIN))
    for column in range(_MOST_COLUMNS):
        waiting = []
        for node in nodes.values():
            if node.column == column and node.iri in joined:
                heights = [
                    each.y + _HEAD + _ROW * (each.rows.index(row) + 0.5)
                    for each, row, target in links
                    if homes[target] is node and each.column < column
                ]
                waiting.append((sum(heights) / len(heights) if heights else 0.0, node))
        for wished, node in sorted(waiting, key=lambda each: each[0]):
            node.y = max(ends[column], min(wished - _HEAD / 2, ends[column] + _HEAD))
            ends[column] = node.y + node.height + _BETWEEN
    used = range(max((node.column for node in nodes.values()), default=0) + 1)
    alone = [node for node in nodes.values() if node.iri not in joined]
    columns = range(_MOST_COLUMNS - 1) if len(alone) >= _MOST_COLUMNS else used
    for node in sorted(alone, key=lambda node: -node.height):
        node.column = min(columns, key=lambda column: ends[column])
        node.y = ends[node.column]
        ends[node.column] = node.y + node.height + _BETWEEN


def _box(ontology: Ontology, names: Names, node: _Node, homes: dict[str, _Node]) -> Box:
    name = names.of(node.iri)
    texts = [Text(node.x + 12, node.y + 24, cut(name.text, _CHARACTERS), "name", name.language, address_of(node.iri))]
    for place, row in enumerate(node.rows):
        told = names.of(row.iri)
        mark = _SAME_BOX if any(homes[target] is node for target in row.targets) else ""
        texts.append(
            Text(
                node.x + 12 + _INDENT * row.depth,
                node.y + _HEAD + _ROW * place + 14,
                cut(told.text, _CHARACTERS) + mark,
                row.role,
                told.language,
                address_of(row.iri),
            )
        )
    module = ontology.terms[node.iri].module.removeprefix(MODULES)
    return Box(node.x, node.y, _WIDTH, node.height, module, texts, node.is_foreign)


def _line(node: _Node, row: _Row, end: _Node, target: str) -> Line | None:
    """The arrow from a row to the class that it leads to; None within one box."""
    if node is end:
        return None
    y, tip_y = node.y + _HEAD + _ROW * (node.rows.index(row) + 0.5), end.place_of(target)
    right, left = node.x + _WIDTH, node.x
    if end.column > node.column:
        bend = (end.x - right) / 2
        return Line(((right, y), (right + bend, y), (end.x - bend, tip_y), (end.x, tip_y)))
    tip = end.x + _WIDTH
    if end.column == node.column:
        return Line(((right, y), (right + _BEND, y), (tip + _BEND, tip_y), (tip, tip_y)))
    bend = (left - tip) / 2
    return Line(((left, y), (left - bend, y), (tip + bend, tip_y), (tip, tip_y)))

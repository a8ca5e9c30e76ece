"""What the graph says of a node, as JSON that is JSON-LD too: every property a list, under its key."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol

from pyoxigraph import Literal, NamedNode

from heritage_graph.errors import ParameterError
from heritage_graph.json_ld.context import Form, class_names, keys
from heritage_graph.model.dates import read_literal
from heritage_graph.namespaces import RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from heritage_graph.json_ld.context import Key

Json = dict[str, object]
Cell = dict[str, str]
"""A term as SPARQL results in JSON have it."""

Row = Mapping[str, Cell]
"""A statement: its property `p` and its object `o`."""

Term = tuple[str, str, str, str]
"""What tells one object of a statement from another: its kind, text, language and datatype."""

UNTAGGED: Final = "@none"
_TYPE: Final = RDF.type.value
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})")
_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,15}")  # as JSON-LD writes it back
_LARGEST_INTEGER: Final = 2**53  # beyond it JSON numbers lose digits in most readers


class Names(Protocol):
    """The names of things."""

    def words(self, iri: str) -> Mapping[str, list[str]]:
        """The names of *iri* by language; empty when it has none, or when they are not to be told."""


@dataclass(frozen=True)
class Around:
    """What is known besides the statements about a node.

    `names` are those of what it refers to, `nodes` the statements about the nodes that are told within it, by IRI, and
    `sources` the graphs that make a statement, by subject, property and object; None when they are not wanted.
    `written` keeps references, most of which are told many times.
    """

    names: Names
    nodes: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    sources: Mapping[tuple[str, str, Term], Sequence[str]] | None = None
    written: dict[str, Json] = field(default_factory=dict)

    def of(self, subject: str, property_: str, cell: Cell) -> list[Json] | None:
        """The graphs that make a statement, as references; None when they are not wanted."""
        if self.sources is None:
            return None
        return [{"id": graph} for graph in self.sources.get((subject, property_, term(cell)), ())]


def term(cell: Mapping[str, str]) -> Term:
    """What tells the object in *cell* from others."""
    return cell["type"], cell["value"], cell.get("xml:lang", ""), cell.get("datatype", "")


def node(iri: str, rows: Iterable[Row], around: Around, *, without: str = "") -> Json:
    """The node *iri* with what *rows* (p, o) say of it, except by the property *without*."""
    by_property: defaultdict[str, dict[Term, Cell]] = defaultdict(dict)
    for row in rows:
        by_property[row["p"]["value"]][term(row["o"])] = row["o"]
    by_property.pop(without, None)
    told = _Node(iri, around)
    told.take_types(by_property.pop(_TYPE, {}).values())
    known = keys()
    for property_ in sorted(by_property, key=_place):
        cells = sorted(by_property[property_].values(), key=_in_order)
        if property_ in known:
            told.take(known[property_], cells)
        else:
            told.take_foreign(property_, cells)
    return told.members()


def reference(iri: str, around: Around) -> Json:
    """What is told of *iri* where something refers to it: its names, or all that is known when it is told within."""
    if iri not in around.written:
        around.written[iri] = _referred(iri, around)
    return around.written[iri]


def _referred(iri: str, around: Around) -> Json:
    if iri in around.nodes:
        return node(iri, around.nodes[iri], around)
    words = around.names.words(iri)
    label = {language: sorted(words[language]) for language in sorted(words)}
    return {"id": iri, "label": label} if label else {"id": iri}


class _Node:
    """A node that is being written."""

    def __init__(self, iri: str, around: Around) -> None:
        self._iri = iri
        self._around = around
        self._members: Json = {"id": iri, "type": []}
        self._sources: defaultdict[str, list[Json]] = defaultdict(list)

    def members(self) -> Json:
        """What has been written."""
        return {**self._members, **({"sourcesOf": dict(self._sources)} if self._sources else {})}

    def take_types(self, cells: Iterable[Cell]) -> None:
        for cell in sorted(cells, key=lambda each: each["value"]):
            name = class_names().get(cell["value"], cell["value"])
            self._list("type").append(name)
            self._note("type", _TYPE, cell, name)

    def take(self, key: Key, cells: Sequence[Cell]) -> None:
        """Write *cells* under *key*; those that its form cannot hold under the IRI."""
        foreign = []
        for cell in cells:
            if key.form is Form.TEXTS and _is_text(cell):
                self._take_text(key, cell)
            elif (value := _value(key, cell, self._around)) is None:
                foreign.append(cell)
            else:
                self._list(key.name).append(self._with_sources(key.name, key.iri, cell, value))
        self.take_foreign(key.iri, foreign)

    def take_foreign(self, property_: str, cells: Iterable[Cell]) -> None:
        """Write *cells* under the IRI of a property that has no key, as JSON-LD does without a context."""
        for cell in cells:
            value = _plain_json_ld(cell, self._around)
            self._list(property_).append(self._with_sources(property_, property_, cell, value))

    def _take_text(self, key: Key, cell: Cell) -> None:
        language = cell.get("xml:lang") or UNTAGGED
        by_language = self._members.setdefault(key.name, {})
        assert isinstance(by_language, dict)
        by_language.setdefault(language, []).append(cell["value"])
        self._note(key.name, key.iri, cell, cell["value"], language=language)

    def _list(self, name: str) -> list[object]:
        found = self._members.setdefault(name, [])
        assert isinstance(found, list)
        return found

    def _with_sources(self, name: str, property_: str, cell: Cell, value: object) -> object:
        """*value* with the graphs that state it: in it when it is an object, else noted beside."""
        sources = self._around.of(self._iri, property_, cell)
        if sources is None:
            return value
        if isinstance(value, dict):
            return {**value, "sources": sources}
        self._note(name, property_, cell, value)
        return value

    def _note(self, name: str, property_: str, cell: Cell, value: object, **more: str) -> None:
        sources = self._around.of(self._iri, property_, cell)
        if sources is not None:
            self._sources[name].append({"value": value, **more, "sources": sources})


def _in_order(cell: Cell) -> tuple[str, Term]:
    """The key by which values are sorted: texts by language first."""
    return cell.get("xml:lang", ""), term(cell)


def _place(property_: str) -> tuple[int, str]:
    """The key by which properties are sorted: as in the context, those of other vocabularies last."""
    return _places().get(property_, len(_places())), property_


@cache
def _places() -> Mapping[str, int]:
    return {property_: place for place, property_ in enumerate(keys())}


def _is_text(cell: Cell) -> bool:
    return cell["type"] == "literal" and ("xml:lang" in cell or _datatype(cell) == XSD.string.value)


def _datatype(cell: Cell) -> str:
    return cell.get("datatype", XSD.string.value)


def _value(key: Key, cell: Cell, around: Around) -> object:
    """The value in *cell* in the form of *key*; None when that form cannot hold it exactly."""
    if key.form is Form.REFERENCE:
        return None if cell["type"] == "literal" else reference(cell["value"], around)
    if cell["type"] != "literal" or "xml:lang" in cell:
        return None
    if key.form is Form.DATE:
        return _date(cell["value"], _datatype(cell))
    return _READ[key.form](cell["value"]) if _datatype(cell) == key.datatype and key.form in _READ else None


def _date(text: str, datatype: str) -> Json | None:
    try:
        read = read_literal(Literal(text, datatype=NamedNode(datatype)))
    except ParameterError:
        return None
    return {
        "value": text,
        "type": datatype.removeprefix(XSD),
        "earliest": read.earliest.isoformat(),
        "latest": read.latest.isoformat(),
    }


def _decimal(text: str) -> Json | None:
    return {"value": text, "type": "decimal", "number": float(text)} if _DECIMAL.fullmatch(text) else None


def _integer(text: str) -> int | None:
    number = int(text) if _INTEGER.fullmatch(text) else None
    return None if number is None or abs(number) > _LARGEST_INTEGER else number


def _boolean(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


_READ: Final[dict[Form, Callable[[str], object]]] = {
    Form.DECIMAL: _decimal,
    Form.INTEGER: _integer,
    Form.BOOLEAN: _boolean,
    Form.STRING: str,
}


def _plain_json_ld(cell: Cell, around: Around) -> Json:
    if cell["type"] != "literal":
        return reference(cell["value"], around)
    if "xml:lang" in cell:
        return {"@value": cell["value"], "@language": cell["xml:lang"]}
    return {"@value": cell["value"], **({"@type": cell["datatype"]} if "datatype" in cell else {})}

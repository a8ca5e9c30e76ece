"""What a page about a thing shows: its facts, the nodes around it, and which graph states each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import DCTERMS, HG, RDF, RDFS, SKOS
from heritage_graph.web.names import Name
from heritage_graph.web.templating import local_address, short_iri

if TYPE_CHECKING:
    from collections.abc import Iterable

    from heritage_graph.service import Row
    from heritage_graph.web.names import Names

_NAMES: Final = (SKOS.prefLabel.value, RDFS.label.value, DCTERMS.term("title").value)
_FIRST: Final = (RDF.type.value, *_NAMES, SKOS.altLabel.value, SKOS.definition.value)
_LAST: Final = (HG.evidence.value, HG.labelSource.value)
_PLAIN: Final = frozenset(
    {"http://www.w3.org/2001/XMLSchema#string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}
)


@dataclass(frozen=True)
class Shown:
    """A term as a page shows it: its text, where it leads, its language and its datatype when they matter."""

    text: str
    address: str | None = None
    language: str = ""
    datatype: str = ""
    iri: str = ""


@dataclass
class Fact:
    """One value of a property and the graphs that state it."""

    value: Shown
    graphs: list[Shown] = field(default_factory=list)


@dataclass
class Section:
    """A thing and what is stated of it: properties in reading order, each with its facts."""

    heading: Shown
    kind: Shown | None
    properties: list[tuple[Shown, list[Fact]]]


@dataclass(frozen=True)
class EntityPage:
    """The thing itself, then the nodes around it; `names` are its names in every language."""

    title: Name
    names: list[Name]
    main: Section
    around: list[Section]


def page_of(iri: str, rows: Iterable[Row], names: Names) -> EntityPage:
    """The page about *iri* that the quads in *rows* (variables s, p, o, g) give."""
    facts: defaultdict[str, defaultdict[str, dict[tuple[str, ...], Fact]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        value = row["o"]
        identity = (value["type"], value["value"], value.get("xml:lang", ""), value.get("datatype", ""))
        found = facts[row["s"]["value"]][row["p"]["value"]]
        fact = found.setdefault(identity, Fact(_shown(value, names)))
        fact.graphs.append(_linked(row["g"]["value"], names))
    sections = {subject: _section(subject, properties, names) for subject, properties in facts.items()}
    main = sections.pop(iri, Section(_linked(iri, names), None, []))
    own = facts[iri]
    labels = [
        Name(fact.value.text, fact.value.language) for predicate in _NAMES for fact in own.get(predicate, {}).values()
    ]
    around = sorted(
        sections.values(), key=lambda section: (section.kind.text if section.kind else "", section.heading.iri)
    )
    return EntityPage(names.of(iri), labels, main, around)


def _section(subject: str, properties: dict[str, dict[tuple[str, ...], Fact]], names: Names) -> Section:
    kinds = [fact.value for fact in properties.get(RDF.type.value, {}).values()]
    ordered = sorted(properties, key=lambda predicate: (_rank(predicate), predicate))
    return Section(
        _linked(subject, names),
        kinds[0] if kinds else None,
        [(_linked(predicate, names), list(properties[predicate].values())) for predicate in ordered],
    )


def _rank(predicate: str) -> int:
    if predicate in _FIRST:
        return _FIRST.index(predicate)
    return len(_FIRST) + 1 + (_LAST.index(predicate) + 1 if predicate in _LAST else 0)


def _shown(value: dict[str, str], names: Names) -> Shown:
    if value["type"] == "uri":
        return _linked(value["value"], names)
    datatype = value.get("datatype", "")
    return Shown(
        value["value"],
        language=value.get("xml:lang", ""),
        datatype="" if datatype in _PLAIN else short_iri(datatype),
    )


def _linked(iri: str, names: Names) -> Shown:
    name = names.of(iri)
    return Shown(name.text, local_address(iri), name.language, iri=iri)

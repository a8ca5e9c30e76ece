"""Put the page about a thing together: its head, its sections in the order of its kind, and everything else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from heritage_graph.namespaces import HG, RDF, SKOS
from heritage_graph.web.entity_pages.agreement_term import standing_in, time_line_of
from heritage_graph.web.entity_pages.facts import TOLD_ELSEWHERE, Fact, FactRow, why_page
from heritage_graph.web.entity_pages.layouts import layout_of
from heritage_graph.web.entity_pages.listing import MOST_OTHERS, asserted_listed, contexts_listed, links_listed
from heritage_graph.web.entity_pages.naming import names_given, other_names
from heritage_graph.web.entity_pages.participations import participants
from heritage_graph.web.entity_pages.reading import MOST_LISTED
from heritage_graph.web.entity_pages.ring import ring_of
from heritage_graph.web.entity_pages.shown import Shown, linked, shown
from heritage_graph.web.page_language import direction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from heritage_graph.web.api.statements import Statement
    from heritage_graph.web.entity_pages.agreement_term import Standing, TimeLine
    from heritage_graph.web.entity_pages.facts import Telling
    from heritage_graph.web.entity_pages.layouts import Part
    from heritage_graph.web.entity_pages.listing import Listing
    from heritage_graph.web.entity_pages.naming import NameGiven
    from heritage_graph.web.entity_pages.participations import Participants
    from heritage_graph.web.entity_pages.reading import Reading
    from heritage_graph.web.entity_pages.ring import Ring
    from heritage_graph.web.names import Name

_RENEWAL: Final = frozenset({f"{HG}RenewalTerm"})
_FUNDING: Final = frozenset({f"{HG}FundingTerm", f"{HG}RightTerm"})
_NO_VALUE: Final = frozenset({*TOLD_ELSEWHERE, RDF + "type"})
_MOST_STATEMENTS: Final = 400
_LOCAL: Final = re.compile("[#/]")


@dataclass(frozen=True)
class Point:
    """Where a place lies: the coordinates as they are stated."""

    latitude: Fact
    longitude: Fact


@dataclass(frozen=True)
class Section:
    """A section; what it has not is empty. `more` is where the lists that are cut go on."""

    name: str
    rows: Sequence[FactRow] = ()
    terms: Sequence[FactRow] = ()
    lists: Sequence[Listing] = ()
    participants: Participants | None = None
    time_line: TimeLine | None = None
    ring: Ring | None = None
    point: Point | None = None
    more: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing in it."""
        return not (
            self.rows or self.terms or any(each.items for each in self.lists) or self.participants
            or self.time_line or self.ring or self.point
        )  # fmt: skip


@dataclass(frozen=True)
class Doubt:
    """What curators noted about the thing: a name and a note."""

    about: Shown
    notes: Sequence[Shown]


@dataclass(frozen=True)
class Source:
    """A graph that says something of the thing, and how many statements it makes."""

    graph: Shown
    count: int
    mark_nature: str


@dataclass(frozen=True)
class StatedRow:
    """A statement as the table of all statements has it."""

    subject: Shown
    property: Shown
    value: Shown
    graphs: Sequence[Shown]


@dataclass(frozen=True)
class EntityPage:
    """What a page about a thing tells, from its head to the table of all statements."""

    title: Name
    kinds: Sequence[Shown]
    names: Sequence[Shown]
    standing: Standing | None
    definitions: Sequence[Shown]
    notes: Sequence[Fact]
    sections: Sequence[Section]
    doubts: Sequence[Doubt]
    names_given: Sequence[NameGiven]
    sources: Sequence[Source]
    statements: Sequence[StatedRow]
    statements_cut: bool
    why: str


def page_of(reading: Reading, telling: Telling, *, on: date, language: str) -> EntityPage:
    """The page about the thing that was read, in *language*, on the day *on*."""
    names = telling.names
    iri = reading.iri
    title = names.of(iri)
    given = names_given(reading, telling)
    standing = standing_in(reading, iri, on, telling) if reading.family == "agreement" else None
    making = _Making(reading, telling, on, language, standing)
    statements = _all_statements(reading, telling)
    return EntityPage(
        title=title,
        kinds=[shown(each.cell, names) for each in reading.statements if each.predicate == RDF.type.value],
        names=other_names(given, title.text),
        standing=standing,
        definitions=_texts(reading.statements, SKOS.definition.value, telling, language),
        notes=[telling.fact(iri, each) for each in reading.statements if each.predicate == HG.note.value],
        sections=[each for each in making.sections() if not each.is_empty],
        doubts=_doubts(reading, telling),
        names_given=given,
        sources=_sources(reading, telling),
        statements=statements[:_MOST_STATEMENTS],
        statements_cut=len(statements) > _MOST_STATEMENTS,
        why=why_page(iri),
    )


@dataclass(frozen=True)
class _Making:
    """What the sections are made of."""

    reading: Reading
    telling: Telling
    on: date
    language: str
    standing: Standing | None

    def sections(self) -> list[Section]:
        """The sections of the kind, then what none of them tells."""
        layout = layout_of(self.reading.iri)
        told = {each for part in layout for each in part.own} | TOLD_ELSEWHERE
        pointing = {each for part in layout for each in part.links}
        rest = tuple(dict.fromkeys(each.predicate for each in self.reading.statements if each.predicate not in told))
        others = [each for each in self.reading.links if each not in pointing]
        listed = {kind for part in layout for kind in part.contexts}
        unlisted = [kind for kind in self.reading.contexts if kind not in listed]
        return [
            *(self._section(part) for part in layout),
            Section("more", rows=self._rows(rest)),
            Section(
                "takes-part", lists=contexts_listed(self.reading, unlisted, self.telling, self.on, most=MOST_LISTED)
            ),
            Section("points-here", lists=self._links(others), more=self._data),
        ]

    @property
    def _data(self) -> str:
        return f"/sparql#query={quote(f'DESCRIBE <{self.reading.iri}>')}"

    def _section(self, part: Part) -> Section:
        lists = self._links(part.links, alone=len(part.links) == 1 and not part.own)
        lists += contexts_listed(self.reading, part.contexts, self.telling, self.on, most=MOST_LISTED)
        if part.special == "assertions":
            lists = asserted_listed(self.reading, self.telling, most=MOST_LISTED)
        return Section(
            part.name,
            rows=self._rows(part.own),
            terms=self._terms(part.name),
            lists=lists,
            participants=self._participants() if part.special == "participants" else None,
            time_line=self._time_line() if part.special == "term" else None,
            ring=ring_of(self.reading, self.telling) if part.special == "partners" else None,
            point=self._point() if part.special == "position" else None,
            more=self._more(part),
        )

    def _rows(self, properties: Sequence[str]) -> list[FactRow]:
        return self.telling.rows(self.reading.iri, self.reading.statements, properties)

    def _links(self, properties: Sequence[str], *, alone: bool = False) -> list[Listing]:
        found = self.reading.links
        return [
            links_listed(
                self.reading, each, found[each], self.telling, self.on, name="" if alone else _LOCAL.split(each)[-1]
            )
            for each in properties
            if each in found and found[each].nodes
        ]

    def _participants(self) -> Participants | None:
        found = participants(self.reading, self.telling)
        return found if found.parts else None

    def _time_line(self) -> TimeLine | None:
        if self.standing is None:
            return None
        return time_line_of(self.standing, right_to_left=direction(self.language) == "rtl")

    def _point(self) -> Point | None:
        facts = {
            each.predicate: self.telling.fact(self.reading.iri, each)
            for each in self.reading.statements
            if each.predicate in {HG.latitude.value, HG.longitude.value}
        }
        if len(facts) < 2:  # noqa: PLR2004 - a point has both
            return None
        return Point(facts[HG.latitude.value], facts[HG.longitude.value])

    def _terms(self, name: str) -> list[FactRow]:
        """The terms that belong into the section called *name*: those of renewal and of funding have their own."""
        rows = []
        for node, statements in self.reading.nodes.get("term", {}).items():
            classes = {each.cell["value"] for each in statements if each.predicate == RDF.type.value}
            place = "renewal" if classes & _RENEWAL else "funding" if classes & _FUNDING else "term"
            if place == name or (name == "terms" and self.reading.family == "terms"):
                rows.append(self._term(node, statements))
        if name == "funding":
            rows += [self._term(node, each) for node, each in self.reading.nodes.get("contribution", {}).items()]
        return rows

    def _term(self, node: str, statements: Sequence[Statement]) -> FactRow:
        kinds = [each for each in statements if each.predicate == RDF.type.value]
        values = [each for each in statements if each.predicate not in _NO_VALUE]
        mark = self.telling.mark(node, (kinds or values)[0])
        facts = [Fact(linked(node, self.telling.names), mark), *(self.telling.fact(node, each) for each in values)]
        return FactRow(shown(kinds[0].cell, self.telling.names) if kinds else facts[0].value, facts)

    def _more(self, part: Part) -> str:
        about = quote(self.reading.iri, safe=":/")
        match part.name:
            case "agreements":
                return f"/agreements?party={about}"
            case "events" | "programmes":
                return f"/timeline?about={about}"
            case "partners":
                return f"/network?about={about}"
            case _:
                return self._data


def _texts(statements: Sequence[Statement], property_: str, telling: Telling, language: str) -> list[Shown]:
    """The texts of a property in *language*, all where there is none in it."""
    found = [shown(each.cell, telling.names) for each in statements if each.predicate == property_]
    return [each for each in found if each.language == language] or found


def _doubts(reading: Reading, telling: Telling) -> list[Doubt]:
    return [
        Doubt(
            linked(node, telling.names),
            [shown(each.cell, telling.names) for each in statements if each.predicate == HG.note.value],
        )
        for node, statements in reading.nodes.get("anomaly", {}).items()
    ]


def _sources(reading: Reading, telling: Telling) -> list[Source]:
    counts: dict[str, int] = {}
    nature: dict[str, str] = {}
    for each in reading.statements:
        for graph in each.graphs:
            counts[graph] = counts.get(graph, 0) + 1
            nature[graph] = type(each)(each.predicate, each.cell, (graph,)).nature
    return [Source(linked(graph, telling.names), counts[graph], nature[graph]) for graph in sorted(counts)]


def _all_statements(reading: Reading, telling: Telling) -> list[StatedRow]:
    by_subject: dict[str, Sequence[Statement]] = {reading.iri: reading.statements}
    for nodes in reading.nodes.values():
        by_subject |= nodes
    return [
        StatedRow(
            linked(subject, telling.names),
            linked(each.predicate, telling.names),
            shown(each.cell, telling.names),
            [linked(graph, telling.names) for graph in each.graphs],
        )
        for subject, statements in by_subject.items()
        for each in statements
    ]


def named_in(reading: Reading) -> set[str]:
    """The IRIs of everything that the page names."""
    return {
        reading.iri,
        *reading.partners,
        *reading.asserted,
        *(node for links in reading.links.values() for node in links.nodes),
        *(context.iri for of_kind in reading.contexts.values() for context in of_kind[:MOST_LISTED]),
        *(each.agent for of_one in reading.taking_part.values() for each in of_one[: MOST_OTHERS + 1] if each.agent),
        *_values(reading.statements),
        *(node for nodes in reading.nodes.values() for node in nodes),
        *(iri for nodes in reading.nodes.values() for statements in nodes.values() for iri in _values(statements)),
    }


def _values(statements: Sequence[Statement]) -> set[str]:
    return {each.cell["value"] for each in statements if each.cell["type"] == "uri"}

"""Facts with the mark of who says so: what stands beside a property, and the sections that facts make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.namespaces import DCTERMS, HG, ID, RDF, RDFS, SKOS
from heritage_graph.query_files.facts import term_of
from heritage_graph.web.api.statements import Statement
from heritage_graph.web.entity_pages.shown import Shown, linked, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from heritage_graph.web.api.disputes import Disputes
    from heritage_graph.web.names import Names

NAMING: Final = tuple(
    each.value for each in (SKOS.prefLabel, RDFS.label, DCTERMS.term("title"), SKOS.altLabel, HG.acronym, HG.formerName)
)
"""The properties that name a thing, in the order in which names are told."""
TOLD_ELSEWHERE: Final = frozenset(
    {
        *NAMING,
        *(RDF + "type", SKOS + "definition", DCTERMS + "isReplacedBy", DCTERMS + "replaces"),
        *(
            HG + name
            for name in ("labelSource", "evidence", "earliest", "latest", "listIsOpen", "note", "anomaly", "latitude",
                         "longitude", "hasTerm", "collaboratesWith")
        ),
    }
)  # fmt: skip
"""Properties that a page tells in its head, in a section of their own, or with the grounds of other facts."""
_SHORT: Final = ((ID, "id:"), (HG, "hg:"))


@dataclass(frozen=True)
class Mark:
    """What stands beside a fact: who says so, and where the grounds are.

    `nature` is that of `Statement`, or `disputed` when another source says otherwise; `sources` are the graphs
    that state it.
    """

    nature: str
    sources: tuple[Shown, ...]
    why: str


@dataclass(frozen=True)
class Fact:
    """A value with its mark."""

    value: Shown
    mark: Mark


@dataclass(frozen=True)
class FactRow:
    """A property and its values."""

    label: Shown
    facts: Sequence[Fact]


@dataclass(frozen=True)
class Telling:
    """What it takes to tell statements: names, and who disagrees with those about the thing of the page."""

    names: Names
    disputes: Disputes = field(default_factory=dict)

    def fact(self, subject: str, statement: Statement) -> Fact:
        """The value of a statement about *subject*, with its mark."""
        return Fact(shown(statement.cell, self.names), self.mark(subject, statement))

    def mark(self, subject: str, statement: Statement) -> Mark:
        """The mark of a statement about *subject*."""
        nature = "disputed" if statement.key in self.disputes else statement.nature
        return Mark(
            nature,
            tuple(linked(graph, self.names) for graph in statement.graphs),
            why_page(subject, statement.predicate, term_of(statement.cell)),
        )

    def linking(self, subject: str, property_: str, value: str, graphs: Iterable[str]) -> Mark:
        """The mark of the statement that *subject* has the thing *value* as its *property_*."""
        return self.mark(subject, Statement(property_, {"type": "uri", "value": value}, tuple(graphs)))

    def rows(self, subject: str, statements: Iterable[Statement], properties: Sequence[str]) -> list[FactRow]:
        """The facts about *subject* with each of *properties*, those that there are."""
        by_property: dict[str, list[Statement]] = {}
        for each in statements:
            by_property.setdefault(each.predicate, []).append(each)
        return [
            FactRow(linked(each, self.names), [self.fact(subject, one) for one in by_property[each]])
            for each in properties
            if each in by_property
        ]


def why_page(subject: str, property_: str = "", value: str = "") -> str:
    """The address of the page that tells the grounds of statements; *value* is as SPARQL writes terms."""
    asked = {"s": _shortened(subject), "p": _shortened(property_), "o": value}
    return "/why?" + urlencode({name: text for name, text in asked.items() if text}, safe=":/")


def _shortened(iri: str) -> str:
    """*iri* with one of the prefixes that every address takes, where its local part allows it."""
    for namespace, prefix in _SHORT:
        local = iri.removeprefix(namespace)
        if local != iri and local.replace("/", "").replace("-", "").isalnum():
            return prefix + local
    return iri

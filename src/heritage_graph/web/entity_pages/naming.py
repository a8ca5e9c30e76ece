"""The names of a thing: in every script, of every sort, and by whom each is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HG, SKOS
from heritage_graph.web.entity_pages.facts import NAMING
from heritage_graph.web.entity_pages.shown import Shown, linked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heritage_graph.web.entity_pages.facts import Mark, Telling
    from heritage_graph.web.entity_pages.reading import Reading

_LOCAL: Final = re.compile("[#/]")


@dataclass(frozen=True)
class NameGiven:
    """A name as sources give it: by which property, whether it is official, stated or translated, and the mark."""

    name: Shown
    sort: str
    standing: Sequence[Shown]
    sources: Sequence[Shown]
    mark: Mark

    @property
    def sort_name(self) -> str:
        """What `words/entity.toml` calls the property, behind `sort-`."""
        return _LOCAL.split(self.sort)[-1]


def other_names(given: Sequence[NameGiven], title: str) -> list[Shown]:
    """The preferred names besides *title*, each text once, one language after the other."""
    preferred = [each.name for each in given if each.sort == SKOS.prefLabel.value and each.name.text != title]
    return sorted({each.text: each for each in preferred}.values(), key=lambda each: (each.language, each.text))


def names_given(reading: Reading, telling: Telling) -> list[NameGiven]:
    """Every name of the thing: preferred ones first, then by language."""
    standings: dict[str, list[str]] = {}
    for each in reading.statements:
        if each.predicate == HG.labelSource.value:
            for graph in each.graphs:
                standings.setdefault(graph, []).append(each.cell["value"])
    found = []
    for each in sorted(reading.statements, key=lambda one: (_rank(one.predicate), one.cell.get("xml:lang", ""))):
        if each.predicate in NAMING:
            told = telling.fact(reading.iri, each)
            concepts = dict.fromkeys(one for graph in each.graphs for one in standings.get(graph, ()))
            found.append(
                NameGiven(
                    told.value,
                    each.predicate,
                    [linked(one, telling.names) for one in concepts],
                    [linked(graph, telling.names) for graph in each.graphs],
                    told.mark,
                )
            )
    return found


def _rank(property_: str) -> int:
    return NAMING.index(property_) if property_ in NAMING else len(NAMING)

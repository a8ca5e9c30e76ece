"""What is said with the terms of the ontology: how often, and for instance."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HG
from heritage_graph.web.names import Names
from heritage_graph.web.pages.model.ontology_model import CLASS
from heritage_graph.web.pages.model.term_links import TermLink, link_to, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from heritage_graph.query_files import Query
    from heritage_graph.web.api.references import Asking
    from heritage_graph.web.pages.model.ontology_model import Ontology, Term

MOST_EXAMPLES: Final = 3
_LONGEST: Final = 80
_OUR_TERM: Final = re.compile(r"\bhg:([A-Za-z]+)")


@dataclass(frozen=True)
class Example:
    """A use of a term: a thing, and the value that it has when the term is a property."""

    thing: TermLink
    value: TermLink | None = None


@dataclass(frozen=True)
class Uses:
    """How often each term is used, and examples of it, by IRI.

    A thing counts for its own class only; `examples` of a property come with their values.
    """

    counts: Mapping[str, int]
    examples: Mapping[str, list[Example]]

    def of(self, term: Term, ontology: Ontology) -> int:
        """How often *term* is used; a class with all that are narrower."""
        iris = ontology.with_below(term.iri) if term.kind == CLASS else [term.iri]
        return sum(self.counts.get(iri, 0) for iri in iris)

    def examples_of(self, term: Term, ontology: Ontology) -> list[Example]:
        """A few uses of *term*; of a class without things of its own, those of the narrower ones."""
        iris = ontology.with_below(term.iri) if term.kind == CLASS else [term.iri]
        return [each for iri in iris for each in self.examples.get(iri, ())][:MOST_EXAMPLES]


async def uses_of_terms(asking: Asking, terms: Iterable[Term], names: Names) -> Uses:
    """The uses of all terms; examples only of *terms*."""
    counted = [row for row in await asking.rows("term-uses") if "first" in row]
    counts = {row["term"]["value"]: int(row["uses"]["value"]) for row in counted}
    kinds = {term.iri: term.kind for term in terms}
    things = {
        row["term"]["value"]: list(dict.fromkeys((row["first"]["value"], row["last"]["value"])))
        for row in counted
        if row["term"]["value"] in kinds
    }
    pairs = {(iri, term) for term, iris in things.items() if kinds[term] != CLASS for iri in iris}
    stated = await _stated(asking, pairs)
    shown = {iri for iris in things.values() for iri in iris}
    shown |= {cell["value"] for cell in stated.values() if cell["type"] == "uri"}
    known = Names(await asking.rows_about("api-names", "things", shown), names.by_iri, language=names.language)
    return Uses(
        counts,
        {term: [_example(iri, stated.get((iri, term)), known) for iri in iris] for term, iris in things.items()},
    )


def queries_by_term(queries: Iterable[Query]) -> Mapping[str, list[Query]]:
    """Those of *queries* in whose SPARQL each term stands, by its IRI."""
    found: defaultdict[str, list[Query]] = defaultdict(list)
    for query in queries:
        for iri in _terms_in(query.sparql):
            found[iri].append(query)
    return found


@cache  # the texts are those of query files
def _terms_in(sparql: str) -> tuple[str, ...]:
    """The terms of ours that a query names, each once."""
    return tuple(HG + name for name in sorted(set(_OUR_TERM.findall(sparql))))


async def _stated(asking: Asking, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], dict[str, str]]:
    """A value for each of the *pairs* of a thing and a property: the first in order of their texts."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in await asking.rows_about("example-statements", "things", (thing for thing, _ in pairs)):
        pair, cell = (row["thing"]["value"], row["property"]["value"]), row["value"]
        if pair in pairs and (pair not in found or cell["value"] < found[pair]["value"]):
            found[pair] = cell
    return found


def _example(thing: str, cell: dict[str, str] | None, names: Names) -> Example:
    if cell is None:
        return Example(link_to(thing, names))
    if cell["type"] == "uri":
        return Example(link_to(thing, names), link_to(cell["value"], names))
    text = cell["value"]
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"
    return Example(link_to(thing, names), literal(shown, cell.get("xml:lang", "")))

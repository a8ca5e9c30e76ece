"""What is said with the terms of the ontology: how often, and for instance."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HG
from heritage_graph.query_files import bind
from heritage_graph.web.names import Names
from heritage_graph.web.pages.ontology_model import CLASS
from heritage_graph.web.pages.term_links import TermLink, link_to, literal
from heritage_graph.web.replies import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request

    from heritage_graph.query_files import Catalogue, Query
    from heritage_graph.service import Row
    from heritage_graph.web.context import Context
    from heritage_graph.web.pages.ontology_model import Ontology, Term

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


async def uses_of_terms(
    request: Request, context: Context, terms: Iterable[Term], names: Names, generation: int
) -> Uses:
    """The uses of all terms; examples only of *terms*."""
    text = bind(context.internal.query("term-uses"), {})
    counted = [row for row in await rows_of(request, context, text, generation=generation) if "first" in row]
    counts = {row["term"]["value"]: int(row["uses"]["value"]) for row in counted}
    kinds = {term.iri: term.kind for term in terms}
    things = {
        row["term"]["value"]: list(dict.fromkeys((row["first"]["value"], row["last"]["value"])))
        for row in counted
        if row["term"]["value"] in kinds
    }
    used_in = {iri for term, iris in things.items() if kinds[term] != CLASS for iri in iris}
    stated = await _stated(request, context, used_in, generation)
    shown = {iri for iris in things.values() for iri in iris}
    shown |= {cells[0]["value"] for cells in stated.values() if cells[0]["type"] == "uri"}
    known = Names(await _names_of(request, context, shown, generation), names.by_iri, language=names.language)
    return Uses(
        counts,
        {term: [_example(iri, stated.get((iri, term), []), known) for iri in iris] for term, iris in things.items()},
    )


def queries_by_term(catalogue: Catalogue) -> Mapping[str, list[Query]]:
    """The stored queries in whose SPARQL each term stands, by its IRI."""
    found: defaultdict[str, list[Query]] = defaultdict(list)
    for query in catalogue.queries.values():
        for name in sorted(set(_OUR_TERM.findall(query.sparql))):
            found[HG + name].append(query)
    return found


async def _stated(
    request: Request, context: Context, things: set[str], generation: int
) -> dict[tuple[str, str], list[dict[str, str]]]:
    """The values of *things* by thing and property."""
    if not things:
        return {}
    text = bind(context.internal.query("example-statements"), {"things": " ".join(sorted(things))})
    found: defaultdict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in await rows_of(request, context, text, generation=generation):
        found[row["thing"]["value"], row["property"]["value"]].append(row["value"])
    return {key: sorted(cells, key=lambda cell: cell["value"]) for key, cells in found.items()}


async def _names_of(request: Request, context: Context, things: set[str], generation: int) -> list[Row]:
    if not things:
        return []
    text = bind(context.internal.query("api-names"), {"things": " ".join(sorted(things))})
    return await rows_of(request, context, text, generation=generation)


def _example(thing: str, cells: list[dict[str, str]], names: Names) -> Example:
    if not cells:
        return Example(link_to(thing, names))
    cell = cells[0]
    if cell["type"] == "uri":
        return Example(link_to(thing, names), link_to(cell["value"], names))
    text = cell["value"]
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"
    return Example(link_to(thing, names), literal(shown, cell.get("xml:lang", "")))

"""The pages of the vocabularies: all of them, one as a tree, and one concept with what it is used for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import HG, HGV, SKOS
from heritage_graph.web.api.references import Asking
from heritage_graph.web.described import wanted_of
from heritage_graph.web.exchange import field
from heritage_graph.web.names import Names
from heritage_graph.web.negotiation import GRAPHS, HTML
from heritage_graph.web.pages.model.scheme_tree import scheme_of
from heritage_graph.web.pages.model.term_links import in_language, in_others, link_to, literal, names_of_terms
from heritage_graph.web.profiles import PROFILE
from heritage_graph.web.replies import cached, current, page_reply
from heritage_graph.web.routing import values_of
from heritage_graph.web.signposting import Link, link_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.context import Context
    from heritage_graph.web.described import Subject
    from heritage_graph.web.pages.model.scheme_tree import Branch, Concept, Scheme
    from heritage_graph.web.pages.model.term_links import Spoken, TermLink
    from heritage_graph.web.replies import Reply

MOST_USES: Final = 100
"""So many things are listed of each property; more are counted."""


@dataclass(frozen=True)
class ConceptView:
    """A concept as a page shows it, in the language of the page and in the others."""

    slug: str
    iri: str
    address: str
    name: Spoken
    definition: Spoken
    others: Sequence[tuple[Spoken, Spoken | None]]
    notations: Sequence[str]
    also: Sequence[TermLink]
    matches: Sequence[tuple[str, TermLink]]
    rest: Sequence[tuple[TermLink, TermLink]]
    uses: int


@dataclass(frozen=True)
class BranchView:
    """A concept in the tree; `count` is how many are directly below it."""

    concept: ConceptView
    is_first: bool
    below: Sequence[BranchView]


@dataclass(frozen=True)
class Use:
    """A thing that a concept describes; a participation is told as who takes part in what."""

    thing: TermLink
    who: TermLink | None = None
    context: TermLink | None = None


@dataclass(frozen=True)
class UsesOf:
    """The things that a property joins to a concept: how many, and the first of them."""

    property: TermLink
    count: int
    shown: Sequence[Use]


async def vocabularies_page(asking: Asking, _: str) -> Reply:
    """All concept schemes: what each is for, and how many concepts it has."""
    texts: dict[str, dict[str, dict[str, str]]] = {}
    counts: dict[str, int] = {}
    for row in await asking.rows("vocabularies-listed"):
        iri = row["scheme"]["value"]
        counts[iri] = int(row["concepts"]["value"])
        said = texts.setdefault(iri, {})
        if "text" in row:
            said.setdefault(row["use"]["value"], {})[row["text"].get("xml:lang", "")] = row["text"]["value"]
    names = await names_of_terms(asking)
    schemes = [
        (link_to(iri, names), in_language(said.get(SKOS.definition.value, {}), names.language), counts[iri])
        for iri, said in texts.items()
    ]
    return page_reply(
        asking.request,
        asking.context,
        "vocabularies.html",
        schemes=sorted(schemes, key=lambda each: each[0].text.casefold()),
        formats=GRAPHS,
        generation=asking.generation,
    )


async def scheme_page(asking: Asking, iri: str) -> Reply:
    """The concept scheme *iri* as a tree.

    Raises:
        UnknownName: there is no such scheme.
    """
    scheme = await _scheme(asking, iri)
    if scheme is None:
        raise UnknownName(f"nothing is known of {iri}", iri=iri)
    names = await names_of_terms(asking)
    uses = await _counted(asking, iri)
    properties = [row["property"]["value"] for row in await asking.rows("scheme-properties", this=iri)]
    return page_reply(
        asking.request,
        asking.context,
        "vocabulary.html",
        scheme=_view(scheme.itself, names, 0),
        version=scheme.version,
        count=len(scheme.concepts),
        tree=_branches(scheme.tree(), names, uses),
        properties=[link_to(each, names) for each in properties],
        address=f"/vocab/{iri.removeprefix(HGV)}",
        formats=GRAPHS,
        generation=asking.generation,
    )


async def concept_page(request: Request, context: Context, subject: Subject, *, suffix: str) -> Reply | None:
    """The page of a concept; None for another format or profile, a state not kept, and what is in no scheme.

    Raises:
        NotAcceptable: as `wanted_of`.
    """
    wanted = await wanted_of(request, context, subject, suffix)
    at = None if wanted.state is None else wanted.state.generation
    other = PROFILE.name in values_of(request.scope) or field(request.scope, b"accept-profile")
    if wanted.format != HTML or other or (at is not None and at not in context.service.generations.published):
        return None
    edition = await current(request, context, "concept", *wanted.parts, at_generation=at)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    scheme = await _scheme(asking, subject.iri.rpartition("/")[0])
    if scheme is None or subject.iri not in scheme.concepts:
        return None
    terms = await names_of_terms(asking)
    concept = scheme.concepts[subject.iri]
    uses = await _uses(asking, subject.iri, terms)
    page = page_reply(
        request,
        context,
        "concept.html",
        scheme=_view(scheme.itself, terms, 0),
        concept=_view(concept, terms, sum(each.count for each in uses)),
        ways=[[link_to(iri, terms) for iri in way] for way in scheme.ways_to(subject.iri) or [[]]],
        below=[link_to(iri, terms) for iri in scheme.below(subject.iri)],
        uses=uses,
        record=link_to(HG.Participation.value, terms),
        address=subject.path,
        query=wanted.query,
        formats=GRAPHS,
        generation=edition.generation,
    )
    alternates = [
        Link(f"{subject.path}.{each.extension}{wanted.query}", "alternate", each.media_type) for each in (*GRAPHS, HTML)
    ]
    return cached(page, edition, link_field([*alternates, Link(subject.iri, "describes")]))


async def _scheme(asking: Asking, iri: str) -> Scheme | None:
    return scheme_of(iri, await asking.rows("scheme-concepts", this=iri))


async def _counted(asking: Asking, iri: str) -> Mapping[str, int]:
    """How often each concept of a scheme is used."""
    found: Counter[str] = Counter()
    for row in await asking.rows("scheme-uses", this=iri):
        if "concept" in row:
            found[row["concept"]["value"]] += int(row["uses"]["value"])
    return found


async def _uses(asking: Asking, iri: str, terms: Names) -> list[UsesOf]:
    by_property: dict[str, dict[str, Row]] = {}
    for row in await asking.rows("concept-uses", this=iri):
        by_property.setdefault(row["property"]["value"], {}).setdefault(row["thing"]["value"], row)
    shown = {each: list(things.values())[:MOST_USES] for each, things in by_property.items()}
    things = {
        row[name]["value"]
        for rows in shown.values()
        for row in rows
        for name in ("thing", "context", "participant")
        if name in row
    }
    names = Names(await asking.rows_about("api-names", "things", things), terms.by_iri, language=terms.language)
    return [
        UsesOf(link_to(each, terms), len(by_property[each]), [_use(row, names) for row in rows])
        for each, rows in shown.items()
    ]


def _use(row: Row, names: Names) -> Use:
    thing = link_to(row["thing"]["value"], names)
    if "context" not in row:
        return Use(thing)
    who = (
        link_to(row["participant"]["value"], names)
        if "participant" in row
        else literal(row["printed"]["value"], row["printed"].get("xml:lang", ""))
        if "printed" in row
        else None
    )
    return Use(thing, who, link_to(row["context"]["value"], names))


def _branches(branches: Iterable[Branch], names: Names, uses: Mapping[str, int]) -> list[BranchView]:
    return [
        BranchView(
            _view(branch.concept, names, uses.get(branch.concept.iri, 0)),
            branch.is_first,
            _branches(branch.below, names, uses),
        )
        for branch in branches
    ]


def _view(concept: Concept, names: Names, uses: int) -> ConceptView:
    language = names.language
    definitions = {each.language: each for each in in_others(concept.definitions, language)}
    return ConceptView(
        concept.slug,
        concept.iri,
        f"/vocab/{concept.iri.removeprefix(HGV)}",
        in_language(concept.names, language),
        in_language(concept.definitions, language),
        [(name, definitions.get(name.language)) for name in in_others(concept.names, language)],
        concept.notations,
        [literal(text, code) for text, code in concept.also],
        [(match.rpartition("#")[2], link_to(other, names)) for match, other in concept.matches],
        [(link_to(name, names), _value(cell, names)) for name, cell in concept.rest],
        uses,
    )


def _value(cell: Mapping[str, str], names: Names) -> TermLink:
    if cell["type"] == "uri":
        return link_to(cell["value"], names)
    return literal(cell["value"], cell.get("xml:lang", ""))

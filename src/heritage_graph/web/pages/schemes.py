"""The pages of the vocabularies: all of them, one as a tree, and one concept with what it is used for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import HGV, SKOS
from heritage_graph.query_files import bind
from heritage_graph.web.described import wanted_of
from heritage_graph.web.exchange import field
from heritage_graph.web.names import Names
from heritage_graph.web.negotiation import GRAPHS, HTML
from heritage_graph.web.page_language import page_language
from heritage_graph.web.pages.scheme_tree import scheme_of
from heritage_graph.web.pages.term_links import in_language, in_others, link_to, literal
from heritage_graph.web.profiles import PROFILE
from heritage_graph.web.replies import cached, current, page_reply, rows_of
from heritage_graph.web.routing import values_of
from heritage_graph.web.signposting import Link, link_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.context import Context
    from heritage_graph.web.described import Subject
    from heritage_graph.web.pages.scheme_tree import Branch, Concept, Scheme
    from heritage_graph.web.pages.term_links import Spoken, TermLink
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


async def vocabularies_page(request: Request, context: Context, generation: int) -> Reply:
    """All concept schemes: what each is for, and how many concepts it has."""
    text = bind(context.internal.query("vocabularies-listed"), {})
    texts: dict[str, dict[str, dict[str, str]]] = {}
    counts: dict[str, int] = {}
    for row in await rows_of(request, context, text, generation=generation):
        iri = row["scheme"]["value"]
        counts[iri] = int(row["concepts"]["value"])
        said = texts.setdefault(iri, {})
        if "text" in row:
            said.setdefault(row["use"]["value"], {})[row["text"].get("xml:lang", "")] = row["text"]["value"]
    code = page_language(request.scope).code
    names = await context.term_names.of(request, context, generation)
    schemes = [
        (link_to(iri, names), in_language(said.get(SKOS.definition.value, {}), code), counts[iri])
        for iri, said in texts.items()
    ]
    return page_reply(
        request,
        context,
        "vocabularies.html",
        schemes=sorted(schemes, key=lambda each: each[0].text.casefold()),
        formats=GRAPHS,
        generation=generation,
    )


async def scheme_page(request: Request, context: Context, iri: str, generation: int) -> Reply:
    """The concept scheme *iri* as a tree.

    Raises:
        UnknownName: there is no such scheme.
    """
    scheme = await _scheme(request, context, iri, generation)
    if scheme is None:
        raise UnknownName(f"nothing is known of {iri}", iri=iri)
    names = await context.term_names.of(request, context, generation)
    uses = await _counted(request, context, iri, generation)
    asked = bind(context.internal.query("scheme-properties"), {"this": iri})
    properties = [row["property"]["value"] for row in await rows_of(request, context, asked, generation=generation)]
    return page_reply(
        request,
        context,
        "vocabulary.html",
        scheme=_view(scheme.itself, names, 0),
        version=scheme.version,
        count=len(scheme.concepts),
        tree=_branches(scheme.tree(), names, uses),
        properties=[link_to(each, names) for each in properties],
        address=f"/vocab/{iri.removeprefix(HGV)}",
        formats=GRAPHS,
        generation=generation,
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
    scheme_iri = subject.iri.rpartition("/")[0]
    scheme = await _scheme(request, context, scheme_iri, edition.generation)
    if scheme is None or subject.iri not in scheme.concepts:
        return None
    terms = await context.term_names.of(request, context, edition.generation)
    concept = scheme.concepts[subject.iri]
    uses = await _uses(request, context, subject.iri, terms, edition.generation)
    page = page_reply(
        request,
        context,
        "concept.html",
        scheme=_view(scheme.itself, terms, 0),
        concept=_view(concept, terms, sum(each.count for each in uses)),
        ways=[[link_to(iri, terms) for iri in way] for way in scheme.ways_to(subject.iri) or [[]]],
        below=[link_to(iri, terms) for iri in scheme.below(subject.iri)],
        uses=uses,
        address=subject.path,
        query=wanted.query,
        formats=GRAPHS,
        generation=edition.generation,
    )
    alternates = [
        Link(f"{subject.path}.{each.extension}{wanted.query}", "alternate", each.media_type) for each in (*GRAPHS, HTML)
    ]
    return cached(page, edition, link_field([*alternates, Link(subject.iri, "describes")]))


async def _scheme(request: Request, context: Context, iri: str, generation: int) -> Scheme | None:
    text = bind(context.internal.query("scheme-concepts"), {"this": iri})
    return scheme_of(iri, await rows_of(request, context, text, generation=generation))


async def _counted(request: Request, context: Context, iri: str, generation: int) -> Mapping[str, int]:
    """How often each concept of a scheme is used."""
    text = bind(context.internal.query("scheme-uses"), {"this": iri})
    found: Counter[str] = Counter()
    for row in await rows_of(request, context, text, generation=generation):
        if "concept" in row:
            found[row["concept"]["value"]] += int(row["uses"]["value"])
    return found


async def _uses(request: Request, context: Context, iri: str, terms: Names, generation: int) -> list[UsesOf]:
    text = bind(context.internal.query("concept-uses"), {"this": iri})
    by_property: dict[str, dict[str, Row]] = {}
    for row in await rows_of(request, context, text, generation=generation):
        by_property.setdefault(row["property"]["value"], {}).setdefault(row["thing"]["value"], row)
    shown = {each: list(things.values())[:MOST_USES] for each, things in by_property.items()}
    things = {
        row[name]["value"]
        for rows in shown.values()
        for row in rows
        for name in ("thing", "context", "participant")
        if name in row
    }
    names = Names(await _names_of(request, context, things, generation), terms.by_iri, language=terms.language)
    return [
        UsesOf(link_to(each, terms), len(by_property[each]), [_use(row, names) for row in rows])
        for each, rows in shown.items()
    ]


async def _names_of(request: Request, context: Context, things: Iterable[str], generation: int) -> list[Row]:
    if not things:
        return []
    text = bind(context.internal.query("api-names"), {"things": " ".join(sorted(things))})
    return await rows_of(request, context, text, generation=generation)


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

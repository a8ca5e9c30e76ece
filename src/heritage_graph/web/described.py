"""The document about a subject: of which state, in which format, with which links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from heritage_graph.query_files import bind
from heritage_graph.views import NATIVE
from heritage_graph.web.addresses import base_of
from heritage_graph.web.api.parameters import today
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF, state_named
from heritage_graph.web.editions import CACHED
from heritage_graph.web.entity_pages.facts import Telling
from heritage_graph.web.entity_pages.page import named_in, page_of
from heritage_graph.web.entity_pages.reading import read, reading_of
from heritage_graph.web.exchange import exchange_of
from heritage_graph.web.faults import Gone
from heritage_graph.web.graph_documents import graph_document
from heritage_graph.web.http_dates import holds_since, last_modified
from heritage_graph.web.memento import memento_datetime, memento_links
from heritage_graph.web.names import names_of
from heritage_graph.web.negotiation import GRAPHS, HTML, NQUADS, TRIG, Format
from heritage_graph.web.page_language import page_language
from heritage_graph.web.past import names_in, rows_of_quads, version_at
from heritage_graph.web.profiles import in_profile, profile_fields, profiles_of, schema_of
from heritage_graph.web.replies import Reply, asked, cached, current, page_reply
from heritage_graph.web.routing import negotiated, values_of
from heritage_graph.web.signposting import Link, data_links, landing_links, licence_of, link_field
from heritage_graph.web.standing import Standing, standing_of
from heritage_graph.web.tombstones import tombstone

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from heritage_graph.query_files import Query
    from heritage_graph.web.as_of import State
    from heritage_graph.web.context import Context
    from heritage_graph.web.entity_pages.reading import Reading
    from heritage_graph.web.replies import Edition, Fields

FORMATS: Final = (*GRAPHS, HTML)
_WITH_GRAPHS: Final = (NQUADS, TRIG)


@dataclass(frozen=True)
class Subject:
    """What is described, and the path of its document; `is_thing` tells a thing from a concept or a term."""

    iri: str
    path: str
    is_thing: bool


@dataclass(frozen=True)
class Wanted:
    """The representation that the client wants of a subject.

    `is_landing` tells the page for people, and the document whose address leaves the format open; else it is data.
    `state` is the one that `asOf` names; None is the last one, whatever that is.
    """

    subject: Subject
    format: Format
    is_landing: bool
    state: State | None
    base: str

    @property
    def parts(self) -> tuple[str, ...]:
        """What tells this representation from all others of one generation."""
        state = "" if self.state is None else f"{self.state.told} {self.state.is_fixed}"
        told = (today(),) if self.format == HTML else ()  # a page says how an agreement stands this day
        return self.subject.iri, self.format.extension, str(self.is_landing), state, self.base, *told

    @property
    def query(self) -> str:
        """What keeps the addresses of the other formats in the same state."""
        return "" if self.state is None else f"?{AS_OF.name}={self.state.generation}"


async def wanted_of(request: Request, context: Context, subject: Subject, suffix: str) -> Wanted:
    """The one place where the representation of a document is chosen.

    Raises:
        NotAcceptable: there is none of the kind asked for.
        ParameterError, GenerationNotKept, EngineTrouble, LimitReached: as `state_named`.
    """
    values = values_of(request.scope)
    chosen = negotiated(request.scope, FORMATS, suffix="jsonld" if suffix == "json" else suffix)
    is_landing = chosen == HTML or not (suffix or "format" in values)
    state = await state_named(values[AS_OF.name], context) if AS_OF.name in values else None
    return Wanted(subject, chosen, is_landing, state, base_of(request.scope, context))


async def describe(request: Request, context: Context, subject: Subject, *, suffix: str) -> Reply:
    """The document about *subject*, or the tombstone of what was withdrawn.

    Raises:
        UnknownName: nothing is known of it, or was in the state that is asked.
        GenerationNotKept: neither that state is kept, nor the version of the subject that stood then.
        NotAcceptable: not in the format asked for.
    """
    try:
        if (other := await in_profile(request, context, subject, suffix=suffix)) is not None:
            return other
        wanted = await wanted_of(request, context, subject, suffix)
        if wanted.state is None or wanted.state.generation in context.service.generations.published:
            return await _kept(request, context, wanted)
        return await _remembered(request, context, wanted, wanted.state)
    except Gone as gone:
        return tombstone(request, context, gone, suffix=suffix)


async def _kept(request: Request, context: Context, wanted: Wanted) -> Reply:
    """The document as a generation that is kept has it."""
    at = None if wanted.state is None else wanted.state.generation
    edition = await current(request, context, "document", *wanted.parts, at_generation=at)
    if edition.unchanged:
        return _unless_held(request, edition.unchanged, edition.tag)
    generation = edition.generation
    standing = await standing_of(request, context, wanted.subject.iri, generation)
    licence = await licence_of(request, context, wanted.subject.iri, generation)
    fields = _fields(wanted, standing.changed, licence, standing.replacements)
    if standing.place == "published":
        fields += profile_fields(wanted.subject, NATIVE, query=wanted.query)
    if holds_since(request.scope, fields):
        return Reply(status=304, tag=edition.tag, cache=CACHED, fields=fields)
    if wanted.format == HTML:
        reading = await read(Asking(request, context, generation), wanted.subject.iri, place=standing.place)
        names = await names_of(request, context, named_in(reading), generation)
        told = await schema_of(request, context, wanted.subject.iri, generation=generation)
        telling = Telling(names, reading.disputes)
        reply = _page(
            request, context, wanted, reading, telling, standing=standing, generation=generation, for_search=told
        )
    elif wanted.format in _WITH_GRAPHS:
        text = _quads_query(context, wanted, standing)
        reply = await asked(request, context, text, wanted.format, generation=generation, quads=True)
    else:
        text = bind(_triples_query(context, standing), {"this": wanted.subject.iri})
        reply = await asked(request, context, text, wanted.format, generation=generation)
    return cached(reply, edition, fields)


async def _remembered(request: Request, context: Context, wanted: Wanted, state: State) -> Reply:
    """The document of a state that is not kept any more, as the change log has the record of the subject."""
    edition = await current(request, context, "remembered", *wanted.parts, str(state.generation))
    if edition.unchanged:
        reply = _unless_held(request, edition.unchanged, edition.tag)
    else:
        reply = await _made_of_log(request, context, wanted, state, edition)
    exchange_of(request.scope).generation = state.generation  # not that in which the log was read
    return reply


async def _made_of_log(request: Request, context: Context, wanted: Wanted, state: State, edition: Edition) -> Reply:
    version = await version_at(request, context, wanted.subject.iri, state)
    fields = _fields(wanted, version.at, None, ())
    if holds_since(request.scope, fields):
        return Reply(status=304, tag=edition.tag, cache=CACHED, fields=fields)
    if wanted.format != HTML:
        return cached(Reply(graph_document(version.quads, wanted.format), wanted.format), edition, fields)
    names = names_in(version.quads, await context.term_names.of(request, context, edition.generation))
    reading = reading_of(wanted.subject.iri, rows_of_quads(version.quads))
    standing = Standing("remembered", (), version.at)
    page = _page(request, context, wanted, reading, Telling(names), standing=standing, generation=state.generation)
    return cached(page, edition, fields)


def _page(
    request: Request,
    context: Context,
    wanted: Wanted,
    reading: Reading,
    telling: Telling,
    *,
    standing: Standing,
    generation: int,
    for_search: str = "",
) -> Reply:
    language = page_language(request.scope).code
    return page_reply(
        request,
        context,
        "entity.html",
        iri=wanted.subject.iri,
        address=wanted.subject.path,
        query=wanted.query,
        is_thing=wanted.subject.is_thing,
        state=wanted.state,
        standing=standing,
        generation=generation,
        formats=GRAPHS,
        profiles=profiles_of(wanted.subject.iri) if standing.place == "published" else (),
        for_search=for_search,
        page=page_of(reading, telling, on=date.fromisoformat(today()), language=language),
    )


def _fields(wanted: Wanted, changed: datetime | None, licence: str | None, replacements: tuple[str, ...]) -> Fields:
    """The fields that tell of the document: when it changed, the moment that it shows, where everything around is."""
    subject = wanted.subject
    alternates = [
        Link(f"{subject.path}.{each.extension}{wanted.query}", "alternate", each.media_type) for each in FORMATS
    ]
    if not subject.is_thing:
        return (*last_modified(changed), *link_field([*alternates, Link(subject.iri, "describes")]))
    found = (
        [*landing_links(subject.iri, licence, query=wanted.query), *alternates]
        if wanted.is_landing
        else data_links(subject.iri, wanted.format, licence, query=wanted.query)
    )
    found += [Link(each, "successor-version") for each in replacements]
    if changed is None:  # the log does not follow it, so it has no versions
        return link_field(found)
    found += memento_links(subject.iri, wanted.base, is_past=wanted.state is not None)
    moment = () if wanted.state is None or not wanted.state.is_fixed else memento_datetime(changed)
    return (*last_modified(changed), *moment, *link_field(found))


def _unless_held(request: Request, reply: Reply, tag: str) -> Reply:
    """*reply*, known already, or 304 when the client says that it has it by its date."""
    fields = reply.fields if reply.stored is None else reply.stored.fields
    if reply.status != 304 and holds_since(request.scope, fields):  # noqa: PLR2004 - what it is already
        return Reply(status=304, tag=tag, cache=CACHED, fields=fields)
    return reply


def _triples_query(context: Context, standing: Standing) -> Query:
    match standing.place:
        case "published":
            return context.catalogue.query("document")
        case "generic":
            return context.catalogue.query("generic")
        case _:
            return context.internal.query("elsewhere")


def _quads_query(context: Context, wanted: Wanted, standing: Standing) -> str:
    published = standing.place == "published"
    query = context.catalogue.query("quads") if published else context.internal.query("elsewhere-quads")
    return bind(query, {"this": wanted.subject.iri})

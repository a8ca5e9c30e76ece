"""Things by their address: /id redirects, /doc describes in the format that is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import BASE, HGV, ID
from heritage_graph.query_files import bind
from heritage_graph.web.entity_page import page_of
from heritage_graph.web.faults import Gone
from heritage_graph.web.names import names_around
from heritage_graph.web.negotiation import GRAPHS, HTML, NQUADS, TRIG, named
from heritage_graph.web.pages import local_address
from heritage_graph.web.replies import asked, cached, current, links, page_reply, redirect, rows_of
from heritage_graph.web.routing import FORMAT, Operation, negotiated

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.query_files import Query
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Edition, Fields, Reply

FORMATS: Final = (*GRAPHS, HTML)
_WITH_GRAPHS: Final = (NQUADS, TRIG)
_SEGMENT: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?")
_PROBLEMS: Final = ("not-found", "withdrawn", "not-acceptable", "busy", "engine-trouble")


@dataclass(frozen=True)
class _Standing:
    """How the graph knows a thing: in the published view, in a generic graph, or in the log and the like."""

    place: str
    replacement: str | None


def operations(_: Context) -> tuple[Operation, ...]:
    """The operations on things."""
    return (
        Operation(
            "thing", "/id/{kind}/{slug}", "A thing: leads to its document.", _thing, statuses=(301, 303),
            problems=_PROBLEMS, example="/id/agreement/icesco-ots-mou", tag="things",
        ),
        Operation(
            "thingDocument", "/doc/{kind}/{slug}", "The document about a thing, with the source of each fact.",
            _document, values=(FORMAT,), formats=FORMATS, problems=_PROBLEMS,
            example="/doc/organization/icesco.nt", tag="things",
        ),
        Operation(
            "concept", "/vocab/{scheme}/{concept}", "A concept of a vocabulary.", _concept, values=(FORMAT,),
            formats=FORMATS, problems=_PROBLEMS, example="/vocab/in-force/in-force.nt", tag="terms",
        ),
    )  # fmt: skip


async def _thing(request: Request, context: Context) -> Reply:
    """303 to the document; 301 to what the thing was merged into."""
    path = f"{_segment(request, 'kind')}/{_segment(request, 'slug')}"
    standing = await _standing(request, context, ID + path, context.service.generations.last)
    address = local_address(standing.replacement) if standing.replacement else None
    return redirect(address, status=301) if address else redirect(f"/doc/{path}")


async def _document(request: Request, context: Context) -> Reply:
    slug, suffix = _name_and_suffix(request.path_params["slug"])
    path = f"{_segment(request, 'kind')}/{slug}"
    fields = links((f"/id/{path}", "describes", "text/turtle"), *_alternates(f"/doc/{path}"))
    return await describe(request, context, ID + path, suffix=suffix, fields=fields)


async def _concept(request: Request, context: Context) -> Reply:
    slug, suffix = _name_and_suffix(request.path_params["concept"])
    path = f"{_segment(request, 'scheme')}/{slug}"
    return await describe(request, context, HGV + path, suffix=suffix, fields=links(*_alternates(f"/vocab/{path}")))


async def describe(request: Request, context: Context, iri: str, *, suffix: str, fields: Fields) -> Reply:
    """The document about *iri*.

    Raises:
        UnknownName: nothing is known of it.
        Gone: it was known once.
        NotAcceptable: not in the format asked for.
    """
    chosen = negotiated(request.scope, FORMATS, suffix="jsonld" if suffix == "json" else suffix)
    edition = await current(request, context, "document", iri, chosen.extension)
    if edition.unchanged:
        return edition.unchanged
    standing = await _standing(request, context, iri, edition.generation)
    if chosen == HTML:
        return cached(await _page(request, context, iri, standing, edition), edition, fields)
    if chosen in _WITH_GRAPHS:
        text = _quads_query(context, iri, standing)
        reply = await asked(request, context, text, chosen, generation=edition.generation, quads=True)
    else:
        text = bind(_triples_query(context, standing), {"this": iri})
        reply = await asked(request, context, text, chosen, generation=edition.generation)
    return cached(reply, edition, fields)


async def _page(request: Request, context: Context, iri: str, standing: _Standing, edition: Edition) -> Reply:
    rows = await rows_of(request, context, _quads_query(context, iri, standing), generation=edition.generation)
    names = await names_around(request, context, iri, edition.generation)
    return page_reply(
        context,
        "entity.html",
        iri=iri,
        address=local_address(iri.replace(ID, f"{BASE}doc/", 1)),
        place=standing.place,
        generation=edition.generation,
        formats=GRAPHS,
        page=page_of(iri, rows, names),
    )


async def _standing(request: Request, context: Context, iri: str, generation: int) -> _Standing:
    text = bind(context.internal.query("standing"), {"this": iri})
    rows = await rows_of(request, context, text, generation=generation)
    row = rows[0]
    for place in ("published", "generic", "elsewhere"):
        if row[place]["value"] == "true":
            return _Standing(place, row["replacement"]["value"] if "replacement" in row else None)
    if row["withdrawn"]["value"] == "true":
        raise Gone(f"{iri} was described once and has been withdrawn; the log tells when", iri=iri)
    raise UnknownName(f"nothing is known of {iri}", iri=iri)


def _triples_query(context: Context, standing: _Standing) -> Query:
    match standing.place:
        case "published":
            return context.catalogue.query("document")
        case "generic":
            return context.catalogue.query("generic")
        case _:
            return context.internal.query("elsewhere")


def _quads_query(context: Context, iri: str, standing: _Standing) -> str:
    published = standing.place == "published"
    query = context.catalogue.query("quads") if published else context.internal.query("elsewhere-quads")
    return bind(query, {"this": iri})


def _segment(request: Request, name: str) -> str:
    return _checked(request.path_params[name])


def _checked(segment: str) -> str:
    if not _SEGMENT.fullmatch(segment):
        raise UnknownName(f"no address has {segment[:80]!r} in it; names are of letters, digits and hyphens")
    return segment


def _name_and_suffix(text: str) -> tuple[str, str]:
    """A slug and the suffix of a format, empty when there is none."""
    slug, _, suffix = text.partition(".")
    if suffix and suffix != "json" and named(suffix, FORMATS) is None:
        raise UnknownName(f"there is no format with the suffix {suffix[:20]!r}")
    return _checked(slug), suffix


def _alternates(address: str) -> list[tuple[str, str, str]]:
    return [(f"{address}.{each.extension}", "alternate", each.media_type) for each in FORMATS]

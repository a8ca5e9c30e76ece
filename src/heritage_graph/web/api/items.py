"""One thing by its kind and slug: its record, or where it has gone."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import ID
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION, fresh_enough
from heritage_graph.web.api.json_ld import CONTEXT_PATH
from heritage_graph.web.api.kinds import KINDS, address_of, links_of
from heritage_graph.web.api.options import FIELDS, INCLUDE, options_of
from heritage_graph.web.api.records import records
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF, generation_in
from heritage_graph.web.faults import Gone
from heritage_graph.web.negotiation import GRAPHS, HTML, JSON, JSON_LD, NQUADS, NTRIPLES, TRIG, TURTLE, named
from heritage_graph.web.replies import cached, current, json_reply, links, redirect
from heritage_graph.web.routing import FORMAT, Operation, negotiated, texts_of, values_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.json_ld.written import Json
    from heritage_graph.web.api.kinds import Kind
    from heritage_graph.web.api.options import Options
    from heritage_graph.web.context import Context
    from heritage_graph.web.negotiation import Format
    from heritage_graph.web.replies import Reply

FORMATS: Final = (JSON, JSON_LD, TURTLE, NTRIPLES, TRIG, NQUADS)
"""What an item comes in; what is no JSON is the document about the thing, to which it leads."""

_BY_NAME: Final = (JSON, JSON_LD, *GRAPHS, HTML)
_RECORDS: Final = (JSON, JSON_LD)
_SLUG: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?")
_SHOWN: Final = {
    "organizations": "icesco",
    "states": "azerbaijan",
    "people": "osama-el-nahas",
    "agreements": "icesco-ots-mou",
    "programmes": "academic-study-for-heritage-professionals",
    "projects": "hajj-routes-and-historical-mosques",
    "events": "illicit-trafficking-conference-2020",
    "places": "azerbaijan",
    "documents": "icesco-arcwh-mou",
    "claims": "icesco-2024-centre-is-active",
}
"""A thing of each kind that the shipped data describe, to show its record."""
_PROBLEMS: Final = ("not-found", "withdrawn", "generation-not-kept", "busy", "engine-trouble")


def operations(_: Context) -> tuple[Operation, ...]:
    """The item of each kind."""
    return tuple(
        Operation(
            kind.singular, f"{kind.path}/{{slug}}", f"One of the {kind.plural}, by the last part of its IRI.",
            partial(_item, kind), values=(FIELDS, INCLUDE, AS_OF, MIN_GENERATION, FORMAT), formats=FORMATS,
            statuses=(200, 301, 303), problems=_PROBLEMS, schema=kind.singular, tag="api",
            example=f"{kind.path}/{_SHOWN[kind.plural]}" if kind.plural in _SHOWN else None,
        )
        for kind in KINDS.values()
    )  # fmt: skip


async def _item(kind: Kind, request: Request, context: Context) -> Reply:
    slug, _, suffix = request.path_params["slug"].partition(".")
    if not _SLUG.fullmatch(slug):
        raise UnknownName(f"no address has {slug[:80]!r} in it; names are of letters, digits and hyphens")
    chosen = _chosen(request, suffix)
    if chosen not in _RECORDS:
        return await _document(request, context, kind, slug, chosen)
    options = options_of(texts_of(request.scope))
    await fresh_enough(request, context)
    generation = await generation_in(values_of(request.scope), context)
    edition = await current(
        request, context, "api-item", kind.plural, slug, options.name, chosen.extension, at_generation=generation
    )
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    iris = kind.iris(slug)
    found = await records(asking, iris, options.wanted(kind.ways))
    iri = next((iri for iri in iris if iri in found), None)
    if iri is None:
        return await _elsewhere(asking, kind, slug)
    if replacement := _replacement(found[iri]):
        return redirect(replacement, status=301)
    told = told_of(iri, found[iri], edition.generation, options)
    fields = links((f"/doc{iri.removeprefix(ID[:-1])}", "alternate", TURTLE.media_type))
    return cached(replace(json_reply(told), format=chosen), edition, fields)


async def _document(request: Request, context: Context, kind: Kind, slug: str, chosen: Format) -> Reply:
    """What leads to the document about the thing in another format."""
    asking = Asking(request, context, context.service.generations.last)
    rows = await asking.rows_about("api-standing", "things", kind.iris(slug))
    known = {row["thing"]["value"] for row in rows if "class" in row}
    iri = next((iri for iri in kind.iris(slug) if iri in known), None)
    if iri is None:
        return await _elsewhere(asking, kind, slug)
    return redirect(f"/doc/{iri.removeprefix(ID)}.{chosen.extension}")


def told_of(iri: str, record: Json, generation: int, options: Options) -> dict[str, object]:
    """The record of *iri* as an answer of its own."""
    whole = options.cut({**record, "links": links_of(iri)})
    return {"@context": CONTEXT_PATH, **envelope(generation), **whole}


def _chosen(request: Request, suffix: str) -> Format:
    name = suffix or values_of(request.scope).get(FORMAT.name, "")
    chosen = named(name, _BY_NAME) if name else None
    if suffix and chosen is None:
        raise UnknownName(f"there is no format with the suffix {suffix[:20]!r}")
    return chosen or negotiated(request.scope, FORMATS)


def _replacement(record: Json) -> str | None:
    """Where the record of what a thing was merged into is; None when it was not merged."""
    replaced = record.get("isReplacedBy")
    return address_of(replaced[0]["id"]) if isinstance(replaced, list) else None


async def _elsewhere(asking: Asking, kind: Kind, slug: str) -> Reply:
    """What is to be said of a thing that the published view does not describe under this kind.

    Raises:
        Gone: it was described once.
        UnknownName: it never was; the message names the address of one of another kind that is called so.
    """
    iris = {iri: each for each in (kind, *KINDS.values()) for iri in each.iris(slug)}
    rows = await asking.rows_about("api-standing", "things", iris)
    own = [row for row in rows if row["thing"]["value"] in kind.iris(slug)]
    if any(row["withdrawn"]["value"] == "true" for row in own):
        raise Gone(f"{kind.iris(slug)[0]} was described once and has been withdrawn; the log tells when",
                   iri=kind.iris(slug)[0])  # fmt: skip
    known = {row["thing"]["value"] for row in rows if "class" in row}
    others = [iri for iri in iris if iri in known]
    if others:
        raise UnknownName(
            f"there is no {kind.singular} {slug!r}, but the {iris[others[0]].singular} at {address_of(others[0])}",
            address=address_of(others[0]),
        )
    raise UnknownName(f"there is no {kind.singular} {slug!r}; {kind.path} lists the {kind.plural}", name=slug)

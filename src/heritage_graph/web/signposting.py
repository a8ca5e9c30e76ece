"""FAIR Signposting (profile of 2023-10-02): typed links on landing pages, data documents and in link sets.

Level 1 are the links in the header field `Link` (RFC 8288), level 2 the link set (RFC 9264) that the landing page
leads to, which tells the links of all its resources at once.

What is what here: the landing page of a thing is its document, `/doc/{kind}/{slug}`. Its *metadata* are the
descriptions in RDF (`describedby`, back by `describes`); its *content* (`item`, back by `collection`) are the same
statements with the named graph of each, since who says what is what the graph is there for. No author is told: a
thing is described by many sources, and the graph holds no identifier of whoever wrote a record.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import punctuation
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import orjson

from heritage_graph.model.records import family_of
from heritage_graph.namespaces import HG
from heritage_graph.query_files import bind
from heritage_graph.rdf_io import GRAPH_FORMATS
from heritage_graph.views import PROFILES
from heritage_graph.web.addresses import base_of
from heritage_graph.web.entity_addresses import path_of, thing_in
from heritage_graph.web.negotiation import HTML, NQUADS, TRIG, TRIPLES, Format
from heritage_graph.web.replies import Reply, cached, current, rows_of
from heritage_graph.web.routing import FORMAT, Operation, negotiated
from heritage_graph.web.standing import standing_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Fields

LINKSET_JSON: Final = Format("json", "application/linkset+json", ("application/json", "linkset+json"))
LINKSET: Final = Format("txt", "application/linkset", ("text/plain", "linkset"))
LINKSETS: Final = (LINKSET_JSON, LINKSET)
CONTENT: Final = (NQUADS, TRIG)
"""The formats of the content: statements with their graphs."""
NATIVE: Final = str(HG)
"""The profile of a description in the terms of our own ontology."""
DEFAULT_LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"

_SCHEMA: Final = "https://schema.org/"
_ABOUT_PAGE: Final = f"{_SCHEMA}AboutPage"
_TYPES: Final = {
    "agreement-document": "CreativeWork",
    "claim": "Claim",
    "collection": "Collection",
    "country": "Country",
    "document": "CreativeWork",
    "event": "Event",
    "event-series": "EventSeries",
    "grant": "Grant",
    "instrument": "Legislation",
    "organization": "Organization",
    "person": "Person",
    "place": "Place",
    "scholarship": "Grant",
    "site": "LandmarksOrHistoricalBuildings",
}
"""What a family of things is to schema.org, as `ontology/alignments/schema-org.ttl` has it."""


@dataclass(frozen=True)
class Link:
    """A typed link: where it leads, its relation, and the media type and profile of what is there.

    `formats` tells the profile as Content Negotiation by Profile does, which has another name for it.
    """

    target: str
    relation: str
    media_type: str = ""
    profile: str = ""
    formats: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        """What the link says besides where it leads, in order."""
        told = {"type": self.media_type, "profile": self.profile, "formats": self.formats}
        return {name: value for name, value in told.items() if value}


def operations(_: Context) -> tuple[Operation, ...]:
    """The link set of a thing."""
    return (
        Operation(
            "linkset", "/linkset/doc/{kind}/{slug}", "All typed links of the document about a thing and of its data.",
            _linkset, values=(FORMAT,), formats=LINKSETS, problems=("not-found", "withdrawn", "not-acceptable"),
            example="/linkset/doc/agreement/icesco-ots-mou", tag="things",
        ),
    )  # fmt: skip


def signposts(
    *,
    cite_as: str,
    kind: str,
    described_by: Iterable[Link],
    items: Iterable[Link] = (),
    licence: str | None = DEFAULT_LICENCE,
    linkset: str | None = None,
) -> list[Link]:
    """The links of a landing page about *kind*, a class of schema.org.

    Args:
        cite_as: the persistent identifier of what the page is about.
        kind: the local name of the class, such as `Dataset`.
        described_by: links to metadata; their relation is set here.
        items: links to content; likewise.
        licence: the licence of the content; None when there is not one for all of it.
        linkset: the address of the link set in JSON, without its suffix.
    """
    found = [Link(cite_as, "cite-as"), Link(_ABOUT_PAGE, "type"), Link(_SCHEMA + kind, "type")]
    found += (Link(each.target, "describedby", each.media_type, each.profile) for each in described_by)
    found += (Link(each.target, "item", each.media_type, each.profile) for each in items)
    if licence:
        found.append(Link(licence, "license"))
    if linkset:
        found += (Link(f"{linkset}.{each.extension}", "linkset", each.media_type) for each in LINKSETS)
    return found


def landing_links(iri: str, licence: str | None, *, base: str = "", query: str = "") -> list[Link]:
    """The links of the landing page of the thing *iri*; addresses begin with *base*, those of data end in *query*."""
    path = path_of(iri)
    document = f"{base}/doc/{path}"
    return signposts(
        cite_as=iri,
        kind=_TYPES.get(path.partition("/")[0], "Thing"),
        described_by=[
            *(Link(f"{document}.{each.extension}{query}", "describedby", each.media_type, NATIVE) for each in TRIPLES),
            *_in_profiles(iri, document, query),
        ],
        items=[Link(f"{document}.{each.extension}{query}", "item", each.media_type, NATIVE) for each in CONTENT],
        licence=licence,
        linkset=f"{base}/linkset/doc/{path}",
    )


def _in_profiles(iri: str, document: str, query: str) -> Iterator[Link]:
    """The links to the descriptions of the thing *iri* in the models of others, each as its community reads it."""
    state = f"&{query.removeprefix('?')}" if query else ""
    for profile in PROFILES.values():
        if profile.describes(family_of(iri)):
            media_type = GRAPH_FORMATS[profile.formats[0]].media_types[0]
            address = f"{document}.{profile.formats[0]}?profile={profile.name}{state}"
            yield Link(address, "describedby", media_type, profile.uri)


def data_links(iri: str, chosen: Format, licence: str | None, *, base: str = "", query: str = "") -> list[Link]:
    """The links of the data document about the thing *iri* in the format *chosen*, back to its landing page."""
    path = path_of(iri)
    page = f"{base}/doc/{path}{query}"
    back = [Link(page, "collection", HTML.media_type)] if chosen in CONTENT else []
    back += [Link(iri, "describes"), Link(page, "describes", HTML.media_type)] if chosen not in CONTENT else []
    if licence:
        back.append(Link(licence, "license"))
    return [*back, Link(f"{base}/linkset/doc/{path}.json", "linkset", LINKSET_JSON.media_type)]


def link_field(found: Sequence[Link]) -> Fields:
    """The header field `Link` that holds *found*."""
    return ((b"link", ", ".join(map(_written, found)).encode("ascii")),) if found else ()


async def licence_of(request: Request, context: Context, iri: str, generation: int) -> str | None:
    """The licence of the graphs that describe *iri*: None when they have several, that of the dataset when none."""
    text = bind(context.internal.query("licences-of"), {"this": iri})
    rows = await rows_of(request, context, text, generation=generation)
    found = {row["licence"]["value"] for row in rows}
    if len(found) > 1:
        return None
    return next(iter(found), DEFAULT_LICENCE)


async def _linkset(request: Request, context: Context) -> Reply:
    iri, suffix = thing_in(request, LINKSETS)
    chosen = negotiated(request.scope, LINKSETS, suffix=suffix)
    base = base_of(request.scope, context)
    edition = await current(request, context, "linkset", iri, base, chosen.extension)
    if edition.unchanged:
        return edition.unchanged
    await standing_of(request, context, iri, edition.generation)
    licence = await licence_of(request, context, iri, edition.generation)
    document = f"{base}/doc/{path_of(iri)}"
    by_anchor = {
        document: landing_links(iri, licence, base=base),
        **{f"{document}.{each.extension}": data_links(iri, each, licence, base=base) for each in (*TRIPLES, *CONTENT)},
    }
    body = _as_json(by_anchor) if chosen == LINKSET_JSON else _as_text(by_anchor)
    return cached(Reply(body, chosen), edition)


def _as_json(by_anchor: Mapping[str, Sequence[Link]]) -> bytes:
    """RFC 9264, 4.2: one object a context, in it the targets by relation."""
    contexts = []
    for anchor, found in by_anchor.items():
        told: dict[str, object] = {"anchor": anchor}
        for relation in dict.fromkeys(each.relation for each in found):
            told[relation] = [{"href": each.target, **each.attributes} for each in found if each.relation == relation]
        contexts.append(told)
    return orjson.dumps({"linkset": contexts}, option=orjson.OPT_INDENT_2)


def _as_text(by_anchor: Mapping[str, Sequence[Link]]) -> bytes:
    """RFC 9264, 4.1: as the field `Link`, each link with its anchor, one a line."""
    lines = [f'{_written(each)}; anchor="{anchor}"' for anchor, found in by_anchor.items() for each in found]
    return (",\n".join(lines) + "\n").encode("ascii")


def in_ascii(iri: str) -> str:
    """*iri* as a URI (RFC 3987, 3.1): what is outside ASCII is percent-encoded."""
    return quote(iri, safe=punctuation)


def _written(link: Link) -> str:
    attributes = "".join(f'; {name}="{value}"' for name, value in link.attributes.items())
    return f'<{in_ascii(link.target)}>; rel="{link.relation}"{attributes}'

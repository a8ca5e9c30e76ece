"""Descriptions in the models of other communities, chosen as W3C's Content Negotiation by Profile has it.

`?profile=` names one, `Accept-Profile` ranks several, and `Accept` may name one as a parameter of JSON-LD, which is how
clients of Linked Art ask. The graph's own model answers where no other is asked for.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import orjson
from pyoxigraph import RdfFormat, parse

from heritage_graph.errors import NotAcceptable, ParameterError
from heritage_graph.model.records import family_of
from heritage_graph.query_files import bind
from heritage_graph.service import whole
from heritage_graph.store.base import QueryRequest
from heritage_graph.views import NATIVE, PROFILES, separate
from heritage_graph.views.json_ld import schema_json
from heritage_graph.views.linked_art import MEDIA_TYPE
from heritage_graph.views.profile import NATIVE_URI
from heritage_graph.views.written import written
from heritage_graph.web.as_of import generation_in
from heritage_graph.web.exchange import field
from heritage_graph.web.negotiation import JSON_LD, TRIPLES, Format
from heritage_graph.web.replies import Reply, answer_of, cached, current
from heritage_graph.web.routing import Value, negotiated, values_of
from heritage_graph.web.signposting import Link, link_field
from heritage_graph.web.standing import standing_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyoxigraph import Triple
    from starlette.requests import Request
    from starlette.types import Scope

    from heritage_graph.views import Profile
    from heritage_graph.web.context import Context
    from heritage_graph.web.described import Subject
    from heritage_graph.web.replies import Fields

PROFILE: Final = Value(
    "profile",
    "The model of the description: native, linked-art, schema, edm or dc, or its URI; it beats Accept-Profile.",
    example="linked-art",
)
NAMES: Final = (NATIVE, *PROFILES)
VARY: Final = (b"vary", b"Accept-Profile")

_IN_HTML: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})

_BY_URI: Final = {NATIVE_URI: NATIVE, **{profile.uri: profile.name for profile in PROFILES.values()}}
_FORMATS: Final = {each.extension: each for each in TRIPLES}
_LINKED_ART: Final = Format("jsonld", MEDIA_TYPE, (JSON_LD.media_type, *JSON_LD.aliases))
_RANKED: Final = re.compile(r"\s*<([^<>\s]*)>\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")
_IN_ACCEPT: Final = re.compile(r'application/ld\+json\s*;[^,]*?\bprofile="([^"]*)"', re.IGNORECASE)
_LONGEST: Final = 4096


def formats_of(profile: Profile) -> tuple[Format, ...]:
    """The formats of a description in *profile*, first the one that its community uses."""
    return tuple(
        _LINKED_ART if profile.name == "linked-art" and each == "jsonld" else _FORMATS[each] for each in profile.formats
    )


def profiles_asked(scope: Scope) -> tuple[str, ...]:
    """The names of the profiles that are asked for, the best first; never empty.

    Raises:
        ParameterError: `profile` names none that there is.
        NotAcceptable: `Accept-Profile` has none that there is.
    """
    given = values_of(scope).get(PROFILE.name)
    if given is not None:
        name = _BY_URI.get(given, given)
        if name not in NAMES:
            raise ParameterError(
                f"there is no profile {given[:80]!r}; allowed: {', '.join(NAMES)}",
                parameter=PROFILE.name,
                allowed=[*NAMES],
            )
        return (name,)
    ranked = field(scope, b"accept-profile")
    if ranked.strip():
        return _ranked(ranked)
    uris = (uri for part in _IN_ACCEPT.findall(field(scope, b"accept")[:_LONGEST]) for uri in part.split())
    return tuple(dict.fromkeys(_BY_URI[uri] for uri in uris if uri in _BY_URI)) or (NATIVE,)


async def in_profile(request: Request, context: Context, subject: Subject, *, suffix: str) -> Reply | None:
    """The document about *subject* in the profile that is asked for; None when that is the graph's own model.

    Raises:
        NotAcceptable: none of the profiles asked for can describe it, or not in a format that will do.
        UnknownName, Gone: nothing is known of it, or not any more.
        GenerationNotKept: views are made of a whole generation, and the one that `asOf` names is not kept.
        ParameterError: as `profiles_asked`, or `asOf` names no state.
        LimitReached, EngineTrouble: as `views_of`.
    """
    names = profiles_asked(request.scope)
    if names[0] == NATIVE:
        return None
    at = await generation_in(values_of(request.scope), context)
    iri = subject.iri
    for name in names:
        if name == NATIVE:
            return None
        profile = PROFILES[name]
        chosen = negotiated(request.scope, formats_of(profile), suffix="jsonld" if suffix == "json" else suffix)
        parts = ("view", name, iri, chosen.extension)
        edition = await current(request, context, *parts, at_generation=at)
        if edition.unchanged:
            return replace(edition.unchanged, fields=(*edition.unchanged.fields, VARY))
        views = await views_of(request, context, profile, [iri], generation=edition.generation)
        if iri in views:
            body = written(profile, iri, views[iri], chosen.extension)
            fields = profile_fields(subject, name, query="" if at is None else f"asOf={at}")
            return cached(Reply(body, chosen), edition, fields)
    await standing_of(request, context, iri, context.service.generations.last if at is None else at)
    able = [name for name in NAMES if name not in names]
    raise NotAcceptable(
        f"{' and '.join(PROFILES[name].title for name in names)} cannot describe {iri}; ask for another profile: "
        f"{', '.join(able)}",
        available=able,
    )


def profile_fields(subject: Subject, name: str, *, query: str = "") -> Fields:
    """The fields that tell the profile of a document about *subject*, and the addresses of the others.

    *query* names the state that is asked, as in an address; empty for the last one.
    """
    uri = NATIVE_URI if name == NATIVE else PROFILES[name].uri
    kept = f"&{query.removeprefix('?')}" if query else ""
    family = family_of(subject.iri)
    others = [(NATIVE, NATIVE_URI, TRIPLES[0])]
    others += [(each.name, each.uri, formats_of(each)[0]) for each in PROFILES.values() if each.describes(family)]
    found = [
        Link(f"{subject.path}?profile={other}{kept}", "alternate", chosen.media_type.partition(";")[0], formats=formats)
        for other, formats, chosen in others
        if other != name
    ]
    return (VARY, (b"content-profile", f"<{uri}>".encode()), *link_field([Link(uri, "profile"), *found]))


def profiles_of(iri: str) -> list[tuple[str, str]]:
    """The profiles that can describe *iri*, besides the graph's own: the name in addresses, and the title."""
    return [(each.name, each.title) for each in PROFILES.values() if each.describes(family_of(iri))]


async def schema_of(request: Request, context: Context, iri: str, *, generation: int) -> str:
    """What search engines read in the page about *iri*: JSON-LD that can stand in HTML; empty when there is none.

    Raises:
        LimitReached, EngineTrouble: as `views_of`.
    """
    profile = PROFILES["schema"]
    views = await views_of(request, context, profile, [iri], generation=generation)
    if iri not in views:
        return ""
    return in_html(schema_json(iri, views[iri], profile.uri))


def in_html(value: object) -> str:
    """*value* as JSON in which nothing can end the script element, or begin anything of HTML."""
    return orjson.dumps(value).decode().translate(_IN_HTML)


async def views_of(
    request: Request, context: Context, profile: Profile, iris: Sequence[str], *, generation: int
) -> dict[str, list[Triple]]:
    """The description of each of *iris* in *profile*, its triples sorted; things it cannot describe are absent.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`; also when the client has gone.
    """
    if not iris:
        return {}
    wanted = QueryRequest(
        bind(context.catalogue.query(profile.name), {"things": " ".join(iris)}),
        graph_format="nt",
        timeout_s=context.settings.query_timeout,
        max_bytes=context.result_bytes,
        at_generation=generation,
    )
    body = await whole(await answer_of(request, context, wanted, "lookup"))
    return separate(profile, iris, (quad.triple for quad in parse(body, RdfFormat.N_TRIPLES)))


def _ranked(header: str) -> tuple[str, ...]:
    """The profiles of an `Accept-Profile` by quality; those that have the same in the order of the header.

    Raises:
        NotAcceptable: none of them is one that there is.
    """
    qualities: dict[str, float] = {}
    for part in header[:_LONGEST].split(","):
        found = _RANKED.fullmatch(part)
        name = _BY_URI.get(found[1]) if found else None
        if found and name:
            qualities.setdefault(name, float(found[2] or 1))
    wanted = sorted((name for name, quality in qualities.items() if quality > 0), key=lambda name: -qualities[name])
    if not wanted:
        raise NotAcceptable(
            f"there is none of the profiles that you accept; available: {', '.join(_BY_URI)}", available=list(_BY_URI)
        )
    return tuple(wanted)

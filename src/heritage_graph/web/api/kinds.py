"""The kinds of things that have lists: their addresses, what chooses among them, what leads on from one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from heritage_graph.namespaces import BASE, ID
from heritage_graph.web.api.records import COLLABORATORS, PARTICIPATES_IN, PARTICIPATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.web.api.records import Way

ROOT: Final = "/api/v1"
_EVERY: Final = ("type", "source")


@dataclass(frozen=True)
class Kind:
    """A kind: how its list and its items are called, and the first parts of the IRIs of its things.

    `facets` choose among its things, `dated` ones also by days and `placed` ones by a box; `ways` lead to the nodes
    around one. `inverse` are addresses that lead on from one, with `{}` for its IRI.
    """

    plural: str
    singular: str
    segments: tuple[str, ...]
    facets: tuple[str, ...]
    ways: tuple[Way, ...] = (PARTICIPATIONS,)
    dated: bool = False
    placed: bool = False
    inverse: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The address of the list."""
        return f"{ROOT}/{self.plural}"

    def iris(self, slug: str) -> list[str]:
        """The IRIs that a thing of this kind called *slug* can have, the likeliest first."""
        return [f"{ID}{segment}/{slug}" for segment in self.segments]


_AGENT: Final = (PARTICIPATES_IN, COLLABORATORS)
_OF_AGENTS: Final = (
    ("agreements", f"{ROOT}/agreements?party={{}}"),
    ("events", f"{ROOT}/events?participant={{}}"),
    ("programmes", f"{ROOT}/programmes?participant={{}}"),
    ("projects", f"{ROOT}/projects?participant={{}}"),
    ("collaborations", f"{ROOT}/collaborations?a={{}}"),
    ("participations", "/queries/collaborations-of?agent={}"),
    ("namedAs", "/queries/names-in-documents?thing={}"),
)
_ACTIVITY: Final = (*_EVERY, "participant", "role", "place", "country", "topic", "heritageType", "open", "year")
_OF_PLACES: Final = (
    ("agreements", f"{ROOT}/agreements?place={{}}"),
    ("events", f"{ROOT}/events?place={{}}"),
    ("organizations", f"{ROOT}/organizations?country={{}}"),
    ("sites", f"{ROOT}/sites?country={{}}"),
)

KINDS: Final[dict[str, Kind]] = {
    kind.plural: kind
    for kind in (
        Kind(
            "organizations", "organization", ("organization",), (*_EVERY, "organizationType", "country", "role"),
            ways=_AGENT, inverse=_OF_AGENTS,
        ),
        Kind("states", "state", ("state",), (*_EVERY, "country", "role"), ways=_AGENT, inverse=_OF_AGENTS),
        Kind("people", "person", ("person",), (*_EVERY, "role"), ways=_AGENT, inverse=_OF_AGENTS),
        Kind(
            "agreements", "agreement", ("agreement",),
            (*_EVERY, "agreementKind", "party", "participant", "role", "place", "country", "topic", "heritageType",
             "open", "year"),
            dated=True, inverse=(("programmes", "/queries/programmes-under-agreements?instrument={}"),),
        ),
        Kind("programmes", "programme", ("programme",), _ACTIVITY, dated=True),
        Kind("projects", "project", ("project",), _ACTIVITY, dated=True),
        Kind(
            "events", "event", ("event",), _ACTIVITY, dated=True,
            inverse=(("collaborators", "/queries/event-collaborators?event={}"),),
        ),
        Kind("sites", "site", ("site",), (*_EVERY, "country", "heritageType"), placed=True),
        Kind("artifacts", "artifact", ("artifact",), (*_EVERY, "country", "heritageType")),
        Kind("places", "place", ("place", "country"), (*_EVERY, "country"), placed=True, inverse=_OF_PLACES),
        Kind(
            "documents", "document", ("document", "agreement-document"), (*_EVERY, "year"), dated=True,
            inverse=(("assertions", "/queries/document-assertions?document={}"),),
        ),
        Kind("claims", "claim", ("claim",), (*_EVERY, "topic", "heritageType", "role")),
    )
}  # fmt: skip
"""The kinds by the name of their list."""

_BY_SEGMENT: Final = {segment: kind for kind in KINDS.values() for segment in kind.segments}


def kind_of(iri: str) -> Kind | None:
    """The kind under whose items *iri* has its address; None when it has none."""
    segment, _, slug = iri.removeprefix(ID).partition("/")
    return _BY_SEGMENT.get(segment) if iri.startswith(ID) and slug and "/" not in slug else None


def address_of(iri: str) -> str:
    """Where the record of *iri* is."""
    kind = kind_of(iri)
    if kind is None:
        return f"{ROOT}/records?{urlencode({'ids': iri}, safe=':/')}"
    return f"{kind.path}/{quote(iri.rpartition('/')[2], safe='')}"


def short_links(iri: str) -> dict[str, str]:
    """Where the record and the page of *iri* are."""
    return dict(_links(iri))


def links_of(iri: str) -> dict[str, str]:
    """Every address that leads on from *iri*, by what is found there."""
    kind = kind_of(iri)
    told = {
        **short_links(iri),
        **({"turtle": f"{_document(iri)}.ttl", "sources": f"{_document(iri)}.trig"} if iri.startswith(ID) else {}),
        "why": f"{ROOT}/why?{urlencode({'s': iri}, safe=':/')}",
    }
    inverse = kind.inverse if kind is not None else ()
    return told | {name: address.format(quote(iri, safe=":/")) for name, address in inverse}


def _links(iri: str) -> Iterator[tuple[str, str]]:
    yield "self", address_of(iri)
    if iri.startswith(ID):
        yield "html", f"{_document(iri)}.html"


def _document(iri: str) -> str:
    return "/" + quote(iri.replace(ID, f"{BASE}doc/", 1).removeprefix(BASE), safe="/-._~")

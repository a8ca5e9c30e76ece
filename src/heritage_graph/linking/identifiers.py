"""Read an identifier of another registry, so that two ways to write it are one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from heritage_graph.namespaces import HG

ONE_EACH: Final = frozenset(
    {"ror", "wikidata", "grid", "geonames", "isil", "worldHeritageId", "isoAlpha2", "isoAlpha3"}
)
"""The registries that have one identifier a thing, so that two of them tell two things apart."""

_REGISTRIES: Final = (
    ("ror", re.compile(r"https?://(?:www\.)?ror\.org/(?P<id>[0-9A-Za-z]+)/?")),
    ("wikidata", re.compile(r"https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/(?P<id>[QP][0-9]+)/?")),
    ("isni", re.compile(r"https?://(?:www\.)?isni\.org/(?:isni/)?(?P<id>[0-9]{15}[0-9X])/?")),
    ("grid", re.compile(r"https?://(?:www\.)?grid\.ac/institutes/(?P<id>grid\.[0-9]+\.[0-9a-f]+)/?", re.IGNORECASE)),
    ("fundref", re.compile(r"https?://(?:dx\.)?doi\.org/10\.13039/(?P<id>[0-9]+)/?")),
    ("geonames", re.compile(r"https?://(?:sws\.|www\.)?geonames\.org/(?P<id>[0-9]+)(?:/.*)?")),
    (
        "isil",
        re.compile(
            r"(?:urn:isil:|info:isil/|https?://ld\.zdb-services\.de/resource/organisations/)(?P<id>[A-Z]{1,4}-[^\s/]+)"
        ),
    ),
    ("viaf", re.compile(r"https?://(?:www\.)?viaf\.org/viaf/(?P<id>[0-9]+)/?")),
    ("worldHeritageId", re.compile(r"https?://whc\.unesco\.org/(?:[a-z]{2}/list|id)/(?P<id>[0-9]+)(?:[a-z]+)?/?")),
)
_ANY: Final = re.compile(r"https?://(?:www\.)?(?P<start>[^\s?#]+)/(?P<id>[^\s/?#]+)/?")
_SUFFIX: Final = re.compile(r"(?:bis|ter|quater)$", re.IGNORECASE)
_PLAIN: Final = {
    HG.worldHeritageId.value: "worldHeritageId",
    HG.isoAlpha2.value: "isoAlpha2",
    HG.isoAlpha3.value: "isoAlpha3",
}


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """An identifier: the registry, by a short name or the start of its addresses, and what it calls the thing."""

    registry: str
    id: str

    def __str__(self) -> str:
        return f"{self.registry}:{self.id}"


def identifier_of(property_: str, text: str) -> Identifier | None:
    """The identifier that *text* is as a value of *property_* (an IRI); None when the property has no identifiers.

    The host's `www`, `http` for `https`, and the suffix of a World Heritage number do not matter.
    """
    if property_ in _PLAIN:
        return Identifier(_PLAIN[property_], _SUFFIX.sub("", text.strip()).upper())
    if property_ != HG.externalIdentifier.value:
        return None
    for registry, form in _REGISTRIES:
        if found := form.fullmatch(text):
            return Identifier(registry, found["id"].upper())
    if found := _ANY.fullmatch(text):
        return Identifier(found["start"].lower(), found["id"])
    return Identifier("", text)

"""The properties that can be given in evidence, suggested and fetched, each by a short name."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from heritage_graph.errors import ParameterError
from heritage_graph.namespaces import HG, SKOS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heritage_graph.web.names import Names

Kind = Literal["identifier", "thing", "link", "date", "text"]


@dataclass(frozen=True, slots=True)
class Property:
    """A property of things: its short name, the IRI by which the graph states it, and what its values are.

    `start` is how the address of an identifier begins, of which the rest is the identifier; empty for other properties
    and for identifiers that are plain texts. `labels` are its names where those of the IRI do not tell it apart.
    `classes` are the short names of the classes whose things have it, `range` is that of its values; empty for any.
    """

    id: str
    iri: str
    kind: Kind
    classes: tuple[str, ...] = ()
    start: str = ""
    labels: Mapping[str, str] | None = field(default=None, hash=False)
    range: str = ""

    def name(self, names: Names, language: str) -> str:
        """Its name in *language* or the nearest there is; *names* has those of the terms."""
        if self.labels:
            return self.labels.get(language, self.labels["en"])
        return names.of(self.iri, language).text


def _identifier(id_: str, start: str, classes: tuple[str, ...], **labels: str) -> Property:
    return Property(id_, HG.externalIdentifier.value, "identifier", classes, start, labels)


_ORGANIZATION: Final = ("Organization",)
_DATED: Final = ("Activity", "Plan", "Designation", "FundingArrangement")

_ALL: Final = (
    _identifier("ror", "https://ror.org/", _ORGANIZATION, en="ROR identifier", ar="معرّف ROR", fr="identifiant ROR"),
    _identifier(
        "wikidata", "http://www.wikidata.org/entity/", (),
        en="Wikidata identifier", ar="معرّف ويكي بيانات", fr="identifiant Wikidata",
    ),
    _identifier("isni", "https://isni.org/isni/", _ORGANIZATION, en="ISNI", ar="معرّف ISNI", fr="ISNI"),
    _identifier(
        "grid", "https://www.grid.ac/institutes/", _ORGANIZATION,
        en="GRID identifier", ar="معرّف GRID", fr="identifiant GRID",
    ),
    _identifier(
        "fundref", "https://doi.org/10.13039/", _ORGANIZATION,
        en="Crossref funder identifier", ar="معرّف المموّل في Crossref", fr="identifiant de financeur Crossref",
    ),
    _identifier(
        "geonames", "https://sws.geonames.org/", ("Place",),
        en="GeoNames identifier", ar="معرّف GeoNames", fr="identifiant GeoNames",
    ),
    Property("worldHeritageId", HG.worldHeritageId.value, "identifier", ("Site",)),
    Property("isoAlpha2", HG.isoAlpha2.value, "identifier", ("Country",)),
    Property("country", HG.country.value, "thing", ("Organization", "Place", "Site", "Artifact"), range="Country"),
    Property("seat", HG.seat.value, "thing", _ORGANIZATION, range="Place"),
    Property("organizationType", HG.organizationType.value, "thing", _ORGANIZATION),
    Property("registryStatus", HG.registryStatus.value, "thing", _ORGANIZATION),
    Property("partOf", HG.partOf.value, "thing", ("Organization", "Place", "Site", "Activity")),
    Property("memberOf", HG.memberOf.value, "thing", ("Agent",), range="Organization"),
    Property("territory", HG.territory.value, "thing", ("State",), range="Country"),
    Property("heritageType", HG.heritageType.value, "thing", ("HeritageEntity", "Activity")),
    Property("agreementKind", HG.agreementKind.value, "thing", ("Agreement",)),
    Property("takesPlaceAt", HG.takesPlaceAt.value, "thing", ("Activity",), range="Place"),
    Property("signedAt", HG.signedAt.value, "thing", ("Agreement",), range="Place"),
    Property("topic", HG.topic.value, "thing", ("Activity", "Agreement")),
    Property("foundedOn", HG.foundedOn.value, "date", _ORGANIZATION),
    Property("signedOn", HG.signedOn.value, "date", ("Agreement",)),
    Property("startsOn", HG.startsOn.value, "date", _DATED),
    Property("endsOn", HG.endsOn.value, "date", _DATED),
    Property("issuedOn", HG.issuedOn.value, "date", ("SourceDocument",)),
    Property("acronym", HG.acronym.value, "text", _ORGANIZATION),
    Property("formerName", HG.formerName.value, "text", _ORGANIZATION),
    Property("organizationTypeAsNamed", HG.organizationTypeAsNamed.value, "text", _ORGANIZATION),
    Property("prefLabel", SKOS.prefLabel.value, "text"),
    Property("altLabel", SKOS.altLabel.value, "text"),
    Property("homepage", HG.homepage.value, "link"),
)  # fmt: skip

PROPERTIES: Final[Mapping[str, Property]] = MappingProxyType({each.id: each for each in _ALL})
"""Every property by its short name."""

_NAMESPACES: Final = (HG, "hg:", SKOS, "skos:")


def property_called(name: str) -> Property:
    """The property with the short name *name*; its IRI and its prefixed name will do as well.

    Raises:
        ParameterError: there is none.
    """
    short = next((name.removeprefix(start) for start in _NAMESPACES if name.startswith(start)), name)
    if short not in PROPERTIES:
        allowed = list(PROPERTIES)
        raise ParameterError(
            f"there is no property {name[:60]!r} to compare or fetch; there are: {', '.join(allowed)}", allowed=allowed
        )
    return PROPERTIES[short]

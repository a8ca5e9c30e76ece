"""Which sections the page about a thing of each kind has, in the order in which a person looks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.model.records import family_of
from heritage_graph.namespaces import DCTERMS, FOAF, HG, PROV, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable

AGENTS: Final = frozenset({"organization", "state", "person", "collective", "generic-actor"})
"""The kinds of what takes part in things."""

_OTHER_PREFIXES: Final = {"dcterms": DCTERMS, "foaf": FOAF, "prov": PROV, "rdf": RDF}


@dataclass(frozen=True)
class Part:
    """A section: its name, the properties of the thing that it tells, and those by which others point to the thing.

    `contexts` are the kinds of what the thing takes part in that the section lists. `special` names what only one
    section has: `participants`, `term`, `partners`, `position` or `assertions`.
    """

    name: str
    own: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    special: str = ""


def _part(name: str, own: str = "", *, links: str = "", contexts: str = "", special: str = "") -> Part:
    """A part whose properties are told by their names, those of our ontology without a prefix."""
    return Part(name, _iris(own.split()), _iris(links.split()), tuple(contexts.split()), special)


def _iris(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(_iri(name) for name in names)


def _iri(name: str) -> str:
    prefix, colon, local = name.partition(":")
    return f"{_OTHER_PREFIXES[prefix]}{local}" if colon else f"{HG}{name}"


_ABOUT: Final = _part(
    "about", "topic hasAim heritageType technique concerns educationLevel activityKind areasOfCooperation successFactor"
)
_CLAIMS: Final = _part("claims", links="about")
_AGENT: Final = (
    _part("identity", "organizationType organizationTypeAsNamed officeTitle country seat seatAsNamed territory extent "
          "foundedOn homepage externalIdentifier correlatesOfWarNumber registryStatus foaf:page"),
    _part("agreements", contexts="agreement"),
    _part("events", contexts="event activity event-series designation"),
    _part("programmes", contexts="programme project plan"),
    _part("partners", special="partners"),
    _part("structure", "partOf hasPart memberOf representsMembersOf relatedTo succeeds succeededBy",
          links="partOf memberOf representsMembersOf succeeds relatedTo heldBy", contexts="organization"),
    _part("funding", links="funder recipient contributor"),
    _part("publications", links="dcterms:publisher", contexts="document agreement-document"),
    _CLAIMS,
)  # fmt: skip
_ACTIVITY: Final = (
    _part("when", "startsOn endsOn takesPlaceAt inSeries within sessionNumber designates criterion"),
    _part("participants", special="participants"),
    _part("frame", "underAgreement underPlan listedInPlan framedBy", links="within inSeries underPlan listedInPlan"),
    _part("funding", "funds", links="funds"),
    _ABOUT,
    _part("documents", "documentedBy", links="submittedTo documentedBy"),
    _CLAIMS,
)
_WHERE: Final = (
    _part("where", "country takesPlaceAt isoAlpha2 isoAlpha3 areaHectares worldHeritageId heritageType extent "
          "heldBy shelfMark material dateAsWritten notBefore notAfter dateAccuracy provenanceAsNamed",
          special="position"),
    _part("designations", links="designates"),
    _part("happened", links="takesPlaceAt concerns signedAt"),
    _part("located", links="country seat territory"),
    _CLAIMS,
)  # fmt: skip
_FUNDING: Final = (
    _part("funding", "funder contributor recipient funds restsOn hasContribution amount amountValue currency "
          "amountYear share sharingMode", links="hasContribution funds"),
    _ABOUT,
)  # fmt: skip
_CLAIM: Final = (_part("claim", "about claimedIn affects concerns role successFactor topic hasAim technique "
                       "heritageType extent mentions epistemicStatus"),)  # fmt: skip

LAYOUTS: Final[dict[str, tuple[Part, ...]]] = {
    "agreement": (
        _part("parties", special="participants"),
        _part("term", "effectiveFrom validUntil", links="governs", special="term"),
        _part("renewal", "renews renewalChainRoot", links="renews"),
        _part("funding", "hasContribution", links="restsOn funds"),
        _part("work", "implements framedBy listedInPlan", links="underAgreement implements"),
        _ABOUT,
        _part("signing", "signedOn signedAt reportedOn agreementKind"),
        _part("documents", "documentedBy textStatus", links="documentedBy"),
        _CLAIMS,
    ),
    **dict.fromkeys(sorted(AGENTS), _AGENT),
    **dict.fromkeys(("activity", "designation", "event", "event-series", "plan", "programme", "project"), _ACTIVITY),
    **dict.fromkeys(
        ("artifact", "collection", "country", "element", "heritage", "place", "route", "scope", "site"), _WHERE
    ),
    **dict.fromkeys(("amount", "contribution", "funding", "grant", "scholarship"), _FUNDING),
    **dict.fromkeys(("challenge", "claim"), _CLAIM),
    "document": (
        _part("publication", "dcterms:publisher issuedOn dcterms:language foaf:page retrievedOn submittedTo "
              "characterCount digest"),
        _part("participants", special="participants"),
        _part("assertions", special="assertions"),
        _part("claims", links="claimedIn about"),
        _part("documents", "annexedTo", links="annexedTo documentedBy"),
        _part("mentions", "mentions"),
    ),
    "instrument": (
        _part("publication", "issuedOn dcterms:publisher foaf:page"),
        _ABOUT,
        _part("work", links="framedBy"),
    ),
    "agreement-document": (_part("documents", "textStatus annexedTo dcterms:language", links="documentedBy"),),
    "terms": (_part("terms", "governs", special="term"), _part("frame", "framedBy")),
    "term": (_part("terms", "duration effectBasis renewalMode requestedBy right sharingMode", links="hasTerm"),),
}  # fmt: skip
"""The sections by kind, the first segment of an IRI of ours."""

_PLAIN: Final = (
    _part("leads", "inContext participant participantAsNamed onBehalfOf role rdf:subject rdf:predicate rdf:object "
          "changed changeKind inCommit document affects about inferredAbout likelyIntended byRule"),
    _ABOUT,
)  # fmt: skip


def layout_of(iri: str) -> tuple[Part, ...]:
    """The sections of the page about *iri*; what stands around other things leads to them first."""
    return LAYOUTS.get(family_of(iri), _PLAIN)

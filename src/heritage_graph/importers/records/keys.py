"""How the keys of a record and the properties of the model answer each other."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from heritage_graph.namespaces import HG, HGV

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyoxigraph import NamedNode

UNDETERMINED: Final = "und"
"""The language of what the compiler of a record put into words: the format does not ask in which."""


class Named(NamedTuple):
    """Where the words of a list go: to a concept of `scheme` that has that very name, else as they are."""

    concept: NamedNode
    as_named: NamedNode
    scheme: str


class Kind(NamedTuple):
    """What a kind of record is about: the first part of its address, its class, its kind where the class is wide."""

    segment: str
    cls: NamedNode
    activity: str | None = None


KINDS: Final[Mapping[str, Kind]] = MappingProxyType({
    "agreement": Kind("agreement", HG.Agreement),
    "renewal": Kind("agreement", HG.Agreement),
    "event": Kind("event", HG.Event),
    "exhibition": Kind("event", HG.Exhibition),
    "programme": Kind("programme", HG.Programme),
    "project": Kind("project", HG.Project),
    "funding": Kind("activity", HG.Activity, "grant-making"),
    "scholarship": Kind("activity", HG.Activity, "scholarship"),
    "excavation": Kind("activity", HG.Excavation),
    "conservation": Kind("activity", HG.ConservationActivity),
    "research": Kind("activity", HG.ResearchActivity),
    "designation": Kind("designation", HG.Designation),
})  # fmt: skip
AGREEMENTS: Final = frozenset({"agreement", "renewal"})

AGREEMENT_CLASSES: Final[Mapping[str, NamedNode]] = MappingProxyType({
    "memorandum-of-understanding": HG.MemorandumOfUnderstanding,
    "cooperation-agreement": HG.CooperationAgreement,
    "framework-agreement": HG.FrameworkAgreement,
    "executive-programme": HG.ExecutiveProgramme,
    "accord": HG.Accord,
})  # fmt: skip
EVENT_CLASSES: Final[Mapping[str, NamedNode]] = MappingProxyType({
    "conference": HG.Conference,
    "virtual-conference": HG.Conference,
    "climate-conference": HG.Conference,
    "meeting": HG.Meeting,
    "session": HG.Meeting,
    "workshop": HG.Workshop,
    "training-course": HG.TrainingCourse,
    "exhibition": HG.Exhibition,
})  # fmt: skip

TEXTS: Final[Mapping[str, NamedNode]] = MappingProxyType({
    "kind_as_stated": HG.kindAsNamed,
    "place": HG.placeAsNamed,
    "place_country": HG.countryAsNamed,
    "signed_on_as_stated": HG.signedOnAsWritten,
    "effective_as_stated": HG.effectiveFromAsWritten,
    "start_as_stated": HG.startsOnAsWritten,
    "end_as_stated": HG.endsOnAsWritten,
    "duration_as_stated": HG.durationAsWritten,
    "status_as_stated": HG.statusAsWritten,
})  # fmt: skip
"""What the page says in words, in its own language."""

DATES: Final[Mapping[str, NamedNode]] = MappingProxyType({
    "signed_on": HG.signedOn,
    "effective": HG.effectiveFrom,
    "valid_until": HG.validUntil,
    "start": HG.startsOn,
    "end": HG.endsOn,
})  # fmt: skip
DATES_OF_AGREEMENTS: Final = frozenset({"signed_on", "effective", "valid_until"})
ORDERED: Final = (("start", "end"), ("effective", "valid_until"))
"""Of two dates the one that is not later, and the one that is not earlier."""

LISTS: Final[Mapping[str, Named]] = MappingProxyType({
    "aims": Named(HG.hasAim, HG.aimAsNamed, "aim"),
    "heritage_types": Named(HG.heritageType, HG.heritageTypeAsNamed, "heritage-type"),
    "techniques": Named(HG.technique, HG.techniqueAsNamed, "technique"),
    "topics": Named(HG.topic, HG.topicAsNamed, "topic"),
})  # fmt: skip
LEVEL: Final = Named(HG.educationLevel, HG.educationLevelAsNamed, "education-level")

PARTY_TEXTS: Final[Mapping[str, NamedNode]] = MappingProxyType({
    "country": HG.countryAsNamed,
    "on_behalf_of": HG.onBehalfOfAsNamed,
    "part_of": HG.partOfAsNamed,
    "also_named": HG.alsoNamed,
    "signed_by_capacity": HG.signedByOffice,
    "represented_by_capacity": HG.representedByOffice,
    "withheld": HG.withheldBecause,
})  # fmt: skip

WHATS: Final[Mapping[str, NamedNode]] = MappingProxyType({
    "site": HG.Site,
    "artifact": HG.Artifact,
    "collection": HG.Collection,
    "route": HG.Route,
    "intangible": HG.IntangibleElement,
    "scope": HG.HeritageScope,
})  # fmt: skip
"""What a record is concerned with; the key is also the first part of its address."""
PLACE: Final = "place"
"""The first part of the address of a place, which may be given a title as a site may."""

MODES: Final[Mapping[str, tuple[str, NamedNode]]] = MappingProxyType({
    "grant": ("grant", HG.Grant),
    "third-party": ("funding", HG.ThirdPartyFunding),
    "equal": ("contribution", HG.FundingContribution),
    "proportional": ("contribution", HG.FundingContribution),
    "unspecified": ("funding", HG.Funding),
})  # fmt: skip
SHARED: Final = frozenset({"equal", "proportional"})

RENEWALS: Final[Mapping[str, str]] = MappingProxyType({
    "by-new-agreement": "by-agreement",
    "automatic": "automatic",
    "on-request": "on-request",
})  # fmt: skip
"""The words of `renewable` that are a concept of the vocabulary of renewal modes."""

JUDGED: Final = frozenset({"same_as_hint", "see_also", "disagreement", "ambiguity", "date_precision"})
"""What the compiler of a record thinks of it: no statement of the page, and no part of the source graph."""
JUDGED_OF_PARTIES: Final = frozenset({"org_type"})

GROUPS: Final = ("parties", "concerns", "funding")
"""The lists of a record that are objects; in a table the columns of each begin with its name and a full stop."""
SEVERAL: Final = frozenset({*LISTS, "same_as_hint", "see_also"})
FLAGS: Final = frozenset({"name_is_official", "parties_open", "read_in_copy", "excerpt_cut", "funding.is_total"})
NUMBERS: Final = frozenset({"funding.amount", "funding.share"})
"""The columns of a table that hold several texts with bars between them, true or false, and numbers."""

ROLE: Final = "role"
UNSPECIFIED: Final = HGV.term("role/unspecified")
NAME_WITHHELD: Final = "name withheld"

"""Weigh whether two subjects are one thing: by identifiers, then by the likeness of names and by what is around them.

The score is a number from 0 to 100. A shared identifier makes it 100, less what speaks against it. Without one it is
the likeness of the names and what the context adds or takes, at most `MOST_BY_NAME`, and at most `MOST_BY_NAME_ALONE`
when nothing around the two agrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from heritage_graph.linking.identifiers import ONE_EACH
from heritage_graph.linking.subjects import LinkKind
from heritage_graph.matching.comparison import gain, host, kilometres, same_year
from heritage_graph.matching.likeness import SAME
from heritage_graph.namespaces import HG, RDF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.linking.identifiers import Identifier
    from heritage_graph.linking.subjects import Subject

MOST_BY_NAME: Final = 98.0
MOST_BY_NAME_ALONE: Final = 90.0
SAME_NAME_FROM: Final = 96.0
"""A likeness from which on two names are one, written differently at most."""

_OTHER_COUNTRY: Final = -25.0
_OTHER_CLASS: Final = -8.0
_OTHER_NAMES: Final = -20.0
_UNLIKE: Final = 50.0
_NEAR_KM: Final = 30.0
_FAR_KM: Final = 100.0
_NEAR: Final = 6.0
_FAR: Final = -25.0
_ACRONYMS: Final = {1: 50.0, 2: 50.0, 3: 60.0, 4: 70.0, 5: 78.0}
_LONG_ACRONYM: Final = 82.0


class Method(StrEnum):
    """By what two things were found to be perhaps one; the names of concepts of `hgv:link-method`."""

    SHARED_IDENTIFIER = "shared-identifier"
    SAME_NAME = "same-name"
    SIMILAR_NAME = "similar-name"


@dataclass(frozen=True, slots=True)
class Weighed:
    """The score, the method, the identifiers that both have, and the properties on which both agree or differ."""

    score: float
    method: Method
    identifiers: tuple[Identifier, ...]
    agrees: tuple[str, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sign:
    """A property on which the two agree or differ, and what that adds or takes; `settles`: they are two things."""

    property: str
    agrees: bool
    weight: float
    settles: bool = False


def acronym_likeness(letters: int) -> float:
    """How alike two bodies are that share an acronym of so many *letters*: the fewer, the more bodies have it."""
    return _ACRONYMS.get(letters, _LONG_ACRONYM)


def weigh(one: Subject, other: Subject, kind: LinkKind, names_alike: float) -> Weighed | None:
    """What speaks for and against *one* and *other* being one thing; None when they are plainly two.

    *names_alike* is the likeness of their likest names, from 0 to 100.
    """
    shared = tuple(sorted(one.identifiers & other.identifiers))
    signs = list(_signs(one, other, kind))
    if not shared and any(sign.settles for sign in signs):
        return None
    context = sum(sign.weight for sign in signs) + (gain("identifier", 0.0) if _told_apart(one, other) else 0.0)
    agrees = tuple(sign.property for sign in signs if sign.agrees)
    differs = tuple(sign.property for sign in signs if not sign.agrees)
    if shared:
        against = sum(sign.weight for sign in signs if not sign.agrees)
        against += gain("identifier", 0.0) if _told_apart(one, other) else 0.0
        against += _OTHER_NAMES if names_alike < _UNLIKE else 0.0
        return Weighed(_held(SAME + against, SAME), Method.SHARED_IDENTIFIER, shared, agrees, differs)
    most = MOST_BY_NAME if agrees else MOST_BY_NAME_ALONE
    method = Method.SAME_NAME if names_alike >= SAME_NAME_FROM else Method.SIMILAR_NAME
    return Weighed(_held(names_alike + context, most), method, (), agrees, differs)


def _held(score: float, most: float) -> float:
    return round(min(most, max(0.0, score)), 1)


def _told_apart(one: Subject, other: Subject) -> bool:
    """Whether a registry that has one identifier a thing has two for these."""
    for registry in ONE_EACH:
        ours = {each for each in one.identifiers if each.registry == registry}
        theirs = {each for each in other.identifiers if each.registry == registry}
        if ours and theirs and not ours & theirs:
            return True
    return False


def _signs(one: Subject, other: Subject, kind: LinkKind) -> Iterator[_Sign]:
    is_agent = kind is LinkKind.ORGANIZATION
    if one.countries and other.countries:
        same = bool(one.countries & other.countries)
        weight = gain("thing", 1.0) if same else _OTHER_COUNTRY
        yield _Sign(HG.country.value, same, weight, settles=not same and not is_agent)
    if one.seats & other.seats:
        yield _Sign(HG.seat.value, agrees=True, weight=gain("text", 1.0))
    if one.founded and other.founded:
        same_years = max(same_year(ours, theirs) for ours in one.founded for theirs in other.founded)
        yield _Sign(HG.foundedOn.value, same_years > 0, gain("date", same_years))
    if one.homepages and other.homepages:
        same = bool({host(each) for each in one.homepages} & {host(each) for each in other.homepages} - {""})
        yield _Sign(HG.homepage.value, same, gain("link", float(same)))
    if one.position is not None and other.position is not None:
        apart = kilometres(one.position, other.position)
        if apart <= _NEAR_KM:
            yield _Sign(HG.latitude.value, agrees=True, weight=_NEAR)
        elif apart > _FAR_KM:
            yield _Sign(HG.latitude.value, agrees=False, weight=_FAR, settles=not is_agent)
    if not _classes_fit(one, other):
        yield _Sign(RDF.type.value, agrees=False, weight=_OTHER_CLASS, settles=kind is LinkKind.PLACE)


def _classes_fit(one: Subject, other: Subject) -> bool:
    """Whether one of the two has all classes of the other, or no class that says more than the kind does."""
    general = {HG.Organization.value, HG.Site.value}
    ours, theirs = one.classes - general, other.classes - general
    return ours <= theirs or theirs <= ours

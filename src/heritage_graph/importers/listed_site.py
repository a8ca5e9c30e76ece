"""One row of the World Heritage List, read and checked, whatever file it came from."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from heritage_graph.importers.iso_3166 import ALPHA_3
from heritage_graph.importers.report import Remark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heritage_graph.importers.rows import Place

CRITERIA: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
CATEGORIES: Final = ("cultural", "natural", "mixed")
FIRST_INSCRIPTION: Final = 1978
"""The year of the first inscriptions on the List."""

_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>")
_REFERENCE: Final = re.compile(r"bis|ter|quater", re.IGNORECASE)
_DANGER: Final = re.compile(r"Y (?P<since>[0-9]{4})|P (?P<start>[0-9]{4})-(?P<end>[0-9]{4})")
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_LATITUDE: Final = Decimal(90)
_LONGITUDE: Final = Decimal(180)


@dataclass(frozen=True, slots=True)
class ListedCountry:
    """A state party as a row names it: codes in capitals, names by language."""

    alpha_2: str
    alpha_3: str | None
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DangerPeriod:
    """A time on the List of World Heritage in Danger, in years; `end` is None while it lasts."""

    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class ListedSite:
    """A property on the World Heritage List; None and empty mean that the row does not say.

    `reference` is the number with bis, ter or quater. `in_danger` tells that the row calls the site endangered;
    `danger` gives the periods where the file has them.
    """

    place: Place
    identifier: str
    reference: str
    names: Mapping[str, str]
    countries: tuple[ListedCountry, ...]
    states_as_named: Mapping[str, str]
    inscribed: int
    criteria: tuple[str, ...]
    category: str | None
    area: Decimal | None
    coordinates: tuple[Decimal, Decimal] | None
    danger: tuple[DangerPeriod, ...]
    in_danger: bool
    remarks: tuple[Remark, ...]


def plain_name(text: str, language: str, remarks: list[Remark]) -> str:
    """The name without markup, entities and superfluous space; *remarks* gains what was taken away."""
    spaced = _BREAK.sub(" ", text)
    bare = html.unescape(_TAG.sub("", spaced))
    if bare != text:
        remarks.append(Remark("html-in-name", f"markup was removed from the {language} name {text!r}"))
    tidy = " ".join(bare.split())
    if bare == text and tidy != text:
        remarks.append(Remark("spaces-in-name", f"superfluous space was removed from the {language} name {text!r}"))
    return tidy


def reference(identifier: str, suffix: str, remarks: list[Remark]) -> str:
    """The reference number of a property; of the suffixes only bis, ter and quater belong to one."""
    if _REFERENCE.fullmatch(suffix):
        return identifier + suffix.lower()
    if suffix:
        text = f"the suffix {suffix!r} of the number {identifier} is not bis, ter or quater, and was not written"
        remarks.append(Remark("reference-suffix", text))
    return identifier


def country(alpha_2: str, alpha_3: str, names: Mapping[str, str], remarks: list[Remark]) -> ListedCountry | None:
    """The country with these codes; None when the two-letter code is none of ISO 3166-1."""
    two, three = alpha_2.upper(), alpha_3.upper()
    if two not in ALPHA_3:
        text = f"{alpha_2!r} is no two-letter code of ISO 3166-1; {names.get('en', '')!r} was kept as a name only"
        remarks.append(Remark("unknown-country-code", text))
        return None
    if three != ALPHA_3[two]:
        text = f"{alpha_3!r} is not the three-letter code of {two} (ISO 3166-1: {ALPHA_3[two]}), and was not written"
        remarks.append(Remark("country-codes-disagree", text))
        return ListedCountry(two, None, names)
    return ListedCountry(two, three, names)


def year(text: str, latest: int) -> int | None:
    """The year of inscription; None when it is none between 1978 and *latest*."""
    found = int(text) if re.fullmatch("[0-9]{4}", text) else 0
    return found if FIRST_INSCRIPTION <= found <= latest else None


def coordinates(latitude: str, longitude: str, remarks: list[Remark]) -> tuple[Decimal, Decimal] | None:
    """Latitude and longitude; None, with a remark, when blank, unreadable, out of range or at 0,0."""
    if not latitude and not longitude:
        remarks.append(Remark("no-coordinates", "the row has no coordinates"))
        return None
    at = f"{latitude!r},{longitude!r}"
    if not (_NUMBER.fullmatch(latitude) and _NUMBER.fullmatch(longitude)):
        remarks.append(Remark("coordinates-unreadable", f"{at} are no decimal degrees, and were not written"))
        return None
    north, east = Decimal(latitude), Decimal(longitude)
    if not north and not east:
        text = "0,0 lies in the Gulf of Guinea and stands for missing coordinates: it was not written"
        remarks.append(Remark("coordinates-zero", text))
        return None
    if abs(north) > _LATITUDE or abs(east) > _LONGITUDE:
        remarks.append(Remark("coordinates-out-of-range", f"{at} are not on the globe, and were not written"))
        return None
    return north, east


def area(text: str, remarks: list[Remark]) -> Decimal | None:
    """The area in hectares; None, with a remark, when blank, zero or unreadable."""
    if not text:
        remarks.append(Remark("no-area", "the row has no area"))
        return None
    try:
        hectares = Decimal(text)
    except InvalidOperation:
        hectares = Decimal("NaN")
    if not hectares.is_finite() or hectares < 0:
        remarks.append(Remark("area-unreadable", f"{text!r} is no number of hectares, and was not written"))
        return None
    if not hectares:
        remarks.append(Remark("area-zero", "an area of 0 ha stands for a missing one: it was not written"))
        return None
    return hectares


def category(text: str, remarks: list[Remark]) -> str | None:
    """The category in lower case; None, with a remark, when it is not cultural, natural or mixed."""
    if text.lower() in CATEGORIES:
        return text.lower()
    remarks.append(Remark("category-unknown", f"{text!r} is not cultural, natural or mixed, and was not written"))
    return None


def danger_periods(text: str, latest: int, remarks: list[Remark]) -> tuple[DangerPeriod, ...]:
    """The periods of a danger list, oldest first: `Y 2003` lasts since 2003, `P 1984-1988 P 2000-2006` are over.

    Empty for a blank text; empty too, with a remark, when any part cannot be read or a year is impossible.
    """
    periods = []
    rest = text.strip()
    while form := _DANGER.match(rest):
        since, start, end = (int(form[part]) if form[part] else None for part in ("since", "start", "end"))
        periods.append(DangerPeriod(start or since or 0, end))
        rest = rest[form.end() :].lstrip()
    possible = all(FIRST_INSCRIPTION <= each.start <= (each.end or latest) <= latest for each in periods)
    if rest or not possible:
        remarks.append(Remark("danger-unreadable", f"the danger list {text!r} cannot be read, and was not written"))
        return ()
    return tuple(sorted(set(periods), key=lambda each: (each.start, each.end or latest)))

"""One record of the Research Organization Registry (schema version 2), read and checked."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from heritage_graph.importers.iso_3166 import ALPHA_3
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import RefusedRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.importers.rows import RowPlace

STATUSES: Final = ("active", "inactive", "withdrawn")
TYPES: Final = (
    *("education", "funder", "healthcare", "company", "archive", "nonprofit", "government", "facility", "other"),
)
RELATIONS: Final = ("parent", "child", "related", "successor", "predecessor")
UNDETERMINED: Final = "und"
"""The language tag of a name whose record does not say its language (BCP 47)."""

_MEMBERS: Final = ("id", "names", "status", "types")
_ID: Final = re.compile(r"https://ror\.org/(0[a-z0-9]{6}[0-9]{2})")
_LANGUAGE: Final = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})*")
_DISPLAYED: Final = frozenset({"ror_display", "label"})
_NAME_KINDS: Final = _DISPLAYED | {"alias", "acronym"}
# Marks of direction and of byte order carry nothing once a name has its language; joiners (U+200C, U+200D) do.
_MARKS: Final = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_IDENTIFIERS: Final = {
    "wikidata": (re.compile("(Q[1-9][0-9]*)"), "http://www.wikidata.org/entity/"),
    "isni": (re.compile("([0-9]{4} ?[0-9]{4} ?[0-9]{4} ?[0-9]{3}[0-9X])"), "https://isni.org/isni/"),
    "grid": (re.compile(r"(grid\.[0-9]+\.[0-9a-f]+)"), "https://www.grid.ac/institutes/"),
    "fundref": (re.compile("([1-9][0-9]+)"), "https://doi.org/10.13039/"),
}
_LATEST_YEAR: Final = 2100
_LATITUDE: Final = 90
_LONGITUDE: Final = 180


@dataclass(frozen=True, slots=True)
class RorName:
    """A name: its text in NFC, its language tag (`und` where the record gives none), and what kinds it is of."""

    text: str
    language: str
    kinds: frozenset[str]

    @property
    def is_displayed(self) -> bool:
        """Whether the registry shows the organization under this name in its language."""
        return bool(self.kinds & _DISPLAYED)


@dataclass(frozen=True, slots=True)
class RorRelation:
    """A tie to another record, in the direction in which this record states it."""

    kind: str
    other: str
    label: str


@dataclass(frozen=True, slots=True)
class RorPlace:
    """Where an organization is: a place of GeoNames, its position in degrees as given, and its country by code."""

    geonames: int
    name: str
    position: tuple[Decimal, Decimal] | None
    alpha_2: str | None
    country: str


@dataclass(frozen=True, slots=True)
class RorRecord:
    """A record of an organization; empty and None mean that it does not say.

    `identifier` is the nine characters of its address at ror.org. `names` come with those displayed first.
    `identifiers` are the addresses of its records in other registries; the order is that of the record.
    """

    place: RowPlace
    identifier: str
    names: tuple[RorName, ...]
    types: tuple[str, ...]
    status: str | None
    established: int | None
    relations: tuple[RorRelation, ...]
    identifiers: tuple[NamedNode, ...]
    websites: tuple[NamedNode, ...]
    articles: tuple[NamedNode, ...]
    places: tuple[RorPlace, ...]
    remarks: tuple[Remark, ...]


def read_record(value: object, place: RowPlace) -> RorRecord | RefusedRow:
    """The JSON value *value* as a record, or why it cannot be one."""
    given = value if isinstance(value, dict) else {}
    named = str(given.get("id", ""))[:60]
    missing = [member for member in _MEMBERS if member not in given]
    if missing and "name" in given:
        text = "the record is of schema version 1; the registry also publishes each of its editions in version 2"
        return RefusedRow(place, named, Remark("not-version-2", text))
    if missing:
        return RefusedRow(place, named, Remark("members-missing", f"a record has the member {missing[0]!r}"))
    found = _ID.fullmatch(named)
    if found is None:
        text = f"{named!r} is no identifier of the registry, which is written like https://ror.org/012abcd34"
        return RefusedRow(place, named, Remark("id-unreadable", text))
    remarks: list[Remark] = []
    names = _names(given["names"], remarks)
    if not names:
        return RefusedRow(place, found[1], Remark("no-name", "the record has no name in any language"))
    return RorRecord(
        place=place,
        identifier=found[1],
        names=names,
        types=_types(given["types"], remarks),
        status=_status(given["status"], remarks),
        established=_year(given.get("established"), remarks),
        relations=tuple(_relations(given.get("relationships"), found[1], remarks)),
        identifiers=tuple(dict.fromkeys(_identifiers(given.get("external_ids"), remarks))),
        websites=tuple(_links(given.get("links"), "website", remarks)),
        articles=tuple(_links(given.get("links"), "wikipedia", remarks)),
        places=tuple(_places(given.get("locations"), remarks)),
        remarks=tuple(remarks),
    )


def _names(value: object, remarks: list[Remark]) -> tuple[RorName, ...]:
    found: dict[tuple[str, str], RorName] = {}
    for entry in _objects(value):
        text = _tidy(entry.get("value"), remarks)
        if not text:
            remarks.append(Remark("name-empty", "a name without a text was left out"))
            continue
        kinds = frozenset(_texts(entry.get("types")))
        unknown = sorted(kinds - _NAME_KINDS)
        if unknown or not kinds:
            word = f"of the kind {unknown[0]!r}" if unknown else "of no kind"
            remarks.append(Remark("name-kind-unknown", f"the name {text!r} is {word}; it was taken as an alias"))
        language = _language(entry.get("lang"), text, remarks)
        before = found.get((text, language))
        found[text, language] = RorName(text, language, kinds | (before.kinds if before else frozenset()))
    shown = [name for name in found.values() if "ror_display" in name.kinds]
    if found and len(shown) != 1:
        kind = "display-names-several" if shown else "no-display-name"
        remarks.append(Remark(kind, f"a record has one name to display, this one has {len(shown)}"))
    return tuple(sorted(found.values(), key=lambda name: ("ror_display" not in name.kinds, not name.is_displayed)))


def _tidy(value: object, remarks: list[Remark]) -> str:
    if not isinstance(value, str):
        return ""
    bare = _MARKS.sub("", value)
    if bare != value:
        remarks.append(Remark("marks-in-name", f"marks of direction were removed from the name {bare!r}"))
    tidy = " ".join(bare.split())
    if tidy != bare:
        remarks.append(Remark("spaces-in-name", f"superfluous space was removed from the name {bare!r}"))
    composed = unicodedata.normalize("NFC", tidy)
    if composed != tidy:
        remarks.append(Remark("name-not-composed", f"the name {composed!r} was brought into Unicode form NFC"))
    return composed


def _language(value: object, text: str, remarks: list[Remark]) -> str:
    if value is None:
        return UNDETERMINED
    if isinstance(value, str) and _LANGUAGE.fullmatch(value):
        return value.lower()
    remarks.append(Remark("language-unreadable", f"{value!r} is no language tag; {text!r} was taken without one"))
    return UNDETERMINED


def _types(value: object, remarks: list[Remark]) -> tuple[str, ...]:
    types = tuple(dict.fromkeys(_texts(value)))
    unknown = [each for each in types if each not in TYPES]
    if unknown:
        remarks.append(Remark("type-unknown", f"the registry has no type {unknown[0]!r}; it was written as it stands"))
    return types


def _status(value: object, remarks: list[Remark]) -> str | None:
    if value not in STATUSES:
        remarks.append(Remark("status-unknown", f"{value!r} is no status of the registry, and was not written"))
        return None
    if value == "withdrawn":
        remarks.append(Remark("withdrawn", "the registry has withdrawn the record; it was written with that status"))
    return str(value)


def _year(value: object, remarks: list[Remark]) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _LATEST_YEAR:
        return value
    remarks.append(Remark("year-impossible", f"{value!r} is no year of founding, and was not written"))
    return None


def _relations(value: object, own: str, remarks: list[Remark]) -> Iterator[RorRelation]:
    for entry in _objects(value):
        kind, other = entry.get("type"), _ID.fullmatch(str(entry.get("id")))
        label = _tidy(entry.get("label"), remarks)
        if kind not in RELATIONS:
            remarks.append(Remark("relation-unknown", f"the registry has no relation {kind!r}; it was not written"))
        elif other is None or not label:
            text = f"a relation ({kind}) names the record {entry.get('id')!r} as {label!r}; it was not written"
            remarks.append(Remark("relation-unreadable", text))
        elif other[1] == own:
            remarks.append(Remark("relation-to-itself", f"a relation ({kind}) leads to the record itself"))
        else:
            yield RorRelation(str(kind), other[1], label)


def _identifiers(value: object, remarks: list[Remark]) -> Iterator[NamedNode]:
    for entry in _objects(value):
        kind = entry.get("type")
        if kind not in _IDENTIFIERS:
            remarks.append(Remark("identifier-kind-unknown", f"identifiers of {kind!r} are not known, nor written"))
            continue
        form, address = _IDENTIFIERS[str(kind)]
        for text in dict.fromkeys([*_texts([entry.get("preferred")]), *_texts(entry.get("all"))]):
            found = form.fullmatch(text.strip())
            if found is None or (kind == "isni" and not _isni_holds(found[1])):
                remarks.append(Remark("identifier-unreadable", f"{text!r} is no identifier of {kind}; not written"))
            else:
                yield NamedNode(address + found[1].replace(" ", ""))


def _isni_holds(text: str) -> bool:
    """Whether the last character is the check digit of the others (ISO 7064, MOD 11-2)."""
    total = 0
    for digit in text.replace(" ", "")[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return text[-1] == ("X" if check == 10 else str(check))  # noqa: PLR2004  # X stands for ten


def _links(value: object, kind: str, remarks: list[Remark]) -> Iterator[NamedNode]:
    for entry in _objects(value):
        address = entry.get("value")
        if entry.get("type") != kind:
            continue
        if isinstance(address, str) and re.match("https?://[^/]", address):
            try:
                yield NamedNode(address)
                continue
            except ValueError:
                pass
        remarks.append(Remark("link-unreadable", f"{address!r} is no address of a page, and was not written"))


def _places(value: object, remarks: list[Remark]) -> Iterator[RorPlace]:
    entries = _objects(value)
    if not entries:
        remarks.append(Remark("no-location", "the record does not say where the organization is"))
    for entry in entries:
        details = entry.get("geonames_details")
        number = entry.get("geonames_id")
        if not isinstance(details, dict) or not isinstance(number, int) or isinstance(number, bool) or number < 1:
            remarks.append(Remark("location-unreadable", f"a location without a place of GeoNames ({number!r})"))
            continue
        code = str(details.get("country_code"))
        if code not in ALPHA_3:
            remarks.append(Remark("country-unknown", f"{code!r} is no country code; no country was written"))
        name = _tidy(details.get("name"), remarks)
        if name:
            position = _position(details.get("lat"), details.get("lng"), remarks)
            country = _tidy(details.get("country_name"), remarks)
            yield RorPlace(number, name, position, code if code in ALPHA_3 else None, country)
        else:
            remarks.append(Remark("location-unreadable", f"the place {number} of GeoNames has no name"))


def _position(latitude: object, longitude: object, remarks: list[Remark]) -> tuple[Decimal, Decimal] | None:
    north, east = _decimal(latitude), _decimal(longitude)
    if north is not None and east is not None and abs(north) <= _LATITUDE and abs(east) <= _LONGITUDE:
        return north, east
    text = f"{latitude!r}, {longitude!r} is no position in degrees, and was not written"
    remarks.append(Remark("coordinates-unreadable", text))
    return None


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _objects(value: object) -> list[dict[str, object]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []

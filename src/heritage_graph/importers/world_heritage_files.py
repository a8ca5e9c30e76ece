"""Read the files in which the World Heritage List is handed round, row by row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import SyntaxFault
from heritage_graph.importers import listed_site
from heritage_graph.importers.csv_rows import csv_header, csv_rows
from heritage_graph.importers.iso_3166 import ALPHA_2
from heritage_graph.importers.json_values import json_member, json_rows
from heritage_graph.importers.listed_site import CRITERIA, ListedCountry, ListedSite
from heritage_graph.importers.report import Remark
from heritage_graph.importers.rows import Place, RefusedRow
from heritage_graph.importers.source_text import SourceText, look_through, without_mark
from heritage_graph.importers.workbook_rows import Workbook, is_workbook, open_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from heritage_graph.importers.source_text import SourceFile

Row = ListedSite | RefusedRow

_CSV_CRITERIA: Final = {
    column: CRITERIA[at] for at, column in enumerate(("C1", "C2", "C3", "C4", "C5", "C6", "N7", "N8", "N9", "N10"))
}
_CSV_COLUMNS: Final = (
    *("id_no", "rev_bis", "name_en", "name_fr", "date_inscribed", "danger", "date_end", "danger_list"),
    *("longitude", "latitude", "area_hectares", *_CSV_CRITERIA, "criteria_txt", "category"),
    *("states_name_en", "states_name_fr", "iso_code", "udnp_code"),
)
_CSV_EDITION: Final = 2019
_JSON_SCHEMA: Final = "world_heritage_sites.import.v1"
_JSON_EDITION: Final = 2026
_JSON_MEMBERS: Final = (
    *("id", "name", "country", "state_party", "category", "criteria", "year_inscribed", "is_endangered"),
    *("area_hectares", "latitude", "longitude"),
)


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file of the List: its edition, its languages, the SHA-256 of its bytes, and how many characters it has.

    `characters` is None for a workbook, and `reported` is the day on which the file says that it was made; None when
    it does not say.
    """

    edition: int
    languages: tuple[str, ...]
    digest: str
    characters: int | None
    read: Callable[[], Iterator[Row]]
    reported: date | None = None

    def rows(self) -> Iterator[Row]:
        """Every row of the file, in its order; a number that came before makes a row a refused one."""
        seen: set[str] = set()
        for row in self.read():
            if isinstance(row, ListedSite) and row.identifier in seen:
                remark = Remark("number-repeated", f"the number {row.identifier} stands on an earlier row")
                yield RefusedRow(row.place, row.identifier, remark)
            else:
                seen.add(row.identifier)
                yield row


def open_list(path: Path, encoding: str | None) -> ListFile:
    """The file at *path*, as whichever edition its content shows it to be.

    That of 2019 is CSV or a workbook in the columns of the syndication file, English and French; that of 2026 is JSON
    of the schema `world_heritage_sites.import.v1`, English.

    Raises:
        SyntaxFault: it is neither, or not in its encoding.
    """
    if path.is_dir():
        raise SyntaxFault(f"{path.name}: the List is one file, not a folder")
    if is_workbook(path):
        return _workbook_of_2019(open_workbook(path))
    text = look_through([path], encoding)
    beginning = without_mark(next(text.files[0].chunks(), "")).lstrip()
    return _list_of_2026(text) if beginning.startswith("{") else _list_of_2019(text)


def _workbook_of_2019(book: Workbook) -> ListFile:
    _require_columns(book.file, book.columns)
    return ListFile(
        _CSV_EDITION,
        ("en", "fr"),
        book.digest,
        None,
        lambda: (_site_of_2019(row.cells, row.place) for row in book.rows()),
    )


def _list_of_2019(text: SourceText) -> ListFile:
    file = text.files[0]
    _require_columns(file.name, csv_header(file))
    return ListFile(_CSV_EDITION, ("en", "fr"), text.digest, text.characters, lambda: _csv_rows(file))


def _require_columns(name: str, columns: Sequence[str]) -> None:
    missing = [column for column in _CSV_COLUMNS if column not in columns]
    if missing:
        raise SyntaxFault(f"{name}: the list of 2019 is a table with the column {missing[0]!r}, which is missing")


def _list_of_2026(text: SourceText) -> ListFile:
    file = text.files[0]
    meta = json_member(file, "meta")
    if not isinstance(meta, dict) or meta.get("schema") != _JSON_SCHEMA:
        raise SyntaxFault(f"{file.name}: the list of 2026 is JSON with meta.schema {_JSON_SCHEMA!r}")
    made = re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}", str(meta.get("generated_at")))
    day = date.fromisoformat(made.group()) if made else None
    return ListFile(_JSON_EDITION, ("en",), text.digest, text.characters, lambda: _json_rows(file), day)


def _csv_rows(file: SourceFile) -> Iterator[Row]:
    for row in csv_rows(file):
        yield row if isinstance(row, RefusedRow) else _site_of_2019(row.cells, row.place)


def _json_rows(file: SourceFile) -> Iterator[Row]:
    for row in json_rows(file, "results"):
        if isinstance(row, RefusedRow):  # half a list must not take the place of a whole one
            raise SyntaxFault(f"{file.name}: the list of 2026 is JSON with a list of results, but {row.remark.text}")
        value = row.value
        missing = [name for name in _JSON_MEMBERS if not isinstance(value, dict) or name not in value]
        if isinstance(value, dict) and not missing:
            yield _site_of_2026(value, row.place)
        else:
            remark = Remark("members-missing", f"a row is an object with the member {missing[0]!r}")
            yield RefusedRow(row.place, str(value.get("id", "") if isinstance(value, dict) else ""), remark)


def _site_of_2019(row: Mapping[str, str], place: Place) -> Row:
    number = row["id_no"].strip()
    remarks: list[Remark] = []
    inscribed = listed_site.year(row["date_inscribed"].strip(), _CSV_EDITION)
    names = _names({"en": row["name_en"], "fr": row["name_fr"]}, remarks)
    if refusal := _refusal(number, names, inscribed, row["date_inscribed"], _CSV_EDITION):
        return RefusedRow(place, number, refusal)
    countries = _countries_of_2019(row, remarks)
    danger = listed_site.danger_periods(row["danger_list"], _CSV_EDITION, remarks)
    lasting = any(period.end is None for period in danger)
    if (row["danger"] == "1") != lasting:
        text = f"danger is {row['danger']!r}, where the danger list is {row['danger_list']!r}; the latter was written"
        remarks.append(Remark("danger-disagrees", text))
    ends = [str(period.end) for period in danger if period.end]
    if row["date_end"] and row["date_end"] not in ends[-1:]:
        text = f"date_end is {row['date_end']!r}, where the danger list is {row['danger_list']!r}"
        remarks.append(Remark("danger-disagrees", text))
    criteria = tuple(f"({roman})" for column, roman in _CSV_CRITERIA.items() if row[column] == "1")
    if "".join(criteria) != row["criteria_txt"]:
        text = f"criteria_txt is {row['criteria_txt']!r}, where the columns say {''.join(criteria)!r}, as was written"
        remarks.append(Remark("criteria-disagree", text))
    return ListedSite(
        place=place,
        identifier=number,
        reference=listed_site.reference(number, row["rev_bis"].strip(), remarks),
        names=names,
        countries=countries,
        states_as_named={} if countries else _names({"en": row["states_name_en"], "fr": row["states_name_fr"]}, []),
        inscribed=inscribed or 0,
        criteria=criteria,
        category=listed_site.category(row["category"].strip(), remarks),
        area=listed_site.area(row["area_hectares"].strip(), remarks),
        coordinates=listed_site.coordinates(row["latitude"].strip(), row["longitude"].strip(), remarks),
        danger=danger,
        in_danger=lasting,
        remarks=tuple(remarks),
    )


def _countries_of_2019(row: Mapping[str, str], remarks: list[Remark]) -> tuple[ListedCountry, ...]:
    columns = [row[column].split(",") for column in ("iso_code", "udnp_code", "states_name_en", "states_name_fr")]
    if not row["iso_code"].strip():
        text = f"the row has no country code; the state is kept as named: {row['states_name_en']!r}"
        remarks.append(Remark("no-country-code", text))
        return ()
    if len({len(column) for column in columns}) != 1:
        text = f"{row['iso_code']!r}, {row['udnp_code']!r} and {row['states_name_en']!r} do not name as many states"
        remarks.append(Remark("states-do-not-match", text))
        return ()
    found = [
        listed_site.country(two.strip(), three.strip(), {"en": english.strip(), "fr": french.strip()}, remarks)
        for two, three, english, french in zip(*columns, strict=True)
    ]
    return tuple(each for each in found if each)


def _site_of_2026(row: Mapping[str, object], place: Place) -> Row:
    number = _plain(row["id"])
    remarks: list[Remark] = []
    inscribed = listed_site.year(_plain(row["year_inscribed"]), _JSON_EDITION)
    names = _names({"en": _plain(row["name"])}, remarks)
    if refusal := _refusal(number, names, inscribed, _plain(row["year_inscribed"]), _JSON_EDITION):
        return RefusedRow(place, number, refusal)
    in_danger = row["is_endangered"] is True
    if in_danger:
        remarks.append(Remark("danger-undated", "the site is in danger, and the file does not say since when"))
    return ListedSite(
        place=place,
        identifier=number,
        reference=number,
        names=names,
        countries=_country_of_2026(_plain(row["country"]), _plain(row["state_party"]), remarks),
        states_as_named={},
        inscribed=inscribed or 0,
        criteria=_criteria_of_2026(row["criteria"], remarks),
        category=listed_site.category(_plain(row["category"]), remarks),
        area=listed_site.area(_plain(row["area_hectares"]), remarks),
        coordinates=listed_site.coordinates(_plain(row["latitude"]), _plain(row["longitude"]), remarks),
        danger=(),
        in_danger=in_danger,
        remarks=tuple(remarks),
    )


def _country_of_2026(name: str, alpha_3: str, remarks: list[Remark]) -> tuple[ListedCountry, ...]:
    if not alpha_3:
        remarks.append(Remark("no-country-code", "the row names no state party and has no country code"))
        return ()
    found = listed_site.country(ALPHA_2.get(alpha_3, alpha_3), alpha_3, {"en": name}, remarks)
    return (found,) if found else ()


def _criteria_of_2026(value: object, remarks: list[Remark]) -> tuple[str, ...]:
    given = [str(each) for each in value] if isinstance(value, list) else [_plain(value)]
    unknown = [each for each in given if each not in CRITERIA]
    if unknown:
        text = f"{unknown[0]!r} is no criterion of the List, and was not written"
        remarks.append(Remark("criteria-unreadable", text))
    return tuple(f"({roman})" for roman in CRITERIA if roman in given)


def _names(given: Mapping[str, str], remarks: list[Remark]) -> dict[str, str]:
    names = {language: listed_site.plain_name(text, language, remarks) for language, text in given.items()}
    return {language: name for language, name in names.items() if name}


def _refusal(number: str, names: Mapping[str, str], inscribed: int | None, written: str, edition: int) -> Remark | None:
    if not re.fullmatch("[1-9][0-9]*", number):
        return Remark("number-unreadable", f"{number!r} is no number of the List, which is written in digits")
    if not names:
        return Remark("no-name", "the row has no name in any language")
    if inscribed is None:
        text = f"the year of inscription lies between {listed_site.FIRST_INSCRIPTION} and {edition}, unlike {written!r}"
        return Remark("year-impossible", text)
    return None


def _plain(value: object) -> str:
    """A JSON scalar as text, without exponent; empty for null, and for what is no scalar."""
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return value.strip() if isinstance(value, str) else ""

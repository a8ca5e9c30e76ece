"""The form of a record: its fields as they are typed, and the record that they make."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError
from heritage_graph.importers.records import keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Json = dict[str, object]

TEXT: Final = "text"
LONG: Final = "long"
LINES: Final = "lines"
FLAG: Final = "flag"
CHOICE: Final = "choice"

LONGEST: Final = 2000
"""How many characters a field takes."""
MOST_ROWS: Final = 200

_ROW: Final = re.compile(rf"({'|'.join(keys.GROUPS)})\.([1-9][0-9]{{0,3}})\.([a-z_]+)")
_NUMBER: Final = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_FLAGS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its key in the format: how it is filled in, from which choices, and whether a record needs it.

    A `common` field of a row stands there at once, the others behind a fold.
    """

    name: str
    control: str = TEXT
    choices: Sequence[str] = ()
    needed: bool = False
    common: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Fields of a record that stand together, and the list of objects among them, if any."""

    name: str
    fields: Sequence[Field]
    group: str | None = None


SECTIONS: Final = (
    Section("page", (
        Field("slug", needed=True), Field("url", needed=True), Field("publisher", needed=True), Field("page_date"),
        Field("language", needed=True), Field("read_on"), Field("read_in_copy", FLAG), Field("excerpt_cut", FLAG),
    )),
    Section("subject", (
        Field("kind", CHOICE, tuple(keys.KINDS), needed=True), Field("kind_as_stated"), Field("name", needed=True),
        Field("name_is_official", FLAG),
    )),
    Section("parties", (Field("parties_open", FLAG), Field("beneficiaries")), "parties"),
    Section("dates", (
        Field("signed_on"), Field("effective"), Field("valid_until"), Field("start"), Field("end"),
        Field("signed_on_as_stated"), Field("effective_as_stated"), Field("start_as_stated"), Field("end_as_stated"),
        Field("dates_as_stated"), Field("duration_as_stated"), Field("status_as_stated"),
    )),
    Section("term", (Field("term"), Field("renewable"), Field("renews"), Field("implements"))),
    Section("place", (Field("place"), Field("place_country"))),
    Section("concerns", (), "concerns"),
    Section("subjects", (
        Field("aims", LINES), Field("heritage_types", LINES), Field("techniques", LINES), Field("topics", LINES),
        Field("level"),
    )),
    Section("funding", (), "funding"),
    Section("note", (Field("note", LONG),)),
)  # fmt: skip
"""The fields of a record, save those that stay in the file: persons by name, and what the compiler judges."""

ROWS: Final[Mapping[str, Sequence[Field]]] = {
    "parties": (
        Field("as_named", common=True), Field("role", common=True), Field("country", common=True),
        Field("on_behalf_of"), Field("part_of"), Field("also_named"), Field("signed_by_capacity"),
        Field("represented_by_capacity"), Field("withheld"), Field("note"),
    ),
    "concerns": (
        Field("as_named", common=True), Field("what", CHOICE, tuple(keys.WHATS), common=True),
        Field("whs_id", common=True),
    ),
    "funding": (
        Field("as_named", common=True), Field("amount", common=True), Field("currency", common=True),
        Field("mode", CHOICE, tuple(keys.MODES), common=True), Field("amount_is", CHOICE, ("maximum", "minimum")),
        Field("year"), Field("is_total", FLAG), Field("share"), Field("for"), Field("note"),
    ),
}  # fmt: skip
"""The fields of the objects of each list."""

_OWN: Final = {field.name: field for section in SECTIONS for field in section.fields}
_OF_ROWS: Final = {group: {field.name: field for field in fields} for group, fields in ROWS.items()}


@dataclass(frozen=True)
class Typed:
    """What was typed: the texts of the record's own fields, and of each list its rows; nothing is empty."""

    own: Mapping[str, str]
    rows: Mapping[str, Sequence[Mapping[str, str]]]

    @property
    def slug(self) -> str:
        """The name of the source; empty when none was typed."""
        return self.own.get("slug", "")

    def fields(self) -> Iterator[tuple[str, str]]:
        """It as the fields of a form, from which `read_typed` makes it again."""
        yield from self.own.items()
        for group, rows in self.rows.items():
            for number, row in enumerate(rows, 1):
                yield from ((f"{group}.{number}.{name}", text) for name, text in row.items())


NOTHING: Final = Typed({}, dict.fromkeys(ROWS, ()))


def read_typed(fields: Iterable[tuple[str, str]]) -> Typed:
    """What the *fields* of the form say; rows that were left empty are passed over.

    Raises:
        ParameterError: a field is none of the form, or longer than one may be; or a list has too many rows.
    """
    own: dict[str, str] = {}
    rows: dict[str, dict[int, dict[str, str]]] = {group: {} for group in ROWS}
    for name, written in fields:
        text = written.replace("\r\n", "\n").strip()
        if len(text) > LONGEST:
            raise ParameterError(f"a field takes at most {LONGEST} characters, and {name[:60]!r} has {len(text)}")
        found = _ROW.fullmatch(name)
        if name not in _OWN and not (found and found[3] in _OF_ROWS[found[1]]):
            raise ParameterError(f"there is no field {name[:60]!r} in the form of a record", parameter=name[:60])
        if text and found:
            rows[found[1]].setdefault(int(found[2]), {})[found[3]] = text
        elif text:
            own[name] = text
    if any(len(each) > MOST_ROWS for each in rows.values()):
        raise ParameterError(f"a list of a record takes at most {MOST_ROWS} rows here")
    in_order = {group: [numbered[at] for at in sorted(numbered)] for group, numbered in rows.items()}
    return Typed(own, in_order)


def typed_of(record: Mapping[str, object]) -> Typed:
    """The fields that say what *record*, as the format has it, says."""
    own = {name: _text(record[name]) for name in _OWN if name in record}
    return Typed(own, {group: [*map(_texts, _objects(record.get(group)))] for group in ROWS})


def record_of_fields(typed: Typed) -> Json:
    """The record that was *typed*; what is no number stays text, of which the reader of records tells."""
    record: Json = {name: _value(_OWN[name], text) for name, text in typed.own.items()}
    for group, rows in typed.rows.items():
        if rows:
            record[group] = [{name: _value(_OF_ROWS[group][name], text) for name, text in row.items()} for row in rows]
    return record


def _value(field: Field, text: str) -> object:
    if field.control == LINES:
        return [line.strip() for line in text.split("\n") if line.strip()]
    if field.control == FLAG:
        return _FLAGS.get(text, text)
    if f"funding.{field.name}" in keys.NUMBERS and _NUMBER.fullmatch(text):
        return Decimal(text)
    return text


def _objects(value: object) -> list[Mapping[str, object]]:
    assert value is None or isinstance(value, list)
    return value or []


def _texts(members: Mapping[str, object]) -> dict[str, str]:
    return {name: _text(value) for name, value in members.items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)

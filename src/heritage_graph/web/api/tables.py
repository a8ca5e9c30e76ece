"""Records as a table for spreadsheets: one row a thing, the values of a member in one cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from heritage_graph.json_ld.context import Form, keys
from heritage_graph.web.api.records import PARTICIPATIONS
from heritage_graph.web.published_schemas import schema
from heritage_graph.web.spreadsheet import csv_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from heritage_graph.json_ld.written import Json
    from heritage_graph.web.api.kinds import Kind

BETWEEN: Final = " | "
"""What stands between several values in one cell."""

_Cell = Callable[[object, str], str]
"""From the values of a member and a language to the text of a cell."""


def table(kind: Kind, records: Iterable[Json], language: str, fields: Sequence[str] | None) -> bytes:
    """*records* as CSV: the columns are the same for every page of *kind*, or those of the members *fields*."""
    columns = [each for each in _columns(kind) if fields is None or each[1] in ("id", "type", *fields)]
    rows = ([cell(record.get(member, []), language) for _, member, cell in columns] for record in records)
    return csv_bytes([name for name, _, _ in columns], rows)


@cache
def _columns(kind: Kind) -> list[tuple[str, str, _Cell]]:
    """The name of each column, the member that it shows, and what makes a cell of that."""
    columns: list[tuple[str, str, _Cell]] = [("id", "id", lambda value, _: str(value)), ("type", "type", _plain)]
    forms = {key.name: key.form for key in keys().values()}
    for member in _at_home(kind):
        columns += [(f"{member}{suffix}", member, cell) for suffix, cell in _CELLS[forms[member]].items()]
    if PARTICIPATIONS in kind.ways:
        columns += [(name, PARTICIPATIONS.key, cell) for name, cell in _TAKING_PART.items()]
    return columns


def _at_home(kind: Kind) -> list[str]:
    definitions = schema(kind.singular)["$defs"]
    assert isinstance(definitions, dict)
    return [name for name in definitions["record"]["properties"] if name != "type"]


def _plain(values: object, _: str) -> str:
    assert isinstance(values, list)
    return BETWEEN.join(str(value).lower() if isinstance(value, bool) else str(value) for value in values)


def _member(name: str) -> _Cell:
    def cell(values: object, _: str) -> str:
        return BETWEEN.join(str(value.get(name, "")) for value in _objects(values))

    return cell


def _texts(words: object, language: str) -> str:
    """The texts in *language*, else in English, else in any."""
    if not isinstance(words, Mapping):
        return ""
    return BETWEEN.join(next((words[tag] for tag in (language, "en", *words) if tag in words), []))


def _names(values: object, language: str) -> str:
    return BETWEEN.join(_texts(value.get("label"), language) or str(value["id"]) for value in _objects(values))


def _participants(values: object, language: str) -> str:
    """Who takes part, in the order of the participations; a name as printed where it is nobody known."""
    return BETWEEN.join(
        _names(each.get("participant", []), language) or _texts(each.get("participantAsNamed"), language)
        for each in _objects(values)
    )


def _participant_ids(values: object, _: str) -> str:
    return BETWEEN.join(
        ", ".join(str(value["id"]) for value in _objects(each.get("participant", []))) for each in _objects(values)
    )


def _roles(values: object, language: str) -> str:
    return BETWEEN.join(
        ", ".join(_texts(role.get("label"), language) for role in _objects(each.get("role", [])))
        for each in _objects(values)
    )


def _objects(values: object) -> list[Json]:
    assert isinstance(values, list)
    return values


_CELLS: Final[dict[Form, dict[str, _Cell]]] = {
    Form.REFERENCE: {"": _names, "_id": _member("id")},
    Form.TEXTS: {"": _texts},
    Form.DATE: {"": _member("value"), "_earliest": _member("earliest"), "_latest": _member("latest")},
    Form.DECIMAL: {"": _member("value")},
    Form.INTEGER: {"": _plain},
    Form.BOOLEAN: {"": _plain},
    Form.STRING: {"": _plain},
}
_TAKING_PART: Final[dict[str, _Cell]] = {
    "participants": _participants,
    "participants_id": _participant_ids,
    "participants_role": _roles,
}

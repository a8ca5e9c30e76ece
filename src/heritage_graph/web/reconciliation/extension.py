"""Fill the columns of a table with what the graph states of things that were matched: data extension."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError
from heritage_graph.namespaces import HG, ID, XSD
from heritage_graph.web.reconciliation.batch import json_object, require_size
from heritage_graph.web.reconciliation.identifiers import long_id, short_id, short_type
from heritage_graph.web.reconciliation.properties import Property, property_called
from heritage_graph.web.reconciliation.stated import preferred_name, stated_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heritage_graph.web.names import Names
    from heritage_graph.web.reconciliation.stated import Asking, Cell, Stated

MOST_IDS: Final = 500
"""For how many things values can be asked at once."""

_MOST_PROPERTIES: Final = 30
_EXAMPLE: Final = '{"ids": ["organization/icesco"], "properties": [{"id": "country"}]}'
_CONTENTS: Final = ("name", "address")
_WHOLE: Final = re.compile(r"[0-9]{1,6}")
_DAY: Final = re.compile(r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Column:
    """A property to fetch: at most *limit* values, all when it is 0, and whether addresses are wanted for names."""

    property: Property
    limit: int
    content: str


@dataclass(frozen=True, slots=True)
class Extension:
    """What is to be fetched: the identifiers as they came, and the columns."""

    ids: tuple[str, ...]
    columns: tuple[Column, ...]


def read_extension(text: str) -> Extension:
    """The data extension query in the JSON *text*.

    Raises:
        ParameterError: it is none, or a property is unknown.
        BatchTooLarge: it asks for too many things or properties.
    """
    value = json_object(text, "extend", _EXAMPLE)
    ids, properties = value.get("ids"), value.get("properties")
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise ParameterError(f"extend: ids is a list of identifiers, as in {_EXAMPLE}", parameter="extend")
    if not isinstance(properties, list):
        raise ParameterError(f"extend: properties is a list of objects, as in {_EXAMPLE}", parameter="extend")
    require_size(len(ids), MOST_IDS, "ids")
    require_size(len(properties), _MOST_PROPERTIES, "properties")
    return Extension(tuple(dict.fromkeys(ids)), tuple(_column(each) for each in properties))


async def extend(asking: Asking, wanted: Extension) -> dict[str, object]:
    """The columns and, for each identifier, the values of each; none for what the graph does not know.

    Raises:
        LimitReached, EngineTrouble: as `rows_of`.
    """
    iris = {each: iri for each in wanted.ids if (iri := long_id(each)) is not None}
    stated = await stated_of(
        asking, sorted(set(iris.values())), sorted({column.property.iri for column in wanted.columns})
    )
    names = await asking.context.term_names.of(asking.request, asking.context, asking.index.generation)
    return {
        "meta": [_meta(column.property, names, asking.language) for column in wanted.columns],
        "rows": {
            each: {
                column.property.id: _cells(stated, iris.get(each, ""), column, asking.language)
                for column in wanted.columns
            }
            for each in wanted.ids
        },
    }


def _column(value: object) -> Column:
    if not isinstance(value, dict) or not isinstance(value.get("id"), str):
        raise ParameterError(f"extend: a property is an object with an id, as in {_EXAMPLE}", parameter="extend")
    settings = value.get("settings", {})
    if not isinstance(settings, dict):
        raise ParameterError('extend: settings is an object like {"limit": 1}', parameter="extend")
    limit, content = str(settings.get("limit", 0) or 0), settings.get("content", "name")
    if not _WHOLE.fullmatch(limit):
        raise ParameterError(f"extend: limit is a number like 1, or 0 for all, not {limit[:40]!r}", parameter="extend")
    if content not in _CONTENTS:
        raise ParameterError(f"extend: content is {' or '.join(_CONTENTS)}, not {str(content)[:40]!r}")
    return Column(property_called(value["id"]), int(limit), content)


def _meta(property_: Property, names: Names, language: str) -> dict[str, object]:
    told: dict[str, object] = {"id": property_.id, "name": property_.name(names, language)}
    if property_.range:
        iri = HG + property_.range
        told["type"] = {"id": short_type(iri), "name": names.of(iri, language).text}
    return told


def _cells(stated: Stated, thing: str, column: Column, language: str) -> list[dict[str, object]]:
    cells = [cell for cell in stated.of(thing, column.property.iri) if cell["value"].startswith(column.property.start)]
    return [_cell(stated, cell, column, language) for cell in cells[: column.limit or None]]


def _cell(stated: Stated, cell: Cell, column: Column, language: str) -> dict[str, object]:
    value = cell["value"]
    if cell["type"] != "uri":
        return _literal(cell)
    thing = stated.things.get(value)
    name = preferred_name(thing, language) if thing else value
    if value.startswith(ID):
        return {"id": short_id(value), "name": name}
    if column.content == "address":
        return {"str": value}
    return {"str": value.removeprefix(column.property.start).strip("/") if column.property.start else name}


def _literal(cell: Mapping[str, str]) -> dict[str, object]:
    value, datatype = cell["value"], cell.get("datatype", "")
    if datatype == XSD.date.value and _DAY.fullmatch(value):
        return {"date": f"{value}T00:00:00"}
    if datatype in {XSD.integer.value, XSD.gYear.value} and value.lstrip("-").isdigit():
        return {"int": int(value)}
    return {"str": value}

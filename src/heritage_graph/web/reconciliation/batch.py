"""Read a batch of reconciliation queries, as JSON in a field of a form."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import orjson

from heritage_graph.errors import ParameterError
from heritage_graph.index.entries import LONGEST_TEXT
from heritage_graph.web.faults import BatchTooLarge
from heritage_graph.web.reconciliation.evidence import GivenValue
from heritage_graph.web.reconciliation.identifiers import long_type
from heritage_graph.web.reconciliation.properties import Property, property_called

if TYPE_CHECKING:
    from collections.abc import Collection

BATCH_SIZE: Final = 50
"""How many queries one batch may have."""

MOST_CANDIDATES: Final = 50
"""How many candidates a query may ask for."""

_DEFAULT_CANDIDATES: Final = 10
_MOST_TYPES: Final = 5
_MOST_PROPERTIES: Final = 10
_MOST_VALUES: Final = 10
_LONGEST_VALUE: Final = 500
_MEMBERS: Final = frozenset({"query", "type", "limit", "properties", "type_strict"})
_STRICT: Final = ("any", "should", "all")

Strict = Literal["any", "should", "all"]


@dataclass(frozen=True, slots=True)
class Given:
    """A property given in evidence, and its values."""

    property: Property
    values: tuple[GivenValue, ...]


@dataclass(frozen=True, slots=True)
class ReconciliationQuery:
    """One query: the name, the IRIs of the types and what they are worth, the evidence, how many candidates."""

    text: str
    types: tuple[str, ...]
    strict: Strict
    evidence: tuple[Given, ...]
    limit: int


def read_batch(text: str, types: Collection[str]) -> dict[str, ReconciliationQuery]:
    """The queries in the JSON *text* by their keys, in its order; *types* are the IRIs of the types there are.

    Raises:
        ParameterError: it is no JSON, or a query is not as it should be; the message names the query and the cure.
        BatchTooLarge: there are more than `BATCH_SIZE`.
    """
    batch = json_object(text, "queries", '{"q0": {"query": "ICESCO"}}')
    require_size(len(batch), BATCH_SIZE, "queries")
    return {key: _query(f"queries: {key[:40]}", value, types) for key, value in batch.items()}


def json_object(text: str, name: str, example: str) -> dict[str, object]:
    """The JSON object in *text*, which stands in the field *name*.

    Raises:
        ParameterError: it is none.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as fault:
        place = f"line {fault.lineno}, column {fault.colno}"
        raise ParameterError(
            f"{name} is not JSON ({fault.msg}: {place}); send an object like {example}", parameter=name
        ) from fault
    if not isinstance(value, dict):
        raise ParameterError(f"{name} is a JSON object like {example}, not {_kind(value)}", parameter=name)
    return value


def require_size(size: int, most: int, what: str) -> None:
    """Make sure that a batch is not larger than it may be.

    Raises:
        BatchTooLarge: it is.
    """
    if size > most:
        raise BatchTooLarge(f"there are {size} {what}, and at most {most} are taken; send them in parts", limit=most)


def _query(where: str, value: object, types: Collection[str]) -> ReconciliationQuery:
    if not isinstance(value, dict):
        raise ParameterError(f'{where} is an object like {{"query": "ICESCO"}}, not {_kind(value)}')
    unknown = sorted(value.keys() - _MEMBERS)
    if unknown:
        raise ParameterError(f"{where} has no member {unknown[0][:40]!r}; it takes {', '.join(sorted(_MEMBERS))}")
    text = value.get("query", "")
    if not isinstance(text, str):
        raise ParameterError(f"{where}: query is a text, not {_kind(text)}")
    evidence = tuple(_evidence(where, value.get("properties", [])))
    if "query" not in value and not evidence:
        raise ParameterError(f"{where} has neither a query nor properties; give one of them")
    strict = value.get("type_strict", "any")
    if strict not in _STRICT:
        raise ParameterError(f"{where}: type_strict is one of {', '.join(_STRICT)}, not {json.dumps(strict)[:40]}")
    return ReconciliationQuery(
        " ".join(text.split())[:LONGEST_TEXT],
        tuple(_types(where, value.get("type", []), types)),
        strict,
        evidence,
        _limit(where, value.get("limit", _DEFAULT_CANDIDATES)),
    )


def _types(where: str, value: object, known: Collection[str]) -> list[str]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or len(given) > _MOST_TYPES or not all(isinstance(each, str) for each in given):
        raise ParameterError(f"{where}: type is a text or a list of at most {_MOST_TYPES} texts, not {_kind(value)}")
    found = [long_type(each) for each in given if each.strip()]
    for iri, text in zip(found, (each for each in given if each.strip()), strict=True):
        if iri not in known:
            raise ParameterError(
                f"{where}: there is no type {text[:60]!r}; /reconcile/suggest/type lists types, like Organization"
            )
    return list(dict.fromkeys(found))


def _limit(where: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 1:
        raise ParameterError(f"{where}: limit is a number from 1 to {MOST_CANDIDATES}, not {json.dumps(value)[:40]}")
    return min(MOST_CANDIDATES, int(value))


def _evidence(where: str, value: object) -> list[Given]:
    if not isinstance(value, list) or len(value) > _MOST_PROPERTIES:
        raise ParameterError(f"{where}: properties is a list of at most {_MOST_PROPERTIES}, not {_kind(value)}")
    found = []
    for entry in value:
        if not isinstance(entry, dict) or not isinstance(entry.get("pid"), str) or "v" not in entry:
            raise ParameterError(f'{where}: a property is an object like {{"pid": "country", "v": "Morocco"}}')
        values = _values(where, entry["v"])
        if values:
            found.append(Given(property_called(entry["pid"]), values))
    return found


def _values(where: str, value: object) -> tuple[GivenValue, ...]:
    """The values, without those that are empty, which a table has where nothing is known."""
    given = value if isinstance(value, list) else [value]
    if len(given) > _MOST_VALUES:
        raise ParameterError(f"{where}: a property has at most {_MOST_VALUES} values, not {len(given)}")
    found = []
    for each in given:
        if isinstance(each, dict) and isinstance(each.get("id"), str):
            found.append(GivenValue(str(each.get("name", ""))[:_LONGEST_VALUE], each["id"][:_LONGEST_VALUE]))
        elif isinstance(each, str | int | float):
            found.append(GivenValue(str(each).strip()[:_LONGEST_VALUE]))
        elif each is not None:
            raise ParameterError(f'{where}: a value is a text, a number, or a thing like {{"id": "country/morocco"}}')
    return tuple(each for each in found if each.text or each.id)


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return f"a list of {len(value)}"
        case _:
            return "an object"

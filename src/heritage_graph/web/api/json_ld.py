"""Keys of the JSON for terms of the graph, as the JSON-LD context says, and that context at its address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.namespaces import XSD
from heritage_graph.web.negotiation import JSON_LD
from heritage_graph.web.replies import Reply
from heritage_graph.web.routing import Operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.web.context import Context

CONTEXT_PATH: Final = "/context/v1.jsonld"
"""Where the context is: relative to the service, so that it is found behind any address."""
_FILE: Final = Path(__file__).parent.parent / "context_v1.jsonld"
_FOREVER: Final = "public, max-age=31536000, immutable"


class Form(Enum):
    """How the values of a key are written; each key holds a list of them, or texts by language."""

    REFERENCE = "reference"
    TEXTS = "texts"
    DATE = "date"
    DECIMAL = "decimal"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    STRING = "string"


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the JSON, the property that it stands for, and the form of its values.

    `datatype` is the only one that its values have; empty for dates, which have one of three.
    """

    name: str
    iri: str
    form: Form
    datatype: str


def operations(_: Context) -> tuple[Operation, ...]:
    """The context."""
    return (
        Operation(
            "json-ld-context", CONTEXT_PATH, "The JSON-LD context of the JSON API; it never changes.", _context,
            formats=(JSON_LD,), tag="api",
        ),
    )  # fmt: skip


@cache
def context_bytes() -> bytes:
    """The context as it is served."""
    return _FILE.read_bytes()


@cache
def keys() -> Mapping[str, Key]:
    """The keys by the IRI of their property, in the order of the context."""
    found = (_key(name, entry) for name, entry in _entries().items() if isinstance(entry, dict) and "@id" in entry)
    return {key.iri: key for key in found}


@cache
def class_names() -> Mapping[str, str]:
    """The names of our classes by IRI."""
    return {_whole(entry): name for name, entry in _entries().items() if name[0].isupper() and isinstance(entry, str)}


@cache
def _entries() -> Mapping[str, object]:
    entries: Mapping[str, object] = orjson.loads(context_bytes())["@context"]
    return entries


def _key(name: str, entry: Mapping[str, object]) -> Key:
    types = entry.get("@type")
    within = entry.get("@context", {})
    container = entry["@container"]
    assert isinstance(within, dict)
    datatype = _whole(types) if isinstance(types, str) and types != "@id" else XSD.string.value
    if types == "@id":
        form = Form.REFERENCE
    elif container != "@set":
        form = Form.TEXTS
    elif within:
        form, datatype = (Form.DATE, "") if "date" in within else (Form.DECIMAL, XSD.decimal.value)
    else:
        form = {XSD.integer.value: Form.INTEGER, XSD.boolean.value: Form.BOOLEAN}.get(datatype, Form.STRING)
    return Key(name, _whole(entry["@id"]), form, datatype)


def _whole(short: object) -> str:
    """The IRI that *short* abbreviates by a prefix of the context."""
    assert isinstance(short, str)
    prefix, _, name = short.partition(":")
    return f"{_entries()[prefix]}{name}"


async def _context(_: Request, __: Context) -> Reply:
    return Reply(context_bytes(), JSON_LD, cache=_FOREVER)

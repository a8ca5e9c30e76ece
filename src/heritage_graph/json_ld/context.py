"""Keys of JSON for the terms of the graph, as our JSON-LD context says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.namespaces import BASE, XSD

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTEXT_IRI: Final = f"{BASE}context/v1.jsonld"
"""The name of the context, by which documents refer to it that are read away from a service."""
_FILE: Final = Path(__file__).with_name("context_v1.jsonld")


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

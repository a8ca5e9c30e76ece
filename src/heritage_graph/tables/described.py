"""Describe the tables for programs: as a Data Package of Frictionless Data, and as CSV on the Web."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import BASE
from heritage_graph.tables.cells import BETWEEN
from heritage_graph.tables.declared import TABLES
from heritage_graph.tables.table import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from heritage_graph.tables.table import Column, Table

    JsonValue = str | int | bool | Sequence["JsonValue"] | Mapping[str, "JsonValue"]

PACKAGE: Final = "datapackage.json"
"""The Data Package: https://datapackage.org/standard/data-package/."""
CSVW: Final = "csv-metadata.json"
"""The metadata of CSV on the Web, by the name under which it is looked for: https://www.w3.org/TR/tabular-metadata/."""

_LICENCE: Final = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
_TITLE: Final = "heritage-graph: heritage collaborations, as tables"
_DESCRIPTION: Final = (
    "Who works with whom, on what heritage, under which agreement, and who says so: the published view of generation "
    f"{{generation}} of heritage-graph. Several values of one cell have '{BETWEEN}' between them. A cell that a "
    "spreadsheet program would run as a formula begins with an apostrophe. An empty cell says that no source of the "
    "graph states a value, or that several do (column differing); it never says that there is none. Statements of "
    "generic graphs are left out. The licence covers the compilation: the documents remain with their publishers, and "
    "a source that has a licence of its own is marked in documents."
)

_FRICTIONLESS: Final[Mapping[Kind, str]] = {
    Kind.DAY: "date",
    Kind.EARLIEST: "date",
    Kind.LATEST: "date",
    Kind.YEAR: "year",
    Kind.NUMBER: "number",
    Kind.WHOLE: "integer",
    Kind.TRUTH: "boolean",
}
_XSD: Final[Mapping[Kind, str]] = {
    Kind.IRI: "anyURI",
    Kind.DAY: "date",
    Kind.EARLIEST: "date",
    Kind.LATEST: "date",
    Kind.YEAR: "gYear",
    Kind.NUMBER: "decimal",
    Kind.WHOLE: "integer",
    Kind.TRUTH: "boolean",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A document whose statements stand in the tables, and where it is."""

    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Edition:
    """Of what the tables are made: `committed` is the moment of the last commit."""

    generation: int
    committed: datetime
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table whose file is written: how many rows and bytes it has, and its digest in hexadecimal."""

    table: Table
    rows: int
    bytes: int
    sha256: str


def data_package(written: Sequence[WrittenTable], edition: Edition) -> dict[str, JsonValue]:
    """The Data Package of the tables."""
    return {
        "profile": "tabular-data-package",
        "name": f"heritage-graph-{edition.generation}-tables",
        "id": f"{BASE}#tables-{edition.generation}",
        "title": _TITLE,
        "description": _DESCRIPTION.format(generation=edition.generation),
        "homepage": BASE,
        "version": str(edition.generation),
        "generation": edition.generation,
        "created": edition.committed.isoformat(),
        "licenses": [_LICENCE],
        "sources": [{"title": source.title, "path": source.path} for source in edition.sources],
        "resources": [_resource(each) for each in written],
    }


def _resource(written: WrittenTable) -> dict[str, JsonValue]:
    table = written.table
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": table.file_name,
        "title": table.title,
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": written.bytes,
        "hash": f"sha256:{written.sha256}",
        "schema": {
            "fields": [_field(column, table) for column in table.columns],
            "primaryKey": [table.key],
            "foreignKeys": [
                {
                    "fields": [column.name],
                    "reference": {"resource": column.leads_to, "fields": [_key_of(column.leads_to)]},
                }
                for column in table.columns
                if column.leads_to
            ],
        },
    }


def _field(column: Column, table: Table) -> dict[str, JsonValue]:
    constraints: dict[str, JsonValue] = {}
    if column.required:
        constraints["required"] = True
    if table.key == column.name:
        constraints["unique"] = True
    if column.pattern:
        constraints["pattern"] = column.pattern
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.maximum is not None:
        constraints["maximum"] = column.maximum
    field: dict[str, JsonValue] = {
        "name": column.name,
        "type": _FRICTIONLESS.get(column.kind, "string"),
        "title": column.title,
        "description": column.description,
    }
    return {**field, "constraints": constraints} if constraints else field


def csvw(edition: Edition) -> dict[str, JsonValue]:
    """The metadata of the group of tables."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": _TITLE,
        "dc:description": _DESCRIPTION.format(generation=edition.generation),
        "dc:license": {"@id": _LICENCE["path"]},
        "dc:source": [{"@id": source.path} for source in edition.sources],
        "dc:created": {"@value": edition.committed.isoformat(), "@type": "xsd:dateTime"},
        "schema:version": str(edition.generation),
        "tables": [_described(table) for table in TABLES],
    }


def _described(table: Table) -> dict[str, JsonValue]:
    return {
        "url": table.file_name,
        "dc:title": table.title,
        "dc:description": table.description,
        "tableSchema": {
            "columns": [_column(column) for column in table.columns],
            "primaryKey": [table.key],
            "foreignKeys": [
                {
                    "columnReference": [column.name],
                    "reference": {
                        "resource": f"{column.leads_to}.csv",
                        "columnReference": [_key_of(column.leads_to)],
                    },
                }
                for column in table.columns
                if column.leads_to and column.required  # a strict reader takes no empty cell for a key
            ],
        },
    }


def _column(column: Column) -> dict[str, JsonValue]:
    base = _XSD.get(column.kind, "string")
    narrowed: dict[str, JsonValue] = {}
    if column.pattern:
        narrowed["format"] = column.pattern
    if column.minimum is not None:
        narrowed["minimum"] = column.minimum
    if column.maximum is not None:
        narrowed["maximum"] = column.maximum
    described: dict[str, JsonValue] = {
        "name": column.name,
        "titles": column.name,
        "dc:title": column.title,
        "dc:description": column.description,
        "datatype": {"base": base, **narrowed} if narrowed else base,
        "required": column.required,
    }
    return {**described, "separator": BETWEEN} if column.several else described


def _key_of(table: str) -> str:
    return next(each.key for each in TABLES if each.name == table)

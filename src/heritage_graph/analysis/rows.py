"""Rows as SPARQL 1.1 Query Results JSON has them, and the cells of which an analysis makes new ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from heritage_graph.namespaces import XSD

if TYPE_CHECKING:
    from datetime import date

Cell = Mapping[str, str]
"""`type` (`uri` or `literal`), `value`, and for literals perhaps `datatype` or `xml:lang`."""

Row = Mapping[str, Cell]
"""Column to cell; what is unbound is absent."""


def iri(text: str) -> Cell:
    """The cell of an IRI."""
    return {"type": "uri", "value": text}


def text(value: str) -> Cell:
    """The cell of a plain text."""
    return {"type": "literal", "value": value}


def number(value: float) -> Cell:
    """The cell of a number: an integer as `xsd:integer`, any other as `xsd:decimal` with at most six decimals."""
    if isinstance(value, int):
        return {"type": "literal", "value": str(value), "datatype": XSD.integer.value}
    written = f"{value:.6f}".rstrip("0")
    return {
        "type": "literal",
        "value": f"{written}0" if written.endswith(".") else written,
        "datatype": XSD.decimal.value,
    }


def boolean(value: bool) -> Cell:  # noqa: FBT001 - the value is what is told
    """The cell of a truth value."""
    return {"type": "literal", "value": str(value).lower(), "datatype": XSD.boolean.value}


def day(value: date) -> Cell:
    """The cell of a calendar day."""
    return {"type": "literal", "value": value.isoformat(), "datatype": XSD.date.value}


def value_of(row: Row, column: str) -> str | None:
    """The text of a cell; None when it is unbound."""
    cell = row.get(column)
    return None if cell is None else cell["value"]

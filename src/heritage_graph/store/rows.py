"""Write rows of RDF terms as SPARQL 1.1 results: JSON, CSV or TSV.

pyoxigraph writes only what it found itself; rows with a column of ours are written here, byte for byte as it would.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

import orjson
from pyoxigraph import BlankNode, Literal, NamedNode

from heritage_graph.namespaces import XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyoxigraph import Triple

    Cell = NamedNode | BlankNode | Literal | Triple
    Row = list[Cell | None]


class Outlet(Protocol):
    """A binary file to write to."""

    def write(self, data: bytes, /) -> object:
        """Take *data*."""


_PIECE: Final = 100  # rows that are written at once
_CSV_SPECIAL: Final = re.compile(r'[",\r\n]')
_TSV_ESCAPES: Final = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"})
_BARE: Final = {
    XSD.boolean: re.compile(r"true|false"),
    XSD.integer: re.compile(r"[+-]?[0-9]+"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD.double: re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+"),
}
"""What Turtle writes without quotation marks."""


def write_rows(names: Sequence[str], rows: Iterable[Row], extension: str, outlet: Outlet) -> None:
    """Write *rows*, whose cells stand in the order of *names*, as `json`, `csv` or `tsv`; None is unbound."""
    _WRITERS[extension](names, rows, outlet)


def _write_json(names: Sequence[str], rows: Iterable[Row], outlet: Outlet) -> None:
    """SPARQL 1.1 Query Results JSON Format."""
    outlet.write(b'{"head":%b,"results":{"bindings":[' % orjson.dumps({"vars": names}))
    bindings = ({name: _json(cell) for name, cell in zip(names, row, strict=True) if cell is not None} for row in rows)
    separator = b""
    while piece := list(islice(bindings, _PIECE)):
        outlet.write(separator + orjson.dumps(piece)[1:-1])
        separator = b","
    outlet.write(b"]}}")


def _write_csv(names: Sequence[str], rows: Iterable[Row], outlet: Outlet) -> None:
    """SPARQL 1.1 Query Results CSV Format (RFC 4180): plain text."""
    outlet.write(f"{','.join(names)}\r\n".encode())
    lines = (f"{','.join(['' if cell is None else _csv(cell) for cell in row])}\r\n" for row in rows)
    _write_lines(lines, outlet)


def _write_tsv(names: Sequence[str], rows: Iterable[Row], outlet: Outlet) -> None:
    """SPARQL 1.1 Query Results TSV Format: terms as Turtle writes them."""
    outlet.write("\t".join([f"?{name}" for name in names]).encode() + b"\n")
    lines = ("\t".join(["" if cell is None else _turtle(cell) for cell in row]) + "\n" for row in rows)
    _write_lines(lines, outlet)


_WRITERS: Final = {"json": _write_json, "csv": _write_csv, "tsv": _write_tsv}


def _write_lines(lines: Iterator[str], outlet: Outlet) -> None:
    while piece := "".join(islice(lines, _PIECE)):
        outlet.write(piece.encode())


def _json(cell: Cell) -> dict[str, object]:
    if isinstance(cell, NamedNode):
        return {"type": "uri", "value": cell.value}
    if isinstance(cell, BlankNode):
        return {"type": "bnode", "value": cell.value}
    if isinstance(cell, Literal):
        written: dict[str, object] = {"type": "literal", "value": cell.value}
        if cell.language is not None:
            written["xml:lang"] = cell.language
            if cell.direction is not None:
                written["its:dir"] = str(cell.direction)
        elif cell.datatype != XSD.string:
            written["datatype"] = cell.datatype.value
        return written
    parts = {"subject": cell.subject, "predicate": cell.predicate, "object": cell.object}
    return {"type": "triple", "value": {name: _json(part) for name, part in parts.items()}}


def _csv(cell: Cell) -> str:
    text = _plain(cell)
    if _CSV_SPECIAL.search(text):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text


def _plain(cell: Cell) -> str:
    if isinstance(cell, NamedNode | Literal):
        return cell.value
    if isinstance(cell, BlankNode):
        return f"_:{cell.value}"
    return " ".join(_plain(part) for part in (cell.subject, cell.predicate, cell.object))


def _turtle(cell: Cell) -> str:
    if isinstance(cell, NamedNode):
        return f"<{cell.value}>"
    if isinstance(cell, BlankNode):
        return f"_:{cell.value}"
    if not isinstance(cell, Literal):
        parts = " ".join(_turtle(part) for part in (cell.subject, cell.predicate, cell.object))
        return f"<<( {parts} )>>"
    bare = _BARE.get(cell.datatype)
    if bare is not None and bare.fullmatch(cell.value):
        return cell.value
    quoted = f'"{cell.value.translate(_TSV_ESCAPES)}"'
    if cell.language is not None:
        direction = "" if cell.direction is None else f"--{cell.direction}"
        return f"{quoted}@{cell.language}{direction}"
    return quoted if cell.datatype == XSD.string else f"{quoted}^^<{cell.datatype.value}>"

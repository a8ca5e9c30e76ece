"""The conversion process: a stored result in another format, or its digest; one job, no way out to the network.

Started by `store.conversions` for one result and killed when nobody waits for it any more. What is stored is
SPARQL results in JSON, or N-Triples.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results, serialize

from heritage_graph.errors import NotInXml
from heritage_graph.store import sandbox
from heritage_graph.store.frames import DATA, END, FAULT, frame, json_frame
from heritage_graph.store.worker import connection_and_settings
from heritage_graph.store.xml_outlet import XML_FORMATS, XmlText

if TYPE_CHECKING:
    import socket

BINDINGS_FORMATS: Final = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
GRAPH_FORMATS: Final = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
}
DIGEST: Final = "sha256"
"""In place of a format: the digest of the lines of the file in the order of their bytes, as hexadecimal text."""

_PART: Final = 64 << 10
_BLANK_NODE: Final = re.compile(rb"(?:^|[\t ])_:[A-Za-z0-9]")


class _Outlet:
    """A binary file that sends what is written to it as frames."""

    def __init__(self, connection: socket.socket, xml: XmlText | None) -> None:
        self._connection = connection
        self._xml = xml
        self._pending = bytearray()

    def write(self, data: bytes) -> int:
        """Take *data*; called by Rust in pieces of about 8 kB."""
        self._pending += data if self._xml is None else self._xml.checked(data)
        if len(self._pending) >= _PART:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what has been taken."""
        if self._pending:
            self._connection.sendall(frame(DATA, bytes(self._pending)))
            self._pending.clear()


def convert(path: str, form: str, extension: str, outlet: _Outlet) -> None:
    """Write the result in the file *path*, of the form `bindings`, `boolean` or `graph`, in another format.

    Turtle and TriG come without prefixes: the engine writes their headers in an order that differs from process to
    process, and a result has to keep its bytes.

    Raises:
        SyntaxError, OSError: the file cannot be read.
    """
    if extension == DIGEST:
        outlet.write(digest(path).encode())
    elif form == "graph":
        serialize(parse(path=path, format=RdfFormat.N_TRIPLES), outlet, GRAPH_FORMATS[extension])  # type: ignore[arg-type]  # it only calls write and flush
    else:
        results = parse_query_results(path=path, format=QueryResultsFormat.JSON)
        results.serialize(outlet, BINDINGS_FORMATS[extension])  # type: ignore[arg-type]  # as above


def digest(path: str) -> str:
    """The SHA-256 of the lines of the file *path*, sorted by their bytes, each ended by a line feed.

    Empty when a blank node stands in them: its label differs from answer to answer.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - the path comes as text, from the front
        lines = sorted(line.removesuffix(b"\n") for line in file)
    if any(_BLANK_NODE.search(line) for line in lines):
        return ""
    whole = hashlib.sha256()
    for line in lines:
        whole.update(line + b"\n")
    return whole.hexdigest()


def main() -> None:
    """Convert what the settings on the command line name, and end."""
    connection, settings = connection_and_settings()
    sandbox.die_with_parent()
    sandbox.limit_memory(settings["memory_bytes"])
    if settings["confined"]:
        sandbox.confine()
    outlet = _Outlet(connection, XmlText() if settings["extension"] in XML_FORMATS else None)
    try:
        convert(settings["path"], settings["form"], settings["extension"], outlet)
        outlet.flush()
        connection.sendall(json_frame(END, {}))
    except ConnectionError:  # the front has given this up
        return
    except NotInXml as fault:
        connection.sendall(json_frame(FAULT, {"slug": fault.slug, **fault.details}))
    except (OSError, SyntaxError, ValueError) as fault:
        connection.sendall(json_frame(FAULT, {"slug": "engine-trouble", "message": str(fault)}))


if __name__ == "__main__":
    main()

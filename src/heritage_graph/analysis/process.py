"""The analysis process: run algorithms over rows where they can be stopped, one request at a time.

Started by `analysis.analyses`. A request is one `ASK` frame (analysis, values, extension) and a body, SPARQL 1.1 Query
Results JSON; the answer is a `START` frame once the algorithm is loaded, and a body, the results in the format of the
extension.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import orjson
from pyoxigraph import QueryResultsFormat, parse_query_results

from heritage_graph.analysis import ANALYSES
from heritage_graph.errors import HeritageGraphError
from heritage_graph.store import sandbox
from heritage_graph.store.formats import BINDINGS_FORMATS
from heritage_graph.store.frames import DATA, END, FAULT, START, Json, frame, json_frame, read_body, read_frame
from heritage_graph.store.worker_end import connection_and_settings
from heritage_graph.store.xml_outlet import checked_xml

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping


def analysed(name: str, document: bytes, values: Mapping[str, str], extension: str) -> bytes:
    """What the analysis *name* makes of the results *document*, in the format of *extension* (json, xml, csv, tsv).

    Raises:
        HeritageGraphError: the analysis refuses the values.
        NotInXml: XML is wanted, and a row holds what it has no spelling for.
    """
    analysis = ANALYSES[name]
    rows = analysis.run(orjson.loads(document)["results"]["bindings"], values)
    results = orjson.dumps({"head": {"vars": analysis.columns}, "results": {"bindings": rows}})
    if extension == "json":
        return results
    written = parse_query_results(results, QueryResultsFormat.JSON).serialize(format=BINDINGS_FORMATS[extension])
    assert isinstance(written, bytes)
    return checked_xml(written) if extension == "xml" else written


def main() -> None:
    """Answer requests from the socket given on the command line until it closes."""
    connection, settings = connection_and_settings()
    sandbox.die_with_parent()
    sandbox.limit_memory(settings["memory_bytes"])
    if settings["confined"]:
        sandbox.confine()
    with suppress(ConnectionError):  # the front has gone
        _serve(connection)


def _serve(connection: socket.socket) -> None:
    while (received := read_frame(connection)) is not None:
        request: Json = orjson.loads(received[1])
        document = read_body(connection)
        if document is None:
            return
        ANALYSES[request["analysis"]].load()
        connection.sendall(json_frame(START, {}))
        try:
            answer = analysed(request["analysis"], document, request["values"], request["extension"])
        except HeritageGraphError as fault:
            connection.sendall(json_frame(FAULT, {"slug": fault.slug, "message": str(fault), **fault.details}))
        else:
            connection.sendall(frame(DATA, answer) + json_frame(END, {}))


if __name__ == "__main__":
    main()

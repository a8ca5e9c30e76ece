"""The conversion process: a stored result in another format, or its digest; one job, no way out to the network.

Started by `store.conversions` for one result and killed when nobody waits for it any more. What is stored is
SPARQL results in JSON, or N-Triples.
"""

from __future__ import annotations

import hashlib
import re
import sys
from typing import Final

from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from heritage_graph.errors import NotInXml
from heritage_graph.store import sandbox
from heritage_graph.store.formats import BINDINGS_FORMATS, XML_FORMATS
from heritage_graph.store.frames import FAULT, json_frame
from heritage_graph.store.graph_writing import write_statements
from heritage_graph.store.outlet import Outlet
from heritage_graph.store.worker_end import connection_and_settings
from heritage_graph.store.xml_outlet import XmlOutlet

DIGEST: Final = "sha256"
"""In place of a format: the digest of the lines of the file in the order of their bytes, as hexadecimal text."""

_BLANK_NODE: Final = re.compile(rb"(?:^|[\t ])_:[A-Za-z0-9]")


def convert(path: str, form: str, extension: str, outlet: Outlet) -> None:
    """Write the result in the file *path*, of the form `bindings`, `boolean` or `graph`, in another format.

    Raises:
        SyntaxError, OSError: the file cannot be read.
    """
    if extension == DIGEST:
        outlet.write(digest(path).encode())
    elif form == "graph":
        write_statements(parse(path=path, format=RdfFormat.N_TRIPLES), outlet, extension)
    else:
        results = parse_query_results(path=path, format=QueryResultsFormat.JSON)
        results.serialize(outlet, BINDINGS_FORMATS[extension])  # type: ignore[arg-type]  # write is all


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
    outlet = (XmlOutlet if settings["extension"] in XML_FORMATS else Outlet)(connection, b"", max_bytes=sys.maxsize)
    try:
        convert(settings["path"], settings["form"], settings["extension"], outlet)
        outlet.finish()
    except ConnectionError:  # the front has given this up
        return
    except NotInXml as fault:
        connection.sendall(json_frame(FAULT, {"slug": fault.slug, **fault.details}))
    except (OSError, SyntaxError, ValueError) as fault:
        connection.sendall(json_frame(FAULT, {"slug": "engine-trouble", "message": str(fault)}))


if __name__ == "__main__":
    main()

"""One service over the data of all tests, each file a named graph of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from heritage_graph.ingest.journal import ChangedEntities, LogEntry, log_quads
from heritage_graph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from manifests import GraphData

_FORMATS: Final = {".ttl": RdfFormat.TURTLE, ".rdf": RdfFormat.RDF_XML, ".nt": RdfFormat.N_TRIPLES}
_ADDRESS: Final = re.compile(rb"http://127\.0\.0\.1:\d+")
# One client asks everything, at once and without a pause, so that its share is lifted.
_LIMITS: Final = {
    "HERITAGE_GRAPH_CLIENT_QUERIES": "1000",
    "HERITAGE_GRAPH_CLIENT_SECONDS": "1000000",
    "HERITAGE_GRAPH_QUERY_TIMEOUT": "60",
    "HERITAGE_GRAPH_READERS": "2",
}


def make_store(graphs: Iterable[GraphData], data: Path) -> None:
    """A data folder whose first generation holds *graphs*; the blank nodes of each file are its own."""
    (data / "store").mkdir(parents=True)
    store = Store(str(data / "store"))
    for graph in {each.graph: each for each in graphs}.values():
        triples = parse(
            path=str(graph.file), format=_FORMATS[graph.file.suffix], base_iri=graph.base, rename_blank_nodes=True
        )
        name = NamedNode(graph.graph)
        store.extend(Quad(each.subject, each.predicate, each.object, name) for each in triples)
    entry = LogEntry(
        1, datetime.now(UTC), "conformance", "the data of the suites", (), added=0, removed=0,
        entities=ChangedEntities(),
    )  # fmt: skip
    store.extend(log_quads(entry))
    store.flush()
    del store  # closes it
    EmbeddedStore(data)


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """The address of the SPARQL endpoint of a service over *data*, while it runs."""
    program = Path(sys.executable).with_name("heritage-graph")
    log = data.with_suffix(".log")
    with (
        log.open("wb") as lines,
        subprocess.Popen(
            [program, "serve", "--port", "0", "--data", str(data)],
            stdout=subprocess.PIPE,
            stderr=lines,
            env={**os.environ, **_LIMITS},
        ) as process,
    ):
        try:
            assert process.stdout is not None
            address = next((found for line in process.stdout if (found := _ADDRESS.search(line))), None)
            if address is None:
                raise SystemExit(f"heritage-graph did not start: {log.read_text(encoding='utf-8')}")
            yield f"{address[0].decode()}/sparql"
        finally:
            process.terminate()

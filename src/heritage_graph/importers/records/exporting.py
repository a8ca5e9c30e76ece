"""Write the records of a generation: every source graph that a record made, as a record again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from pyoxigraph import Store

from heritage_graph.importers.records.returning import record_of
from heritage_graph.namespaces import is_source_graph, source_graph
from heritage_graph.store.view import graph_triples, named_graphs

if TYPE_CHECKING:
    from pathlib import Path


def export_records(generation: Path, target: Path) -> int:
    """Write the records of the generation in the folder *generation* to *target*, a line each, by slug; count them.

    What is not held is told by `record_of`. The file appears only when it is whole.
    """
    store = Store.read_only(str(generation))
    prefix = source_graph("").value
    graphs = (graph for graph in named_graphs(store) if is_source_graph(graph))
    slugs = sorted(graph.value.removeprefix(prefix) for graph in graphs)
    unfinished = target.with_name(target.name + ".tmp")
    written = 0
    with unfinished.open("wb") as output:
        for slug in slugs:
            record = record_of(slug, graph_triples(store, source_graph(slug)))
            if record is not None:
                output.write(orjson.dumps(record) + b"\n")
                written += 1
    unfinished.replace(target)
    return written

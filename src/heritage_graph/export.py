"""Write a generation out: every named graph as N-Quads or TriG, or the published view as Turtle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, serialize

from heritage_graph.namespaces import PREFIXES
from heritage_graph.store.view import graph_triples, named_graphs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMATS: Final = {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG, "ttl": RdfFormat.TURTLE}


def export(generation: Path, target: Path, extension: str) -> int:
    """Write the generation in the folder *generation* to the file *target*; return its size in bytes.

    `nq` and `trig` hold every named graph, sorted, so that equal contents give equal files; the default graph is
    left out, since it is made of them. `ttl` holds the published view. The file appears only when it is whole.
    """
    store = Store.read_only(str(generation))
    unfinished = target.with_name(target.name + ".tmp")
    with unfinished.open("wb") as output:
        if extension == "ttl":
            store.dump(output, RdfFormat.TURTLE, from_graph=DefaultGraph(), prefixes=dict(PREFIXES))
        else:
            prefixes = None if extension == "nq" else dict(PREFIXES)
            serialize(_sorted_quads(store), output, FORMATS[extension], prefixes=prefixes)
    unfinished.replace(target)
    return target.stat().st_size


def _sorted_quads(store: Store) -> Iterator[Quad]:
    for graph in named_graphs(store):
        for triple in sorted(graph_triples(store, graph), key=str):
            yield Quad(triple.subject, triple.predicate, triple.object, graph)

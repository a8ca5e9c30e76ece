"""Write a generation out: every named graph as N-Quads or TriG, the published view as Turtle, its records as JSON-LD.

Equal contents give equal bytes. What this needs of memory does not grow with the number of statements, save for the
subjects of the published view (see `Records`); what is sorted waits in files beside the target.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import orjson
from pyoxigraph import DefaultGraph, Quad, QuerySolutions, RdfFormat, Store, Variable, parse, serialize

from heritage_graph.json_ld.record import record_document
from heritage_graph.namespaces import PREFIXES
from heritage_graph.store.records import Records
from heritage_graph.store.view import named_graphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import NamedNode

_IN_GRAPH: Final = "SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
_G: Final = Variable("g")
_AT_ONCE: Final = 100_000  # quads that are sorted in memory: some 60 MB


def export(generation: Path, target: Path, extension: str) -> int:
    """Write the generation in the folder *generation* to the file *target*; return its size in bytes.

    `nq` and `trig` hold every named graph, sorted; the default graph is left out, since it is made of them. `ttl` holds
    the published view, and `jsonl` its records, a line each. The file appears only when it is whole.
    """
    store = Store.read_only(str(generation))
    unfinished = target.with_name(target.name + ".tmp")
    with unfinished.open("wb") as output:
        if extension == "ttl":
            store.dump(output, RdfFormat.TURTLE, from_graph=DefaultGraph(), prefixes=dict(PREFIXES))
        elif extension == "jsonl":
            write_records(store, output)
        elif extension == "nq":
            write_quads(store, output, beside=target.parent)
        else:
            with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".tmp") as quads:
                write_quads(store, quads, beside=target.parent)
                quads.flush()
                write_trig(Path(quads.name), output)
    unfinished.replace(target)
    return target.stat().st_size


def write_quads(store: Store, output: IO[bytes], *, beside: Path) -> int:
    """Write every named graph of *store* as N-Quads, by graph, then by line; return how many quads there are.

    What does not fit in memory is sorted in files in the folder *beside*.
    """
    count = 0
    for graph in named_graphs(store):
        with ExitStack() as files:
            for line in merge(*_sorted_runs(store, graph, beside, files)):
                output.write(line)
                count += 1
    return count


def write_trig(quads: Path, output: IO[bytes]) -> None:
    """Write the sorted N-Quads in the file *quads* as TriG."""
    serialize(parse(path=str(quads), format=RdfFormat.N_QUADS), output, RdfFormat.TRIG, prefixes=dict(PREFIXES))


def write_records(store: Store, output: IO[bytes]) -> int:
    """Write the records of the published view as JSON-LD, a line each, by IRI; return how many there are."""
    records = Records(store)
    entities = records.entities()
    for entity in entities:
        document = record_document(entity.value, records.statements(entity))
        output.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))
    return len(entities)


def _sorted_runs(store: Store, graph: NamedNode, folder: Path, files: ExitStack) -> Iterator[Iterator[bytes]]:
    """The lines of *graph* in sorted runs: one in memory, or each in a file that *files* closes and removes."""
    rows = store.query(_IN_GRAPH, substitutions={_G: graph})
    assert isinstance(rows, QuerySolutions)
    quads = (Quad(row["s"], row["p"], row["o"], row["g"]) for row in rows)
    while run := list(islice(quads, _AT_ONCE)):
        written = serialize(run, format=RdfFormat.N_QUADS)
        assert written is not None
        lines = sorted(written.splitlines(keepends=True))
        if len(run) < _AT_ONCE:
            yield iter(lines)
            return
        file = files.enter_context(tempfile.TemporaryFile(dir=folder))  # noqa: SIM115 - *files* is its context
        file.writelines(lines)
        file.seek(0)
        yield iter(file)

"""Measure validation set-wise against pySHACL alone: the same invented statements, all our shapes, equal reports.

    .venv/bin/python bench/validation.py --triples 50000 200000

Each way has a process of its own, over one store on disk. pySHACL alone is given up after --patience seconds; its rate
is then an upper bound. --faults agreements in a million statements have a date that is none.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import generator
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from heritage_graph.assets import asset_folder
from heritage_graph.ingest.shipped import shipped_quads
from heritage_graph.namespaces import HG, is_published
from heritage_graph.store.state import FolderState
from heritage_graph.validation.shapes import load_shapes
from heritage_graph.validation.validate import validate
from heritage_graph.validation.whole_graph import validate_graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.validation.report import Report

WAYS: Final = ("set-wise", "pySHACL alone")
_LISTED: Final = 10_000_000


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, nargs="+", default=[200_000])
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--patience", type=float, default=3600.0)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--store", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.way is not None:
        print(json.dumps(_measured(arguments.way, arguments.store)))
        return
    for triples in arguments.triples:
        _compare(triples, faults=triples * arguments.faults // 1_000_000, patience=arguments.patience)


def _compare(triples: int, *, faults: int, patience: float) -> None:
    """Print how both ways do with *triples* statements."""
    with tempfile.TemporaryDirectory() as folder:
        statements = _make(triples, faults, Path(folder))
        found = {way: _in_a_process(way, Path(folder) / "store", patience) for way in WAYS}
    print(f"{statements:,} statements, {faults} faults")
    for way, figures in found.items():
        rate = statements / figures["seconds"]
        print(f"  {way}: {_told(figures)}; {rate:,.0f} statements a second")
    ours, alone = found.values()
    digests = {figures["digest"] for figures in found.values() if "digest" in figures}
    print(f"  set-wise is {alone['seconds'] / ours['seconds']:.1f} times as fast{' or more' * ('digest' not in alone)}")
    print(f"  reports of those that came to an end are {'equal' if len(digests) == 1 else 'NOT EQUAL'}", flush=True)


def _make(triples: int, faults: int, folder: Path) -> int:
    """Put the statements of the published view into the default graph of a store in *folder*; tell how many."""
    data = generator.write(triples, folder)
    store = Store(str(folder / "store"))
    store.bulk_load(path=str(data.triples), format=RdfFormat.N_TRIPLES)
    store.extend(
        Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())
        for quad in shipped_quads()
        if isinstance(quad.graph_name, NamedNode) and is_published(quad.graph_name)
    )
    store.extend(_faults(faults))
    store.flush()
    store.optimize()
    return len(store)


def _faults(number: int) -> Iterator[Quad]:
    for agreement in range(number):
        yield Quad(generator.agreement(agreement), HG.signedOn, generator.organization(agreement))


def _in_a_process(way: str, store: Path, patience: float) -> dict[str, object]:
    began = time.perf_counter()
    program = [sys.executable, __file__, "--way", way, "--store", str(store)]
    try:
        ended = subprocess.run(program, check=True, stdout=subprocess.PIPE, timeout=patience)
    except subprocess.TimeoutExpired:
        return {"seconds": time.perf_counter() - began}
    return json.loads(ended.stdout)


def _measured(way: str, folder: Path) -> dict[str, object]:
    """What *way* took over the store in *folder*, in this process."""
    shapes = load_shapes(asset_folder("shapes"))
    state = FolderState(folder)
    figures: dict[str, object] = {}
    began, processor = time.perf_counter(), time.process_time()
    if way == "set-wise":
        validation = validate_graph(state, shapes, most=_LISTED)
        report = validation.report
        figures |= {"candidates": validation.candidates, "judging_s": validation.judging_s}
        slowest = sorted(validation.shapes, key=lambda account: -account.screening_s)[:3]
        figures["slowest"] = {each.shape.value.partition("#")[2]: round(each.screening_s, 2) for each in slowest}
        figures["in_full"] = len(validation.in_full)
    else:
        report = validate(state.triples("CONSTRUCT WHERE { ?s ?p ?o }"), shapes)
    figures["seconds"] = time.perf_counter() - began
    figures["processor_s"] = time.process_time() - processor
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {**figures, "peak_mb": peak_mb, "results": len(report.results), "digest": _digest(report)}


def _digest(report: Report) -> str:
    found = (f"{each.shape} {each.focus} {each.value} {each.focus_label}" for each in report.results)
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def _told(figures: dict[str, object]) -> str:
    if "digest" not in figures:
        return f"given up after {figures['seconds']:.0f} s"
    told = (
        f"{figures['seconds']:.1f} s ({figures['processor_s']:.1f} s of processor), peak memory {figures['peak_mb']} MB"
    )
    told += f", {figures['results']} results"
    if "candidates" in figures:
        told += (
            f", {figures['candidates']} candidates judged in {figures['judging_s']:.1f} s,"
            f" {figures['in_full']} shapes in full, slowest {figures['slowest']}"
        )
    return told


if __name__ == "__main__":
    main()

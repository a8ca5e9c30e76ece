"""Measure bulk loads as the graph grows: rate and memory beside `oxigraph load`, and what commits wait meanwhile.

    .venv/bin/python bench/bulk.py --statements 1000000,10000000

For each number of statements: one file of invented documents (see `generator`) is loaded by `oxigraph load` and by
`heritage-graph load --bulk`, which also validates, infers and writes its log; then a small document is sent every half
second to a service over that store, alone and while the same file, or one of `--beside` statements, is loaded for
another source; with `--commits 0` none are, and each file is loaded once. `plots.py` draws what this writes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import generator
import httpx
from run import machine
from servers import heritage_graph

from heritage_graph.namespaces import BASE, GRAPH
from heritage_graph.web.security import create_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SOURCES: Final = f"<{GRAPH}source/"
_STATEMENTS_OF_A_COMMIT: Final = 10
_EVERY_S: Final = 0.5
_PATIENCE_S: Final = 600.0
_UNLIMITED: Final = {"client_queries": "1000", "client_seconds": "1000000"}


@dataclass(frozen=True)
class Run:
    """A program that has ended: what it took in seconds, also of processors, and of bytes of memory; what it wrote."""

    seconds: float
    processor_s: float
    peak_bytes: int
    output: bytes


@dataclass(frozen=True)
class Latencies:
    """How long commits took, in milliseconds."""

    commits: int
    p50: float
    p99: float
    slowest: float


@dataclass(frozen=True)
class Size:
    """The figures of one size: of `statements` that a file states, and `graph` with those that follow from them.

    What was not measured is None.
    """

    statements: int
    graph: int
    file_bytes: int
    oxigraph_s: float
    oxigraph_processor_s: float
    oxigraph_peak_bytes: int
    load_s: float
    load_processor_s: float
    load_peak_bytes: int
    stages_s: dict[str, float]
    entities: int
    store_bytes: int
    alone: Latencies | None = None
    beside_s: float | None = None
    beside_peak_bytes: int | None = None
    beside: Latencies | None = None


def write_file(statements: int, path: Path) -> int:
    """Write whole invented documents of at least *statements* statements, as N-Triples; how many there are."""
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for lines in generator.documents():
            for line in lines:
                triple, graph, _ = line.rsplit(" ", 2)
                if graph.startswith(_SOURCES):
                    file.write(f"{triple} .\n")
                    written += 1
            if written >= statements:
                break
    return written


def run(command: Sequence[str | Path]) -> Run:
    """Run *command* to its end.

    Raises:
        SystemExit: it failed.
    """
    began = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(list(map(str, command)), stdout=output)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{command[0]} ended with {process.returncode}")
        output.seek(0)
        processor_s = used.ru_utime + used.ru_stime
        return Run(time.monotonic() - began, processor_s, used.ru_maxrss << 10, output.read())


def bulk_load(data: Path, file: Path, source: str) -> list[str]:
    """The command that loads *file* as *source* into *data*."""
    program = str(Path(sys.executable).with_name("heritage-graph"))
    return [program, "load", "--bulk", str(file), "--source", source, "--data", str(data), "--json"]


def commits(client: httpx.Client, name: str) -> Iterator[float]:
    """Send a small document every half second, or as soon as the one before is in; how long each took, in ms."""
    number = 0
    while True:
        thing = f"<https://example.org/thing/{name}-{number}>"
        document = "".join(
            f'{thing} <https://example.org/note> "note {note}" .\n' for note in range(_STATEMENTS_OF_A_COMMIT)
        )
        began = time.perf_counter()
        answer = client.put(
            "/rdf-graph-store", params={"graph": f"{BASE}graph/source/{name}-{number}"}, content=document
        )
        taken = time.perf_counter() - began
        if not answer.is_success:
            raise SystemExit(f"a commit was refused: {answer.status_code} {answer.text[:300]}")
        yield 1000 * taken
        number += 1
        time.sleep(max(0.0, _EVERY_S - taken))


def latencies(taken: Sequence[float]) -> Latencies:
    """What *taken* come to."""
    percentiles = statistics.quantiles(taken, n=100, method="inclusive")
    return Latencies(len(taken), round(percentiles[49], 2), round(percentiles[98], 2), round(max(taken), 1))


def measure(statements: int, count: int, folder: Path, *, beside: int | None = None) -> Size:
    """The figures for a graph of *statements* statements, with *count* commits, in the empty *folder*.

    Others are sent while *beside* statements are loaded; None means the same file once more.
    """
    file, data = folder / "documents.nt", folder / "data"
    written = write_file(statements, file)
    print(f"{written:,} statements, {file.stat().st_size >> 20:,} MiB", flush=True)
    oxigraph = Path(sys.executable).with_name("oxigraph")
    alone = run([oxigraph, "load", "--location", folder / "oxigraph", "--file", file])
    shutil.rmtree(folder / "oxigraph")
    print(f"  oxigraph load: {_told(alone)}", flush=True)
    run([Path(sys.executable).with_name("heritage-graph"), "init", "--data", data, "--json"])
    ours = run(bulk_load(data, file, "bench"))
    told = json.loads(ours.output)
    print(f"  {told['receipt']['inferred_added']:,} statements follow from them")
    print(f"  load --bulk: {_told(ours)}; {told['seconds']}", flush=True)
    size = Size(
        statements=written,
        graph=written + told["receipt"]["inferred_added"],
        file_bytes=file.stat().st_size,
        oxigraph_s=round(alone.seconds, 2),
        oxigraph_processor_s=round(alone.processor_s, 2),
        oxigraph_peak_bytes=alone.peak_bytes,
        load_s=round(ours.seconds, 2),
        load_processor_s=round(ours.processor_s, 2),
        load_peak_bytes=ours.peak_bytes,
        stages_s=told["seconds"],
        entities=told["receipt"]["created"] + told["receipt"]["updated"],
        store_bytes=sum(path.stat().st_size for path in (data / "store").iterdir()),
    )
    if count and beside is not None:
        written = write_file(beside, file)
        print(f"  {written:,} statements are loaded beside", flush=True)
    return _with_commits(size, count, data=data, file=file) if count else size


def _with_commits(size: Size, count: int, *, data: Path, file: Path) -> Size:
    """*size*, with what *count* commits to *data* take alone, and others while *file* is loaded for another source."""
    with ExitStack() as stack:
        key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
        server = stack.enter_context(heritage_graph(data, _UNLIMITED))
        client = stack.enter_context(
            httpx.Client(
                base_url=f"http://127.0.0.1:{server.port}",
                headers={"Authorization": f"Bearer {key}", "Content-Type": "text/turtle"},
                timeout=_PATIENCE_S,
            )
        )
        before = latencies(list(islice(commits(client, "alone"), count)))
        print(f"  commits alone: {before}", flush=True)
        seconds, during, peak_bytes = _beside(bulk_load(data, file, "beside"), client, file.with_name("beside.json"))
        print(f"  commits beside a load of {seconds:,.1f} s: {latencies(during)}", flush=True)
    return replace(
        size,
        alone=before,
        beside_s=round(seconds, 2),
        beside_peak_bytes=peak_bytes,
        beside=latencies(during),
    )


def _told(ended: Run) -> str:
    return f"{ended.seconds:,.1f} s, {ended.processor_s:,.1f} s of processors, {ended.peak_bytes >> 20:,} MiB"


def _beside(command: Sequence[str], client: httpx.Client, told: Path) -> tuple[float, list[float], int]:
    """Send documents while *command* loads: the seconds and memory that it took, and how long each commit took."""
    began = time.monotonic()
    sending = commits(client, "beside")
    taken: list[float] = []
    with told.open("wb") as output, subprocess.Popen(command, stdout=output) as loading:
        while loading.poll() is None:
            taken.append(next(sending))
    if loading.returncode:
        raise SystemExit(f"the load beside the service ended with {loading.returncode}")
    return time.monotonic() - began, taken, json.loads(told.read_bytes())["peakBytes"]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--statements", type=_numbers, default=(200_000, 1_000_000), help="how many are stated, with commas"
    )
    parser.add_argument(
        "--commits", type=int, default=200, help="how many small documents are sent to each store, or 0"
    )
    parser.add_argument("--beside", type=int, help="how many statements are loaded meanwhile; else the same again")
    parser.add_argument("--out", type=Path, default=Path("build/bench"), help="where the figures go")
    return parser.parse_args()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


def main() -> None:
    """Measure each size, and write the figures to a file."""
    arguments = _arguments()
    arguments.out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("HERITAGE_GRAPH_RECORDS", "false")  # the records that are shipped are not what is measured
    now = datetime.now(UTC)
    sizes = []
    for statements in arguments.statements:
        with tempfile.TemporaryDirectory(dir=arguments.out) as folder:
            size = measure(statements, arguments.commits, Path(folder).absolute(), beside=arguments.beside)
            sizes.append(asdict(size))
    result = arguments.out / f"bulk-{now:%Y-%m-%dT%H%M%S}.json"
    result.write_text(json.dumps({"machine": machine(), "sizes": sizes}, indent=1) + "\n", encoding="utf-8")
    print(f"written to {result}")


if __name__ == "__main__":
    main()

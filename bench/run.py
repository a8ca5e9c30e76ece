"""Compare heritage-graph with an Oxigraph server and rdflib-endpoint on the same data in one run: `make bench`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

import generator
from pyoxigraph import RdfFormat, serialize
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from servers import JSON, Server, all_servers

from heritage_graph.ingest.shipped import shipped_quads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

REFERENCE: Final = "oxigraph"
CONNECTIONS: Final = (1, 4)
PACKAGES: Final = ("heritage-graph", "pyoxigraph", "oxigraph", "rdflib", "rdflib-endpoint", "uvicorn", "fastapi")
_DISTINCT: Final = 2_000
_COMPARED: Final = 10
_ROUNDS: Final = 2
_WARM_UP: Final = 0.1
_QUERIES: Final = Path(__file__).with_name("queries")


@dataclass(frozen=True)
class Workload:
    """One kind of query: its text for each number, and whether any rows in any number of ways answer it rightly."""

    name: str
    text: Callable[[int], str]
    answers_vary: bool = False


@dataclass(frozen=True)
class Cell:
    """What one server did with one workload over so many connections; times in milliseconds."""

    workload: str
    connections: int
    server: str
    requests: int
    errors: int
    per_second: float
    p50: float
    p99: float


def workloads(agreements: int) -> tuple[Workload, ...]:
    """What is asked of data that holds *agreements* agreements; the texts are the files in `queries/`."""
    lookup, join, aggregate = (
        (_QUERIES / f"{name}.rq").read_text(encoding="utf-8")
        for name in ("lookup", "participants", "agreements-per-year")
    )
    numbers = Random(generator.SEED).sample(range(agreements), min(agreements, _DISTINCT))

    def lookup_text(number: int) -> str:
        return lookup.replace("$agreement", str(generator.agreement(numbers[number % len(numbers)])))

    def join_text(number: int) -> str:
        return join.replace("$organization", str(generator.organization(number % generator.HUBS)))

    return (
        Workload("small lookup", lookup_text),
        Workload("100-row join", join_text, answers_vary=True),  # a LIMIT without an order: any rows will do
        Workload("aggregate", lambda _: aggregate),
    )


def check_alike(servers: Sequence[Server], workload: Workload) -> int:
    """Make sure that all servers answer alike, and tell how many rows an answer has on average.

    Raises:
        SystemExit: they do not; the message names the query.
    """
    total = 0
    for number in range(_COMPARED):
        query = workload.text(number)
        answers = {server.name: _rows(server, query) for server in servers}
        reference = answers[REFERENCE]
        total += len(reference)
        for name, rows in answers.items():
            alike = len(rows) == len(reference) if workload.answers_vary else rows == reference
            if not alike:
                raise SystemExit(f"{name} and {REFERENCE} differ ({len(rows)}, {len(reference)} rows) on:\n{query}")
    return round(total / _COMPARED)


def _rows(server: Server, query: str) -> list[str]:
    """The rows of the answer, in an order that all servers share."""
    bindings = json.loads(server.ask(query))["results"]["bindings"]
    return sorted(json.dumps({name: _plain(term) for name, term in row.items()}, sort_keys=True) for row in bindings)


def _plain(term: dict[str, str]) -> tuple[str, ...]:
    """A term without the differences in writing that SPARQL's JSON allows (xsd:string, the case of a language)."""
    datatype = term.get("datatype", "").replace("http://www.w3.org/2001/XMLSchema#string", "")
    return term["type"].replace("typed-", ""), term["value"], datatype, term.get("xml:lang", "").lower()


def measure(server: Server, workload: Workload, connections: int, seconds: float, *, first: int = 0) -> dict[str, Any]:
    """Load *server* from another process for *seconds*: see `load.py` for what comes back."""
    job = {
        "port": server.port,
        "paths": [server.target(workload.text(number)) for number in range(_DISTINCT)],
        "accept": JSON,
        "connections": connections,
        "seconds": seconds,
        "first": first,
    }
    loader = [sys.executable, str(Path(__file__).with_name("load.py"))]
    done = subprocess.run(loader, input=json.dumps(job), capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def compare(servers: Sequence[Server], kinds: Sequence[Workload], seconds: float, console: Console) -> list[Cell]:
    """Every workload and number of connections; the servers take turns, in one order and then in the other."""
    cells = []
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("measuring", total=len(kinds) * len(CONNECTIONS) * len(servers) * _ROUNDS)
        for workload in kinds:
            for connections in CONNECTIONS:
                parts: dict[str, list[dict[str, Any]]] = {server.name: [] for server in servers}
                for turn in range(_ROUNDS):
                    for server in servers[:: 1 if turn % 2 == 0 else -1]:
                        first = (connections * 10 + turn) * 10_000_000  # no cell repeats another's texts
                        measure(server, workload, connections, seconds * _WARM_UP, first=first - 5_000_000)
                        parts[server.name].append(
                            measure(server, workload, connections, seconds / _ROUNDS, first=first)
                        )
                        progress.advance(task)
                cells += [_cell(workload, connections, name, measured) for name, measured in parts.items()]
    return cells


def _cell(workload: Workload, connections: int, server: str, parts: Sequence[dict[str, Any]]) -> Cell:
    latencies = sorted(latency for part in parts for latency in part["latencies"])
    return Cell(
        workload=workload.name,
        connections=connections,
        server=server,
        requests=len(latencies),
        errors=sum(part["errors"] for part in parts),
        per_second=len(latencies) / sum(part["seconds"] for part in parts),
        p50=latencies[len(latencies) // 2],
        p99=latencies[min(len(latencies) - 1, int(len(latencies) * 0.99))],
    )


def show(cells: Sequence[Cell], console: Console) -> None:
    """Print the cells side by side, with the ratio to the Oxigraph server."""
    reference = {(cell.workload, cell.connections): cell.per_second for cell in cells if cell.server == REFERENCE}
    table = Table("query", "connections", "server", "requests/s", "to oxigraph", "p50 ms", "p99 ms", "errors", box=None)
    for cell in cells:
        table.add_row(
            cell.workload,
            str(cell.connections),
            cell.server,
            f"{cell.per_second:,.1f}",
            f"{cell.per_second / reference[cell.workload, cell.connections]:.3f}",
            f"{cell.p50:,.2f}",
            f"{cell.p99:,.2f}",
            str(cell.errors),
        )
    console.print(table)


def machine() -> dict[str, str | int | None]:
    """What the figures depend on: processor, memory, system and versions."""
    facts = {
        name: next((line.split(":", 1)[1].strip() for line in _lines(path) if line.startswith(name)), "unknown")
        for name, path in (("model name", "/proc/cpuinfo"), ("MemTotal", "/proc/meminfo"))
    }
    versions = {package: version(package) for package in PACKAGES}
    return {
        **facts,
        "processors": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        **versions,
    }


def _lines(path: str) -> Iterator[str]:
    """The lines of a file of the system; none where there is no such file."""
    file = Path(path)
    return iter(file.read_text(encoding="utf-8").splitlines() if file.exists() else [])


def main() -> None:
    """Make the data, start the servers, compare, print the figures and write them to a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000, help="statements in named graphs, at least")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each cell is loaded")
    parser.add_argument("--readers", type=int, default=2, help="reader processes of heritage-graph")
    parser.add_argument("--out", type=Path, default=Path("build/bench"), help="where the figures go")
    parser.add_argument("--quick", action="store_true", help="20,000 triples and one second a cell")
    arguments = parser.parse_args()
    statements, seconds = (20_000, 1.0) if arguments.quick else (arguments.triples, arguments.seconds)
    console = Console(width=120)
    now = datetime.now(UTC)
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.out) as folder:
        shipped = serialize(shipped_quads(), format=RdfFormat.N_QUADS)
        assert shipped is not None
        data = generator.write(statements, Path(folder), also=shipped.decode().splitlines(keepends=True))
        console.print(f"{data.statements:,} statements, {data.agreements:,} agreements; loading the servers")
        with all_servers(data.quads, data.triples, Path(folder), now=now, readers=arguments.readers) as servers:
            loading = {server.name: round(server.loading_s, 1) for server in servers}
            console.print("seconds to load: " + ", ".join(f"{name} {taken}" for name, taken in loading.items()))
            kinds = workloads(data.agreements)
            rows = {workload.name: check_alike(servers, workload) for workload in kinds}
            cells = compare(servers, kinds, seconds, console)
    show(cells, console)
    result = arguments.out / f"{now:%Y-%m-%dT%H%M%S}.json"
    figures = {
        "statements": data.statements,
        "agreements": data.agreements,
        "seconds_per_cell": seconds,
        "readers": arguments.readers,
        "loading_s": loading,
        "rows": rows,
        "machine": machine(),
        "cells": [asdict(cell) for cell in cells],
    }
    result.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    console.print(f"written to {result}")


if __name__ == "__main__":
    main()

"""Compare heritage-graph with other SPARQL servers on the same data in one run: `make bench`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import generator
import virtuoso
from alike import check_alike
from comparison import REFERENCE, compare, table
from engines import over_oxigraph, over_virtuoso
from processes import memory
from pyoxigraph import RdfFormat, serialize
from servers import Server, bulk_store, heritage_graph, oxigraph, rdflib_endpoint
from workloads import workloads

from heritage_graph.ingest.shipped import shipped_quads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator import Data

SERVERS: Final = ("heritage-graph", REFERENCE, "rdflib-endpoint", "virtuoso")
CONNECTIONS: Final = (1, 4, 16)
PACKAGES: Final = ("heritage-graph", "pyoxigraph", "oxigraph", "rdflib", "rdflib-endpoint", "uvicorn", "fastapi")
_MOST_FOR_RDFLIB: Final = 2_000_000
_UNLIMITED: Final = {
    # One client makes all the load, so its share is lifted; and no query is cut that another server would answer.
    "client_queries": "1000",
    "client_seconds": "1000000",
    "query_timeout": "600",
}


@contextmanager
def all_servers(
    names: Sequence[str], data: Data, folder: Path, *, now: datetime, settings: Mapping[str, str]
) -> Iterator[list[Server]]:
    """The servers called *names* over the same data, with their stores in *folder*; ends them afterwards.

    All hold the named graphs and the published view, except rdflib-endpoint, which holds the published view only, in
    memory.
    """
    with ExitStack() as stack:
        found = []
        for name in names:
            match name:
                case "heritage-graph":
                    loading_s = bulk_store(data, folder / name, now)
                    server = heritage_graph(folder / name, {**_UNLIMITED, **settings}, loading_s=loading_s)
                case "oxigraph":
                    server = oxigraph(data, folder / name)
                case "rdflib-endpoint":
                    server = rdflib_endpoint(data)
                case "over-oxigraph":
                    server = over_oxigraph(data, folder / name, {**_UNLIMITED, **settings}, now=now)
                case "over-virtuoso":
                    server = over_virtuoso(data, folder / name, {**_UNLIMITED, **settings}, now=now)
                case _:
                    server = virtuoso.virtuoso(data, folder / name)
            found.append(stack.enter_context(server))
        yield found


def taking_part(wanted: Sequence[str], statements: int) -> tuple[list[str], list[str]]:
    """Those of the *wanted* servers that can take part, and why the others do not."""
    absent = {}
    if not virtuoso.is_installed():
        for name in ("virtuoso", "over-virtuoso"):
            absent[name] = "Virtuoso is not installed (Debian: virtuoso-opensource-7-bin)"
    if statements > _MOST_FOR_RDFLIB:
        absent["rdflib-endpoint"] = "loading so much takes it too long, and too much memory"
    notes = [f"{name} is left out: {why}." for name, why in absent.items() if name in wanted]
    return [name for name in wanted if name not in absent], notes


def machine() -> dict[str, str | int | None]:
    """What the figures depend on: processor, memory, system and versions."""
    facts = {
        name: next((line.split(":", 1)[1].strip() for line in _lines(path) if line.startswith(name)), "unknown")
        for name, path in (("model name", "/proc/cpuinfo"), ("MemTotal", "/proc/meminfo"))
    }
    return {
        **facts,
        "processors": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
    }


def _lines(path: str) -> Iterator[str]:
    """The lines of a file of the system; none where there is no such file."""
    file = Path(path)
    return iter(file.read_text(encoding="utf-8").splitlines() if file.exists() else [])


def written_data(statements: int, folder: Path) -> Data:
    """The data of at least *statements* statements, beside the shipped dataset, as files in *folder*."""
    shipped = serialize(shipped_quads(), format=RdfFormat.N_QUADS)
    assert shipped is not None
    return generator.write(statements, folder, also=shipped.decode().splitlines(keepends=True))


def settings_of(pairs: Sequence[str]) -> dict[str, str]:
    """Settings of the service that are given as `name=value`."""
    return dict(pair.split("=", 1) for pair in pairs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000, help="statements in named graphs, at least")
    parser.add_argument("--seconds", type=float, default=1.5, help="how long each cell is loaded")
    parser.add_argument(
        "--servers",
        type=_names,
        default=SERVERS,
        help="which servers, with commas; also over-oxigraph and over-virtuoso",
    )
    parser.add_argument("--only", action="append", default=[], help="a workload, by (a part of) its name; repeatable")
    parser.add_argument("--connections", type=_names, default=CONNECTIONS, help="how many connections, with commas")
    parser.add_argument("--setting", action="append", default=[], help="of heritage-graph: name=value; repeatable")
    parser.add_argument("--out", type=Path, default=Path("build/bench"), help="where the figures go")
    return parser.parse_args()


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def main() -> None:
    """Make the data, start the servers, compare, print the figures and write them to files."""
    arguments = _arguments()
    now = datetime.now(UTC)
    arguments.out.mkdir(parents=True, exist_ok=True)
    names, notes = taking_part(list(dict.fromkeys((*arguments.servers, REFERENCE))), arguments.triples)
    with tempfile.TemporaryDirectory(dir=arguments.out) as folder:
        data = written_data(arguments.triples, Path(folder))
        print(f"{data.statements:,} statements, {data.agreements:,} agreements; loading {', '.join(names)}", flush=True)
        settings = settings_of(arguments.setting)
        with all_servers(names, data, Path(folder), now=now, settings=settings) as servers:
            kinds = [
                kind
                for kind in workloads(data)
                if not arguments.only or any(part in kind.name for part in arguments.only)
            ]
            seen = {kind.name: check_alike(servers, kind, REFERENCE) for kind in kinds}
            print("all answer alike; measuring", flush=True)
            cells = compare(
                servers,
                kinds,
                seen,
                connections=[int(count) for count in arguments.connections],
                seconds=arguments.seconds,
                on_progress=lambda what: print(f"  {what}", flush=True),
            )
            held = {server.name: memory(server.pid) >> 20 for server in servers}
        loading = {server.name: round(server.loading_s, 1) for server in servers}
    report = table(cells, seen) + "".join(
        f"\n{line}\n"
        for line in (
            "Seconds to load: " + ", ".join(f"{name} {taken}" for name, taken in loading.items()) + ".",
            "MiB held at the end: " + ", ".join(f"{name} {taken:,}" for name, taken in held.items()) + ".",
            *notes,
        )
    )
    print(report)
    figures = {
        "statements": data.statements,
        "agreements": data.agreements,
        "seconds_per_cell": arguments.seconds,
        "settings": settings,
        "loading_s": loading,
        "memory_mib": held,
        "notes": notes,
        "rows": {name: saw.rows for name, saw in seen.items()},
        "machine": machine(),
        "cells": [asdict(cell) for cell in cells],
    }
    result = arguments.out / f"{now:%Y-%m-%dT%H%M%S}.json"
    result.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    result.with_suffix(".md").write_text(report, encoding="utf-8")
    print(f"written to {result} and {result.with_suffix('.md').name}")


if __name__ == "__main__":
    main()

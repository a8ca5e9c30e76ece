"""Measure the JSON API: lists, items, search and matching, beside the SPARQL that asks for about the same.

    .venv/bin/python bench/api.py --triples 1000000

Cold: no address is asked twice. Warm: the same few, again and again. The Oxigraph server is asked in SPARQL for the
rows of which a list or an item is made, or for names by a part of them; it has nothing like the others.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import generator
from comparison import Load, start_loading
from processes import finish_job
from run import all_servers, machine, written_data
from workloads import Workload, workloads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from servers import Server

CONNECTIONS: Final = (1, 4)
_ADDRESSES: Final = 3_000
_WARM: Final = 8
_PATIENCE_S: Final = 600.0
_BATCH: Final = 10


@dataclass(frozen=True)
class Kind:
    """One kind of call: the addresses that ask it, and the kind of query that asks Oxigraph for about the same."""

    name: str
    addresses: tuple[str, ...]
    in_sparql: str | None = None


@dataclass(frozen=True)
class Figures:
    """What one server did with one kind of call; times in milliseconds."""

    kind: str
    mode: str
    connections: int
    server: str
    per_second: float
    p50: float
    p99: float
    errors: int


@dataclass(frozen=True)
class _AnyPath:
    """A server of which addresses are asked as they are, no queries."""

    server: Server

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def name(self) -> str:
        return self.server.name

    def target(self, address: str) -> str:
        return address


def kinds(data: generator.Data, names: Sequence[str]) -> Iterator[Kind]:
    """Every kind of call that is measured on *data*, *names* being some names in it."""
    organizations = [generator.organization(number).value for number in range(min(data.organizations, _ADDRESSES))]
    agreements = [
        generator.agreement(number).value.rsplit("/", 1)[1] for number in range(min(data.agreements, _ADDRESSES))
    ]
    parties = tuple(f"/api/v1/agreements?{urlencode({'party': iri, 'limit': 20})}" for iri in organizations)
    yield Kind("list of 20 agreements of a party", parties, "100-row join")
    yield Kind(
        "item: an agreement", tuple(f"/api/v1/agreements/{slug}" for slug in agreements), "CONSTRUCT of an entity"
    )
    yield Kind("search: a name", tuple(f"/api/v1/search?q={quote(name)}" for name in names), "text search")
    slips = (name[:3] + name[4:] if len(name) > 4 else name for name in names)
    yield Kind("search: a name with a slip", tuple(f"/api/v1/search?q={quote(name)}" for name in slips), "text search")
    yield Kind("reconcile: one name", tuple(_reconciled([name]) for name in names))
    batches = [names[begin : begin + _BATCH] for begin in range(0, len(names), _BATCH)]
    yield Kind(f"reconcile: {_BATCH} names", tuple(_reconciled(batch) for batch in batches))


def _reconciled(names: Sequence[str]) -> str:
    queries = {f"q{place}": {"query": name, "limit": 3} for place, name in enumerate(names)}
    return f"/reconcile?{urlencode({'queries': json.dumps(queries, ensure_ascii=False)})}"


def some_names(server: Server) -> list[str]:
    """Names of organizations in every language, once the index is there."""
    names: list[str] = []
    address: str | None = "/api/v1/organizations?limit=1000&fields=label"
    while address is not None and len(names) < _ADDRESSES:
        page = _asked(server, address)
        names += [name for item in page["items"] for texts in item["label"].values() for name in texts]
        address = page["next"]
    return names[:_ADDRESSES]


def _asked(server: Server, address: str) -> dict[str, Any]:
    """The JSON at *address*; while the index is being built, this waits."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{server.port}{address}", timeout=_PATIENCE_S) as answer:
                document: dict[str, Any] = json.load(answer)
                return document
        except HTTPError as refusal:
            if refusal.code != 503 or time.monotonic() > deadline:
                raise
            time.sleep(1)


def measured(server: Server, kind: Kind, *, seconds: float) -> Iterator[Figures]:
    """What the service does with *kind*."""
    for mode in ("cold", "warm"):
        addresses = list(kind.addresses)
        for connections in CONNECTIONS:
            share = len(addresses) // len(CONNECTIONS)
            some = addresses[CONNECTIONS.index(connections) * share :][:share] if mode == "cold" else addresses[:_WARM]
            workload = Workload(kind.name, tuple(some), "application/json")
            load = Load(connections, seconds, fresh=False, first=0, warm=0 if mode == "cold" else _WARM)
            yield _figures(_AnyPath(server), workload, load, mode)


def measured_in_sparql(server: Server, kind: Kind, workload: Workload, *, seconds: float) -> Iterator[Figures]:
    """What *server* does with the query that asks for about the same."""
    for mode in ("cold", "warm"):
        for connections in CONNECTIONS:
            texts = workload.texts if mode == "cold" else workload.texts[:_WARM]
            load = Load(connections, seconds, fresh=mode == "cold", first=0, warm=0 if mode == "cold" else _WARM)
            yield _figures(server, replace(workload, name=kind.name, texts=texts), load, mode)


def _figures(server: Any, workload: Workload, load: Load, mode: str) -> Figures:  # noqa: ANN401 - a server of either kind
    told = finish_job(start_loading(server, workload, load))
    latencies = sorted(told["latencies"])
    return Figures(
        workload.name,
        mode,
        load.connections,
        server.name,
        len(latencies) / told["seconds"],
        latencies[len(latencies) // 2],
        latencies[min(len(latencies) - 1, int(len(latencies) * 0.99))],
        told["errors"],
    )


def table(figures: Sequence[Figures]) -> str:
    """The figures as a Markdown table."""
    by_place = {(each.kind, each.connections, each.server, each.mode): each for each in figures}
    columns = (
        "call",
        "connections",
        "server",
        "cold: requests/s",
        "p50 ms",
        "p99 ms",
        "warm: requests/s",
        "p50 ms",
        "p99 ms",
    )
    lines = ["| " + " | ".join((*columns, "errors")) + " |", "|---" * (len(columns) + 1) + "|"]
    for kind, connections, server in dict.fromkeys(place[:3] for place in by_place):
        found = [by_place[kind, connections, server, mode] for mode in ("cold", "warm")]
        cells = [
            f"{number:,.3g}" if number < 100 else f"{number:,.0f}"
            for each in found
            for number in (each.per_second, each.p50, each.p99)
        ]
        lines.append(
            "| " + " | ".join((kind, str(connections), server, *cells, str(sum(each.errors for each in found)))) + " |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Make the data, start the servers, measure, print the figures and write them to files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000, help="statements in named graphs, at least")
    parser.add_argument("--seconds", type=float, default=1.5, help="how long each cell is loaded")
    parser.add_argument("--out", type=Path, default=Path("build/bench"), help="where the figures go")
    arguments = parser.parse_args()
    now = datetime.now(UTC)
    arguments.out.mkdir(parents=True, exist_ok=True)
    figures: list[Figures] = []
    with tempfile.TemporaryDirectory(dir=arguments.out) as folder:
        data = written_data(arguments.triples, Path(folder))
        print(f"{data.statements:,} statements, {data.agreements:,} agreements; loading", flush=True)
        with all_servers(["heritage-graph", "oxigraph"], data, Path(folder), now=now, settings={}) as (ours, oxigraph):
            began = time.monotonic()
            names = some_names(ours)
            waited = time.monotonic() - began
            print(f"names read {waited:.1f} s after the servers stood; measuring", flush=True)
            queries = {workload.name: workload for workload in workloads(data)}
            for kind in kinds(data, names):
                print(f"  {kind.name}", flush=True)
                figures += measured(ours, kind, seconds=arguments.seconds)
                if kind.in_sparql is not None:
                    figures += measured_in_sparql(oxigraph, kind, queries[kind.in_sparql], seconds=arguments.seconds)
    report = f"{table(figures)}\nSeconds until the index was there and some thousand names were read: {waited:.1f}.\n"
    print(report)
    result = arguments.out / f"api-{now:%Y-%m-%dT%H%M%S}.json"
    told = {"statements": data.statements, "machine": machine(), "figures": [asdict(each) for each in figures]}
    result.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    result.with_suffix(".md").write_text(report, encoding="utf-8")
    print(f"written to {result} and {result.with_suffix('.md').name}")


if __name__ == "__main__":
    main()

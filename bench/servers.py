"""The servers that are compared, each over the same statements, on free loopback ports."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from pyoxigraph import DefaultGraph, RdfFormat, Store

from heritage_graph.ingest.journal import ChangedEntities, LogEntry, log_quads
from heritage_graph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

JSON: Final = "application/sparql-results+json"
_PATIENCE_S: Final = 600.0
_ADDRESS: Final = re.compile(rb"http://127\.0\.0\.1:(\d+)")


@dataclass(frozen=True)
class Server:
    """A server that answers: its name, its port, the path of its SPARQL endpoint, and how long loading took."""

    name: str
    port: int
    path: str
    loading_s: float

    def target(self, query: str) -> str:
        """The path of a GET that asks *query*, which comes last in it."""
        return f"{self.path}?{urlencode({'query': query})}"

    def ask(self, query: str) -> bytes:
        """The answer to *query*, in SPARQL results JSON."""
        request = Request(f"http://127.0.0.1:{self.port}{self.target(query)}", headers={"Accept": JSON})
        with urlopen(request, timeout=_PATIENCE_S) as answer:
            body: bytes = answer.read()
            return body


@contextmanager
def all_servers(quads: Path, triples: Path, folder: Path, *, now: datetime, readers: int) -> Iterator[list[Server]]:
    """heritage-graph, the Oxigraph server and rdflib-endpoint over the same data in *folder*; ends them afterwards.

    The first two hold the named graphs and the published view; rdflib-endpoint holds the published view only, in
    memory.
    """
    with ExitStack() as stack:
        yield [
            stack.enter_context(_heritage_graph(quads, triples, folder / "heritage-graph", now, readers=readers)),
            stack.enter_context(_oxigraph(quads, triples, folder / "oxigraph")),
            stack.enter_context(_rdflib_endpoint(triples)),
        ]


@contextmanager
def _heritage_graph(quads: Path, triples: Path, data: Path, now: datetime, *, readers: int = 2) -> Iterator[Server]:
    began = time.monotonic()
    _bulk_store(quads, triples, data, now)
    loading_s = time.monotonic() - began
    # One client makes all the load, so its share is lifted.
    unlimited = {"HERITAGE_GRAPH_CLIENT_QUERIES": "1000", "HERITAGE_GRAPH_CLIENT_SECONDS": "1000000"}
    program = str(Path(sys.executable).with_name("heritage-graph"))
    log = data.with_suffix(".log")
    with (
        log.open("wb") as lines,
        subprocess.Popen(
            [program, "serve", "--port", "0", "--data", str(data), "--readers", str(readers), "--query-timeout", "60"],
            stdout=subprocess.PIPE,
            stderr=lines,  # one line a request, written as in service
            env={**os.environ, **unlimited},
        ) as process,
        _ended(process),
    ):
        assert process.stdout is not None
        address = next((found for line in process.stdout if (found := _ADDRESS.search(line))), None)
        if address is None:
            raise SystemExit(f"heritage-graph did not start: {log.read_text(encoding='utf-8')}")
        yield Server("heritage-graph", int(address[1]), "/sparql", loading_s)


def _bulk_store(quads: Path, triples: Path, data: Path, now: datetime) -> None:
    """A data folder that holds the named graphs and, as the published view, their merge, as generation 1."""
    (data / "store").mkdir(parents=True)
    store = Store(str(data / "store"))
    store.bulk_load(path=str(quads), format=RdfFormat.N_QUADS)
    store.bulk_load(path=str(triples), format=RdfFormat.N_TRIPLES, to_graph=DefaultGraph())
    store.extend(log_quads(LogEntry(1, now, "bench", "generated", (), added=0, removed=0, entities=ChangedEntities())))
    store.optimize()
    store.flush()
    del store  # closes it
    EmbeddedStore(data)


@contextmanager
def _oxigraph(quads: Path, triples: Path, location: Path) -> Iterator[Server]:
    program = str(Path(sys.executable).with_name("oxigraph"))
    began = time.monotonic()
    for arguments in (("load", "--file", str(quads), str(triples)), ("optimize",)):
        subprocess.run([program, *arguments, "--location", str(location)], check=True, capture_output=True)
    loading_s = time.monotonic() - began
    port = _free_port()
    serve = [program, "serve-read-only", "--location", str(location), "--bind", f"127.0.0.1:{port}"]
    with _started(serve) as process:
        server = Server("oxigraph", port, "/query", loading_s)
        _wait_for(server, process)
        yield server


@contextmanager
def _rdflib_endpoint(triples: Path) -> Iterator[Server]:
    port = _free_port()
    program = Path(__file__).with_name("rdflib_server.py")
    began = time.monotonic()
    with _started([sys.executable, "-W", "ignore", str(program), str(triples), str(port)]) as process:
        server = Server("rdflib-endpoint", port, "/", 0.0)
        _wait_for(server, process)
        yield Server(server.name, port, server.path, time.monotonic() - began)


@contextmanager
def _started(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    with (
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process,
        _ended(process),
    ):
        yield process


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End *process* when the block ends, however it ends."""
    try:
        yield
    finally:
        process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            server.ask("ASK {}")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"{server.name} did not start within {_PATIENCE_S:g} s, or ended")

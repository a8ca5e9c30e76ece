"""The servers that are compared, each over the same statements, on free loopback ports."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from processes import ended, free_port, started
from pyoxigraph import DefaultGraph, RdfFormat, Store
from workloads import ROWS

from heritage_graph.ingest.journal import ChangedEntities, LogEntry, log_quads
from heritage_graph.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from generator import Data
    from pyoxigraph import Quad

_PATIENCE_S: Final = 1800.0
_ADDRESS: Final = re.compile(rb"http://127\.0\.0\.1:(\d+)")


@dataclass(frozen=True)
class Server:
    """A server that answers: its name, port and endpoint's path, how long loading took, and its first process."""

    name: str
    port: int
    path: str
    loading_s: float
    pid: int

    def target(self, query: str) -> str:
        """The path of a GET that asks *query*, which comes last in it."""
        return f"{self.path}{'&' if '?' in self.path else '?'}{urlencode({'query': query})}"

    def ask(self, query: str, accept: str = ROWS) -> bytes:
        """The answer to *query*."""
        request = Request(f"http://127.0.0.1:{self.port}{self.target(query)}", headers={"Accept": accept})
        with urlopen(request, timeout=_PATIENCE_S) as answer:
            body: bytes = answer.read()
            return body


@contextmanager
def heritage_graph(data: Path, settings: Mapping[str, str], *, loading_s: float = 0.0) -> Iterator[Server]:
    """This service over the data folder *data*, with *settings* by their names; its log stands beside the folder."""
    log = data.with_suffix(".log")
    with (
        log.open("wb") as lines,
        subprocess.Popen(
            [str(Path(sys.executable).with_name("heritage-graph")), "serve", "--port", "0", "--data", str(data)],
            stdout=subprocess.PIPE,
            stderr=lines,  # one line a request, written as in service
            env={**os.environ, **{f"HERITAGE_GRAPH_{name.upper()}": value for name, value in settings.items()}},
        ) as process,
        ended(process),
    ):
        assert process.stdout is not None
        address = next((found for line in process.stdout if (found := _ADDRESS.search(line))), None)
        if address is None:
            raise SystemExit(f"heritage-graph did not start: {log.read_text(encoding='utf-8')}")
        yield Server("heritage-graph", int(address[1]), "/sparql", loading_s, process.pid)


def bulk_store(data: Data, folder: Path, now: datetime) -> float:
    """Make a data folder of the named graphs and, as the published view, their merge, as generation 1.

    Returns the seconds that it took.
    """
    began = time.monotonic()
    (folder / "store").mkdir(parents=True)
    store = Store(str(folder / "store"))
    store.bulk_load(path=str(data.quads), format=RdfFormat.N_QUADS)
    store.bulk_load(path=str(data.triples), format=RdfFormat.N_TRIPLES, to_graph=DefaultGraph())
    store.extend(written_log(now))
    store.optimize()
    store.flush()
    del store  # closes it
    EmbeddedStore(folder)
    return time.monotonic() - began


def written_log(now: datetime) -> Iterator[Quad]:
    """What graph/log says of the one commit of such data."""
    return log_quads(LogEntry(1, now, "bench", "generated", (), added=0, removed=0, entities=ChangedEntities()))


def oxigraph_program() -> str:
    """The program of the Oxigraph server."""
    return str(Path(sys.executable).with_name("oxigraph"))


@contextmanager
def oxigraph(data: Data, location: Path) -> Iterator[Server]:
    """The Oxigraph server over the named graphs of *data* and its published view, on disk in *location*."""
    program = oxigraph_program()
    began = time.monotonic()
    for arguments in (("load", "--file", str(data.quads), str(data.triples)), ("optimize",)):
        subprocess.run([program, *arguments, "--location", str(location)], check=True, capture_output=True)
    loading_s = time.monotonic() - began
    port = free_port()
    serve = [program, "serve-read-only", "--location", str(location), "--bind", f"127.0.0.1:{port}"]
    with started(serve) as process:
        server = Server("oxigraph", port, "/query", loading_s, process.pid)
        wait_for(server, process)
        yield server


@contextmanager
def rdflib_endpoint(data: Data) -> Iterator[Server]:
    """rdflib-endpoint over the published view of *data*, in memory."""
    port = free_port()
    program = Path(__file__).with_name("rdflib_server.py")
    began = time.monotonic()
    with started([sys.executable, "-W", "ignore", str(program), str(data.triples), str(port)]) as process:
        server = Server("rdflib-endpoint", port, "/", 0.0, process.pid)
        wait_for(server, process)
        yield replace(server, loading_s=time.monotonic() - began)


def wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Return when *server* answers.

    Raises:
        SystemExit: it ended, or does not answer in time.
    """
    deadline = time.monotonic() + _PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            server.ask("ASK {}")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"{server.name} did not start within {_PATIENCE_S:g} s, or ended")

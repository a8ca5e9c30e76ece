"""Real engines on loopback, for tests: a server of Oxigraph and a Virtuoso 7, one of each a session, emptied at will.

Fixtures: `oxigraph_server` and `virtuoso_server` last as long as the session; `oxigraph` and `virtuoso` are the same
servers, found empty by each test.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from pyoxigraph import RdfFormat, serialize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad

VIEW = "https://w3id.org/heritage-graph/graph/view"
"""Where the published view stands on an engine without an unnamed default graph."""
PATIENCE_S = 90.0
GRACE_S = 30.0
_VIRTUOSO_OWN = "http://www.openlinksw.com/"
_VIRTUOSO_RULES = "http://www.openlinksw.com/schemas/virtrdf#"
_GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
_VIRTUOSO_SETTINGS = """\
[Database]
DatabaseFile       = {folder}/virtuoso.db
ErrorLogFile       = {folder}/virtuoso.log
LockFile           = {folder}/virtuoso.lck
TransactionFile    = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile       = {folder}/virtuoso-temp.db
TransactionFile    = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort         = 127.0.0.1:{sql_port}
DirsAllowed        = {folder}
NumberOfBuffers    = 20000
MaxDirtyBuffers    = 15000
ServerThreads      = 20
CheckpointInterval = 0
[HTTPServer]
ServerPort         = 127.0.0.1:{port}
ServerRoot         = {folder}
ServerThreads      = 16
MaxKeepAlives      = 16
KeepAliveTimeout   = 60
[SPARQL]
ResultSetMaxRows   = 1000000
"""


@dataclass(frozen=True)
class EngineServer:
    """A running engine: its addresses, its dialect as the adapter names it, and who may write.

    `user` and `password` are asked for by Digest at `query`, `update` and `graph_store`; None where nobody is asked.
    `sql_port` is that of Virtuoso's SQL, `folder` one that it may load files from.
    """

    name: str
    dialect: str
    port: int
    query: str
    update: str
    graph_store: str
    pid: int
    folder: Path
    user: str | None = None
    password: str | None = None
    sql_port: int = 0

    def client(self) -> httpx.Client:
        """A client that may read and write."""
        auth = None if self.user is None else httpx.DigestAuth(self.user, self.password or "")
        return httpx.Client(auth=auth, timeout=60)

    def sparql(self, text: str, **parameters: str) -> list[dict[str, dict[str, str]]]:
        """The bindings that a SELECT gives, as the engine tells them in JSON."""
        with self.client() as client:
            answer = client.post(
                self.query, data={"query": text, **parameters}, headers={"Accept": "application/sparql-results+json"}
            )
        assert answer.is_success, answer.text
        return answer.json()["results"]["bindings"]

    def change(self, text: str) -> None:
        """Run one update."""
        with self.client() as client:
            answer = client.post(
                self.update, content=text.encode(), headers={"Content-Type": "application/sparql-update"}
            )
        assert answer.is_success, answer.text

    def graphs(self) -> list[str]:
        """The named graphs that hold something, without those of the engine itself."""
        found = [row["g"]["value"] for row in self.sparql(_GRAPHS)]
        return sorted(name for name in found if not name.startswith(_VIRTUOSO_OWN))

    def empty(self) -> None:
        """Remove all that stands in it: some hundredths of a second."""
        if self.dialect == "sparql11":
            self.change("DROP ALL")
        else:  # 25,000 statements in 0.2 s; DROP GRAPH takes ten times as long
            self.sql(f"log_enable(3, 1); DELETE FROM DB.DBA.RDF_QUAD WHERE G <> iri_to_id('{_VIRTUOSO_RULES}')")

    def load(self, quads: Iterable[Quad]) -> None:
        """Bring *quads* in, all at once and in bulk; those of the default graph stand where the view does."""
        if self.dialect == "sparql11":
            with self.client() as client:
                answer = client.post(
                    self.graph_store,
                    content=serialize(quads, format=RdfFormat.N_QUADS),
                    headers={"Content-Type": "application/n-quads"},
                )
            assert answer.is_success, answer.text
            return
        file = self.folder / "load.nq"
        serialize(quads, str(file), format=RdfFormat.N_QUADS)
        self.sql(f"ttlp_mt(file_open('{file}'), '', '{VIEW}', 512, 2)")
        file.unlink()

    def sql(self, statement: str) -> str:
        """What Virtuoso's SQL answers to one statement."""
        done = subprocess.run(
            ["isql-vt", f"127.0.0.1:{self.sql_port}", "dba", "dba", f"exec={statement};"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.returncode, done.stdout + done.stderr
        assert "*** Error" not in done.stdout + done.stderr, done.stdout + done.stderr
        return done.stdout


@contextmanager
def oxigraph_running(folder: Path) -> Iterator[EngineServer]:
    """A server of Oxigraph with its store in *folder*, which need not exist."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    program = Path(sys.executable).with_name("oxigraph")
    serve = [program, "serve", "--location", folder / "store", "--bind", f"127.0.0.1:{port}"]
    with _running(serve, folder) as process:
        base = f"http://127.0.0.1:{port}"
        server = EngineServer(
            "oxigraph", "sparql11", port, f"{base}/query", f"{base}/update", f"{base}/store", process.pid, folder
        )
        _wait_for(server, process)
        yield server


@contextmanager
def virtuoso_running(folder: Path) -> Iterator[EngineServer]:
    """Virtuoso 7 with its database in *folder*, which need not exist; `dba` reads and writes, others only read."""
    port, sql_port = free_port(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    settings = folder / "virtuoso.ini"
    settings.write_text(_VIRTUOSO_SETTINGS.format(folder=folder, port=port, sql_port=sql_port), encoding="utf-8")
    with _running(["virtuoso-t", "+configfile", settings, "+foreground"], folder) as process:
        base = f"http://127.0.0.1:{port}"
        server = EngineServer(
            "virtuoso",
            "virtuoso",
            port,
            f"{base}/sparql-auth",
            f"{base}/sparql-auth",
            f"{base}/sparql-graph-crud-auth",
            process.pid,
            folder,
            "dba",
            "dba",
            sql_port,
        )
        _wait_for(server, process)
        yield server


@pytest.fixture(scope="session")
def oxigraph_server(tmp_path_factory):
    with oxigraph_running(tmp_path_factory.mktemp("oxigraph")) as server:
        yield server


@pytest.fixture(scope="session")
def virtuoso_server(tmp_path_factory):
    with virtuoso_running(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


@pytest.fixture
def oxigraph(oxigraph_server):
    oxigraph_server.empty()
    return oxigraph_server


@pytest.fixture
def virtuoso(virtuoso_server):
    virtuoso_server.empty()
    return virtuoso_server


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def _running(command: list[str | Path], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "output.log").open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder)
    try:
        yield process
    finally:
        # A database that goes with its folder needs no checkpoint at the end.
        with suppress(ProcessLookupError):
            os.kill(process.pid, 9)
        process.wait(GRACE_S)


def _wait_for(server: EngineServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            server.sparql("SELECT * WHERE { <urn:a> <urn:b> ?o }")
            return
        time.sleep(0.1)
    raise AssertionError((server.folder / "output.log").read_text(errors="replace"))

"""Virtuoso 7 over the same statements: load them in bulk, then serve them on loopback."""

from __future__ import annotations

import shutil
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from processes import free_port, started
from servers import Server, wait_for

from heritage_graph.namespaces import VIEW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from generator import Data

_PROGRAM: Final = "virtuoso-t"
_SQL: Final = "isql-vt"
_PATIENCE_S: Final = 120.0
_CONFIGURATION: Final = """\
[Database]
DatabaseFile      = {folder}/virtuoso.db
ErrorLogFile      = {folder}/virtuoso.log
LockFile          = {folder}/virtuoso.lck
TransactionFile   = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile      = {folder}/virtuoso-temp.db
TransactionFile   = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort        = 127.0.0.1:{sql_port}
DirsAllowed       = {files}
NumberOfBuffers   = 340000
MaxDirtyBuffers   = 250000
ServerThreads     = 100
CheckpointInterval = 0
[HTTPServer]
ServerPort        = 127.0.0.1:{port}
ServerRoot        = {folder}
ServerThreads     = 40
MaxKeepAlives     = 100
KeepAliveTimeout  = 60
[SPARQL]
ResultSetMaxRows  = 10000000
"""


def is_installed() -> bool:
    """Whether the programs of Debian's `virtuoso-opensource-7-bin` are there."""
    return all(shutil.which(program) for program in (_PROGRAM, _SQL))


@contextmanager
def virtuoso(data: Data, folder: Path, *, also: Sequence[Path] = ()) -> Iterator[Server]:
    """Virtuoso over the named graphs of *data* and its published view, with the files of its store in *folder*.

    N-Quads files that are to be loaded *also* stand beside those of *data*. The view is a graph of its own, which is
    asked; without one, the named graphs would answer too, all over again.
    """
    folder.mkdir()
    port, sql_port = free_port(), free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(
        _CONFIGURATION.format(folder=folder.resolve(), files=data.quads.parent.resolve(), port=port, sql_port=sql_port),
        encoding="utf-8",
    )
    serve = [_PROGRAM, "+configfile", str(settings.resolve()), "+wait", "+foreground"]
    with started(serve, log=folder / "output.log") as process:
        _wait_for_sql(sql_port, process)
        began = time.monotonic()
        for file in (data.quads, data.triples, *also):
            _sql(sql_port, f"ld_dir('{file.parent.resolve()}', '{file.name}', '{VIEW.value}');")
        _sql(sql_port, "rdf_loader_run();")
        _sql(sql_port, "checkpoint;")
        server = Server(
            "virtuoso",
            port,
            f"/sparql?{urlencode({'default-graph-uri': VIEW.value})}",
            time.monotonic() - began,
            process.pid,
        )
        wait_for(server, process)
        yield server


def _sql(port: int, statement: str) -> None:
    """Run one statement.

    Raises:
        SystemExit: it failed.
    """
    done = subprocess.run(
        [_SQL, f"127.0.0.1:{port}", "dba", "dba", f"exec={statement}"], capture_output=True, text=True, check=False
    )
    if done.returncode or "*** Error" in done.stderr + done.stdout:
        raise SystemExit(f"virtuoso refused {statement!r}: {done.stdout}{done.stderr}")


def _wait_for_sql(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            _sql(port, "status();")
        except SystemExit:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("virtuoso did not start; its output is in output.log beside its store")

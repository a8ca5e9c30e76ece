"""Run commands in processes that are forked from one which has loaded the program: loading takes most of a second."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload(
    [f"heritage_graph.cli.{module}" for module in ("documents", "imports", "releases", "serving", "site", "store")]
)


def run(*arguments, folder=None, **environment):
    """`heritage-graph` with *arguments*, in *folder* and with *environment* over this one's, as `subprocess.run` tells.

    It has no standard input.
    """
    arguments = ["heritage-graph", *map(str, arguments)]
    with tempfile.TemporaryDirectory() as written:
        out, errors = Path(written) / "out", Path(written) / "errors"
        settings = (arguments, str(folder or Path.cwd()), {**os.environ, **environment}, out, errors)
        process = _FORKED.Process(target=_be_the_program, args=settings)
        process.start()
        process.join()
        return subprocess.CompletedProcess(arguments, process.exitcode, out.read_text(), errors.read_text())


def _be_the_program(arguments, folder, environment, out, errors):
    from heritage_graph.cli import main  # noqa: PLC0415 - loaded by now, with the environment of the one who forks

    for path, descriptor in ((out, 1), (errors, 2)):
        opened = os.open(path, os.O_CREAT | os.O_WRONLY)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = arguments
    main()

"""A real `heritage-graph serve` on loopback, over a copy of a store that is made once a test run."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from shipped_stores import shipped_store

from heritage_graph.web.security import create_key

BASE = "https://w3id.org/heritage-graph/"
_ADDRESS = re.compile(rb"http://\S+")


@contextmanager
def serving(data, *flags):
    """Serve the shipped documents from *data*; gives the address and the supervisor's process id."""
    shutil.copytree(shipped_store(), data, dirs_exist_ok=True)
    command = [sys.executable, "-c", "from heritage_graph.cli import main; main()"]
    with subprocess.Popen(
        [*command, "serve", "--data", str(data), "--port", "0", "--readers", "2", *flags],
        stdout=subprocess.PIPE,
        env={**os.environ, "HERITAGE_GRAPH_CLIENT_QUERIES": "50", "HERITAGE_GRAPH_CLIENT_SECONDS": "3600"},
    ) as supervisor:
        line = supervisor.stdout.readline()
        assert _ADDRESS.search(line), line
        try:
            yield _ADDRESS.search(line).group().decode(), supervisor.pid
        finally:
            supervisor.send_signal(signal.SIGTERM)
            supervisor.wait(timeout=40)


def key_for(data):
    """A key that may write everything in the store *data*."""
    text, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    return text


def document(number, triples):
    """Turtle of *triples* statements that no rule objects to: one note after the other on one graph's own thing."""
    subject = f"<https://example.org/thing/{number}>"
    lines = [f'{subject} <https://example.org/note> "note {index} of {number}" .' for index in range(triples)]
    return "\n".join(lines).encode()


def name_of(pid):
    """What `ps` calls the process; nothing when it has ended."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def children_of(pid):
    """The descendants of *pid*, each with its command line."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
            parents[int(entry.parent.name)] = (int(fields[1]), (entry.parent / "cmdline").read_bytes().decode())
        except (FileNotFoundError, ProcessLookupError):
            continue
    found, ahead = [], [pid]
    while ahead:
        parent = ahead.pop()
        for child, (its_parent, command) in parents.items():
            if its_parent == parent:
                found.append((child, command.replace("\0", " ")))
                ahead.append(child)
    return found

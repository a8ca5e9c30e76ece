"""Start programs, end them, and see what the system says of them and their children: memory, descriptors, ids."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Json = dict[str, Any]

READER: Final = "reader"
_LASTING: Final = frozenset({"supervisor", "front", "gate_process", "writer_process"})
"""Readers are killed, and their nursery is replaced with the generation that it holds."""
_PROC: Final = Path("/proc")
_GRACE_S: Final = 40.0


@dataclass(frozen=True)
class Process:
    """A running process: what it does, its own part of the memory (shared pages divided, in bytes), its descriptors."""

    pid: int
    parent: int
    role: str
    memory: int
    descriptors: int
    files: int
    """How many of the descriptors are files of a store; they come and go as the store compacts."""


@contextmanager
def started(command: Sequence[str], *, log: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process of *command* with its output in *log*; it has ended when the block has."""
    with (
        (log or Path(os.devnull)).open("wb") as output,
        subprocess.Popen(command, stdout=output, stderr=output) as made,
        ended(made),
    ):
        yield made


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End *process* when the block ends, however it ends."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()


def start_job(program: Path, job: Json) -> subprocess.Popen[str]:
    """Run a Python *program* that reads *job* from its standard input."""
    process = subprocess.Popen(
        [sys.executable, str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(job))
    process.stdin.close()
    process.stdin = None  # communicate would flush it
    return process


def finish_job(process: subprocess.Popen[str]) -> Json:
    """Wait for the end of a job, and return what it wrote.

    Raises:
        SystemExit: it failed; the message has its complaint.
    """
    told, complaint = process.communicate()
    if process.returncode:
        raise SystemExit(complaint)
    answer: Json = json.loads(told)
    return answer


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def family(pid: int) -> list[Process]:
    """The process *pid* and all that descend from it; those that end meanwhile are left out.

    One that was forked, and not started, has the command line of its parent: such are the readers.
    """
    found: dict[int, Process] = {}
    for member in (pid, *_descendants(pid)):
        try:
            seen = _seen(member)
        except OSError:
            continue
        parent = found.get(seen.parent)
        is_fork = parent is not None and parent.role in {seen.role, READER}
        found[member] = replace(seen, role=READER) if is_fork or "reader" in seen.role else seen
    return list(found.values())


def memory(pid: int) -> int:
    """The bytes that the process *pid* and its descendants hold together, shared pages counted once."""
    return sum(process.memory for process in family(pid))


def serving_front(pid: int) -> int:
    """The front process below the supervisor *pid*."""
    return next(member.pid for member in family(pid) if member.role == "front")


def lasting(members: Iterable[Process]) -> frozenset[tuple[str, int]]:
    """The role and id of each of *members* that lasts as long as the service, whatever its clients do."""
    return frozenset((member.role, member.pid) for member in members if member.role in _LASTING)


def forget_peak(pid: int) -> int:
    """Let the peak of one process begin anew, and return its resident set now, in bytes."""
    (_PROC / str(pid) / "clear_refs").write_text("5", encoding="ascii")
    return peak(pid)


def peak(pid: int) -> int:
    """The largest resident set of one process since `forget_peak`, in bytes; 0 when it has ended."""
    try:
        lines = (_PROC / str(pid) / "status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:")), 0)


def _descendants(pid: int) -> Iterator[int]:
    for task in (_PROC / str(pid) / "task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text(encoding="ascii").split()]
        except OSError:
            continue
        for child in children:
            yield child
            yield from _descendants(child)


def _seen(pid: int) -> Process:
    folder = _PROC / str(pid)
    rollup = (folder / "smaps_rollup").read_text(encoding="ascii")
    proportional = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
    targets = [_target(link) for link in (folder / "fd").iterdir()]
    return Process(
        pid,
        int((folder / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1]),
        _role((folder / "comm").read_text(encoding="utf-8").strip(), (folder / "cmdline").read_bytes()),
        int(proportional.split()[1]) << 10,
        len(targets),
        sum(target.startswith("/") and not target.startswith("/dev/") for target in targets),
    )


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:  # closed since
        return ""


def _role(name: str, command: bytes) -> str:
    """The last part of the module that runs, or the name of the program; the front is forked, and has its own name."""
    if name == "front":
        return name
    words = command.decode(errors="replace").split("\0")
    if "-m" in words:
        return words[words.index("-m") + 1].rsplit(".", 1)[-1]
    return "supervisor" if "serve" in words else Path(words[0]).name

"""Start programs, end them, and see what the system says of them and their children: memory, descriptors, ids."""

from __future__ import annotations

import os
import socket
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PROC: Final = Path("/proc")
_GRACE_S: Final = 40.0


@dataclass(frozen=True)
class Process:
    """A running process: what it does, its own part of the memory (shared pages divided, in bytes), its descriptors."""

    pid: int
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


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def family(pid: int) -> list[Process]:
    """The process *pid* and all that descend from it; those that end meanwhile are left out."""
    found = []
    for member in (pid, *_descendants(pid)):
        try:
            found.append(_seen(member))
        except OSError:
            continue
    return found


def memory(pid: int) -> int:
    """The bytes that the process *pid* and its descendants hold together, shared pages counted once."""
    return sum(process.memory for process in family(pid))


def resident(pid: int) -> int:
    """The resident set of one process, in bytes."""
    pages = int((_PROC / str(pid) / "statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


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
        _role((folder / "cmdline").read_bytes()),
        int(proportional.split()[1]) << 10,
        len(targets),
        sum(target.startswith("/") and not target.startswith("/dev/") for target in targets),
    )


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:  # closed since
        return ""


def _role(command: bytes) -> str:
    """The last part of the module that runs, or the name of the program."""
    words = command.decode(errors="replace").split("\0")
    if "-m" in words:
        return words[words.index("-m") + 1].rsplit(".", 1)[-1]
    return "supervisor" if "serve" in words else Path(words[0]).name

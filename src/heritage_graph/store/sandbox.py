"""Confine a worker process: no network, no new program, bounded memory, and no life after its parent.

The network filter is seccomp-BPF (Linux `seccomp(2)`), installed without privileges through ctypes. pyoxigraph
reaches the network for `SERVICE` and `LOAD` and cannot be told not to; the filter makes these calls fail with
EACCES. Unix sockets and pipes go on working.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable

STACK_BYTES: Final = 512 << 20
"""Stack of the thread that runs queries: with a nesting limit of 64 a margin of more than 13 (docs/adr/0016)."""

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NAME: Final = 15
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2

_LOAD_WORD: Final = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP_EQUAL: Final = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_RETURN: Final = 0x06  # BPF_RET | BPF_K
_ALLOW: Final = 0x7FFF0000
_DENY: Final = 0x00050000 | errno.EACCES
_KILL: Final = 0x80000000

_OFFSET_NUMBER: Final = 0
_OFFSET_ARCH: Final = 4
_OFFSET_FIRST_ARGUMENT: Final = 16

# machine: (audit architecture, socket, execve, execveat)
_SYSCALLS: Final = {
    "x86_64": (0xC000003E, 41, 59, 322),
    "aarch64": (0xC00000B7, 198, 221, 281),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def network_filter_available() -> bool:
    """Tell whether this platform can install the network filter."""
    return sys.platform == "linux" and platform.machine() in _SYSCALLS


def die_with_parent(parent: int | None = None) -> None:
    """Have the kernel kill this process when the process that started it ends (Linux only).

    *parent* is the id of that process, where it may be 1, as in a container.
    """
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        now = os.getppid()
        if now != parent if parent else now == 1:  # the parent was gone before we asked
            os.kill(os.getpid(), signal.SIGKILL)


def name_process(name: str) -> None:
    """Have `ps` and `top` show *name* (at most 15 bytes) for this process instead of the program's (Linux only)."""
    if sys.platform == "linux":
        shown = ctypes.create_string_buffer(name.encode())
        _prctl(_PR_SET_NAME, ctypes.addressof(shown))


def limit_memory(budget_bytes: int) -> None:
    """Bound the data segment to *budget_bytes* on top of the stack and of what is there now.

    Rust aborts the process beyond it. One that was started by a process so bound has no more than that one.
    """
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = budget_bytes + STACK_BYTES + _data_bytes()
    limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _data_bytes() -> int:
    """The size of the data segment now (Linux `proc(5)`, VmData); 0 where it cannot be known."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmData:"))
    return int(line.split()[1]) << 10


def confine(*, networked: bool = False) -> None:
    """Refuse, from now on and for all threads to come, the start of programs and, unless *networked*, the internet.

    Raises:
        SettingError: when the platform has no such filter.
    """
    if not network_filter_available():
        raise SettingError(
            "this platform has no seccomp filter, so a query could reach the network; "
            "set allow_unconfined = true only where every client is trusted"
        )
    architecture, socket_number, *program_numbers = _SYSCALLS[platform.machine()]
    instructions = [
        _instruction(_LOAD_WORD, _OFFSET_ARCH),
        _instruction(_JUMP_EQUAL, architecture, if_true=1),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD_WORD, _OFFSET_NUMBER),
    ]
    for number in program_numbers:
        instructions += [_instruction(_JUMP_EQUAL, number, if_false=1), _instruction(_RETURN, _DENY)]
    if not networked:
        instructions += [
            _instruction(_JUMP_EQUAL, socket_number, if_false=3),
            _instruction(_LOAD_WORD, _OFFSET_FIRST_ARGUMENT),
            _instruction(_JUMP_EQUAL, 1, if_true=1),  # AF_UNIX
            _instruction(_RETURN, _DENY),
        ]
    instructions.append(_instruction(_RETURN, _ALLOW))
    code = ctypes.create_string_buffer(b"".join(instructions))
    program = _Program(len(instructions), ctypes.addressof(code))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program))


def run_on_deep_stack(main: Callable[[], None]) -> None:
    """Run *main* in a thread whose stack is `STACK_BYTES`, and wait for its end."""
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=main, name="worker")
    thread.start()
    thread.join()


def _instruction(code: int, operand: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, operand)


def _prctl(option: int, *arguments: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    padded = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)][:4]
    if library.prctl(ctypes.c_int(option), *padded) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))

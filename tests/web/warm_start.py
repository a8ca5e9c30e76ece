"""Start services from a process that has loaded the program once, as a supervisor forks its fronts.

Loading takes a second of processor, and tests start many services. What runs is `heritage-graph serve` all the same:
its arguments, environment, streams and processes are its own. The tests in tests/service, tests/site and tests/docs
start it as users do.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

_MESSAGE_BYTES = 1 << 18


class Started:
    """A service that was forked: the end of it can be asked for, and waited for."""

    def __init__(self, pid):
        self._end = os.pidfd_open(pid)

    def terminate(self):
        """Ask it to end, unless it has."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._end, signal.SIGTERM)

    def wait(self, timeout_s):
        """Return when it has ended.

        Raises:
            TimeoutError: it has not, after *timeout_s*.
        """
        ended, _, _ = select.select([self._end], [], [], timeout_s)
        if not ended:
            raise TimeoutError(f"the service has not ended after {timeout_s} s")
        os.close(self._end)


def start(arguments, *, env, out, errors):
    """Run `heritage-graph` with *arguments* and the environment *env*; it writes to the descriptors *out*, *errors*."""
    told = {"arguments": [str(each) for each in arguments], "env": env, "folder": str(Path.cwd())}
    socket.send_fds(_loaded(), [json.dumps(told).encode()], [out, errors])
    return Started(int(_loaded().recv(_MESSAGE_BYTES)))


@cache
def _loaded():
    """The socket to the process that has loaded the program; it ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen([sys.executable, __file__, str(theirs.fileno())], pass_fds=[theirs.fileno()])

    def end():
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _main():
    """Fork a service for each message, and answer with its process id, until the socket closes."""
    import heritage_graph.cli.serving  # noqa: PLC0415 - here, where it is to be loaded
    import heritage_graph.front  # noqa: F401, PLC0415 - as above

    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody need take note of their ends
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as the tests: they end what they have started
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE_BYTES, 2)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            _serve(json.loads(message), *descriptors)
        for each in descriptors:
            os.close(each)
        control.send(str(pid).encode())


def _serve(told, out, errors):
    """Be the program that was asked for, in this process, which was just forked, and end it."""
    from heritage_graph.cli import main  # noqa: PLC0415 - loaded by now

    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for given, own in ((out, 1), (errors, 2)):
            os.dup2(given, own)
            os.close(given)
        os.chdir(told["folder"])
        os.environ.clear()
        os.environ.update(told["env"])
        sys.argv = ["heritage-graph", *told["arguments"]]
        main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - told, and nothing goes on: what stands above on the stack is the process before
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _main()

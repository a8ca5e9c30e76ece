"""Keep one front process alive behind a listening socket.

The socket outlives the front, so that a client who connects while another front begins waits instead of being
refused. Fronts are forked from this process, which has loaded all that they need: beginning takes no time, and what
they share is in memory once (docs/adr/0010).
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import EngineTrouble, SettingError
from heritage_graph.store import sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from heritage_graph.settings import Settings

_BACKLOG: Final = 1024
_SHORT_LIFE_S: Final = 1.0
_MOST_SHORT_LIVES: Final = 5
_ASKS_TO_STOP: Final = (signal.SIGTERM, signal.SIGINT)

Serve = Callable[[socket.socket, int], None]
"""What a front does, given the listening socket and a pipe that is told once requests are answered."""


def supervise(settings: Settings, *, load: Callable[[Settings], Serve], on_ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; *on_ready* is told the address as soon as it answers.

    *load* loads what a front needs, once.

    Raises:
        SettingError: the address cannot be listened on, or what *load* says.
        EngineTrouble: the front does not start, or ends again and again.
    """
    with _listen(settings) as listening:
        stop = _Stop(settings.stop_grace)
        serve = load(settings)
        announced = False
        short_lives = 0
        while not stop.was_asked():
            born = time.monotonic()
            front = _Front(listening, serve)
            stop.front = front
            if stop.was_asked():  # between the look at it above and now
                front.send(signal.SIGTERM)
            answers = front.answers()
            if answers and not announced:
                on_ready(_address(listening, settings))
                announced = True
            code = front.wait()
            if stop.was_asked() or code == 0:
                return
            if not answers:
                raise EngineTrouble("the service did not start; the lines above say why")
            short_lives = short_lives + 1 if time.monotonic() - born < _SHORT_LIFE_S else 0
            if short_lives > _MOST_SHORT_LIVES:
                raise EngineTrouble(f"the front process ended at once, {short_lives} times in a row")
            sys.stderr.write(f"heritage-graph: the front process ended ({code}); another takes its place\n")


class _Front:
    """A front process, forked now."""

    def __init__(self, listening: socket.socket, serve: Serve) -> None:
        ready, ready_end = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        supervisor = os.getpid()
        with _signals_held_back():
            self._pid = os.fork()
            if self._pid == 0:
                os.close(ready)
                _be_front(serve, listening, ready_end, supervisor=supervisor)
        os.close(ready_end)
        self._ready = ready
        self._runs = True

    def answers(self) -> bool:
        """Wait until it answers requests; false when it ended instead."""
        with os.fdopen(self._ready, "rb") as told:
            return bool(told.read(1))

    def wait(self) -> int:
        """Wait for its end, and give its exit code: that of a signal is negative."""
        _, status = os.waitpid(self._pid, 0)
        self._runs = False
        return os.waitstatus_to_exitcode(status)

    def send(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self._runs:
            with suppress(ProcessLookupError):
                os.kill(self._pid, number)


def _be_front(serve: Serve, listening: socket.socket, ready: int, *, supervisor: int) -> None:
    """Serve in this process, which was just forked, and end it."""
    try:
        os.setsid()  # an interrupt from the terminal comes to the supervisor alone
        sandbox.die_with_parent(supervisor)
        sandbox.name_process("front")
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ASKS_TO_STOP)
        serve(listening, ready)
    except BaseException:  # noqa: BLE001 - told, and nothing goes on: what stands above on the stack is the supervisor's
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Let no request to stop come in between a fork and the moment when both processes know what they are."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _ASKS_TO_STOP)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ASKS_TO_STOP)


class _Stop:
    """Remembers that a stop was asked for, and passes it on to the front that runs."""

    def __init__(self, grace_s: int) -> None:
        self._grace_s = grace_s
        self.asked = False
        self.front: _Front | None = None
        for number in _ASKS_TO_STOP:
            signal.signal(number, self._ask)

    def was_asked(self) -> bool:
        """Whether a signal has come; it may come at any moment."""
        return self.asked

    def _ask(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - signal gives it
        self.asked = True
        if self.front is not None:
            self.front.send(signal.SIGTERM)
            signal.signal(signal.SIGALRM, self._kill)
            signal.alarm(self._grace_s + 5)

    def _kill(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - signal gives it
        if self.front is not None:
            self.front.send(signal.SIGKILL)


def _listen(settings: Settings) -> socket.socket:
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as fault:
        raise SettingError(
            f"cannot listen on {settings.host}:{settings.port}: {fault.strerror}; choose another with --port"
        ) from fault


def _address(listening: socket.socket, settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{listening.getsockname()[1]}"

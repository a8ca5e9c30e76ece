"""Keep one front process alive behind a listening socket.

The socket outlives the front, so that a client who connects while the front is started anew waits instead of
being refused.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import EngineTrouble, SettingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from heritage_graph.settings import Settings

_BACKLOG: Final = 1024
_SHORT_LIFE_S: Final = 1.0
_MOST_SHORT_LIVES: Final = 5


def supervise(settings: Settings, *, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; *on_ready* is told the address as soon as it answers.

    Raises:
        SettingError: the address cannot be listened on.
        EngineTrouble: the front does not start, or ends again and again.
    """
    with _listen(settings) as listening:
        stop = _Stop(settings.stop_grace)
        front = _Front(listening, settings)
        stop.front = front.process
        if not front.serve():
            front.process.wait()
            if stop.was_asked():
                return
            raise EngineTrouble("the service did not start; the lines above say why")
        on_ready(_address(listening, settings))
        short_lives = 0
        while True:
            standby = _Front(listening, settings)
            born = time.monotonic()
            code = front.process.wait()
            if stop.was_asked() or code == 0:
                standby.dismiss()
                return
            short_lives = short_lives + 1 if time.monotonic() - born < _SHORT_LIFE_S else 0
            if short_lives > _MOST_SHORT_LIVES:
                standby.dismiss()
                raise EngineTrouble(f"the front process ended at once, {short_lives} times in a row")
            sys.stderr.write(f"heritage-graph: the front process ended ({code}); another takes its place\n")
            front = standby
            stop.front = front.process
            if not front.serve():  # it was killed while it waited, or what it reads is broken by now
                front.process.wait()
                front = _Front(listening, settings)
                stop.front = front.process
                if not front.serve() and not stop.was_asked():
                    raise EngineTrouble("the front process does not start any more; the lines above say why")


class _Front:
    """A front process that has loaded everything and waits for the word to serve.

    One stands by while another serves: loading takes most of the time of a start.
    """

    def __init__(self, listening: socket.socket, settings: Settings) -> None:
        word_end, self._word = os.pipe()
        ready, ready_end = os.pipe()
        self._ready = os.fdopen(ready, "rb")
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "heritage_graph.front",
                str(listening.fileno()),
                str(word_end),
                str(ready_end),
                settings.model_dump_json(),
            ],
            pass_fds=(listening.fileno(), word_end, ready_end),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # an interrupt from the terminal comes to the supervisor alone
        )
        os.close(word_end)
        os.close(ready_end)

    def serve(self) -> bool:
        """Give the word, and tell whether it answers."""
        with suppress(BrokenPipeError):
            os.write(self._word, b"!")
        os.close(self._word)
        with self._ready:
            return bool(self._ready.read(1))

    def dismiss(self) -> None:
        """Let it end without having served."""
        os.close(self._word)
        self._ready.close()
        self.process.wait()


class _Stop:
    """Remembers that a stop was asked for, and passes it on to the front that runs."""

    def __init__(self, grace_s: int) -> None:
        self._grace_s = grace_s
        self.asked = False
        self.front: subprocess.Popen[bytes] | None = None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def was_asked(self) -> bool:
        """Whether a signal has come; it may come at any moment."""
        return self.asked

    def _ask(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - signal gives it
        self.asked = True
        if self.front is not None and self.front.poll() is None:
            self.front.send_signal(signal.SIGTERM)
            signal.signal(signal.SIGALRM, self._kill)
            signal.alarm(self._grace_s + 5)

    def _kill(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - signal gives it
        if self.front is not None:
            self.front.kill()


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

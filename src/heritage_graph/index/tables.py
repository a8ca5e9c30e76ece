"""Read the file of one index: a connection a reader, read only, each question within a time."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import EngineTrouble, QueryTimeout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_STEPS: Final = 1_000
"""How many steps of SQLite's machine pass between two looks at the clock: some tens of microseconds."""


class Tables:
    """The tables in the file *path*, to be read by any number of threads at once.

    On Linux the file may be removed while it is open: whoever reads it goes on, and the room is given back when the
    last connection is closed.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._clock = clock
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def reading(self, seconds: float) -> Iterator[sqlite3.Connection]:
        """A connection of one's own within; what it is asked ends after *seconds* of all of them together.

        Raises:
            QueryTimeout: they are over; nothing of an answer was given.
            EngineTrouble: the file cannot be read.
        """
        deadline = self._clock() + seconds
        try:
            connection = self._idle_or_new()
            try:
                connection.set_progress_handler(lambda: self._clock() > deadline, _STEPS)
                yield connection
            finally:
                self._give_back(connection)
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise QueryTimeout(
                    f"the index was read for longer than {seconds:g} s; ask for a longer part of the name, or for "
                    "fewer kinds and values",
                    limit_s=seconds,
                    retryable=False,
                ) from None
            raise EngineTrouble("the index cannot be read") from fault
        except sqlite3.DatabaseError as fault:
            raise EngineTrouble("the index cannot be read") from fault

    def close(self) -> None:
        """Close what nobody uses, and the rest as soon as it is given back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _idle_or_new(self) -> sqlite3.Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        connection = sqlite3.connect(self._address, uri=True, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA query_only = TRUE")
        connection.execute("PRAGMA mmap_size = 1073741824")
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        connection.set_progress_handler(None, 0)
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

"""Read the file of the change log while it grows: a connection a reader, each question on one state of it."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from heritage_graph.errors import EngineTrouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Tables:
    """The tables in the file *path*, to be read by any number of threads at once; who writes is never waited for."""

    def __init__(self, path: Path) -> None:
        self._address = f"{path.absolute().as_uri()}?mode=ro"
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own within; all that it is asked is answered of one state.

        Raises:
            EngineTrouble: the file cannot be read.
        """
        try:
            connection = self._idle_or_new()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")
                self._give_back(connection)
        except sqlite3.DatabaseError as fault:
            raise EngineTrouble("the change log cannot be read") from fault

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
        return connection

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

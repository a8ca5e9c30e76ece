"""A server on loopback that nobody should ever call, and that counts who does."""

from __future__ import annotations

import socket
import threading


class Canary:
    """Counts the connections to its address, and says nothing; use it as a context."""

    def __init__(self):
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept)
        self._held = []
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}/"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for connection in (self._listening, *self._held):
            connection.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:  # it was shut down
                return
            self._held.append(connection)

    @property
    def connections(self):
        return len(self._held)

"""The appending process: one run of the change log over the checkpoints that are kept, and no way out to the network.

Started by `changes.changes`. What it appends is one transaction, so that one that was killed leaves the file as it was.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from heritage_graph.changes.append import append
from heritage_graph.store import sandbox
from heritage_graph.store.frames import END, FAULT, json_frame
from heritage_graph.store.worker import connection_and_settings


def main() -> None:
    """Append what the settings on the command line name, say how it went, and end."""
    connection, settings = connection_and_settings()
    sandbox.die_with_parent()
    sandbox.limit_memory(settings["memory_bytes"])
    if settings["confined"]:
        sandbox.confine()
    checkpoints = {int(generation): Path(folder) for generation, folder in settings["checkpoints"].items()}
    try:
        append(Path(settings["path"]), checkpoints)
    except (OSError, ValueError, RuntimeError, sqlite3.Error) as fault:  # the engine raises the first three
        connection.sendall(json_frame(FAULT, {"message": str(fault)}))
    else:
        connection.sendall(json_frame(END, {}))


if __name__ == "__main__":
    main()

"""The process's end of what `store.errand` sends."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from heritage_graph.errors import EngineTrouble, HeritageGraphError
from heritage_graph.store import sandbox
from heritage_graph.store.frames import END, FAULT, json_frame
from heritage_graph.store.worker_end import connection_and_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from heritage_graph.store.frames import Json


def run_errand(run: Callable[[Json], None]) -> None:
    """*Run* what the settings on the command line name, within their limits, and say how it went.

    The settings have `memory_bytes`, and `confined` when there is to be no way out to the network or to programs.
    """
    connection, settings = connection_and_settings()
    sandbox.die_with_parent()
    sandbox.limit_memory(settings["memory_bytes"])
    if settings["confined"]:
        sandbox.confine()
    try:
        run(settings)
    except HeritageGraphError as fault:
        connection.sendall(json_frame(FAULT, {"slug": fault.slug, "message": str(fault)}))
    except (OSError, ValueError, RuntimeError, sqlite3.Error) as fault:  # OSError to RuntimeError come from the engine
        connection.sendall(json_frame(FAULT, {"slug": EngineTrouble.slug, "message": str(fault)}))
    else:
        connection.sendall(json_frame(END, {}))

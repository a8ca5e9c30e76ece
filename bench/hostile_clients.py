"""Be hostile to a server from several addresses: run in a process of its own.

Reads JSON on standard input: `port`, `paths`, `clients`, `connections` (of each client) and `seconds`. Writes JSON: how
often each status came; 0 stands for an answer that was cut off.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from typing import Any, Final

_PAUSE_AFTER_REFUSAL_S: Final = 0.1
"""Hostile, but no flood: it asks again long before `Retry-After`."""
_PIECE: Final = 1 << 18
_PATIENCE_S: Final = 120.0


def ask_on(job: dict[str, Any], client: int, connection_number: int) -> Counter[int]:
    """Ask the paths of *job*, each connection beginning with another one, until its seconds are over."""
    end = time.monotonic() + job["seconds"]
    seen: Counter[int] = Counter()
    connection = http.client.HTTPConnection(
        "127.0.0.1", job["port"], timeout=_PATIENCE_S, source_address=(f"127.0.2.{client + 1}", 0)
    )
    paths = islice(cycle(job["paths"]), client * job["connections"] + connection_number, None)
    while time.monotonic() < end:
        status = _ask(connection, next(paths))
        seen[status] += 1
        if status == http.HTTPStatus.TOO_MANY_REQUESTS:
            time.sleep(_PAUSE_AFTER_REFUSAL_S)
    connection.close()
    return seen


def _ask(connection: http.client.HTTPConnection, path: str) -> int:
    """The status of the answer, once all of it is read; 0 when it was cut off."""
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        while answer.read(_PIECE):
            pass
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0
    return answer.status


def main() -> None:
    """Run the job on standard input, at the lowest priority: what clients cost is not what is measured."""
    os.nice(19)
    job = json.load(sys.stdin)
    places = [(client, number) for client in range(job["clients"]) for number in range(job["connections"])]
    total: Counter[int] = Counter()
    with ThreadPoolExecutor(len(places)) as pool:
        for seen in pool.map(lambda place: ask_on(job, *place), places):
            total += seen
    json.dump(total, sys.stdout)


if __name__ == "__main__":
    main()

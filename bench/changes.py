"""Measure the change log: how long it takes to make, what it needs of memory and disk, and what its pages cost.

    python bench/changes.py 1000000

Invents that many statements (see `generator`), makes a store of them and, in a process of its own, its log. Pages are
asked at the beginning of the log and at its end.
"""

from __future__ import annotations

import argparse
import multiprocessing
import multiprocessing.connection
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator import write
from servers import bulk_store

from heritage_graph.changes.append import append
from heritage_graph.changes.change_log import ChangeLog
from heritage_graph.changes.entries import Choice
from heritage_graph.store.generations import generation_folder

if TYPE_CHECKING:
    from collections.abc import Callable

_PAGE: Final = 100
_TIMES: Final = 20


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description="Measure the change log.")
    parser.add_argument("statements", type=int, help="how many statements at least")
    wanted = parser.parse_args().statements
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        written = write(wanted, data)
        bulk_store(written, data / "store", datetime.now(UTC))
        path = data / "changes.sqlite"
        seconds, peak = _appended(path, generation_folder(data / "store", 1))
        log = ChangeLog(path)
        state = log.state()
        print(f"| statements | entities | append s | peak RSS MiB | file MiB |\n|{'---:|' * 5}")
        size = path.stat().st_size / (1 << 20)
        print(f"| {written.statements:,} | {state.records:,} | {seconds:.1f} | {peak:,.0f} | {size:,.0f} |\n")
        print("| a page of 100 | first, µs | last, µs |\n|---|---:|---:|")
        for name, choice in (
            ("records", Choice()),
            ("records of one family", Choice(families=("agreement",))),
            ("records of one graph", Choice(graph=log.graphs()[0])),
        ):
            print(f"| {name} | {_page(log, choice, 0):.0f} | {_page(log, choice, state.sequence - _PAGE):.0f} |")
        sequences = [record.change.sequence for record in log.records(limit=_PAGE)]
        print(f"| contents | {_micros(lambda: log.contents(sequences)):.0f} | |")
        print(f"| count | {_micros(log.count):.0f} | |")
        log.close()


def _page(log: ChangeLog, choice: Choice, after: int) -> float:
    return _micros(lambda: log.records(after=after, limit=_PAGE, choice=choice))


def _micros(ask: Callable[[], object]) -> float:
    """The least of some times that *ask* takes."""
    taken = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - began)
    return min(taken) * 1e6


def _appended(path: Path, checkpoint: Path) -> tuple[float, float]:
    """How many seconds the log took in a process of its own, and its peak of memory in MiB."""
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_append, args=(path, checkpoint, theirs))
    child.start()
    found: tuple[float, float] = ours.recv()
    child.join()
    return found


def _append(path: Path, checkpoint: Path, told: multiprocessing.connection.Connection) -> None:
    began = time.perf_counter()
    append(path, {1: checkpoint})
    seconds = time.perf_counter() - began
    status = Path("/proc/self/status").read_text(encoding="ascii")  # ru_maxrss would count the parent's, too
    told.send((seconds, int(status.partition("VmHWM:")[2].split()[0]) / 1024))


if __name__ == "__main__":
    main()

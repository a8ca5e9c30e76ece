"""Load servers in turn, workload after workload, and put what they did side by side."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from processes import finish_job, start_job

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from alike import Seen
    from servers import Server
    from workloads import Workload

REFERENCE: Final = "oxigraph"
MODES: Final = ("cold", "hot")
"""No text asked twice; or the same few again and again, so that a cache of results can answer."""
_HOT_TEXTS: Final = 4
_ROUNDS: Final = 2
_LONGEST_S: Final = {REFERENCE: 40.0}
_LONGEST_OF_OTHERS_S: Final = 10.0
_WARM_SECONDS: Final = 0.1
_COLUMNS: Final = (
    *("query", "connections", "server", "cold: requests/s", "to Oxigraph", "p50 ms", "p99 ms"),
    *("hot: requests/s", "to Oxigraph", "p99 ms", "errors"),
)
_LOADER: Final = Path(__file__).with_name("load.py")


@dataclass(frozen=True)
class Cell:
    """What one server did with one workload in one mode over so many connections; times in milliseconds."""

    workload: str
    mode: str
    connections: int
    server: str
    requests: int
    errors: int
    per_second: float
    p50: float
    p99: float
    bytes_each: int


@dataclass(frozen=True)
class Load:
    """How to load a server; `load.py` tells what each of these is."""

    connections: int
    seconds: float
    fresh: bool
    first: int
    warm: int = 0
    source: str = "127.0.0.1"


@dataclass
class _Task:
    """One cell to come, and what its rounds have measured."""

    workload: Workload
    mode: str
    connections: int
    server: Server
    expected_s: float
    first: int
    parts: list[dict[str, Any]] = field(default_factory=list)


def compare(
    servers: Sequence[Server],
    kinds: Sequence[Workload],
    seen: Mapping[str, Seen],
    *,
    connections: Sequence[int],
    seconds: float,
    on_progress: Callable[[str], None],
) -> list[Cell]:
    """Measure every workload, mode and number of connections; the servers take turns, in one order, then in the other.

    A cell that would take a server too long is left out; over one connection the answer that `check_alike` saw
    stands for it.
    """
    cells = []
    numbers = iter(range(0, 1 << 60, 10_000_000))  # no cell repeats the texts of another
    for workload in kinds:
        for mode in MODES:
            for count in connections:
                on_progress(f"{workload.name}, {mode}, {count} connections")
                tasks = [
                    _Task(workload, mode, count, server, seen[workload.name].seconds[server.name], next(numbers))
                    for server in servers
                ]
                _in_turns([task for task in tasks if not _is_too_slow(task)], seconds)
                cells += [cell for task in tasks for cell in _cells(task)]
    return cells


def _in_turns(tasks: Sequence[_Task], seconds: float) -> None:
    for turn in range(_ROUNDS):
        for task in tasks[:: 1 if turn % 2 == 0 else -1]:
            if task.parts and task.parts[0]["seconds"] > 2 * seconds:
                continue  # it has taken its time, and more
            fresh = task.mode == "cold"
            asked = task.workload if fresh else replace(task.workload, texts=task.workload.texts[:_HOT_TEXTS])
            warm = int(_WARM_SECONDS / task.expected_s) if fresh else len(asked.texts)
            load = Load(
                connections=task.connections,
                seconds=seconds / _ROUNDS,
                fresh=fresh,
                first=task.first + turn * 5_000_000,
                warm=0 if turn else min(warm, len(asked.texts)),
            )
            task.parts.append(finish_job(start_loading(task.server, asked, load)))


def start_loading(server: Server, workload: Workload, load: Load) -> subprocess.Popen[str]:
    """Begin to load *server* with *workload* from another process; `finish_job` gives what `load.py` measured."""
    job = {
        **asdict(load),
        "port": server.port,
        "paths": [server.target(text) for text in workload.texts],
        "accept": workload.accept,
    }
    return start_job(_LOADER, job)


def _is_too_slow(task: _Task) -> bool:
    at_once = max(1.0, task.connections / (os.cpu_count() or 1))
    return task.expected_s * at_once > _LONGEST_S.get(task.server.name, _LONGEST_OF_OTHERS_S)


def _cells(task: _Task) -> Iterator[Cell]:
    parts = task.parts
    if not parts and task.connections == 1 and task.mode == "cold":
        once = {"seconds": task.expected_s, "latencies": [task.expected_s * 1000], "errors": 0, "bytes": 0}
        parts = [once]
    if not parts:
        return
    latencies = sorted(latency for part in parts for latency in part["latencies"])
    yield Cell(
        workload=task.workload.name,
        mode=task.mode,
        connections=task.connections,
        server=task.server.name,
        requests=len(latencies),
        errors=sum(part["errors"] for part in parts),
        per_second=len(latencies) / sum(part["seconds"] for part in parts),
        p50=latencies[len(latencies) // 2],
        p99=latencies[min(len(latencies) - 1, int(len(latencies) * 0.99))],
        bytes_each=round(sum(part["bytes"] for part in parts) / len(latencies)),
    )


def table(cells: Sequence[Cell], seen: Mapping[str, Seen]) -> str:
    """The cells as a Markdown table: a line for each workload, number of connections and server."""
    by_place = {(cell.workload, cell.connections, cell.server, cell.mode): cell for cell in cells}
    lines = [
        _line(*_COLUMNS),
        "|---" * len(_COLUMNS) + "|",
    ]
    last: tuple[str, int] | None = None
    for workload, connections, server in dict.fromkeys(place[:3] for place in by_place):
        reference = [by_place.get((workload, connections, REFERENCE, mode)) for mode in MODES]
        cold, hot = (by_place.get((workload, connections, server, mode)) for mode in MODES)
        rows = seen[workload].rows
        size = f" ({rows:,} {'row' if rows == 1 else 'rows'})"
        lines.append(
            _line(
                workload + size if last is None or last[0] != workload else "",
                str(connections) if last != (workload, connections) else "",
                server,
                *_figures(cold, reference[0], with_median=True),
                *_figures(hot, reference[1], with_median=False),
                str(sum(cell.errors for cell in (cold, hot) if cell)),
            )
        )
        last = workload, connections
    return "\n".join(lines) + "\n"


def _figures(cell: Cell | None, reference: Cell | None, *, with_median: bool) -> list[str]:
    if cell is None:
        return ["-"] * (4 if with_median else 3)
    ratio = f"{cell.per_second / reference.per_second:.2f}" if reference else "-"
    times = [cell.p50, cell.p99] if with_median else [cell.p99]
    return [_rounded(cell.per_second), ratio, *map(_rounded, times)]


def _rounded(number: float) -> str:
    """Three digits that count, no more."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"

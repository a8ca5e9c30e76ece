"""See what six hostile clients take from two normal ones, and what they bring down: `make hostile`.

Exits with 1 when a bound is broken.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from comparison import Load, start_loading
from findings import Finding, lines_of
from processes import family, finish_job, forget_peak, lasting, peak, serving_front, start_job
from run import settings_of, written_data
from servers import Server, bulk_store, heritage_graph
from workloads import Workload, workloads

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

NORMAL: Final = ("point lookup", "100-row join")
"""What each of the two normal clients asks, over one connection, as fast as it is answered; no text twice."""
HOSTILE: Final = 6
LEAST_KEPT: Final = 0.8
LONGEST_P99_MS: Final = 50.0
MOST_GROWTH_MIB: Final = 50.0
_CONNECTIONS_EACH: Final = 2
_BOMBS: Final = Path(__file__).with_name("hostile")
_CLIENTS: Final = Path(__file__).with_name("hostile_clients.py")
_SETTLING_S: Final = 2.0


@dataclass(frozen=True)
class Share:
    """What one normal client did alone, and among hostile ones: good answers a second, and milliseconds."""

    name: str
    alone: float
    among: float
    p99_alone: float
    p99_among: float
    refused: int

    @property
    def kept(self) -> float:
        """The share of its throughput that it kept."""
        return self.among / self.alone


def normal_load(server: Server, kinds: Sequence[Workload], seconds: float, first: int) -> list[dict[str, Any]]:
    """Both normal clients at once for *seconds*, each from an address of its own."""
    loaders = [
        start_loading(
            server,
            kind,
            Load(connections=1, seconds=seconds, fresh=True, first=first, source=f"127.0.1.{place + 1}"),
        )
        for place, kind in enumerate(kinds)
    ]
    return [finish_job(loader) for loader in loaders]


def start_hostile(server: Server, seconds: float) -> subprocess.Popen[str]:
    """Begin to ask everything in `hostile/` from six addresses, two at a time from each."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(_BOMBS.glob("*.rq"))]
    job = {
        "port": server.port,
        "paths": [server.target(text) for text in texts],
        "clients": HOSTILE,
        "connections": _CONNECTIONS_EACH,
        "seconds": seconds,
    }
    return start_job(_CLIENTS, job)


def shares(kinds: Sequence[Workload], alone: Sequence[dict[str, Any]], among: Sequence[dict[str, Any]]) -> list[Share]:
    """What each normal client did in both measurements."""
    return [
        Share(
            kind.name,
            alone=_good_a_second(before),
            among=_good_a_second(after),
            p99_alone=_p99(before),
            p99_among=_p99(after),
            refused=after["errors"],
        )
        for kind, before, after in zip(kinds, alone, among, strict=True)
    ]


def _good_a_second(measured: dict[str, Any]) -> float:
    good: int = len(measured["latencies"]) - measured["errors"]
    return good / float(measured["seconds"])


def _p99(measured: dict[str, Any]) -> float:
    latencies = sorted(measured["latencies"])
    return float(latencies[min(len(latencies) - 1, int(len(latencies) * 0.99))])


def findings(found: Sequence[Share], growth_mib: float, killed: Sequence[tuple[str, int]]) -> list[Finding]:
    """What was measured, against what is asked of the service."""
    checks = []
    for one in found:
        throughput, longest, refused = one.kept, one.p99_among, one.refused
        checks += [
            Finding(
                f"{one.name}: throughput kept", f"{throughput:.0%}", f">= {LEAST_KEPT:.0%}", throughput >= LEAST_KEPT
            ),
            Finding(f"{one.name}: p99", f"{longest:.1f} ms", f"<= {LONGEST_P99_MS:g} ms", longest <= LONGEST_P99_MS),
            Finding(f"{one.name}: refused", str(refused), "0", not refused),
        ]
    bound = f"< {MOST_GROWTH_MIB:g} MiB"
    gone = ", ".join(f"{role} {pid}" for role, pid in killed) or "none"
    return [
        *checks,
        Finding("growth of the front", f"{growth_mib:.1f} MiB", bound, growth_mib < MOST_GROWTH_MIB),
        Finding("ended: supervisor, front, gate or writer", gone, "none", not killed),
    ]


def table(found: Sequence[Share], checks: Sequence[Finding], answers: dict[str, int]) -> str:
    """Everything that was measured, in Markdown."""
    lines = [
        "| normal client | alone: requests/s | p99 ms | among six hostile: requests/s | p99 ms | kept |",
        "|---|---|---|---|---|---|",
        *(
            f"| {one.name} | {one.alone:,.0f} | {one.p99_alone:.1f} | {one.among:,.0f} | {one.p99_among:.1f} "
            f"| {one.kept:.0%} |"
            for one in found
        ),
        "",
        *lines_of(checks),
        "",
        "Answers to the hostile clients, by status (0: cut off): "
        + ", ".join(f"{status}: {times:,}" for status, times in sorted(answers.items()))
        + ".",
    ]
    return "\n".join(lines) + "\n"


def measured(server: Server, kinds: Sequence[Workload], seconds: float) -> tuple[str, list[Finding], dict[str, Any]]:
    """Both measurements on a running service: the table, the findings, and the figures."""
    normal_load(server, kinds, 1.0, 0)  # fills the caches of the system and of the engine
    alone = normal_load(server, kinds, seconds, 10_000_000)
    front = serving_front(server.pid)
    before, began = lasting(family(server.pid)), forget_peak(front)
    hostile = start_hostile(server, seconds + 2 * _SETTLING_S)
    time.sleep(_SETTLING_S)
    among = normal_load(server, kinds, seconds, 20_000_000)
    answers = finish_job(hostile)
    killed = sorted(before - lasting(family(server.pid)))
    growth = (peak(front) - began) / (1 << 20)
    found = shares(kinds, alone, among)
    checks = findings(found, growth, killed)
    figures = {
        "shares": [asdict(one) | {"kept": one.kept} for one in found],
        "findings": [asdict(one) for one in checks],
        "hostile_answers": answers,
    }
    return table(found, checks, answers), checks, figures


def main() -> None:
    """Make the data, start the service with its own limits, measure, print, and write the figures to a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=200_000, help="statements in named graphs, at least")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long each of the two measurements takes")
    parser.add_argument("--setting", action="append", default=[], help="of heritage-graph: name=value; repeatable")
    parser.add_argument("--out", type=Path, default=Path("build/bench"), help="where the figures go")
    arguments = parser.parse_args()
    now = datetime.now(UTC)
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.out) as folder:
        data = written_data(arguments.triples, Path(folder))
        store = Path(folder) / "heritage-graph"
        bulk_store(data, store, now)
        kinds = [kind for kind in workloads(data) if kind.name in NORMAL]
        print(
            f"{data.statements:,} statements; {arguments.seconds:g} s alone, then as long among {HOSTILE}", flush=True
        )
        with heritage_graph(store, settings_of(arguments.setting)) as server:
            report, checks, figures = measured(server, kinds, arguments.seconds)
    print(report)
    result = arguments.out / f"hostile-{now:%Y-%m-%dT%H%M%S}.json"
    result.write_text(json.dumps({"statements": data.statements, **figures}, indent=1) + "\n", encoding="utf-8")
    if not all(check.holds for check in checks):
        raise SystemExit(1)


if __name__ == "__main__":
    main()

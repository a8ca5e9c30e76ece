"""Keep a service busy with everything for minutes, and see whether anything of it grows: `make soak`.

Exits with 1 when a bound is broken.
"""

from __future__ import annotations

import argparse
import http.client
import json
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import combinations, count, cycle
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from findings import Finding, lines_of
from processes import Process, family, lasting
from run import settings_of, written_data
from servers import Server, bulk_store, heritage_graph
from workloads import workloads

from heritage_graph.namespaces import GRAPH
from heritage_graph.web.security import create_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator import Data

MOST_SLOPE_MIB: Final = 1.0
"""How much memory of all processes together may grow in a minute."""
_CYCLE_S: Final = 30.0
_REST_S: Final = 4.0
"""Between two cycles nothing is asked, so that what is open can be counted."""
_LEAST_SAMPLES: Final = 4
_WARM_UP: Final = 0.2
"""The share of the time after which growth counts: caches fill and processes take on their size before."""
_SETTINGS: Final = {"client_queries": "8", "client_seconds": "100000", "query_memory_mb": "320", "result_mb": "8"}
_CUT_OFF: Final = 0
_HERE: Final = Path(__file__).parent
_PIECE: Final = 1 << 16


@dataclass(frozen=True)
class Kind:
    """One kind of request: how it is made, which statuses are right, and how long its client rests afterwards."""

    name: str
    paths: tuple[str, ...]
    right: frozenset[int]
    pause_s: float
    bodies: tuple[bytes, ...] = ()
    """What is put there; nothing for a GET."""
    fields: tuple[tuple[str, str], ...] = ()
    fresh: bool = False
    hangs_up: bool = False


@dataclass(frozen=True)
class Sample:
    """All processes of the service at one moment, in seconds from the beginning, while it rests."""

    at: float
    processes: tuple[Process, ...]

    @property
    def memory(self) -> int:
        """Bytes of all of them, shared pages counted once."""
        return sum(process.memory for process in self.processes)

    def by_role(self, role: str) -> list[Process]:
        """Those of one role."""
        return [process for process in self.processes if process.role == role]


def kinds_of(data: Data, key: str) -> tuple[Kind, ...]:
    """Everything that is asked: what is answered, what is refused, what is cut off, and what is written."""
    texts = {kind.name: kind.texts for kind in workloads(data)}
    ok, graph = frozenset({200}), f"{GRAPH}source/soak"
    write = f"/rdf-graph-store?{urlencode({'graph': graph})}"
    fields = (("Authorization", f"Bearer {key}"), ("Content-Type", "text/turtle"))
    document = (_HERE / "documents" / "memorandum.ttl").read_bytes()
    bomb = {path.stem: path.read_text(encoding="utf-8") for path in (_HERE / "hostile").glob("*.rq")}
    return (
        Kind("lookup", _asked(texts["point lookup"]), ok, 0.01, fresh=True),
        Kind("the same lookup", _asked(texts["point lookup"][:4]), ok, 0.01),
        Kind("join", _asked(texts["100-row join"]), ok, 0.05, fresh=True),
        Kind("list", _asked(texts["1,000-row list"]), ok, 0.05, fresh=True),
        Kind("CONSTRUCT", _asked(texts["CONSTRUCT of an entity"]), ok, 0.05, fresh=True),
        Kind("aggregate", _asked((*texts["agreements per year"], *texts["partners per country"])), ok, 0.3, fresh=True),
        Kind(
            "page", ("/", "/queries", "/doc/organization/icesco", "/id/organization/icesco"), frozenset({200, 303}), 0.2
        ),
        Kind("syntax error", _asked(("SELECT * WHERE { ?s ?p", "CONSTRUCT", "ASK { FILTER( }")), frozenset({400}), 0.1),
        Kind("SERVICE", _asked(("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",)), frozenset({403}), 0.2),
        Kind("nothing there", ("/doc/organization/nobody-of-this-name", "/nowhere"), frozenset({404}), 0.2),
        Kind("time limit", _asked((bomb["values"], bomb["counted-product"]), timeout="1"), frozenset({504}), 1.0),
        Kind("memory limit", _asked((bomb["doubled-string"],)), frozenset({422}), 3.0),
        Kind("too large", _asked((bomb["product"],)), frozenset({422, _CUT_OFF}), 3.0),
        Kind(
            "hangs up", _asked((bomb["product"], bomb["values"])), frozenset({200, 422, _CUT_OFF}), 0.5, hangs_up=True
        ),
        Kind("write", (write,), frozenset({201, 204}), 2.0, bodies=(document, _other(document)), fields=fields),
        Kind("refused write", (write,), frozenset({400}), 2.0, bodies=(b"<a> <b> ", b"@prefix"), fields=fields),
    )


def _asked(texts: Sequence[str], **more: str) -> tuple[str, ...]:
    return tuple(f"/sparql?{urlencode({**more, 'query': text}, quote_via=quote)}" for text in texts)


def _other(document: bytes) -> bytes:
    """The same document with another date, so that each write changes something."""
    return document.replace(b"2025-03-02", b"2025-03-03")


class Tally:
    """How often each kind of request had each status; several threads write to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.seen: dict[str, Counter[int]] = {}

    def add(self, kind: str, status: int) -> None:
        """Note one answer."""
        with self._lock:
            self.seen.setdefault(kind, Counter())[status] += 1


def keep_asking(port: int, kind: Kind, *, source: str, numbers: Iterator[int], end: float, tally: Tally) -> None:
    """Make the requests of *kind* from the address *source* until *end* (monotonic), and note what comes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))
    bodies = cycle(kind.bodies or [None])
    for path in cycle(kind.paths):
        if time.monotonic() > end:
            break
        asked = f"{path}%0A%23{next(numbers)}" if kind.fresh else path
        tally.add(kind.name, _ask(connection, kind, asked, next(bodies)))
        time.sleep(kind.pause_s)
    connection.close()


def _ask(connection: http.client.HTTPConnection, kind: Kind, path: str, body: bytes | None) -> int:
    """The status of one answer; `_CUT_OFF` when it was, or when we hung up before it came."""
    try:
        connection.request("PUT" if body else "GET", path, body=body, headers=dict(kind.fields))
        if kind.hangs_up:
            time.sleep(0.1)
            connection.close()
            return _CUT_OFF
        answer = connection.getresponse()
        while answer.read(_PIECE):
            pass
    except (OSError, http.client.HTTPException):
        connection.close()
        return _CUT_OFF
    return answer.status


def soak(server: Server, kinds: Sequence[Kind], minutes: float) -> tuple[list[Sample], Tally]:
    """Keep *server* busy with all *kinds*, in cycles with a rest after each, and look at its processes in the rests."""
    tally, samples, began = Tally(), [], time.monotonic()
    numbers = iter(count())
    end = began + minutes * 60
    cycle_s = min(_CYCLE_S, minutes * 10)
    while time.monotonic() < end or len(samples) < _LEAST_SAMPLES:
        stop = time.monotonic() + cycle_s
        with ThreadPoolExecutor(len(kinds)) as pool:
            asking = [
                pool.submit(
                    keep_asking,
                    server.port,
                    kind,
                    source=f"127.0.3.{place + 1}",
                    numbers=numbers,
                    end=stop,
                    tally=tally,
                )
                for place, kind in enumerate(kinds)
            ]
        for done in asking:
            done.result()
        time.sleep(min(_REST_S, cycle_s))
        samples.append(Sample(time.monotonic() - began, tuple(family(server.pid))))
        print(f"  {samples[-1].at / 60:5.1f} min {samples[-1].memory / (1 << 20):8.1f} MiB", flush=True)
    return samples, tally


def slope(points: Sequence[tuple[float, float]]) -> float:
    """How much the second coordinate grows with the first: the median over all pairs, which one peak cannot move."""
    return median((later[1] - earlier[1]) / (later[0] - earlier[0]) for earlier, later in combinations(points, 2))


def findings(samples: Sequence[Sample], tally: Tally, kinds: Sequence[Kind]) -> list[Finding]:
    """What was seen, against what is asked of the service."""
    steady = [sample for sample in samples if sample.at >= samples[-1].at * _WARM_UP]
    growth = slope([(sample.at / 60, sample.memory / (1 << 20)) for sample in steady])
    checks = [
        Finding("memory of all", f"{growth:+.2f} MiB/min", f"< {MOST_SLOPE_MIB:g} MiB/min", growth < MOST_SLOPE_MIB)
    ]
    for what, counted in (("processes", _process_counts), ("descriptors", _descriptor_counts)):
        first, last = counted(steady[0]), counted(steady[-1])
        found = " ".join(f"{role} {first.get(role, 0)} to {last.get(role, 0)}" for role in sorted(first | last))
        checks.append(Finding(what, found, "the same", first == last))
    gone = sorted(lasting(samples[0].processes) - lasting(samples[-1].processes))
    told = ", ".join(f"{role} {pid}" for role, pid in gone) or "none"
    checks.append(Finding("ended: supervisor, front, gate or writer", told, "none", not gone))
    right = {kind.name: kind.right for kind in kinds}
    wrong = {
        f"{name} {status}": times
        for name, seen in tally.seen.items()
        for status, times in seen.items()
        if status not in right[name]
    }
    told = ", ".join(f"{what} ({times} times)" for what, times in sorted(wrong.items())) or "none"
    return [*checks, Finding("answers not planned", told, "none", not wrong)]


def _process_counts(sample: Sample) -> dict[str, int]:
    return dict(Counter(process.role for process in sample.processes))


def _descriptor_counts(sample: Sample) -> dict[str, int]:
    """The descriptors of all processes of each role, without the files of stores, which a compaction changes."""
    total: Counter[str] = Counter()
    for process in sample.processes:
        total[process.role] += process.descriptors - process.files
    return dict(total)


def table(samples: Sequence[Sample], tally: Tally, checks: Sequence[Finding]) -> str:
    """Everything that was seen, in Markdown."""
    roles = sorted({process.role for sample in samples for process in sample.processes})
    lines = ["| min | MiB | " + " | ".join(f"{role}: MiB, descriptors, files" for role in roles) + " |"]
    lines.append("|---" * (2 + len(roles)) + "|")
    for sample in samples:
        parts = []
        for role in roles:
            here = sample.by_role(role)
            memory = sum(process.memory for process in here) / (1 << 20)
            open_, files = sum(process.descriptors for process in here), sum(process.files for process in here)
            parts.append(f"{memory:.1f}, {open_}, {files}")
        lines.append(f"| {sample.at / 60:.1f} | {sample.memory / (1 << 20):.1f} | " + " | ".join(parts) + " |")
    lines += ["", "| request | answers by status (0: cut off, or hung up) |", "|---|---|"]
    for name, seen in tally.seen.items():
        answers = ", ".join(f"{status}: {times:,}" for status, times in sorted(seen.items()))
        lines.append(f"| {name} | {answers} |")
    return "\n".join([*lines, "", *lines_of(checks)]) + "\n"


def main() -> None:
    """Make the data, start the service, keep it busy, print what was seen and write it to a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--triples", type=int, default=100_000, help="statements in named graphs, at least")
    parser.add_argument("--setting", action="append", default=[], help="of heritage-graph: name=value; repeatable")
    parser.add_argument("--out", type=Path, default=Path("build/bench"), help="where the figures go")
    arguments = parser.parse_args()
    now = datetime.now(UTC)
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.out) as folder:
        data = written_data(arguments.triples, Path(folder))
        store = Path(folder) / "heritage-graph"
        bulk_store(data, store, now)
        key, _ = create_key(store, scopes=["*"], now=now)
        kinds = kinds_of(data, key)
        print(f"{data.statements:,} statements; {arguments.minutes:g} minutes", flush=True)
        with heritage_graph(store, {**_SETTINGS, **settings_of(arguments.setting)}) as server:
            samples, tally = soak(server, kinds, arguments.minutes)
    checks = findings(samples, tally, kinds)
    print(table(samples, tally, checks))
    figures = {
        "samples": [asdict(sample) for sample in samples],
        "answers": {name: dict(seen) for name, seen in tally.seen.items()},
        "findings": [asdict(one) for one in checks],
    }
    result = arguments.out / f"soak-{now:%Y-%m-%dT%H%M%S}.json"
    result.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if not all(check.holds for check in checks):
        raise SystemExit(1)


if __name__ == "__main__":
    main()

"""Measure how well and how fast names are matched, against records of the Research Organization Registry.

python bench/matching.py ROR_FOLDER --names 200 --absent 200 --seed 1

The records are imported into a new store, save those of the absent names, and a server is asked over HTTP. Printed are,
for each kind of noise, with the name alone and with the country beside it:

- recall@1 and recall@5: for how many names the record that is meant is the first candidate, or among the first five
- matched, and precision: how many names got a match, and how many of these the right one
- and how many names of organizations that the graph does not have got a match all the same
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
from noisy_names import Asked, noisy_names

from heritage_graph.importers.ror_files import find_records
from heritage_graph.importers.ror_files import records as records_of
from heritage_graph.importers.ror_record import RorRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BATCH: Final = 50
_COMMAND: Final = Path(sys.executable).with_name("heritage-graph")
_EVERYTHING: Final = "all of them"
_AMONG: Final = 5


@dataclass
class Measured:
    """What came of the names with one kind of noise."""

    names: int = 0
    first: int = 0
    among: int = 0
    matched: int = 0
    right: int = 0

    def row(self, title: str) -> str:
        """One line of the table."""
        precision = f"{self.right / self.matched:.3f}" if self.matched else "-"
        return (
            f"{title:22}{self.names:>6}{self.first / self.names:>10.3f}{self.among / self.names:>10.3f}"
            f"{self.matched:>9}{precision:>11}"
        )


@dataclass(frozen=True)
class Candidates:
    """The candidates of one name by the identifiers of their records, best first, and whether the first is a match."""

    identifiers: list[str]
    is_match: bool


class Service:
    """The reconciliation service of a running server."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, timeout=60)
        self.seconds: list[float] = []

    def candidates(self, asked: Sequence[Asked], *, with_country: bool) -> Iterator[Candidates]:
        """The candidates of each name, in order."""
        for begin in range(0, len(asked), _BATCH):
            queries = {
                str(number): {
                    "query": each.text,
                    "limit": _AMONG,
                    **({"properties": [{"pid": "country", "v": each.country}]} if with_country else {}),
                }
                for number, each in enumerate(asked[begin : begin + _BATCH])
            }
            began = time.perf_counter()
            results = self._post("queries", queries)
            self.seconds.append(time.perf_counter() - began)
            found = [result["result"] for result in results.values()]
            identifiers = self._identifiers(sorted({each["id"] for result in found for each in result}))
            for result in found:
                yield Candidates([identifiers[each["id"]] for each in result], any(each["match"] for each in result))

    def _identifiers(self, ids: list[str]) -> dict[str, str]:
        rows = self._post("extend", {"ids": ids, "properties": [{"id": "ror"}]})["rows"]
        return {id_: next((cell["str"] for cell in row["ror"]), "") for id_, row in rows.items()}

    def _post(self, field: str, value: object) -> dict:
        answer = self._client.post("/reconcile", data={field: json.dumps(value)})
        while answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:  # the index is being built
            time.sleep(int(answer.headers["retry-after"]))
            answer = self._client.post("/reconcile", data={field: json.dumps(value)})
        answer.raise_for_status()
        return answer.json()


def main() -> None:
    """Import, serve, ask, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--names", type=int, default=200)
    parser.add_argument("--absent", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    records = [row for row in records_of(find_records(arguments.folder, None)) if isinstance(row, RorRecord)]
    asked = noisy_names(records, count=arguments.names, seed=arguments.seed)
    absent = _absent(records, asked, arguments.absent, arguments.seed)
    with tempfile.TemporaryDirectory() as place:
        data = _imported(arguments.folder, {each.identifier for each in absent}, Path(place))
        with subprocess.Popen(
            [_COMMAND, "serve", "--data", data, "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "HERITAGE_GRAPH_CLIENT_SECONDS": "3600"},
        ) as server:
            assert server.stdout is not None
            service = Service(server.stdout.readline().split(" on ")[1].split()[0])
            try:
                for with_country in (False, True):
                    _print_table(service, asked, absent, with_country=with_country)
            finally:
                server.terminate()
    per_name = sorted(seconds / _BATCH * 1000 for seconds in service.seconds)
    print(f"\nmilliseconds a name, in batches of {_BATCH}: {per_name[len(per_name) // 2]:.1f} (median of batches)")


def _absent(records: Sequence[RorRecord], asked: Sequence[Asked], count: int, seed: int) -> list[Asked]:
    """The displayed names of *count* records that are not asked for, and that no other record names."""
    taken = {each.identifier for each in asked} | {tie.other for record in records for tie in record.relations}
    left = [record for record in records if record.identifier not in taken]
    chosen = random.Random(seed).sample(left, count)
    return [
        Asked(
            record.names[0].text,
            record.identifier,
            next((place.alpha_2 for place in record.places if place.alpha_2), ""),
            "not in the graph",
        )
        for record in chosen
    ]


def _imported(folder: Path, without: set[str], place: Path) -> Path:
    """A new store in *place* with the records of *folder*, save those with the identifiers *without*."""
    kept = place / "records"
    kept.mkdir()
    for file in folder.glob("*.json"):
        if file.stem not in without:
            (kept / file.name).symlink_to(file.absolute())
    data = place / "data"
    for command in (["init"], ["import", "ror", str(kept)]):
        subprocess.run([_COMMAND, *command, "--data", data], check=True, stdout=subprocess.DEVNULL)
    return data


def _print_table(service: Service, asked: Sequence[Asked], absent: Sequence[Asked], *, with_country: bool) -> None:
    found: defaultdict[str, Measured] = defaultdict(Measured)
    for each, candidates in zip(asked, service.candidates(asked, with_country=with_country), strict=True):
        for measured in (found[each.noise], found[_EVERYTHING]):
            measured.names += 1
            measured.first += candidates.identifiers[:1] == [each.identifier]
            measured.among += each.identifier in candidates.identifiers[:_AMONG]
            measured.matched += candidates.is_match
            measured.right += candidates.is_match and candidates.identifiers[0] == each.identifier
    print(f"\n{'name and country' if with_country else 'name alone':22}{'names':>6}{'recall@1':>10}{'recall@5':>10}"
          f"{'matched':>9}{'precision':>11}")  # fmt: skip
    everything = found.pop(_EVERYTHING)
    for noise, measured in found.items():
        print(measured.row(noise))
    print(everything.row(_EVERYTHING))
    falsely = sum(each.is_match for each in service.candidates(absent, with_country=with_country))
    print(f"of {len(absent)} names that the graph does not have, {falsely} got a match")


if __name__ == "__main__":
    main()

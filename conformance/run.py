"""Run test suites of SPARQL against a service, over HTTP: `make conformance`.

It ends with 1 when a test fails that `exceptions.toml` does not list, or one passes that it does list.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
import protocol
import queries
from manifests import Folder, ProtocolTest, tests_of

from service import make_store, serving

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from manifests import GraphData, Test

HERE: Final = Path(__file__).parent
REPORT: Final = HERE.parent / "src" / "heritage_graph" / "web" / "conformance.json"
PACKAGES: Final = ("heritage-graph", "pyoxigraph")
_PATIENCE_S: Final = 120.0


@dataclass(frozen=True)
class Suite:
    """A suite and its tests; None when this copy of the suites has not got it."""

    name: str
    specification: str
    tests: Sequence[Test] | None


@dataclass(frozen=True)
class Outcome:
    """What came of a test: what was wrong, or None, and why it is excepted, or None."""

    test: Test
    fault: str | None
    reason: str | None

    @property
    def kind(self) -> str:
        """One of `passed`, `failed`, `excepted` and `stale` (excepted, and passes)."""
        if self.reason is None:
            return "passed" if self.fault is None else "failed"
        return "stale" if self.fault is None else "excepted"


def main() -> None:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the suites")
    parser.add_argument("--suites", type=Path, default=HERE / "suites.toml", help="which suites there are")
    parser.add_argument("--exceptions", type=Path, default=HERE / "exceptions.toml", help="what need not pass, and why")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the result is written")
    arguments = parser.parse_args()
    suites = _suites(arguments.suites, arguments.folder)
    reasons = _reasons(arguments.exceptions)
    outcomes = _run(suites, reasons)
    _tell(outcomes, reasons, suites)
    report = json.dumps(_report(suites, outcomes), indent=1, ensure_ascii=False)
    arguments.report.write_text(f"{report}\n", encoding="utf-8")
    counts = Counter(outcome.kind for outcome in outcomes.values())
    sys.exit(bool(counts["failed"] + counts["stale"]))


def _suites(listed: Path, path: Path) -> list[Suite]:
    told = tomllib.loads(listed.read_text(encoding="utf-8"))
    theirs = Folder(path.resolve(), told["base"])
    suites = []
    for each in told["suites"]:
        folder = Folder(listed.parent.resolve(), each["base"]) if "base" in each else theirs
        manifest = folder.path / each["manifest"]
        tests = tests_of(manifest, folder) if manifest.exists() else None
        suites.append(Suite(each["name"], each["specification"], tests))
    return suites


def _reasons(path: Path) -> dict[str, str]:
    """Why a test need not pass, by its IRI."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    pairs = [(iri, each["reason"]) for each in told.get("exceptions", ()) for iri in each["tests"]]
    twice = [iri for iri, count in Counter(iri for iri, _ in pairs).items() if count > 1]
    if twice:
        raise SystemExit(f"{path.name} lists twice: {', '.join(twice)}")
    return dict(pairs)


def _run(suites: Sequence[Suite], reasons: Mapping[str, str]) -> dict[str, Outcome]:
    """What came of every test, by its IRI."""
    tests = {test.iri: test for suite in suites for test in suite.tests or ()}
    with tempfile.TemporaryDirectory() as folder:
        make_store((data for test in tests.values() for data in _data_of(test)), Path(folder) / "data")
        with serving(Path(folder) / "data") as endpoint, httpx.Client(timeout=_PATIENCE_S) as client:
            return {
                iri: Outcome(test, _shortfall(test, client, endpoint), reasons.get(iri)) for iri, test in tests.items()
            }


def _data_of(test: Test) -> Sequence[GraphData]:
    return test.named if isinstance(test, ProtocolTest) else (*test.default, *test.named)


def _shortfall(test: Test, client: httpx.Client, endpoint: str) -> str | None:
    if isinstance(test, ProtocolTest):
        return protocol.shortfall(protocol.exchanges_of(test.graph, test.node), endpoint)
    return queries.shortfall(test, client, endpoint)


def _tell(outcomes: Mapping[str, Outcome], reasons: Mapping[str, str], suites: Sequence[Suite]) -> None:
    for iri, outcome in outcomes.items():
        if outcome.kind == "failed":
            print(f"FAILED {iri}\n       {outcome.fault}")
        elif outcome.kind == "stale":
            print(f"STALE  {iri} passes, and is listed as an exception: {outcome.reason}")
    for suite in suites:
        if suite.tests is None:
            print(f"{suite.name}: not in this folder")
        else:
            counts = Counter(outcomes[test.iri].kind for test in suite.tests)
            print(f"{suite.name}: {', '.join(f'{count} {kind}' for kind, count in sorted(counts.items()))}")
    if all(suite.tests is not None for suite in suites):
        for iri in reasons.keys() - outcomes.keys():
            print(f"UNKNOWN {iri} is listed as an exception, and there is no such test")


def _report(suites: Sequence[Suite], outcomes: Mapping[str, Outcome]) -> dict[str, object]:
    """The result as the page /conformance tells it."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "software": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "suites": [
            {"name": suite.name, "specification": suite.specification, **_counted(suite.tests or (), outcomes)}
            for suite in suites
            if suite.tests is not None
        ],
        "absent": [suite.name for suite in suites if suite.tests is None],
    }


def _counted(tests: Sequence[Test], outcomes: Mapping[str, Outcome]) -> dict[str, object]:
    mine = [outcomes[test.iri] for test in tests]
    counts = Counter(outcome.kind for outcome in mine)
    return {
        "tests": len(mine),
        "passed": counts["passed"],
        "failed": counts["failed"],
        "excepted": counts["excepted"],
        "exceptions": [
            {"test": outcome.test.iri, "name": outcome.test.name, "reason": outcome.reason}
            for outcome in mine
            if outcome.kind == "excepted"
        ],
    }


if __name__ == "__main__":
    main()

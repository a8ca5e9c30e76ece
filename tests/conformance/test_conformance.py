"""The runner of the suites, on a suite of our own of which three tests are made to fail."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUITE = Path(__file__).with_name("suite")
ONE = "https://example.org/suites/manifest#"


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """What runs the suite with some exceptions: the exit code, what was printed, and the report."""

    def run(exceptions, folder=SUITE, suites=SUITE / "suites.toml"):
        report = tmp_path_factory.mktemp("report") / "conformance.json"
        program = [sys.executable, str(ROOT / "conformance" / "run.py"), str(folder)]
        options = ["--suites", str(suites), "--exceptions", str(exceptions), "--report", str(report)]
        ended = subprocess.run([*program, *options], check=False, capture_output=True, text=True)
        assert not ended.stderr
        return ended.returncode, ended.stdout, json.loads(report.read_text(encoding="utf-8"))

    return run


@pytest.fixture(scope="session")
def listed(run):
    """A run with the exceptions of the suite."""
    return run(SUITE / "exceptions.toml")


def test_a_run_ends_well_when_all_that_fails_is_listed(listed):
    assert listed[0] == 0


def test_the_report_counts_and_names_the_exceptions(listed):
    (suite,) = listed[2]["suites"]

    assert (suite["passed"], suite["failed"], suite["excepted"], suite["exceptions"][0]) == (
        8,
        0,
        3,
        {"test": f"{ONE}wrong-rows", "name": "Expects what is not there", "reason": "It is made to fail."},
    )


def test_a_suite_that_is_not_there_is_told_to_be_absent(listed):
    assert listed[2]["absent"] == ["Elsewhere"]


@pytest.fixture(scope="session")
def unlisted(run, tmp_path_factory):
    """A run with one exception, of a test that passes."""
    exceptions = tmp_path_factory.mktemp("exceptions") / "exceptions.toml"
    exceptions.write_text(f'[[exceptions]]\nreason = "Once."\ntests = ["{ONE}rows"]\n', encoding="utf-8")
    return run(exceptions)


def test_a_failure_that_is_not_listed_fails_the_run(unlisted):
    failed = [line.split("#")[1] for line in unlisted[1].splitlines() if line.startswith("FAILED")]

    assert (unlisted[0], failed) == (1, ["wrong-rows", "wrong-order", "wrong-status"])


def test_an_exception_that_passes_is_stale(unlisted):
    assert f"STALE  {ONE}rows passes" in unlisted[1]


def test_a_failure_is_told_with_what_differs(unlisted):
    assert "request 1: status 200 in place of StatusCode4xx" in unlisted[1]


def test_the_endpoint_keeps_the_protocol_point_by_point(run, tmp_path):
    code, _, report = run(ROOT / "conformance" / "exceptions.toml", tmp_path, ROOT / "conformance" / "suites.toml")

    assert (code, [(suite["name"], suite["failed"]) for suite in report["suites"]]) == (
        0,
        [("SPARQL 1.1 Protocol, point by point", 0)],
    )


def test_the_result_that_is_shipped_has_the_exceptions_that_are_listed():
    listed = tomllib.loads((ROOT / "conformance" / "exceptions.toml").read_text(encoding="utf-8"))["exceptions"]
    shipped = json.loads((ROOT / "src/heritage_graph/web/conformance.json").read_text(encoding="utf-8"))
    told = {each["test"]: each["reason"] for suite in shipped["suites"] for each in suite["exceptions"]}

    assert told == {test: each["reason"] for each in listed for test in each["tests"]}


def test_the_result_that_is_shipped_has_no_failure():
    shipped = json.loads((ROOT / "src/heritage_graph/web/conformance.json").read_text(encoding="utf-8"))

    assert [suite["name"] for suite in shipped["suites"] if suite["failed"]] == []

"""The benchmark runs: real servers over the same small data, with equal answers and no errors."""

import subprocess
import sys
from pathlib import Path

import pytest

GENERATOR = Path(__file__).parents[2] / "bench" / "generator.py"
SERVERS = ("heritage-graph", "oxigraph", "rdflib-endpoint")


@pytest.fixture(scope="module")
def figures(figures_of):
    small = ("--triples", "12000", "--seconds", "0.1", "--connections", "2")
    return figures_of("run", *small, "--servers", ",".join(SERVERS))


@pytest.mark.slow
def test_every_server_is_measured_on_every_workload_cold_and_hot(figures):
    measured = {(cell["workload"], cell["mode"], cell["connections"], cell["server"]) for cell in figures["cells"]}

    assert len(measured) == 9 * 2 * len(SERVERS)


@pytest.mark.slow
def test_no_request_of_the_benchmark_fails(figures):
    assert [cell for cell in figures["cells"] if cell["errors"] or not cell["requests"]] == []


@pytest.mark.slow
def test_no_workload_is_answered_by_nothing(figures):
    assert [name for name, rows in figures["rows"].items() if not rows] == []


def test_the_generator_writes_the_same_again():
    program = [sys.executable, str(GENERATOR), "2000", "--seed", "7"]
    first, second = (subprocess.run(program, check=True, capture_output=True).stdout for _ in range(2))

    assert (first == second, first.count(b"\n") >= 2000) == (True, True)

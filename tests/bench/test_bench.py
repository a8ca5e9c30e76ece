"""The benchmark runs: three real servers over the same small data, with equal answers and no errors."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    command = [sys.executable, str(ROOT / "bench" / "run.py"), "--triples", "12000", "--seconds", "0.3"]
    subprocess.run([*command, "--out", str(folder)], check=True, capture_output=True)
    (result,) = folder.glob("*.json")
    return json.loads(result.read_text(encoding="utf-8"))["cells"]


@pytest.mark.slow
def test_every_server_is_measured_on_every_workload(cells):
    measured = {(cell["workload"], cell["connections"], cell["server"]) for cell in cells}

    assert len(measured) == 3 * 2 * 3


@pytest.mark.slow
def test_no_request_of_the_benchmark_fails(cells):
    assert [cell for cell in cells if cell["errors"] or not cell["requests"]] == []


def test_the_generator_writes_the_same_again():
    program = [sys.executable, str(ROOT / "bench" / "generator.py"), "2000", "--seed", "7"]
    first, second = (subprocess.run(program, check=True, capture_output=True).stdout for _ in range(2))

    assert (first == second, first.count(b"\n") >= 2000) == (True, True)

"""Programs of the benchmark, run small."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture(scope="session")
def figures_of(tmp_path_factory):
    """What runs a program of the benchmark and gives the figures that it wrote; its bounds may be broken here."""

    def run(name, *arguments):
        folder = tmp_path_factory.mktemp("bench")
        command = [sys.executable, str(BENCH / f"{name}.py"), *arguments, "--out", str(folder)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert "Traceback" not in done.stderr, done.stderr
        (result,) = folder.glob("*.json")
        return json.loads(result.read_text(encoding="utf-8"))

    return run

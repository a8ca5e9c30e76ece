"""The growth of bulk loads is drawn from the figures that the benchmark writes."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

PLOTS = Path(__file__).parents[2] / "bench" / "plots.py"
SVG = "{http://www.w3.org/2000/svg}"


def made_up(statements):
    """Figures of one size, none of them measured."""
    latencies = {"commits": 100, "p50": 20.0, "p99": 60.0 + statements / 1e5, "slowest": 200.0}
    return {
        "graph": statements,
        "oxigraph_s": statements / 2e5,
        "oxigraph_peak_bytes": 1 << 28,
        "load_s": statements / 1e4,
        "load_peak_bytes": 1 << 29,
        "alone": latencies,
        "beside": latencies,
    }


def loaded_once(statements):
    """Figures of one size that was loaded while no service ran."""
    return {**made_up(statements), "alone": None, "beside": None}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plots")
    small, large = [made_up(each) for each in (1_000_000, 10_000_000)], [made_up(10_000_000), loaded_once(50_000_000)]
    for name, sizes in (("bulk-1.json", small), ("bulk-2.json", large)):
        (folder / name).write_text(json.dumps({"sizes": sizes}), encoding="utf-8")
    command = [sys.executable, str(PLOTS), *map(str, folder.glob("*.json")), "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return {path.stem: ET.parse(path) for path in folder.glob("*.svg")}


@pytest.mark.parametrize(("name", "points"), [("bulk-seconds", 6), ("bulk-memory", 6), ("commit-latency", 8)])
def test_each_picture_has_a_point_for_each_size_that_was_measured(pictures, name, points):
    assert len(pictures[name].findall(f"{SVG}circle")) == points


def test_what_was_measured_of_no_size_has_no_picture(tmp_path):
    (tmp_path / "bulk.json").write_text(json.dumps({"sizes": [loaded_once(1_000_000)]}), encoding="utf-8")
    command = [sys.executable, str(PLOTS), str(tmp_path / "bulk.json"), "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)

    assert sorted(path.name for path in tmp_path.glob("*.svg")) == ["bulk-memory.svg", "bulk-seconds.svg"]

import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from heritage_graph.assets import asset_files, asset_folder
from heritage_graph.graph_view import MemoryView
from heritage_graph.ingest.rulebook import load_rulebook
from heritage_graph.ingest.shipped import shipped_quads
from heritage_graph.model.rules import derive_all
from heritage_graph.namespaces import HG, HGS, ID, is_published
from heritage_graph.validation.report import Severity
from heritage_graph.validation.validate import validate

PAGE = (Path(__file__).parents[2] / "docs" / "dataset.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def report():
    published = [quad for quad in shipped_quads() if is_published(quad.graph_name)]
    state = {quad.triple for quad in (*published, *derive_all(MemoryView(published)))}
    return validate(state, load_rulebook(asset_folder("shapes")).published)


def test_the_dataset_breaks_no_rule(report):
    assert report.counts()[Severity.VIOLATION] == 0


def test_the_page_gives_every_rule_that_finds_something_in_the_dataset_and_no_other(report):
    found = {f"| `hgs:{result.shape.value.removeprefix(HGS)}` | {result.severity} |" for result in report.results}

    assert found == set(re.findall(r"(?m)^\| `hgs:[\w-]+` \| \w+ \|", PAGE))


@pytest.mark.parametrize("path", asset_files("sources", ".trig"), ids=lambda path: path.stem)
def test_the_page_names_the_file(path):
    assert f"{path.stem}`" in PAGE


def test_the_page_names_every_anomaly():
    curation = parse((asset_folder("sources") / "curation.trig").read_bytes(), format=RdfFormat.TRIG)
    anomalies = {quad.subject.value.removeprefix(ID + "anomaly/") for quad in curation if quad.object == HG.Anomaly}

    assert {slug for slug in anomalies if f"`{slug}`" not in PAGE} == set()

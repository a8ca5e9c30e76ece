"""The figures of the shipped dataset in the docs, and the picture of its network, are what is counted in it today."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from shipped_stores import whole_store

DOCS = Path(__file__).resolve().parents[2] / "docs"
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def described():
    """The program that counts."""
    sys.path.insert(0, str(DOCS))
    import describe_dataset  # noqa: PLC0415 - it is no package of ours

    yield describe_dataset
    sys.path.remove(str(DOCS))


@pytest.fixture(scope="session")
def whole():
    return whole_store()


@pytest.fixture(scope="module")
def dataset(described, whole):
    return described.Dataset(whole)


@pytest.fixture(scope="module")
def network(described, dataset):
    return described.Network(dataset)


@pytest.fixture(scope="module")
def drawn():
    return ET.parse(DOCS / "network.svg").getroot()


def test_the_lines_that_are_counted_are_what_the_dataset_holds(described, dataset):
    assert sorted(described.stale(dataset)) == [], "run make docs"


def test_everything_that_can_be_counted_is_told_somewhere(described, dataset):
    text = "".join((DOCS.parent / page).read_text(encoding="utf-8") for page in described.PAGES)

    assert [name for name in described.counted(dataset) if f"<!-- counted: {name} -->" not in text] == []


def test_the_picture_has_a_dot_for_everyone_in_the_largest_part(described, network, drawn):
    legend = 2

    assert len(list(drawn.iter(f"{_SVG}circle"))) - legend == len(described.largest_part(network.graph))


def test_the_picture_names_those_who_took_part_in_most(network, drawn):
    names = [text.text.rstrip("…") for text in drawn.iter(f"{_SVG}text") if text.get("class") == "name"]
    most = sorted(network.agents.values(), key=lambda agent: (-agent.contexts, agent.name))[: len(names)]

    assert sorted(names) == sorted(agent.name[: len(name)] for agent, name in zip(most, names, strict=True))


def test_without_a_dataset_the_reader_is_told_what_to_run(described, tmp_path):
    with pytest.raises(FileNotFoundError, match="run make setup"):
        described.Dataset(tmp_path)

"""The releases are listed with how they are cited, and with their files once there are some."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import httpx
import pytest

from heritage_graph.store.releases import make_release

NAME = "autumn"
MADE = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def released(shipped, tmp_path_factory, start_server):
    """A client of a service with one release."""
    data = tmp_path_factory.mktemp("released") / "data"
    shutil.copytree(shipped, data)
    make_release(data, NAME, now=MADE)
    settings = {"HERITAGE_GRAPH_PUBLIC_URL": "https://heritage.example/graph"}
    with start_server(data, **settings) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def release(released):
    (release,) = released.get("/api/v1/releases").json()["releases"]
    return release


def test_a_release_is_told_with_its_generation(release):
    assert (release["name"], release["generation"], release["created"]) == (NAME, 1, MADE.isoformat())


def test_the_list_fits_its_schema(released, faults_in):
    assert faults_in(released.get("/api/v1/releases").json(), "releases") == []


def test_a_release_is_cited_with_what_nothing_else_has(release):
    text = release["citation"]["text"]

    assert [part in text for part in (NAME, "generation 1", release["commit"], "https://heritage.example/graph")] == [
        True,
        True,
        True,
        True,
    ]


def test_a_release_is_cited_by_reference_managers(release):
    (item,) = release["citation"]["csl"]

    assert (item["type"], item["URL"], release["citation"]["bibtex"].startswith(f"@misc{{heritage-graph-{NAME},")) == (
        "dataset",
        f"https://heritage.example/graph/releases#{NAME}",
        True,
    )


def test_a_release_leads_to_its_state(released, release):
    answer = released.get(release["links"]["sparql"], params={"query": "ASK {}", "asOf": NAME})

    assert (answer.status_code, answer.headers["x-generation"]) == (200, "1")


def test_what_led_to_a_release_is_told(released, release):
    assert released.get(release["links"]["commit"]).status_code == 200


def test_no_files_are_promised_that_are_not_there(release):
    assert "dump" not in release["links"]


def test_people_read_the_releases_on_a_page(released):
    page = released.get("/releases", headers={"Accept": "text/html"}).text

    assert (f'<section id="{NAME}"' in page, "@misc" in page) == (True, True)


def test_programs_find_the_same_behind_the_page(released):
    there = released.get("/releases", headers={"Accept": "application/json"}).json()

    assert there == released.get("/api/v1/releases").json()


def test_without_releases_the_list_is_empty(client):
    assert client.get("/api/v1/releases").json()["releases"] == []

"""The home page says what the graph is and holds, and leads people and programs to everything there is."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import orjson
import pytest
from nothing_loaded import empty

__all__ = ["empty"]

BROWSER = {"Accept": "text/html"}
DESCRIPTIONS = ["dataset", "void", "dumps", "oaiPmh", "eventStream", "changeDiscovery", "changes", "sitemap"]
DOORS = {"/queries", "/sparql", "/quality", "/harvest", "/docs", "/ns", "/map", "/network", "/dataset", "/releases"}
LISTED = ["organizations", "events", "programmes", "places", "documents", "claims"]


def home(client, lang="en"):
    return client.get("/", params={"lang": lang}, headers=BROWSER).text


def figures(page):
    """The figures of a page by the address that each leads to."""
    found = re.findall(r'<a href="([^"]*?)(?:(?:\?|&amp;)lang=en)?"><strong>([0-9]+)</strong>', page)
    return {address: int(number) for address, number in found}


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_programs_are_led_to_every_way_to_have_the_whole(client, name):
    assert client.get(client.get("/").json()["links"][name]).status_code == 200


def test_the_links_of_the_home_page_meet_their_schema(client, faults_in):
    assert faults_in(client.get("/").json(), "home") == []


def test_programs_are_led_to_every_vocabulary(client):
    assert {"/vocab/role", "/vocab/in-force"} <= set(client.get("/").json()["links"]["vocabularies"])


def test_the_home_page_leads_to_the_descriptions_of_the_dataset(client):
    page = client.get("/", headers=BROWSER).text

    assert re.findall(r'<link rel="describedby" href="([^"]*)"', page) == ["/dataset.ttl", "/.well-known/void.ttl"]


def test_search_engines_are_told_of_the_dataset(client):
    written = re.search(r'<script type="application/ld\+json">(.*?)</script>', home(client))[1]

    assert orjson.loads(written)["@type"] == "Dataset"


def test_the_tag_of_the_home_page_holds_still(client):
    tag = client.get("/", headers=BROWSER).headers["etag"]

    assert client.get("/", headers=BROWSER | {"If-None-Match": tag}).status_code == 304


def test_a_page_has_a_tag_for_each_language(client):
    tags = {client.get("/", params={"lang": lang}, headers=BROWSER).headers["etag"] for lang in ("en", "fr", "ar")}

    assert len(tags) == 3


def test_agreements_are_counted_as_the_board_does_today(client):
    told = client.get("/api/v1/agreements/status", params={"on": f"{datetime.now(UTC):%Y-%m-%d}"}).json()["counts"]
    shown = figures(home(client))

    assert {status: shown[f"/agreements?status={status}"] for status in told} == told


@pytest.mark.parametrize("kind", LISTED)
def test_things_are_counted_as_their_list_does(client, kind):
    total = client.get(f"/api/v1/{kind}", params={"limit": 1}).json()["total"]["exactly"]

    assert figures(home(client))[f"/search?kind={kind}"] == total


def test_sources_are_counted_as_their_list_does(client):
    assert figures(home(client))["/sources"] == client.get("/api/v1/sources").json()["total"]["exactly"]


def test_the_last_changes_of_things_are_told(client):
    told = re.search(r"<tbody>(.*?)</tbody>", home(client), re.DOTALL)[1]
    changed, address = [], "/api/v1/changes?limit=1000"
    while address:
        page = client.get(address).json()
        changed += [item["links"]["html"].removesuffix(".html") for item in page["items"] if "html" in item["links"]]
        address = page["next"] if page["items"] else None
    things = [path for path in changed if path.startswith("/doc/")]

    assert set(re.findall(r'href="(/doc/[^"?]+)', told)) <= set(things[-40:])


def test_the_graph_is_cited_as_the_dataset_is(client):
    citation = re.search(r"<cite>(.*?)</cite>", home(client))[1]

    assert citation in client.get("/dataset", headers=BROWSER).text


def test_there_is_a_door_for_each_kind_of_user(client):
    assert set(re.findall(r'href="(/[a-z]+)\?lang=en"', home(client))) >= DOORS


def test_the_large_search_box_is_the_only_one(client):
    page = home(client)

    assert '<input id="seek" name="q" type="search" dir="auto"' in page


@pytest.mark.parametrize(("lang", "title"), [("en", "Heritage graph"), ("fr", "Graphe du patrimoine"), ("ar", "مخطط")])
def test_the_home_page_speaks_each_language(client, lang, title):
    assert title in re.search(r"<h1>(.*?)</h1>", home(client, lang))[1]


def test_an_empty_graph_says_so_and_how_to_begin(empty):
    page = empty("/").text

    assert ("heritage-graph init" in page, "data-island" in page, figures(page)) == (True, False, {})

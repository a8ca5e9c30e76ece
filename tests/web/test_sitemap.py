"""Sitemaps: a crawler finds every page, knows when each last changed, and need not fetch twice what stays."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from urllib.robotparser import RobotFileParser

import httpx
import pytest
from lxml import etree
from usp.tree import sitemap_tree_for_homepage

from heritage_graph.web.security import create_key

GRAPH = "https://w3id.org/heritage-graph/graph/source/made-up-register"
DOCUMENT = Path(__file__).parent / "documents" / "memorandum.ttl"
SLUG = "test-memorandum"
ID = "https://w3id.org/heritage-graph/id/"
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
THINGS = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing WHERE { ?thing ?p ?o FILTER(CONTAINS(STR(?thing), "/id/organization/")) }
"""


@pytest.fixture(scope="module")
def pages(address):
    """What the reference parser finds from the address of the home page on."""
    return list(sitemap_tree_for_homepage(address, use_known_paths=False).all_pages())


def test_a_crawler_finds_the_sitemaps_by_robots_txt_and_every_page_by_them(pages, address, client):
    rows = client.get("/sparql", params={"query": THINGS}).json()["results"]["bindings"]
    things = {row["thing"]["value"].replace(ID, f"{address}/doc/") for row in rows}

    assert (things - {page.url for page in pages}, len(things) > 20) == (set(), True)


def test_every_page_of_a_thing_tells_when_it_last_changed(pages):
    undated = [page.url for page in pages if "/doc/" in page.url and page.last_modified is None]

    assert undated == []


def test_no_page_is_listed_twice(pages):
    assert len({page.url for page in pages}) == len(pages)


def test_every_page_that_is_listed_is_there(pages, client):
    listed = [page.url for page in pages if "/doc/" not in page.url]
    one_of_each = {url.split("/")[4]: url for page in pages if "/doc/" in (url := page.url)}
    missing = [
        url
        for url in [*listed, *one_of_each.values()]
        if client.get(url, headers={"Accept": "text/html"}).status_code != 200
    ]

    assert missing == []


@pytest.mark.parametrize("kind", ["/doc/agreement/", "/vocab/", "/graph/source/", "/queries/", "/dumps/"])
def test_pages_of_every_kind_are_listed(pages, address, kind):
    assert any(page.url.startswith(f"{address}{kind}") for page in pages)


def test_nothing_else_than_pages_here_is_listed(pages, address):
    assert all(page.url.startswith(f"{address}/") for page in pages)


@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemaps/0.xml", "/sitemaps/1.xml"])
def test_a_sitemap_is_small_enough_for_every_crawler(client, path):
    body = client.get(path).content
    root = etree.fromstring(body)

    assert (len(root) <= 50_000, len(body) < 50 << 20, root.tag.startswith(NAMESPACE)) == (True, True, True)


@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemaps/0.xml", "/sitemaps/1.xml"])
def test_a_sitemap_is_not_sent_again_to_who_has_it(client, path):
    answer = client.get(path)

    assert (
        answer.headers["content-type"],
        client.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code,
    ) == ("application/xml", 304)


@pytest.mark.parametrize("name", ["2", "99", "-1", "x", "01"])
def test_a_sitemap_that_lists_nothing_is_not_there(client, name):
    assert client.get(f"/sitemaps/{name}.xml").status_code == 404


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/doc/agreement/icesco-ots-mou", True),
        ("/dumps/", True),
        ("/dumps/1/heritage-graph-1.nq.gz", True),
        ("/sitemaps/1.xml", True),
        ("/sparql?query=ASK", False),
        ("/reconcile", False),
        ("/timegate/doc/agreement/icesco-ots-mou", False),
        ("/api/v1/search?q=x", False),
    ],
)
def test_crawlers_are_asked_to_leave_out_what_costs_a_query_each_time(client, path, allowed):
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").text.splitlines())

    assert robots.can_fetch("AnyBot", path) == allowed


def test_the_sitemap_is_named_by_its_whole_address(client, address):
    assert f"Sitemap: {address}/sitemap.xml" in client.get("/robots.txt").text.splitlines()


@pytest.fixture(scope="module")
def changed(shipped, tmp_path_factory, start_server):
    """The pages of things, each with its date: at first, with a document more, and when that was deleted again."""
    data = shutil.copytree(shipped, tmp_path_factory.mktemp("crawled") / "data")
    key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    fields = {"Authorization": f"Bearer {key}", "Content-Type": "text/turtle"}
    public = {"HERITAGE_GRAPH_PUBLIC_URL": "https://heritage.example/graph/"}
    with start_server(data, **public) as (address, _), httpx.Client(base_url=address, timeout=60) as client:

        def listed(generation):
            while (answer := client.get("/sitemaps/1.xml")).headers.get("x-generation") != generation:
                pass
            return [tuple(child.text for child in entry) for entry in etree.fromstring(answer.content)]

        found = [listed("1")]
        for method, body in (("PUT", DOCUMENT.read_bytes()), ("DELETE", b"")):
            answer = client.request(method, "/rdf-graph-store", params={"graph": GRAPH}, content=body, headers=fields)
            answer.raise_for_status()
            found.append(listed(answer.headers["x-generation"]))
    return found


def test_what_is_added_is_listed_and_stands_last(changed):
    before, added, _ = changed

    assert f"https://heritage.example/graph/doc/agreement/{SLUG}" in [page[0] for page in added[len(before) :]]


def test_what_is_deleted_is_not_listed_any_more(changed):
    _, _, after = changed

    assert [page for page in after if page[0].endswith(SLUG)] == []


def test_the_date_of_what_stayed_stays(changed):
    before, _, after = changed

    assert [page for page in after if page in before] == [page for page in before if page in after] != []


def test_pages_are_listed_at_the_public_address(changed):
    assert all(page[0].startswith("https://heritage.example/graph/") for pages in changed for page in pages)

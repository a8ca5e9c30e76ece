"""The pages about the graph and about who can use the pages."""

from __future__ import annotations

import re
import shutil
from html import unescape

import httpx
import pytest

BROWSER = {"Accept": "text/html"}
CONTACT = "curators@heritage.example"
STATUS = "https://w3id.org/heritage-graph/vocab/epistemic-status"


@pytest.fixture(scope="module")
def client(site):
    """A client of the service of the page types, whose queries may take long on a machine that does much else."""
    with httpx.Client(base_url=site[0], timeout=120) as client:
        yield client


@pytest.fixture(scope="module")
def reachable(shipped, tmp_path_factory, start_server):
    """A client of a service whose contact is set."""
    data = tmp_path_factory.mktemp("reachable") / "data"
    shutil.copytree(shipped, data)
    with (
        start_server(data, HERITAGE_GRAPH_CONTACT_EMAIL=CONTACT, HERITAGE_GRAPH_QUERY_TIMEOUT="30") as (address, _),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def read(client, path, language="en"):
    return client.get(path, params={"lang": language}, headers=BROWSER).text


@pytest.mark.parametrize("name", ["about", "accessibility"])
def test_the_data_are_as_their_schema_says(client, faults_in, name):
    assert faults_in(client.get(f"/{name}").json(), name) == []


@pytest.mark.parametrize("path", ["/about", "/accessibility"])
def test_a_contact_is_told_when_it_is_set(reachable, path):
    told = reachable.get(path).json()["contact"], f'href="mailto:{CONTACT}"' in read(reachable, path)

    assert told == (CONTACT, True)


@pytest.mark.parametrize("path", ["/about", "/accessibility"])
def test_no_contact_is_made_up(client, path):
    assert (client.get(path).json()["contact"], "mailto:" in read(client, path)) == (None, False)


def test_who_cannot_write_is_told_so(client):
    assert "has not told an address" in read(client, "/accessibility")


def test_every_status_is_explained(client):
    query = f"SELECT ?c {{ ?c <http://www.w3.org/2004/02/skos/core#inScheme> <{STATUS}> }}"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    explained = {each["id"] for each in client.get("/about").json()["statuses"] if each["definition"]["ar"]}

    assert explained == {row["c"]["value"] for row in rows}


def test_the_citation_is_that_of_the_dataset(client):
    citation = client.get("/about").json()["citation"]

    assert (citation in read(client, "/dataset"), citation in read(client, "/about")) == (True, True)


@pytest.mark.parametrize("path", ["/about", "/accessibility"])
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_people_read_what_programs_read(client, path, language):
    page = read(client, path, language)
    sections = client.get(path).json()["sections"]
    texts = [each["text"][language] for each in sections if each["name"] != "contact"]

    assert [text for text in texts if text.replace('"', "&#34;") not in page] == []


@pytest.mark.parametrize("path", ["/about", "/accessibility", "/dataset", "/releases", "/conformance", "/dumps/"])
def test_links_to_this_service_lead_somewhere(client, path):
    links = {unescape(link) for link in re.findall(r'href="(/[^"#]*)"', read(client, path))}
    answers = {link: client.get(link, headers=BROWSER, follow_redirects=True).status_code for link in sorted(links)}

    assert {link: status for link, status in answers.items() if status != 200} == {}

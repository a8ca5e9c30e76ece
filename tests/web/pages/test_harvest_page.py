"""The page that says which protocol serves which need: what it tells is what the service does."""

from __future__ import annotations

import re
import subprocess

import httpx
import pytest
from lxml import etree

BROWSER = {"Accept": "text/html"}
RECORD = "{http://www.openarchives.org/OAI/2.0/}record"


@pytest.fixture(scope="module")
def client(site):
    """A client of the service of the page types, whose queries may take long on a machine that does much else."""
    with httpx.Client(base_url=site[0], timeout=120) as client:
        yield client


@pytest.fixture(scope="module")
def ways(client):
    """The ways that are told, by their names."""
    return {each["need"]: each for each in client.get("/harvest").json()["items"]}


def test_the_list_is_as_its_schema_says(client, faults_in):
    assert faults_in(client.get("/harvest").json(), "harvest") == []


def test_every_address_leads_somewhere(client, ways):
    addresses = [each["address"] for each in ways.values() if each["address"]]
    answers = {each: client.get(each, headers=BROWSER, follow_redirects=True).status_code for each in addresses}

    assert {each: status for each, status in answers.items() if status not in {200, 406}} == {}


def test_every_command_for_curl_gives_something(ways, tmp_path):
    commands = {name: each["command"] for name, each in ways.items() if each["offered"]}
    codes = {
        name: subprocess.run(
            ["sh", "-c", f"{command} --fail"], cwd=tmp_path, capture_output=True, check=False
        ).returncode
        for name, command in commands.items()
        if command.startswith("curl")
    }

    assert {name: code for name, code in codes.items() if code} == {}


def test_a_page_of_oai_has_as_many_records_as_is_told(client, ways):
    page = client.get("/oai", params={"verb": "ListRecords", "metadataPrefix": "oai_dc"}).content

    assert len(list(etree.fromstring(page).iter(RECORD))) == ways["oai"]["atOnce"]


def test_a_page_of_changes_has_as_many_activities_as_is_told(client, ways):
    first = client.get(client.get("/changes").json()["first"]["id"]).json()

    assert len(first["orderedItems"]) == ways["iiif"]["atOnce"]


def test_a_list_takes_the_limit_that_is_told_and_none_beyond(client, ways):
    most = ways["json-changes"]["atOnce"]
    answers = [client.get("/api/v1/changes", params={"limit": limit}).status_code for limit in (most, most + 1)]

    assert answers == [200, 400]


def test_as_many_records_are_had_at_once_as_is_told_and_no_more(client, ways):
    most = ways["records"]["atOnce"]
    names = [f"id:organization/none-{number}" for number in range(most + 1)]
    answers = [client.post("/api/v1/records:batch", json={"ids": ids}).status_code for ids in (names[1:], names)]

    assert answers == [200, 400]


def test_what_is_switched_off_says_so(client, ways):
    page = client.get("/harvest", params={"lang": "en"}, headers=BROWSER).text

    assert (ways["dump"]["offered"], page.count("has switched this off")) == (False, 1)


def test_the_figures_are_those_of_the_description_of_the_dataset(client):
    figures = client.get("/harvest").json()["figures"]
    described = client.get("/.well-known/void.nt", follow_redirects=True).text
    told = re.search(r"dataset#graph> <http://rdfs.org/ns/void#triples> \"([0-9]+)\"", described)

    assert str(figures["statements"]) == told[1]


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_every_need_leads_to_the_way_that_serves_it(client, ways, language):
    page = client.get("/harvest", params={"lang": language}, headers=BROWSER).text
    links = re.findall(r'<td><a href="#([a-z-]+)">', page)

    assert links == [name for name in ways if f'<section id="{name}"' in page] == list(ways)

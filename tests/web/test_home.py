"""The home page and its links lead programs and people to everything there is."""

from __future__ import annotations

import re

import pytest

BROWSER = {"Accept": "text/html"}
DESCRIPTIONS = ["dataset", "void", "dumps", "oaiPmh", "eventStream", "changeDiscovery", "changes", "sitemap"]


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_programs_are_led_to_every_way_to_have_the_whole(client, name):
    assert client.get(client.get("/").json()["links"][name]).status_code == 200


def test_the_links_of_the_home_page_meet_their_schema(client, faults_in):
    assert faults_in(client.get("/").json(), "home") == []


def test_the_home_page_leads_to_the_descriptions_of_the_dataset(client):
    page = client.get("/", headers=BROWSER).text

    assert re.findall(r'<link rel="describedby" href="([^"]*)"', page) == ["/dataset.ttl", "/.well-known/void.ttl"]


def test_the_tag_of_the_home_page_holds_still(client):
    tag = client.get("/", headers=BROWSER).headers["etag"]

    assert client.get("/", headers=BROWSER | {"If-None-Match": tag}).status_code == 304

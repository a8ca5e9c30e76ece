"""FAIR Signposting, as its client finds it: landing pages, data documents, link sets."""

from __future__ import annotations

import re
import shutil

import httpx
import pytest
from signposting import find_signposting_http, find_signposting_http_link, find_signposting_linkset

BASE = "https://w3id.org/heritage-graph/"
THING = "agreement/icesco-ots-mou"
IRI = f"{BASE}id/{THING}"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
METADATA = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
CONTENT = {"nq": "application/n-quads", "trig": "application/trig"}
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@pytest.fixture(scope="module")
def address(shipped, tmp_path_factory, start_server):
    """Where a service is that may take its time."""
    data = tmp_path_factory.mktemp("signposts") / "data"
    shutil.copytree(shipped, data)
    settings = {"HERITAGE_GRAPH_QUERY_TIMEOUT": "30"}
    with start_server(data, **settings) as (address, _):
        yield address


@pytest.fixture(scope="module")
def client(address):
    with httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def page(address):
    """The links of a landing page, as a client finds them that starts from its address."""
    return find_signposting_http(f"{address}/doc/{THING}")


@pytest.fixture(scope="module", params=["application/linkset+json", "application/linkset"])
def linkset(address, request):
    """The links of the link set, in each of its forms."""
    return find_signposting_linkset(f"{address}/linkset/doc/{THING}", request.param)


def told(links):
    return {(str(link.target), str(link.type) if link.type else None) for link in links}


def everything(links):
    return {(str(link.rel), str(link.target), link.type and str(link.type), link.profiles) for link in links}


def test_a_landing_page_has_exactly_one_identifier(page):
    assert str(page.citeAs.target) == IRI


def test_a_landing_page_tells_what_it_is_and_what_it_is_about(page):
    assert {str(link.target) for link in page.types} == {"https://schema.org/AboutPage", "https://schema.org/Thing"}


def test_a_page_about_an_organization_says_so(address):
    found = find_signposting_http(f"{address}/doc/organization/icesco")

    assert "https://schema.org/Organization" in {str(link.target) for link in found.types}


def test_a_landing_page_leads_to_its_metadata_with_type_and_profile(page, address):
    native = [link for link in page.describedBy if f"{BASE}ns#" in map(str, link.profiles)]

    assert told(native) == {(f"{address}/doc/{THING}.{suffix}", kind) for suffix, kind in METADATA.items()}


def test_a_landing_page_leads_to_metadata_in_the_models_of_others(page):
    profiles = {str(profile) for link in page.describedBy for profile in link.profiles}

    assert profiles >= {"https://schema.org/", "http://purl.org/dc/elements/1.1/"}


def test_a_landing_page_leads_to_its_content(page, address):
    assert told(page.items) == {(f"{address}/doc/{THING}.{suffix}", kind) for suffix, kind in CONTENT.items()}


def test_a_landing_page_names_one_licence(page):
    assert str(page.license.target) == LICENCE


def test_no_author_is_invented(page):
    assert not page.authors


def test_a_landing_page_leads_to_its_link_sets(page, address):
    assert told(page.linksets) == {
        (f"{address}/linkset/doc/{THING}.json", "application/linkset+json"),
        (f"{address}/linkset/doc/{THING}.txt", "application/linkset"),
    }


def test_whatever_a_landing_page_leads_to_is_there_as_it_says(page):
    links = [*page.describedBy, *page.items, *page.linksets]
    answers = {str(link.target): httpx.head(str(link.target), timeout=60) for link in links}

    assert {
        target: (answer.status_code, answer.headers["content-type"].partition(";")[0])
        for target, answer in answers.items()
    } == {str(link.target): (200, str(link.type)) for link in links}


def test_the_page_for_people_has_the_same_links(client, page, address):
    answer = client.get(f"/doc/{THING}", headers=BROWSER)
    found = find_signposting_http_link([answer.headers["link"]], f"{address}/doc/{THING}")

    assert everything(found.signposts) == everything(page.signposts)


def test_no_header_field_is_too_long_for_a_server_on_the_way(client):
    answer = client.head("/doc/organization/icesco")

    assert len(answer.headers["link"]) < 8000


@pytest.mark.parametrize("suffix", METADATA)
def test_metadata_lead_back_to_what_they_describe(client, suffix):
    link = client.head(f"/doc/{THING}.{suffix}").headers["link"]

    assert (f'<{IRI}>; rel="describes"' in link, f'</doc/{THING}>; rel="describes"; type="text/html"' in link) == (
        True,
        True,
    )


@pytest.mark.parametrize("suffix", CONTENT)
def test_content_leads_back_to_its_landing_page(client, suffix):
    link = client.head(f"/doc/{THING}.{suffix}").headers["link"]

    assert f'</doc/{THING}>; rel="collection"; type="text/html"' in link


def test_data_documents_are_no_landing_pages(client):
    assert "cite-as" not in client.head(f"/doc/{THING}.ttl").headers["link"]


def test_a_link_set_tells_the_links_of_the_landing_page(linkset, page, address):
    there = everything(link for link in linkset.signposts if str(link.context) == f"{address}/doc/{THING}")
    relations = {"cite-as", "type", "describedby", "item", "license"}

    assert {each for each in there if each[0] in relations} == {
        each for each in everything(page.signposts) if each[0] in relations
    }


def test_a_link_set_tells_the_links_of_all_data_documents(linkset, address):
    contexts = {str(link.context) for link in linkset.signposts}

    assert contexts >= {f"{address}/doc/{THING}.{suffix}" for suffix in (*METADATA, *CONTENT)}


def test_a_link_set_in_json_is_made_of_contexts_and_targets(client):
    contexts = client.get(f"/linkset/doc/{THING}.json").json()["linkset"]
    targets = [target for each in contexts for name, found in each.items() if name != "anchor" for target in found]

    assert (all("anchor" in each for each in contexts), all("href" in target for target in targets)) == (True, True)


def test_a_link_set_in_text_has_an_anchor_for_each_link(client):
    lines = client.get(f"/linkset/doc/{THING}.txt").text.splitlines()

    assert [line for line in lines if not re.search(r'; anchor="http[^"]*",?$', line)] == []


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/linkset+json"),
        ("application/linkset", "application/linkset"),
        ("application/linkset;q=0.5, application/linkset+json;q=0.9", "application/linkset+json"),
        ("application/json", "application/linkset+json"),
    ],
)
def test_the_form_of_a_link_set_follows_accept(client, accept, media_type):
    answer = client.get(f"/linkset/doc/{THING}", headers={"Accept": accept})

    assert answer.headers["content-type"] == media_type


def test_there_is_no_link_set_of_what_never_was(client):
    assert client.get("/linkset/doc/agreement/never-made").status_code == 404


def test_the_links_of_a_past_state_stay_in_it(client, address):
    link = client.head(f"/doc/{THING}?asOf=1").headers["link"]
    found = find_signposting_http_link([link], f"{address}/doc/{THING}")

    assert {str(each.target).partition("?")[2].rpartition("&")[2] for each in found.describedBy} == {"asOf=1"}

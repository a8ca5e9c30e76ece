"""Pages about things: what people look for comes first, who says so stands beside it, and nothing runs off the page."""

from __future__ import annotations

import gzip
import re
import shutil
from datetime import UTC, datetime

import httpx
import pytest

from heritage_graph.web.security import create_key

GRAPH = "https://w3id.org/heritage-graph/graph/source/entity-page-trial"
MEMORANDUM = "/doc/agreement/icesco-ots-mou"
MARBURG = "/doc/agreement/icesco-ain-shams-marburg"
CONFERENCE = "/doc/event/illicit-trafficking-conference-2020"
REPORT = "/doc/document/icesco-2024-partnerships-report"
OF_EVERY_KIND = (
    "activity/icesco-training-with-national-commissions",
    "agreement-document/icesco-ots-mou",
    "anomaly/annexed-texts-absent",
    "bounds/icesco-ots-mou--effectiveFrom",
    "change/1--agreement--icesco-ots-mou",
    "claim/essay-art-legacy-accords",
    "commit/1",
    "country/azerbaijan",
    "evidence/002-5191-5222",
    "generic-actor/art-legacy-nation",
    "inference/icesco-ots-mou--validUntil",
    "participation/hajj-routes-and-historical-mosques--icesco",
    "person/osama-el-nahas",
    "place/rabat",
    "programme/academic-study-for-heritage-professionals",
    "project/hajj-routes-and-historical-mosques",
    "rule/term-from-general-clause",
    "state/azerbaijan",
    "term/icesco-three-years",
    "terms/icesco-partnership-terms",
)
TRIAL = """
@prefix hg:   <https://w3id.org/heritage-graph/ns#> .
@prefix id:   <https://w3id.org/heritage-graph/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<https://w3id.org/heritage-graph/id/organization/fictional-house>
    a hg:Organization ; skos:prefLabel "<script>alert('house')</script>"@en, "بيت خيالي"@ar ;
    hg:acronym "\\"><img src=x onerror=alert(1)>" ;
    foaf:page <javascript:alert(1)> ;
    prov:wasAttributedTo <https://w3id.org/heritage-graph/id/organization/heritage-graph-curators> .
"""


@pytest.fixture(scope="module")
def client(site):
    """A client of the service that is patient on a busy machine."""
    with httpx.Client(base_url=site[0], timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def hostile(shipped, tmp_path_factory, start_server):
    """The page about a thing whose names are markup and whose homepage is a script."""
    data = tmp_path_factory.mktemp("hostile-names") / "data"
    shutil.copytree(shipped, data)
    key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    with (
        start_server(data, HERITAGE_GRAPH_QUERY_TIMEOUT="30") as (address, _),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        client.put(
            "/rdf-graph-store",
            params={"graph": GRAPH},
            content=TRIAL,
            headers={"Authorization": f"Bearer {key}", "Content-Type": "text/turtle"},
        ).raise_for_status()
        yield client.get("/doc/organization/fictional-house.html").raise_for_status().text


def page_of(client, address, language="en"):
    return client.get(address, params={"lang": language}, headers={"Accept": "text/html"}).raise_for_status().text


def section(page, name):
    """The text of a section of *page*, tags left out."""
    found = re.search(rf'<section id="{name}">(.*?)</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def sections(page):
    return re.findall(r'<section id="([a-z-]+)">', page)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("kind", OF_EVERY_KIND)
def test_each_kind_of_thing_has_a_page_in_each_language(client, kind, language):
    page = page_of(client, f"/doc/{kind}", language)

    assert (page.count("<h1>"), f'<html lang="{language}"' in page) == (1, True)


def test_the_page_of_an_agreement_begins_with_its_parties_and_its_term(client):
    assert sections(page_of(client, MEMORANDUM))[:4] == ["parties", "term", "renewal", "funding"]


@pytest.mark.parametrize(
    ("document", "first"),
    [
        ("/doc/organization/icesco", "identity"),
        (CONFERENCE, "when"),
        (REPORT, "publication"),
        ("/doc/claim/essay-art-legacy-accords", "claim"),
        ("/doc/evidence/002-5191-5222", "leads"),
    ],
)
def test_a_page_begins_with_what_people_look_for(client, document, first):
    assert sections(page_of(client, document))[0] == first


def test_the_status_of_each_agreement_is_that_of_the_board(client):
    board = client.get("/api/v1/agreements/status", params={"limit": 100}).json()["items"]
    told = {}
    for each in board:
        page = page_of(client, each["agreement"]["id"].replace("https://w3id.org/heritage-graph/id/", "/doc/"))
        told[each["agreement"]["id"]] = re.sub(
            r"<[^>]+>", "", re.search(r'<p class="standing">.*?</p>', page, re.DOTALL)[0]
        )

    assert [
        each["agreement"]["id"]
        for each in board
        if each["status"]["label"]["en"][0] not in told[each["agreement"]["id"]]
        or each["reason"]["label"]["en"][0] not in told[each["agreement"]["id"]]
    ] == []


def test_a_derived_last_day_is_marked_as_derived(client):
    term = section(page_of(client, MEMORANDUM), "term")

    assert "valid until 13 June 2027 derived" in term


def test_a_term_that_nobody_knows_says_why(client):
    page = page_of(client, "/doc/agreement/icesco-iccrom-mou")

    assert "Neither the first nor the last day is known: No signing date" in section(page, "term")


def test_what_sources_contradict_is_marked_as_disputed(client):
    assert section(page_of(client, CONFERENCE), "about").count("disputed") == 2


def test_a_closed_list_is_counted_and_an_open_one_says_at_least(client):
    closed = section(page_of(client, CONFERENCE), "participants")
    unknown = section(page_of(client, REPORT), "participants")

    assert ("The source names everyone: 10." in closed, "At least 5: no source says" in unknown) == (True, True)


def test_a_name_as_printed_is_no_link(client):
    assert "the UNIDROIT 1995 Convention as the source names it" in section(page_of(client, CONFERENCE), "participants")


def test_every_mark_leads_to_grounds_that_there_are(client):
    page = page_of(client, MEMORANDUM)
    marks = {address.replace("&amp;", "&") for address in re.findall(r'class="mark [a-z]+" href="([^"]+)"', page)}
    empty = [
        address for address in marks if not client.get(address, headers={"Accept": "application/json"}).json()["items"]
    ]

    assert (len(marks) > 30, empty) == (True, [])


def test_claims_of_essays_stand_under_a_banner_and_among_no_facts(client):
    page = page_of(client, "/doc/claim/essay-art-legacy-accords")
    mentioned = page_of(client, "/doc/country/egypt")

    assert (
        "It states no fact about the world." in page,
        'class="mark stated"' in page,
        "essay-art-legacy" in mentioned,
    ) == (True, False, False)


def test_all_statements_stay_within_reach(client):
    page = client.get(MEMORANDUM, headers={"Accept": "text/html"}).text  # whose links carry no language
    table = page[page.index('<details class="statements">') : page.index("</details>", page.index("statements"))]
    stated = client.get(
        "/sparql",
        params={
            "query": "SELECT DISTINCT ?p WHERE { <https://w3id.org/heritage-graph/id/agreement/icesco-ots-mou> ?p ?o }"
        },
        headers={"Accept": "application/sparql-results+json"},
    ).json()["results"]["bindings"]
    missing = [
        row["p"]["value"]
        for row in stated
        if row["p"]["value"].startswith("https://w3id.org/heritage-graph/ns#")
        and f'href="{row["p"]["value"].removeprefix("https://w3id.org/heritage-graph")}"' not in table
    ]

    assert missing == []


@pytest.mark.parametrize("document", ["/doc/organization/icesco", MEMORANDUM, REPORT])
def test_the_longest_pages_are_light(client, document):
    assert len(gzip.compress(page_of(client, document).encode())) < 30_000


def test_a_name_that_is_markup_is_shown_and_not_run(hostile):
    assert ("&lt;script&gt;alert(" in hostile, "<script>alert" in hostile, "<img" in hostile) == (True, False, False)


def test_an_address_that_is_a_script_is_no_link(hostile):
    assert ("javascript:alert(1)" in hostile, 'href="javascript:' in hostile) == (True, False)


def test_the_time_line_runs_from_right_to_left_in_arabic(client):
    ticks = {
        language: [float(x) for x in re.findall(r'<text x="([0-9.]+)%"', page_of(client, MEMORANDUM, language))]
        for language in ("en", "ar")
    }

    assert ticks["en"] == [pytest.approx(100 - x, abs=0.01) for x in ticks["ar"]]

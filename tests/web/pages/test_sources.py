"""The pages of the sources and of the named graphs: what each asserts, how it stands, and what its graph states."""

from __future__ import annotations

import re
from html import unescape

import httpx
import pytest

BROWSER = {"Accept": "text/html"}
BASE = "https://w3id.org/heritage-graph/"
REPORT = "/graph/source/icesco-2024-partnerships-report"
ICESCO = f"{BASE}id/organization/icesco"

GRAPH = f"<{BASE}{REPORT[1:]}>"
AGREEMENTS = f"""
SELECT (COUNT(DISTINCT ?thing) AS ?number)
WHERE {{ GRAPH {GRAPH} {{ ?thing ?p ?o }} FILTER(STRSTARTS(STR(?thing), "{BASE}id/agreement/")) }}"""
SUBJECTS = f"SELECT (COUNT(DISTINCT ?thing) AS ?number) WHERE {{ GRAPH {GRAPH} {{ ?thing ?p ?o }} }}"
REPEATED = f"""
PREFIX hg:   <{BASE}ns#>
PREFIX rdf:  <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT (COUNT(*) AS ?number) WHERE {{
  SELECT DISTINCT ?s ?p ?o WHERE {{
    GRAPH {GRAPH} {{ ?s ?p ?o }}
    GRAPH ?other {{ ?s ?p ?o }}
    FILTER(?other != {GRAPH} && STRSTARTS(STR(?other), "{BASE}graph/source/"))
    FILTER(?p NOT IN (rdf:type, skos:prefLabel, skos:altLabel, hg:labelSource, hg:evidence, hg:note, hg:textStatus,
                      hg:inContext))
  }}
}}"""


@pytest.fixture(scope="module")
def client(site):
    """A client of the service of the page types, whose queries may take long on a machine that does much else."""
    with httpx.Client(base_url=site[0], timeout=120) as client:
        yield client


def told(client, **values):
    return client.get("/sources", params=values).json()


def shown(client, path, **values):
    answer = client.get(path, params=values, headers=BROWSER)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_list_is_as_its_schema_says(client, faults_in):
    assert faults_in(told(client), "source-overview") == []


def test_every_source_is_listed_with_the_statements_of_its_graph(client):
    counted = {each["graph"]: each["statements"] for each in told(client)["items"]}
    graphs = client.get("/graphs").json()["graphs"]

    assert counted == {each["graph"]: each["triples"] for each in graphs if each["epistemicStatus"]}


def test_a_source_has_a_part_in_as_many_contradictions_as_the_ledger_tells(client):
    (report,) = [each for each in told(client)["items"] if each["href"] == REPORT]
    ledger = client.get("/api/v1/contradictions", params={"source": f"{BASE}{REPORT[1:]}", "limit": 1000}).json()

    assert report["contradictions"] == len(ledger["items"]) > 0


def test_what_is_repeated_is_what_another_source_states_too(client):
    repeats = {each["href"]: each["repeated"] for each in told(client)["items"]}
    (row,) = client.get("/sparql", params={"query": REPEATED}).json()["results"]["bindings"]

    assert repeats[REPORT] == int(row["number"]["value"]) > 0


def test_things_are_counted_by_kind(client):
    (report,) = [each for each in told(client)["items"] if each["href"] == REPORT]
    kinds = {each["kind"]: each["count"] for each in report["things"]}

    assert (kinds["agreement"], kinds["organization"], "evidence" in kinds) == (5, 19, False)


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ({"publisher": ICESCO}, lambda each: ICESCO in [publisher["id"] for publisher in each["publishers"]]),
        (
            {"publisher": "id:organization/icesco"},
            lambda each: ICESCO in [publisher["id"] for publisher in each["publishers"]],
        ),
        ({"year": "2024"}, lambda each: "2024" in [date["value"][:4] for date in each["issued"]]),
        ({"year": "none"}, lambda each: each["issued"] == []),
        ({"standing": "generic"}, lambda each: each["epistemicStatus"]["code"] == "generic"),
        ({"kind": "event"}, lambda each: "event" in [thing["kind"] for thing in each["things"]]),
    ],
)
def test_sources_are_chosen(client, values, holds):
    every, chosen = told(client)["items"], told(client, **values)["items"]

    assert [each["graph"] for each in chosen] == [each["graph"] for each in every if holds(each)] != []


def test_what_a_form_leaves_empty_chooses_nothing(client):
    assert told(client, publisher="", year="", standing="", kind="") == told(client)


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("statements", lambda each: -each["statements"]),
        ("year", lambda each: [-int(date["earliest"].replace("-", "")) for date in each["issued"]] or [0]),
    ],
)
def test_sources_are_sorted(client, sort, key):
    items = told(client, sort=sort)["items"]

    assert [each["graph"] for each in items] == [each["graph"] for each in sorted(items, key=key)]


@pytest.mark.parametrize("values", [{"year": "last"}, {"kind": "planet"}, {"sort": "taste"}, {"publisher": "Nobody"}])
def test_what_cannot_be_chosen_is_refused(client, values):
    assert client.get("/sources", params=values).json()["type"] == "/problems/bad-parameter"


def test_data_do_not_follow_the_language_of_the_browser(client):
    french = client.get("/sources", headers={"Accept-Language": "fr"})

    assert french.json() == told(client)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "Organization of Turkic States"),
        ("fr", "Organisation des États turciques"),
        ("ar", "منظمة الدول التركية"),
    ],
)
def test_people_read_names_in_the_language_of_the_page(client, language, name):
    assert f"{name}</bdi>" in shown(client, "/sources", lang=language)


def test_nothing_found_says_what_to_do(client):
    page = shown(client, "/sources", year="1900", lang="en")

    assert '<p class="empty">No source is like that.' in page


def test_graphs_are_told_by_what_they_are(client):
    page = shown(client, "/graphs", lang="en")

    assert re.findall(r'<h2 id="([a-z]+)">', page) == ["source", "own", "generic", "terms", "books"]


@pytest.mark.parametrize("path", ["/sources", "/graphs", REPORT, "/graph/inferred", "/graph/curation?kind=anomaly"])
def test_links_to_this_service_lead_somewhere(client, path):
    links = {unescape(link) for link in re.findall(r'href="(/[^"]*)"', client.get(path, headers=BROWSER).text)}
    answers = {link: client.get(link, headers=BROWSER, follow_redirects=True).status_code for link in sorted(links)}

    assert {link: status for link, status in answers.items() if status != 200} == {}


def test_a_graph_says_what_its_standing_means(client):
    assert "Stated by one identified source." in shown(client, REPORT, lang="en")


def test_what_follows_by_rule_says_so(client):
    assert "Each statement here follows by a rule" in shown(client, "/graph/inferred", lang="en")


def test_a_graph_is_told_thing_by_thing(client):
    page = shown(client, REPORT, kind="agreement", lang="en")
    things = set(re.findall(r'<p class="iri">[^<]*<a href="(/id/agreement/[^"?]*)', page))
    (row,) = client.get("/sparql", params={"query": AGREEMENTS}).json()["results"]["bindings"]

    assert len(things) == int(row["number"]["value"]) == 5


def test_every_thing_of_a_graph_is_on_one_of_its_pages(client):
    first = shown(client, REPORT, lang="en")
    last = int(re.search(r"Page 1 of ([0-9]+)", first)[1])
    pages = [shown(client, REPORT, page=page, lang="en") for page in range(1, last + 1)]
    (row,) = client.get("/sparql", params={"query": SUBJECTS}).json()["results"]["bindings"]

    assert sum(page.count('<details class="thing"') for page in pages) == int(row["number"]["value"])


def test_few_things_are_unfolded(client):
    page = shown(client, REPORT, kind="person")

    assert re.findall(r'<details class="thing"( open)?>', page) == [" open"]


def test_a_kind_that_is_not_there_is_said_to_be_missing(client):
    assert '<p class="empty">' in shown(client, REPORT, kind="artifact")


def test_the_page_of_a_graph_is_had_as_of_a_state_and_leads_on_in_it(client, generation):
    page = shown(client, REPORT, asOf=generation(), lang="en")

    assert f'href="{REPORT}.ttl?asOf={generation()}&amp;lang=en"' in page


def test_the_page_of_a_graph_has_its_commits(client):
    assert '<a href="/doc/commit/1">' in shown(client, REPORT)


def test_a_page_that_is_no_number_is_refused(client):
    assert client.get(REPORT, params={"page": "last"}, headers=BROWSER).status_code == 400

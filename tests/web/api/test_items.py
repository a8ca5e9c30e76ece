"""One thing by its kind and slug."""

from __future__ import annotations

from pathlib import Path

import pytest

KINDS = {
    "organizations": "organization", "states": "state", "people": "person", "agreements": "agreement",
    "programmes": "programme", "projects": "project", "events": "event", "sites": "site", "artifacts": "artifact",
    "places": "place", "documents": "document", "claims": "claim",
}  # fmt: skip
ICESCO = "https://w3id.org/heritage-graph/id/organization/icesco"
MOU = "/api/v1/agreements/icesco-ots-mou"
MEMORANDUM = Path(__file__).parents[1].joinpath("documents/memorandum.ttl").read_bytes()
GRAPH = {"graph": "https://w3id.org/heritage-graph/graph/source/an-item-for-a-while"}
TURTLE = {"Content-Type": "text/turtle"}

pytestmark = pytest.mark.usefixtures("indexed")


def addresses(client, kind):
    page = client.get(f"/api/v1/{kind}", params={"limit": 1000, "fields": "links"}).json()
    return [item["links"]["self"] for item in page["items"]]


@pytest.mark.parametrize("include", ["", "sources,evidence,participations,collaborators"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_item_keeps_to_its_schema(client, faults_in, kind, include):
    items = [client.get(address, params={"include": include}).json() for address in addresses(client, kind)]

    assert [fault for item in items for fault in faults_in(item, KINDS[kind])] == []


def test_an_answer_bears_where_it_comes_from(client):
    item = client.get(MOU).json()

    assert (item["@context"], item["generation"] >= 1, item["source"], item["license"]) == (
        "/context/v1.jsonld",
        True,
        "https://w3id.org/heritage-graph/",
        "https://creativecommons.org/licenses/by/4.0/",
    )


def test_parties_are_told_with_their_names_and_roles(client):
    parties = client.get(MOU).json()["participations"]

    assert [(party["participant"][0]["label"]["en"], party["role"][0]["label"]["en"]) for party in parties] == [
        (["ICESCO"], ["Party"]),
        (["Organization of Turkic States"], ["Party"]),
    ]


def test_a_date_is_told_as_written_and_by_its_bounds(client):
    assert client.get(MOU).json()["signedOn"] == [
        {"value": "2024-06-13", "type": "date", "earliest": "2024-06-13", "latest": "2024-06-13"}
    ]


def test_sources_are_told_for_every_value_that_is_an_object(client):
    item = client.get(MOU, params={"include": "sources"}).json()

    assert [source["id"].rpartition("/")[2] for source in item["signedOn"][0]["sources"]] == [
        "anews-2024-06-13-ots",
        "turkicstates-icesco",
    ]


def test_sources_of_plain_values_are_told_beside_them(client):
    item = client.get(MOU, params={"include": "sources"}).json()

    assert [source["id"].rpartition("/")[2] for source in item["sourcesOf"]["listIsOpen"][0]["sources"]] == [
        "anews-2024-06-13-ots",
        "icesco-2024-partnerships-report",
        "turkicstates-icesco",
    ]


def test_every_graph_that_is_told_as_a_source_is_described(client):
    item = client.get(MOU, params={"include": "sources"}).json()
    derived = [
        graph["status"][0]["label"]["en"][0] for graph in item["graphs"] if graph["id"].endswith("/graph/inferred")
    ]

    assert (derived, len(item["graphs"])) == (["Derived"], 5)


def test_evidence_is_told_in_full_when_included(client):
    item = client.get(MOU, params={"include": "evidence"}).json()
    span = next(each for each in item["evidence"] if each["id"].endswith("/002-5191-5222"))

    assert (span["type"], span["line"], span["start"], span["end"]) == (["EvidenceSpan"], [80], [5191], [5222])


def test_an_agent_is_told_with_what_it_takes_part_in_and_whom_it_works_with(client):
    item = client.get("/api/v1/organizations/icesco").json()

    assert (len(item["participatesIn"]) >= 5, len(item["collaboratesWith"]) >= 5) == (True, True)


def test_only_the_members_asked_for_are_told(client):
    item = client.get(MOU, params={"fields": "label,signedOn"}).json()

    assert [*item] == ["@context", "generation", "source", "license", "id", "type", "label", "signedOn"]


def test_a_cut_item_keeps_to_the_schema_too(client, faults_in):
    assert faults_in(client.get(MOU, params={"fields": "label"}).json(), "agreement") == []


@pytest.mark.parametrize(
    ("parameter", "text"), [("fields", "label,price"), ("include", "all"), ("surprise", "1"), ("min-generation", "x")]
)
def test_what_is_not_known_is_refused_with_what_is(client, parameter, text):
    answer = client.get(MOU, params={parameter: text})

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-parameter")


@pytest.mark.parametrize("kind", KINDS)
def test_every_link_of_an_item_leads_somewhere(client, kind):
    addressed = addresses(client, kind)[:2]
    links = [link for address in addressed for link in client.get(address).json()["links"].values()]

    assert [(link, status) for link in links if (status := client.get(link).status_code) != 200] == []


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "trig", "nq", "html"])
def test_other_formats_are_those_of_the_document(client, suffix):
    answer = client.get(f"{MOU}.{suffix}")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/doc/agreement/icesco-ots-mou.{suffix}")


@pytest.mark.parametrize("suffix", ["json", "jsonld"])
def test_a_suffix_beats_accept(client, suffix):
    answer = client.get(f"{MOU}.{suffix}", headers={"Accept": "text/turtle"})

    assert (answer.status_code, answer.json()["id"].rpartition("/")[2]) == (200, "icesco-ots-mou")


def test_a_browser_sees_json(client):
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    assert client.get(MOU, headers={"Accept": accept}).headers["content-type"] == "application/json"


def test_a_format_that_there_is_not_is_refused(client):
    assert client.get(MOU, headers={"Accept": "image/png"}).status_code == 406


def test_a_country_is_one_of_the_places(client):
    item = client.get("/api/v1/places/azerbaijan").json()

    assert (item["type"], item["isoAlpha3"]) == (["Country"], ["AZE"])


def test_a_thing_of_another_kind_is_told_with_its_address(client):
    answer = client.get("/api/v1/organizations/icesco-ots-mou")

    assert (answer.status_code, answer.json()["address"]) == (404, MOU)


def test_what_never_was_is_not_found(client):
    answer = client.get("/api/v1/organizations/no-such-body")

    assert (answer.status_code, "/api/v1/organizations" in answer.json()["detail"]) == (404, True)


@pytest.mark.parametrize("slug", ["%22%3E%3Cscript%3E", "a%20b", "-", "a.exe"])
def test_a_slug_that_cannot_be_is_not_found(client, slug):
    assert client.get(f"/api/v1/organizations/{slug}").status_code == 404


def test_what_was_withdrawn_is_gone(client, writer):
    client.put("/rdf-graph-store", params=GRAPH, content=MEMORANDUM, headers=writer | TURTLE).raise_for_status()
    client.delete("/rdf-graph-store", params=GRAPH, headers=writer).raise_for_status()

    assert client.get("/api/v1/agreements/test-memorandum").status_code == 410


def test_what_was_merged_leads_to_what_it_was_merged_into(client, writer):
    merged = f"<{ICESCO}-as-it-was> <http://purl.org/dc/terms/isReplacedBy> <{ICESCO}> ."
    client.put("/rdf-graph-store", params=GRAPH, content=merged, headers=writer | TURTLE).raise_for_status()
    answer = client.get("/api/v1/organizations/icesco-as-it-was")
    client.delete("/rdf-graph-store", params=GRAPH, headers=writer).raise_for_status()

    assert (answer.status_code, answer.headers["location"]) == (301, "/api/v1/organizations/icesco")


def test_an_item_that_the_client_holds_is_not_sent_again(client):
    tag = client.get(MOU).headers["etag"]

    assert client.get(MOU, headers={"If-None-Match": tag}).status_code == 304


def test_what_is_written_is_read_with_the_generation_of_its_receipt(client, writer):
    receipt = client.put("/rdf-graph-store", params=GRAPH, content=MEMORANDUM, headers=writer | TURTLE).json()
    answer = client.get("/api/v1/agreements/test-memorandum", params={"min-generation": receipt["generation"]})
    client.delete("/rdf-graph-store", params=GRAPH, headers=writer).raise_for_status()

    assert answer.json()["generation"] >= receipt["generation"]


def test_an_item_of_an_earlier_state_is_told(client, generation):
    last = generation()

    assert client.get(MOU, params={"asOf": str(last)}).json()["generation"] == last

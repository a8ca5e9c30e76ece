"""Source documents over the JSON API: sent, tried, refused with what to mend, and taken back."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize
from rdflib import Graph, Namespace
from rdflib.namespace import RDF

LIST = "/api/v1/sources"
GRAPH = "https://w3id.org/heritage-graph/graph/source/"
DOCUMENT = Path(__file__).parents[1].joinpath("documents/memorandum.ttl").read_bytes()
LONELY = DOCUMENT.split(b"participation:test-memorandum--alecso")[0]
MISDATED = DOCUMENT.replace(b'"2025-03-02"', b'"2025-13-02"')
AGREEMENT = "https://w3id.org/heritage-graph/id/agreement/test-memorandum"
TURTLE = {"Content-Type": "text/turtle"}
SH = Namespace("http://www.w3.org/ns/shacl#")


@pytest.fixture
def path(client, writer, request):
    """The address of a source of this test; it is gone afterwards."""
    slug = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:60].strip("-")
    address = f"{LIST}/{slug}"
    yield address
    client.delete(address, headers=writer)


@pytest.fixture
def put(client, writer, path):
    """What sends a document to the source of this test."""

    def send(body=DOCUMENT, params=None, **headers):
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.put(path, content=body, params=params, headers=writer | TURTLE | fields)

    return send


@pytest.fixture(scope="module")
def refusal(client, writer):
    """Why a memorandum with one party and a month that does not exist was refused."""
    body = LONELY.replace(b'"2025-03-02"', b'"2025-13-02"')
    return client.put(f"{LIST}/never-accepted", content=body, headers=writer | TURTLE)


def test_a_new_source_is_made_and_its_place_told(put, path):
    answer = put()

    assert (answer.status_code, answer.headers["location"], answer.json()["stored"]) == (201, path, True)


def test_a_receipt_is_as_its_schema_says(put, faults_in):
    assert faults_in(put().json(), "receipt") == []


def test_a_receipt_tells_what_was_made(put):
    receipt = put().json()
    changed = {each["thing"]["id"]: each["change"] for each in receipt["changed"]}

    assert (receipt["things"], changed[AGREEMENT]) == ({"created": 2, "updated": 0, "deleted": 0}, "create")


def test_every_link_of_a_receipt_leads_somewhere(client, put):
    links = put().json()["links"]

    assert {name: client.get(link).status_code for name, link in links.items()} == dict.fromkeys(links, 200)


def test_the_link_to_the_changes_shows_this_change(client, put):
    rows = client.get(put().json()["links"]["changes"], headers={"Accept": "application/json"}).json()["rows"]

    assert {row["entity"]: row["change"] for row in rows}[AGREEMENT] == "added"


def test_what_was_sent_is_read_at_once_by_its_generation(client, put):
    generation = put().json()["generation"]
    found = client.get(
        "/api/v1/agreements/status", params={"on": "2025-03-02", "limit": 1000, "min-generation": generation}
    ).json()

    assert AGREEMENT in [item["agreement"]["id"] for item in found["items"]]


def test_the_same_document_again_changes_nothing(put):
    generation = put().json()["generation"]
    again = put()

    assert (again.status_code, again.json()["stored"], again.json()["generation"]) == (200, False, generation)


def test_a_document_takes_the_place_of_the_one_before(put):
    put()
    receipt = put(DOCUMENT.replace(b"2025-03-02", b"2025-03-03")).json()

    assert (receipt["statements"], receipt["things"]["updated"]) == ({"added": 1, "removed": 1}, 1)


@pytest.mark.parametrize(
    ("media_type", "rdf_format"),
    [
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/trig", RdfFormat.TRIG),
        ("application/rdf+xml", RdfFormat.RDF_XML),
    ],
)
def test_a_document_is_taken_in_any_format(put, media_type, rdf_format):
    triples = (quad.triple for quad in parse(DOCUMENT, RdfFormat.TURTLE))
    answer = put(serialize(triples, format=rdf_format), Content_Type=media_type)

    assert (answer.status_code, answer.json()["things"]["created"]) == (201, 2)


def test_json_as_the_api_gives_it_is_taken(client, put):
    stated = client.get("/api/v1/agreements/icesco-ots-mou").json()
    document = {
        "@context": stated["@context"],
        "id": stated["id"],
        "type": stated["type"],
        "signedOn": stated["signedOn"],
    }
    answer = put(json.dumps(document), params={"dry-run": "true"}, Content_Type="application/ld+json")

    assert (answer.status_code, answer.json()["statements"]["added"]) == (200, 4)  # two, and what the graph is


def test_a_gzipped_document_is_taken(put):
    assert put(gzip.compress(DOCUMENT), Content_Encoding="gzip").status_code == 201


def test_a_trial_stores_nothing(client, put, path, generation):
    before = generation()
    receipt = put(params={"dry-run": "true"}).json()

    assert (receipt["dryRun"], receipt["stored"], receipt["things"]["created"], generation(),
            client.get(path).status_code) == (True, False, 2, before, 404)  # fmt: skip


def test_a_trial_receipt_is_as_its_schema_says(put, faults_in):
    assert faults_in(put(params={"dry-run": "true"}).json(), "receipt") == []


def test_a_trial_is_refused_as_the_document_would_be(put):
    assert put(LONELY, params={"dry-run": "true"}).status_code == 422


def test_a_trial_is_not_the_change_itself_for_the_idempotency_key(put):
    put(params={"dry-run": "true"}, Idempotency_Key='"trial"')

    assert put(Idempotency_Key='"trial"').json()["stored"] is True


def test_a_change_that_is_sent_again_gets_the_first_answer(put, generation):
    first = put(Idempotency_Key='"sent-twice"')
    again = put(Idempotency_Key='"sent-twice"')

    assert (again.status_code, again.json(), again.headers["idempotency-replayed"], generation()) == (
        first.status_code,
        first.json(),
        "true",
        first.json()["generation"],
    )


def test_the_first_answer_comes_again_whatever_tag_is_sent(client, put, path):
    put()
    fields = {"Idempotency_Key": '"after-a-read"', "If_Match": client.get(path).headers["etag"]}
    changed = DOCUMENT.replace(b"2025-03-02", b"2025-03-03")
    statuses = [put(changed, **fields).status_code for _ in range(2)]

    assert statuses == [200, 200]


def test_an_idempotency_key_belongs_to_one_document(put):
    put(Idempotency_Key='"one-document"')
    answer = put(DOCUMENT.replace(b"2025-03-02", b"2025-03-03"), Idempotency_Key='"one-document"')

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")


def test_a_refused_document_may_be_mended_under_the_same_idempotency_key(put):
    statuses = [put(body, Idempotency_Key='"mended"').status_code for body in (LONELY, DOCUMENT)]

    assert statuses == [422, 201]


def test_what_is_no_idempotency_key_is_a_bad_parameter(put):
    assert put(Idempotency_Key="two words").status_code == 400


def test_a_change_of_what_was_read_is_taken(client, put, path):
    put()
    tag = client.get(path).headers["etag"]

    assert put(DOCUMENT.replace(b"2025-03-02", b"2025-03-03"), If_Match=tag).status_code == 200


def test_a_change_of_what_has_changed_since_is_refused(client, put, path):
    put()
    tag = client.get(path).headers["etag"]
    put(DOCUMENT.replace(b"2025-03-02", b"2025-03-03"))
    answer = put(DOCUMENT, If_Match=tag)

    assert (answer.status_code, answer.json()["type"]) == (412, "/problems/version-conflict")


def test_only_a_new_source_is_made_when_asked_so(put):
    put()

    assert put(If_None_Match="*").status_code == 412


def test_a_refusal_is_as_its_schema_says(refusal, faults_in):
    assert (refusal.headers["content-type"], faults_in(refusal.json(), "refusal")) == ("application/problem+json", [])


def test_a_refusal_is_a_problem_document(refusal, faults_in):
    told = refusal.json()

    assert (faults_in(told, "problem"), told["status"], told["type"]) == ([], 422, "/problems/shacl-violation")


def test_a_refusal_groups_what_is_wrong_by_rule(refusal):
    rules = {each["rule"].rpartition("#")[2]: each["count"]["atLeast"] for each in refusal.json()["rules"]}

    assert rules == {"Agreement-parties": 1, "Date-signedOn": 1}


def test_a_refusal_says_what_holds_and_how_to_mend_it_in_three_languages(refusal):
    told = [(set(each["message"]), set(each["mend"])) for each in refusal.json()["rules"]]

    assert told == [({"en", "ar", "fr"}, {"en", "ar", "fr"})] * 2


def test_a_refusal_shows_thing_line_property_and_value(refusal):
    example = refusal.json()["rules"][1]["examples"][0]

    assert (example["focus"]["name"], example["line"], example["property"][0]["label"]["en"], example["value"]) == (
        "Memorandum made for a test",
        LONELY.split(b"agreement:test-memorandum\n")[0].count(b"\n") + 1,
        ["signed on"],
        {"literal": '"2025-13-02"^^<http://www.w3.org/2001/XMLSchema#date>'},
    )


def test_a_refused_document_leaves_everything_as_it_was(client, put, path, generation):
    put()
    before = (client.get(path).json(), generation())
    put(LONELY)

    assert (client.get(path).json(), generation()) == before


def test_a_refusal_is_a_page_for_readers(put):
    answer = put(LONELY, Accept="text/html")

    assert (answer.status_code, answer.headers["content-security-policy"][:18], "How to mend it" in answer.text) == (
        422,
        "default-src 'none'",
        True,
    )


def test_a_refusal_as_turtle_is_a_shacl_report(put):
    answer = put(MISDATED, Accept="text/turtle")
    report = Graph().parse(data=answer.text, format="turtle")

    assert (answer.status_code, len(list(report.subjects(RDF.type, SH.ValidationReport)))) == (422, 1)


def test_a_label_that_is_markup_stays_text(put):
    body = LONELY.replace(b'"Memorandum made for a test"@en', b'"<script>alert(1)</script>"@en')

    assert "<script" not in put(body, Accept="text/html").text


def test_a_source_is_taken_back_with_what_it_implied(client, writer, put, path):
    put()
    answer = client.delete(path, headers=writer)

    assert (answer.status_code, answer.json()["things"]["deleted"], client.get(path).status_code,
            client.get("/id/agreement/test-memorandum").status_code) == (200, 2, 404, 410)  # fmt: skip


def test_taking_back_can_be_tried(client, writer, put, path):
    put()
    answer = client.delete(path, params={"dry-run": "true"}, headers=writer)

    assert (answer.json()["things"]["deleted"], client.get(path).status_code) == (2, 200)


def test_what_is_not_there_cannot_be_taken_back(client, writer, path):
    assert client.delete(path, headers=writer).status_code == 404


@pytest.mark.parametrize(
    ("key", "slug", "status"),
    [(None, "a", 401), ("revoked", "a", 401), ("expired", "a", 401), ("narrow", "a", 403), ("narrow", "other-a", 422)],
)
def test_only_a_key_for_the_source_may_write_it(client, keys, key, slug, status):
    headers = {"Authorization": f"Bearer {keys[key]}"} if key else {}

    assert client.put(f"{LIST}/{slug}", content=LONELY, headers=headers | TURTLE).status_code == status


@pytest.mark.parametrize("slug", ["Upper", "two--hyphens", "-begin", "dots.and", "sp%20ace", "%2e%2e"])
def test_no_source_has_a_name_that_is_no_slug(client, writer, slug):
    statuses = [client.get(f"{LIST}/{slug}").status_code,
                client.put(f"{LIST}/{slug}", content=DOCUMENT, headers=writer | TURTLE).status_code]  # fmt: skip

    assert statuses == [404, 404]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"<a> <b>", "text/turtle", 400),
        (b"{}", "application/json", 415),
        (b'{"@context": "https://schema.org/"}', "application/ld+json", 400),
        (b"_:a a _:b .", "text/turtle", 422),
        (b"<!DOCTYPE rdf><a/>", "application/rdf+xml", 400),
    ],
)
def test_what_cannot_be_read_is_a_problem_of_its_own(put, body, content_type, status):
    assert put(body, Content_Type=content_type).status_code == status


@pytest.mark.parametrize("params", [{"dry-run": "perhaps"}, {"message": "two\nlines"}, {"mode": "merge"}])
def test_what_cannot_be_asked_is_a_bad_parameter(put, params):
    assert put(params=params).status_code == 400


def test_what_is_said_of_a_change_stands_with_the_source(client, put, path):
    put(params={"message": "the day of signing"})

    assert client.get(path).json()["lastChange"]["message"] == "the day of signing"


def test_a_source_is_as_its_schema_says(client, faults_in):
    assert faults_in(client.get(f"{LIST}/icesco-2024-partnerships-report").json(), "source") == []


def test_a_source_tells_its_document_and_its_size(client):
    found = client.get(f"{LIST}/icesco-2024-partnerships-report").json()

    assert (found["documents"][0]["id"].rpartition("/")[2], found["epistemicStatus"]["code"], found["statements"]) == (
        "icesco-2024-partnerships-report",
        "sourced",
        len(Graph().parse(data=client.get(found["links"]["graph"] + ".ttl").text, format="turtle")),
    )


def test_the_list_is_as_its_schema_says(client, faults_in):
    assert faults_in(client.get(LIST).json(), "sources") == []


def test_pages_give_every_source_once(client):
    whole = client.get(LIST).json()
    first = client.get(LIST, params={"limit": 7}).json()
    second = client.get(first["next"]).json()

    assert [each["slug"] for page in (first, second) for each in page["items"]] == [
        each["slug"] for each in whole["items"]
    ]


def test_a_source_that_was_sent_is_in_the_list(client, put, path):
    put()

    assert path.rpartition("/")[2] in [each["slug"] for each in client.get(LIST).json()["items"]]


def test_a_browser_of_another_origin_may_send_an_idempotency_key(client):
    allowed = client.options(f"{LIST}/any").headers["access-control-allow-headers"]

    assert "Idempotency-Key" in allowed

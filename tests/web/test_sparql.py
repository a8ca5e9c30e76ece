"""The SPARQL protocol as clients meet it."""

from __future__ import annotations

import csv
import io
import json
import socket
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import httpx
import pytest

SELECT = (
    "SELECT ?agreement WHERE { ?agreement <https://w3id.org/heritage-graph/ns#agreementKind> ?kind } "
    "ORDER BY ?agreement"
)
CONSTRUCT = "CONSTRUCT { ?s a ?o } WHERE { ?s a ?o FILTER(?o = <https://w3id.org/heritage-graph/ns#Country>) }"
VOCAB = "https://w3id.org/heritage-graph/graph/vocab"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
PRODUCT = "SELECT * WHERE { ?a a ?b . ?d a ?e . ?g a ?h }"


def test_the_three_ways_to_ask_give_the_same_bytes(client):
    answers = {
        client.get("/sparql", params={"query": SELECT}).content,
        client.post("/sparql", data={"query": SELECT}).content,
        client.post("/sparql", content=SELECT, headers={"Content-Type": "application/sparql-query"}).content,
    }

    assert len(answers) == 1


@pytest.mark.parametrize(
    ("accept", "query", "content_type"),
    [
        ("", SELECT, "application/sparql-results+json"),
        ("*/*", SELECT, "application/sparql-results+json"),
        ("application/json", SELECT, "application/sparql-results+json"),
        ("application/sparql-results+xml", SELECT, "application/sparql-results+xml"),
        ("text/csv", SELECT, "text/csv; charset=utf-8"),
        ("text/tab-separated-values", SELECT, "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0.2, application/sparql-results+xml;q=0.8", SELECT, "application/sparql-results+xml"),
        ("application/sparql-results+json,text/turtle", CONSTRUCT, "text/turtle"),
        ("application/sparql-results+json,text/turtle", SELECT, "application/sparql-results+json"),
        ("", CONSTRUCT, "text/turtle"),
        ("application/ld+json", CONSTRUCT, "application/ld+json"),
        ("application/rdf+xml", CONSTRUCT, "application/rdf+xml"),
        ("application/n-triples", CONSTRUCT, "application/n-triples"),
        ("application/n-quads", CONSTRUCT, "application/n-quads"),
        ("application/trig", CONSTRUCT, "application/trig"),
    ],
)
def test_the_format_follows_the_accept_header(client, accept, query, content_type):
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})

    assert (answer.status_code, answer.headers["content-type"]) == (200, content_type)


def test_format_beats_the_accept_header(client):
    answer = client.get("/sparql", params={"query": SELECT, "format": "csv"}, headers={"Accept": "application/json"})

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_what_nobody_can_make_is_refused_with_the_list(client):
    answer = client.get("/sparql", params={"query": SELECT}, headers={"Accept": "image/png"})

    assert (answer.status_code, "text/csv" in answer.json()["available"]) == (406, True)


def test_csv_is_read_by_a_csv_reader(client):
    text = client.get("/sparql", params={"query": SELECT, "format": "csv"}).text

    assert next(csv.reader(io.StringIO(text))) == ["agreement"]


def test_xml_results_are_well_formed(client):
    text = client.get("/sparql", params={"query": SELECT, "format": "xml"}).text

    assert ET.fromstring(text).tag == "{http://www.w3.org/2005/sparql-results#}sparql"


def test_no_rows_still_name_the_variables(client):
    answer = client.get("/sparql", params={"query": "SELECT ?x WHERE { ?x a <urn:none> }"})

    assert answer.json() == {"head": {"vars": ["x"]}, "results": {"bindings": []}}


def test_ask_answers_a_truth_value(client):
    assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True


def test_the_dataset_of_the_request_replaces_that_of_the_query(client):
    query = "SELECT (COUNT(*) AS ?n) FROM <urn:none> { ?s a <http://www.w3.org/2004/02/skos/core#ConceptScheme> }"
    answer = client.get("/sparql", params={"query": query, "default-graph-uri": VOCAB})

    assert int(answer.json()["results"]["bindings"][0]["n"]["value"]) > 10


def test_named_graphs_alone_leave_the_default_graph_empty(client):
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    answer = client.post("/sparql", data={"query": query, "named-graph-uri": VOCAB})

    assert answer.json()["results"]["bindings"][0]["n"]["value"] == "0"


def test_an_unknown_graph_is_empty_and_is_not_fetched(client):
    query = "SELECT * { ?s ?p ?o }"
    answer = client.get("/sparql", params={"query": query, "default-graph-uri": "http://127.0.0.1:1/graph"})

    assert answer.json()["results"]["bindings"] == []


def test_relative_iris_are_resolved_against_the_address_of_the_endpoint(client, address):
    query = "CONSTRUCT { <#a> <#b> <#c> } {}"
    answer = client.get("/sparql", params={"query": query, "format": "nt"})

    assert answer.text == f"<{address}/sparql#a> <{address}/sparql#b> <{address}/sparql#c> .\n"


def test_a_form_is_decoded_once(client):
    query = 'SELECT ("%41+&;" AS ?x) {}'
    answer = client.post("/sparql", data={"query": query})

    assert answer.json()["results"]["bindings"][0]["x"]["value"] == "%41+&;"


def test_media_types_are_compared_without_case_or_parameters(client):
    headers = {"Content-Type": "Application/SPARQL-Query; Charset=UTF-8"}

    assert client.post("/sparql", content="ASK {}", headers=headers).status_code == 200


def test_what_has_not_changed_is_not_sent_again(client):
    first = client.get("/sparql", params={"query": SELECT})
    second = client.get("/sparql", params={"query": SELECT}, headers={"If-None-Match": first.headers["etag"]})

    assert (second.status_code, second.content, second.headers["etag"]) == (304, b"", first.headers["etag"])


def test_each_format_has_a_tag_of_its_own(client):
    tags = {client.get("/sparql", params={"query": SELECT, "format": name}).headers["etag"] for name in ("json", "csv")}

    assert len(tags) == 2


def test_what_changes_by_itself_has_no_tag(client):
    answer = client.get("/sparql", params={"query": "SELECT (NOW() AS ?now) {}"})

    assert ("etag" in answer.headers, answer.headers["cache-control"]) == (False, "no-store")


def test_head_tells_what_get_would_send(client):
    got = client.get("/sparql", params={"query": SELECT})
    head = client.head("/sparql", params={"query": SELECT})

    assert (head.content, head.headers["content-length"]) == (b"", str(len(got.content)))


def test_a_timeout_of_the_client_lowers_the_limit(client):
    began = time.monotonic()
    answer = client.get("/sparql", params={"query": HEAVY, "timeout": "0.5"})

    assert (answer.status_code, time.monotonic() - began < 1.5) == (504, True)


def test_a_timeout_above_the_limit_is_lowered_to_it(client):
    answer = client.get("/sparql", params={"query": "ASK {}", "timeout": "999999"})

    assert answer.headers["query-timeout"] == "2"


def test_a_result_past_its_size_is_broken_off_and_never_looks_whole(client):
    with (
        pytest.raises(httpx.RemoteProtocolError),
        client.stream("GET", "/sparql", params={"query": PRODUCT, "format": "csv"}) as answer,
    ):
        answer.read()

    assert answer.status_code == 200


def test_a_client_that_leaves_frees_its_reader_within_a_second(address, client):
    host, port = address.removeprefix("http://").split(":")
    request = f"GET /sparql?query={quote(HEAVY)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    for _ in range(4):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(request)
            connection.settimeout(0.3)
            with pytest.raises(TimeoutError):
                connection.recv(1)
    began = time.monotonic()
    answer = client.get("/sparql", params={"query": "ASK {}"})

    assert (answer.status_code, time.monotonic() - began < 1.5) == (200, True)


def test_pages_stand_while_heavy_queries_run(client, address):
    heavy = {"query": HEAVY}
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(httpx.get, f"{address}/sparql", params=heavy, timeout=60) for _ in range(2)]
        time.sleep(0.5)
        began = time.monotonic()
        answer = client.get("/doc/organization/icesco.ttl")
        elapsed = time.monotonic() - began
        statuses = [each.result().status_code for each in running]

    assert (answer.status_code, elapsed < 0.5, statuses) == (200, True, [504] * 2)


def test_without_a_query_browsers_get_a_form(client):
    answer = client.get(
        "/sparql", headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    )

    assert (answer.headers["content-type"], "<form" in answer.text) == ("text/html; charset=utf-8", True)


def test_the_log_holds_a_hash_in_place_of_the_query(client, server):
    client.get("/sparql", params={"query": "ASK { <urn:a:secret:subject> ?p ?o }"})
    lines = [json.loads(line) for line in server[1].read_text().splitlines() if line.startswith("{")]

    assert ("secret" in server[1].read_text(), "query" in [*filter(lambda line: line.get("query"), lines)][-1]) == (
        False,
        True,
    )

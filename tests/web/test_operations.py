"""What holds for every address: methods, fields, problems, and the description of it all."""

from __future__ import annotations

import re

import httpx
import pytest

PATHS = ["/", "/queries", "/graphs", "/ns", "/shapes", "/problems", "/openapi.json", "/health/live", "/health/ready"]
BROWSER = {"Accept": "text/html"}


@pytest.mark.parametrize("path", PATHS)
def test_head_tells_what_get_would_send(client, path):
    got, head = client.get(path), client.head(path)

    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(got.content)))


@pytest.mark.parametrize("path", [*PATHS, "/sparql", "/rdf-graph-store", "/validate"])
def test_options_answers_a_preflight(client, path):
    answer = client.options(path, headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"})

    assert (
        answer.status_code,
        answer.headers["access-control-allow-origin"],
        "OPTIONS" in answer.headers["allow"],
    ) == (
        204,
        "*",
        True,
    )


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/sparql", "GET, HEAD, OPTIONS, POST"),
        ("DELETE", "/queries", "GET, HEAD, OPTIONS"),
        ("GET", "/validate", "OPTIONS, POST"),
        ("PATCH", "/rdf-graph-store", "DELETE, GET, HEAD, OPTIONS, POST, PUT"),
    ],
)
def test_a_method_that_is_not_taken_is_refused_with_those_that_are(client, method, path, allowed):
    answer = client.request(method, path)

    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("path", PATHS)
def test_parameters_that_are_unknown_are_refused(client, path):
    answer = client.get(path, params={"surprise": "1"})

    assert (answer.status_code, "allowed" in answer.json()) == (400, True)


@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK%20%7B%7D", "/nothing", "/doc/agreement/icesco-ots-mou"])
def test_every_answer_varies_by_accept_and_bears_an_id(client, path):
    answer = client.get(path)

    assert ("Accept" in answer.headers["vary"], bool(answer.headers["x-request-id"])) == (True, True)


def test_a_large_answer_is_gzipped_for_who_reads_that(client):
    plain, zipped = (client.get("/queries", headers={"Accept-Encoding": name}) for name in ("identity", "gzip"))

    assert (zipped.headers["content-encoding"], zipped.content == plain.content) == ("gzip", True)


def test_a_gzipped_answer_has_a_tag_of_its_own_that_is_known_again(client):
    plain, zipped = (client.get("/graphs", headers={"Accept-Encoding": name}) for name in ("identity", "gzip"))
    again = client.get("/graphs", headers={"If-None-Match": zipped.headers["etag"]})

    assert (plain.headers["etag"] == zipped.headers["etag"], again.status_code) == (False, 304)


def test_the_id_that_a_client_gives_is_kept(client):
    assert client.get("/", headers={"X-Request-ID": "mine-1"}).headers["x-request-id"] == "mine-1"


def test_an_id_that_could_break_the_log_is_replaced(client):
    assert client.get("/", headers={"X-Request-ID": 'a"b c'}).headers["x-request-id"] != 'a"b c'


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "application/problem+json"),
        ("application/json", "application/problem+json"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        ("image/png", "application/problem+json"),
    ],
)
def test_a_problem_is_told_in_the_format_asked_for(client, accept, content_type):
    answer = client.get("/id/agreement/nothing", headers={"Accept": accept})

    assert (answer.status_code, answer.headers["content-type"]) == (404, content_type)


def test_what_a_problem_repeats_is_escaped(client):
    answer = client.get("/graphs", params={"<script>alert(1)</script>": "1"}, headers=BROWSER)

    assert (answer.status_code, "<script" in answer.text) == (400, False)


def test_the_description_names_every_kind_of_operation(client):
    description = client.get("/openapi.json").json()

    assert (
        description["openapi"],
        {"/sparql", "/rdf-graph-store", "/validate", "/queries/why"} <= set(description["paths"]),
    ) == (
        "3.1.0",
        True,
    )


def test_every_operation_has_an_id_of_its_own_and_told_problems(client):
    paths = client.get("/openapi.json").json()["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]

    assert (
        len({operation["operationId"] for operation in operations}),
        [operation["operationId"] for operation in operations if "400" not in operation["responses"]],
    ) == (len(operations), [])


@pytest.mark.parametrize("path", ["/", "/queries", "/graphs", "/graph/vocab", "/sparql", "/problems", "/ns"])
def test_no_page_loads_anything_from_another_host(client, path):
    page = client.get(path, headers=BROWSER).text
    loaded = re.findall(r'<(?:link|script|img|iframe)\b[^>]*(?:href|src)="([^"]*)"', page)

    assert [each for each in loaded if not each.startswith("/") or each.startswith("//")] == []


def test_every_link_of_the_home_page_leads_somewhere(client):
    page = client.get("/", headers=BROWSER).text
    links = set(re.findall(r'href="(/[^"]*)"', page))
    statuses = {link: client.get(link, headers=BROWSER, follow_redirects=True).status_code for link in links}

    assert {
        link: status
        for link, status in statuses.items()
        if status != 200 and (status, link.startswith("/doc/")) != (410, True)  # what went has a tombstone
    } == {}


def test_measures_count_requests(client):
    client.get("/health/live")

    assert 'heritage_graph_requests_total{operation="live",status="200"}' in client.get("/metrics").text


def test_measures_are_not_for_others_behind_a_proxy(client):
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404


def test_a_host_that_a_client_invents_changes_nothing(address):
    answer = httpx.get(f"{address}/sparql", headers={"Host": "evil.example", "Accept": "text/turtle"})

    assert "evil.example" not in answer.text

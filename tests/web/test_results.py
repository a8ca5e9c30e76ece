"""What /sparql keeps and adds: results for whoever asks again, entity tags, labels, earlier states, other servers."""

from __future__ import annotations

import http.server
import json
import shutil
import threading
from contextlib import contextmanager

import httpx
import pytest

from heritage_graph.web.sparql_request import calls_services, is_settled

ICESCO = "https://w3id.org/heritage-graph/id/organization/icesco"
PEOPLE = "SELECT ?party WHERE { ?p <https://w3id.org/heritage-graph/ns#participant> ?party } LIMIT 50"
ONE = f"SELECT ?party WHERE {{ BIND(<{ICESCO}> AS ?party) }}"
ANSWER = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "from afar"}}]}}


def ask(client, query, headers=None, **values):
    return client.get("/sparql", params={"query": query, **values}, headers=headers)


def rows(answer):
    return answer.json()["results"]["bindings"]


def test_the_same_question_gives_the_same_bytes_and_tag_again(client):
    first, again = ask(client, PEOPLE), ask(client, PEOPLE)

    assert (first.content, first.headers["etag"]) == (again.content, again.headers["etag"])


def test_the_tag_is_strong_and_names_the_content(client):
    first, other = ask(client, "SELECT (1 AS ?n) {}"), ask(client, "SELECT (2 AS ?n) {}")

    assert first.headers["etag"].startswith('"')
    assert first.headers["etag"].rsplit("-", 1)[1] != other.headers["etag"].rsplit("-", 1)[1]


def test_an_answer_that_is_held_is_not_sent_again(client):
    tag = ask(client, PEOPLE).headers["etag"]
    again = ask(client, PEOPLE, {"If-None-Match": f'"other", {tag}'})

    assert (again.status_code, again.headers["etag"], again.content) == (304, tag, b"")


def test_whoever_holds_any_answer_is_not_sent_one(client):
    answer = ask(client, PEOPLE, {"If-None-Match": "*"})

    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?now { ?now ?random ?uuid }",
        "PREFIX ex: <https://example.org/> SELECT * { ?s ex:now ?o ; ex:rand (1 2) }",
        "SELECT * { ?s ?p 'the know-how of now' }",
    ],
)
def test_a_query_that_only_names_something_after_time_or_chance_is_settled(text):
    assert is_settled(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (NOW() AS ?n) {}",
        "SELECT (now\n# a comment (\n() AS ?n) {}",
        "ASK { FILTER(RAND()<0.5) }",
        "ASK { FILTERRAND() }",
        "SELECT (STRUUID() AS ?u) {}",
        "SELECT (BNode('a') AS ?b) {}",
        "SELECT (\\u004EOW() AS ?n) {}",
    ],
)
def test_a_query_that_asks_for_the_time_or_for_chance_is_not_settled(text):
    assert not is_settled(text)


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("ASK { SERVICE <https://example.org/> {} }", True),
        ("ASK {service silent ?where {} }", True),
        ("PREFIX ex: <https://example.org/> ASK { ?service ex:service ?o }", False),
    ],
)
def test_what_may_call_another_server_is_known_by_its_keyword(text, calls):
    assert calls_services(text) is calls


def test_a_tag_of_another_question_is_no_answer_to_this_one(client):
    tag = ask(client, ONE).headers["etag"]

    assert ask(client, PEOPLE, {"If-None-Match": tag}).status_code == 200


def test_an_answer_from_the_cache_is_compressed_for_who_takes_it(client):
    ask(client, PEOPLE)
    answer = ask(client, PEOPLE, {"Accept-Encoding": "gzip"})

    assert (answer.headers["content-encoding"], len(rows(answer))) == ("gzip", 50)


def test_an_answer_is_kept_apart_by_format(client):
    kinds = {
        ask(client, PEOPLE, {"Accept": kind}).headers["content-type"]
        for kind in ("text/csv", "application/sparql-results+json", "text/csv")
    }

    assert len(kinds) == 2


def test_head_of_a_kept_answer_has_its_fields_and_no_body(client):
    whole = ask(client, PEOPLE)
    head = client.head("/sparql", params={"query": PEOPLE})

    assert (head.headers["etag"], head.content) == (whole.headers["etag"], b"")


@pytest.mark.parametrize("query", ["SELECT (RAND() AS ?x) {}", "SELECT (UUID() AS ?x) {}", "SELECT (NOW() AS ?x) {}"])
def test_what_changes_by_itself_is_neither_tagged_nor_kept(client, query):
    first, again = ask(client, query), ask(client, query)

    assert "etag" not in first.headers
    assert first.content != again.content


def test_a_commit_makes_the_kept_answers_old(client, writer):
    graph = "https://w3id.org/heritage-graph/graph/source/kept-answers"
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    ask(client, query)
    before = rows(ask(client, query))[0]["n"]["value"]
    body = b"<https://example.org/thing/1> <https://example.org/note> 'new' ."
    client.put(
        "/rdf-graph-store", params={"graph": graph}, content=body, headers={**writer, "Content-Type": "text/turtle"}
    )

    assert (before, rows(ask(client, query))[0]["n"]["value"]) == ("0", "1")


def test_labels_add_a_column_beside_iris(client):
    answer = ask(client, ONE, labels="en")

    assert (answer.json()["head"]["vars"], rows(answer)[0]["partyLabel"]["xml:lang"]) == (["party", "partyLabel"], "en")


def test_labels_come_in_the_language_that_is_asked_for(client):
    assert rows(ask(client, ONE, labels="ar,en"))[0]["partyLabel"]["xml:lang"] == "ar"


def test_labels_come_in_csv(client):
    assert ask(client, ONE, labels="en", format="csv").text.startswith("party,partyLabel\r\n")


def test_without_asking_there_are_no_labels(client):
    assert ask(client, ONE).json()["head"]["vars"] == ["party"]


def test_labels_can_be_preferred_in_a_header(client):
    answer = ask(client, ONE, {"Prefer": 'labels="ar, en"'})

    assert (answer.headers["preference-applied"], "Prefer" in answer.headers["vary"]) == ('labels="ar,en"', True)


def test_a_preference_for_labels_is_passed_over_where_it_cannot_be_met(client):
    answer = ask(client, "ASK {}", {"Prefer": 'labels="en"'})

    assert (answer.status_code, "preference-applied" in answer.headers) == (200, False)


@pytest.mark.parametrize(
    ("query", "values"),
    [(ONE, {"format": "xml"}), ("ASK {}", {}), ("CONSTRUCT WHERE { ?s ?p ?o }", {}), (ONE, {"labels": "no language"})],
)
def test_labels_where_there_are_none_are_refused(client, query, values):
    answer = ask(client, query, **{"labels": "en", **values})

    assert (answer.status_code, answer.json()["parameter"]) == (400, "labels")


def test_an_earlier_state_is_asked_by_its_generation(client, writer, generation):
    graph = "https://w3id.org/heritage-graph/graph/source/earlier-state"
    query = f"ASK {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    before = generation()
    body = b"<https://example.org/thing/2> <https://example.org/note> 'new' ."
    client.put(
        "/rdf-graph-store", params={"graph": graph}, content=body, headers={**writer, "Content-Type": "text/turtle"}
    )
    then, now = ask(client, query, asOf=str(before)), ask(client, query)

    assert (then.json()["boolean"], then.headers["x-generation"], now.json()["boolean"]) == (False, str(before), True)


def test_a_result_of_too_many_rows_is_an_error_that_names_the_limit(shipped, tmp_path, start_server):
    shutil.copytree(shipped, tmp_path / "data")
    with start_server(tmp_path / "data", HERITAGE_GRAPH_RESULT_ROWS="1000") as (address, _):
        answer = httpx.get(f"{address}/sparql", params={"query": "SELECT * { ?s ?p ?o }"})

    assert (answer.status_code, answer.json()["limit_rows"]) == (422, 1000)


class _Elsewhere(http.server.BaseHTTPRequestHandler):
    """A SPARQL server that gives one row, or an error where that is asked for."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked += 1
        body = json.dumps(ANSWER).encode()
        self.send_response(500 if "broken" in self.path else 200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def elsewhere():
    """A SPARQL server on loopback that counts its requests."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        server.asked = 0
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def federated(shipped, tmp_path_factory, start_server):
    """A service that may ask one server, that server and its address."""
    folder = tmp_path_factory.mktemp("federated") / "data"
    shutil.copytree(shipped, folder)
    with elsewhere() as (other, at):
        listed = json.dumps([f"{at}/sparql", f"{at}/broken"])
        with start_server(folder, HERITAGE_GRAPH_FEDERATION=listed) as (address, _):
            yield address, other, at


def test_a_listed_server_is_asked(federated):
    address, _, at = federated
    answer = httpx.get(f"{address}/sparql", params={"query": f"SELECT ?x {{ SERVICE <{at}/sparql> {{ ?x ?y ?z }} }}"})

    assert rows(answer) == ANSWER["results"]["bindings"]


def test_a_server_that_is_not_listed_is_never_asked(federated):
    address, other, at = federated
    before = other.asked
    answer = httpx.get(f"{address}/sparql", params={"query": f"SELECT ?x {{ SERVICE <{at}/other> {{ ?x ?y ?z }} }}"})

    assert (answer.status_code, answer.json()["setting"], other.asked) == (403, "federation", before)


def test_a_listed_server_that_fails_is_told(federated):
    address, _, at = federated
    answer = httpx.get(f"{address}/sparql", params={"query": f"SELECT ?x {{ SERVICE <{at}/broken> {{ ?x ?y ?z }} }}"})

    assert (answer.status_code, answer.json()["type"]) == (502, "/problems/service-failed")

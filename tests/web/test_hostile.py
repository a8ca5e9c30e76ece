"""Whatever a query does, it ends in time with one of the right outcomes, and hurts nobody else."""

from __future__ import annotations

import shutil
import statistics
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from canary import Canary
from wire import connect

MEMORANDUM = Path(__file__).parent.joinpath("documents/memorandum.ttl").read_bytes()
CASES = sorted(Path(__file__).parent.joinpath("hostile").glob("*.toml"))
LIMIT_S = 1.0
COUNT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
PRODUCT = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def canary():
    with Canary() as canary:
        yield canary


@pytest.fixture(params=CASES, ids=lambda path: path.stem)
def case(request, canary):
    """A hostile request: its query, its parameters, and how it may end."""
    text = request.param.read_text(encoding="utf-8").replace("CANARY", canary.address)
    case = tomllib.loads(text)
    repeat = case.get("repeat", {"unit": "", "times": 0})
    case["query"] = case["query"].replace("…", repeat["unit"] * repeat["times"])
    return case


def outcome_of(client, query, **parameters):
    """How a query ends: the slug of a problem, `broken-off`, or `whole`."""
    fields = {"query": query, **{name: value for name, value in parameters.items() if value}}
    try:
        answer = client.post("/sparql", data=fields, headers={"Accept": "text/csv, text/turtle"})
    except httpx.RemoteProtocolError:
        return "broken-off"
    return "whole" if answer.status_code == 200 else answer.json()["type"].removeprefix("/problems/")


class Pulse:
    """Asks, while it lasts, again and again whether the service lives; `seconds` are how long each answer took."""

    def __init__(self, address):
        self._client = httpx.Client(base_url=address, timeout=30)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.seconds = []

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        self._client.close()

    def _ask(self):
        while not self._over.wait(0.02) or not self.seconds:
            began = time.monotonic()
            self._client.get("/health/live").raise_for_status()
            self.seconds.append(time.monotonic() - began)


def test_a_hostile_query_ends_in_time_with_a_right_outcome(case, client, address, canary, server):
    began = time.monotonic()
    with Pulse(address) as pulse:
        outcome = outcome_of(client, case["query"], **{"timeout": LIMIT_S, "default-graph-uri": case.get("dataset")})
    elapsed = time.monotonic() - began

    assert {
        "outcome": outcome,
        "in time": elapsed < LIMIT_S + 0.5 or elapsed,
        "health": statistics.median(pulse.seconds) < 0.1 or pulse.seconds,
        "calls": canary.connections,
        "fronts that ended": server[1].read_text().count("the front process ended"),
    } == {
        "outcome": outcome if outcome in case["outcomes"] else case["outcomes"],
        "in time": True,
        "health": True,
        "calls": 0,
        "fronts that ended": 0,
    }


def test_the_canary_counts():
    with Canary() as another, pytest.raises(httpx.HTTPError):
        httpx.get(another.address, timeout=0.2)

    assert another.connections == 1


@pytest.fixture(scope="module")
def crowded(start_server, shipped, tmp_path_factory):
    """A client of a server with a queue of two, which believes a proxy here when it names its clients."""
    folder = tmp_path_factory.mktemp("crowded") / "data"
    shutil.copytree(shipped, folder)
    with (
        start_server(
            folder,
            HERITAGE_GRAPH_QUEUE="2",
            HERITAGE_GRAPH_CLIENT_QUERIES="2",
            HERITAGE_GRAPH_CLIENT_SECONDS="3",
            HERITAGE_GRAPH_TRUSTED_PROXIES="127.0.0.1",
        ) as (address, _),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def ask_as(client, host, query, **parameters):
    """The answer to *query*, which a proxy passes on for *host*."""
    return client.get("/sparql", params={"query": query, **parameters}, headers={"X-Forwarded-For": host})


def test_of_200_queries_at_once_the_surplus_is_told_to_wait(crowded):
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: ask_as(crowded, "192.0.2.1", COUNT, timeout="1"), range(200)))
    refused = [answer for answer in answers if answer.status_code == 429]

    assert (len(refused) > 100, {answer.headers["retry-after"].isdigit() for answer in refused}) == (True, {True})


def test_when_the_queue_is_full_others_are_told_to_come_back(crowded):
    with ThreadPoolExecutor(12) as pool:
        answers = list(
            pool.map(lambda number: ask_as(crowded, f"192.0.2.{10 + number}", COUNT, timeout="1"), range(12))
        )

    assert {(answer.status_code, answer.json()["type"], answer.headers.get("retry-after")) for answer in answers} == {
        (504, "/problems/query-timeout", None),
        (503, "/problems/busy", "2"),
    }


def test_who_sends_nothing_but_faults_is_told_to_wait(crowded):
    statuses = (ask_as(crowded, "192.0.2.2", f"SELECT * {{ ?s ?p {number} .. }}").status_code for number in range(999))

    assert (next(statuses), 429 in statuses) == (400, True)


def test_a_client_that_leaves_in_the_middle_frees_its_reader(crowded):
    for number in range(6):
        with crowded.stream(
            "GET",
            "/sparql",
            params={"query": PRODUCT, "format": "csv"},
            headers={"X-Forwarded-For": f"192.0.2.{30 + number}"},
        ) as answer:
            next(answer.iter_raw())
    began = time.monotonic()
    answer = ask_as(crowded, "192.0.2.40", "ASK { ?s ?p ?o }")

    assert (answer.status_code, time.monotonic() - began < 1.0) == (200, True)


def test_a_client_that_leaves_with_requests_waiting_frees_its_reader(crowded):
    heavy = "GET /sparql?query=" + quote(COUNT) + " HTTP/1.1\r\nX-Forwarded-For: 192.0.2.50\r\n\r\n"
    for _ in range(4):
        with connect(str(crowded.base_url).rstrip("/")) as connection:
            connection.sendall(heavy.encode() + b"GET /health/live HTTP/1.1\r\n\r\n")
            connection.settimeout(0.3)
            with pytest.raises(TimeoutError):
                connection.recv(1)
    began = time.monotonic()
    answer = ask_as(crowded, "192.0.2.51", "ASK { ?s ?p ?o }")

    assert (answer.status_code, time.monotonic() - began < 1.0) == (200, True)


def test_slow_queries_do_not_keep_small_ones_waiting(client):
    with ThreadPoolExecutor(7) as pool:
        slow = [pool.submit(outcome_of, client, COUNT, timeout=LIMIT_S) for _ in range(7)]
        seconds = []
        for number in range(20):
            began = time.monotonic()
            client.get("/sparql", params={"query": f"ASK {{ ?s ?p {number} }}"}).raise_for_status()
            seconds.append(time.monotonic() - began)
        outcomes = {each.result() for each in slow}

    assert (statistics.median(seconds) < 0.1 or seconds, outcomes) == (True, {"query-timeout"})


@pytest.fixture(scope="module")
def silent():
    """A server that takes connections and says nothing."""
    with Canary() as silent:
        yield silent


@pytest.fixture(scope="module")
def federated(start_server, shipped, tmp_path_factory, silent):
    """A client of a server that may ask the silent one, at one of its paths."""
    folder = tmp_path_factory.mktemp("hanging") / "data"
    shutil.copytree(shipped, folder)
    listed = f'["{silent.address}sparql"]'
    with (
        start_server(folder, HERITAGE_GRAPH_FEDERATION=listed) as (address, _),
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        yield client


@pytest.mark.parametrize(
    "call",
    [
        "SERVICE <OTHERother> { ?a ?b ?c }",
        "SERVICE SILENT <OTHER> { ?a ?b ?c }",
        "SERVICE <OTHERsparql> { SERVICE <OTHERother> { ?a ?b ?c } }",
        "VALUES ?u { <OTHERsparql> } SERVICE ?u { ?a ?b ?c }",
        "SERVICE c:sparql { ?a ?b ?c }",
        "FILTER(1<<http://x#>)SERVICE<OTHERother>{ ?a ?b ?c }",
    ],
)
def test_with_a_list_no_other_server_is_asked(federated, silent, call):
    query = f"PREFIX c: <OTHER> SELECT * {{ {call} }}".replace("OTHER", silent.address)
    before = silent.connections

    assert (outcome_of(federated, query), silent.connections) == ("service-forbidden", before)


def test_a_listed_server_that_hangs_is_not_waited_for_beyond_the_limit(federated, silent):
    began = time.monotonic()
    outcome = outcome_of(federated, f"SELECT * {{ SERVICE <{silent.address}sparql> {{ ?a ?b ?c }} }}", timeout=LIMIT_S)

    assert (outcome, time.monotonic() - began < LIMIT_S + 0.5) == ("query-timeout", True)


def test_a_listed_server_that_hangs_is_not_silently_left_out(federated, silent):
    query = f"SELECT * {{ SERVICE SILENT <{silent.address}sparql> {{ ?a ?b ?c }} }}"

    assert outcome_of(federated, query, timeout=LIMIT_S) == "query-timeout"


FORMULAS = ["=HYPERLINK(1)", "+1", "@SUM(1)", "-2+3", "\tx", "=1+1"]


def test_csv_is_that_of_the_standard_to_the_byte(client):
    values = " ".join(f'"{formula}"' for formula in FORMULAS)
    answer = client.get("/sparql", params={"query": f"SELECT ?x {{ VALUES ?x {{ {values} }} }}", "format": "csv"})

    assert answer.content == "\r\n".join(["x", *FORMULAS, ""]).encode()


def test_a_name_that_is_markup_is_text_on_its_page(client, writer):
    name = r"<script>alert(1)</script>\"><img src=x onerror=alert(1)>"
    agreement = "https://w3id.org/heritage-graph/id/agreement/test-memorandum"
    label = f'<{agreement}> <http://www.w3.org/2004/02/skos/core#altLabel> "{name}"@en .'
    graph = {"graph": "https://w3id.org/heritage-graph/graph/source/markup"}
    headers = writer | {"Content-Type": "text/turtle"}
    client.put("/rdf-graph-store", params=graph, content=MEMORANDUM + label.encode(), headers=headers)
    page = client.get("/doc/agreement/test-memorandum", headers={"Accept": "text/html"}).text
    client.delete("/rdf-graph-store", params=graph, headers=writer)

    assert ("&lt;script&gt;alert(1)" in page, "<script>alert" in page, "<img" in page) == (True, False, False)

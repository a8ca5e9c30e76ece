"""Clients that dawdle are cut off in time, and nobody else feels them."""

from __future__ import annotations

import shutil
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from wire import connect, drip, sip

HEADER_S = 2.0
SWEEP_S = 1.6  # one sweep a second, and time for a busy machine
SLACK_S = 15  # a machine with much else to do looks late; what is promised is that nobody stays
GET = b"GET /health/live HTTP/1.1\r\nHost: x\r\n"
PRODUCT = "/sparql?format=csv&query=SELECT%20*%20%7B?a%20?b%20?c.?d%20?e%20?f.?g%20?h%20?i%7D"


@pytest.fixture(scope="module")
def patient(start_server, shipped, tmp_path_factory):
    """The address of a server that is patient with queries, and not with clients."""
    folder = tmp_path_factory.mktemp("patient") / "data"
    shutil.copytree(shipped, folder)
    settings = {"HEADER_TIMEOUT": f"{HEADER_S}", "QUERY_TIMEOUT": "120", "RESULT_MB": "50"}
    with start_server(folder, **{f"HERITAGE_GRAPH_{name}": value for name, value in settings.items()}) as (address, _):
        yield address


def dripped(address, first, each):
    """The seconds until a client is cut off that sends *first*, and then *each* again and again; what it was told."""
    with connect(address) as connection:
        connection.sendall(first)
        return drip(connection, bytes_each=each)


def sipped(address, request):
    """The seconds until a client is cut off that takes a byte a second of the answer to *request*."""
    with connect(address, receive_buffer=4096) as connection:
        connection.sendall(request)
        return sip(connection)


@pytest.fixture(scope="module")
def dawdlers(patient):
    """What befell clients that dawdle, each in its way, all at the same time."""
    product = f"GET {PRODUCT} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    post = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 9999\r\n\r\n"
    ways = {
        "header": (GET + b"X-A: ", b"a"),
        "lines": (b"", b"\r\n"),
        "lines after an answer": (GET + b"\r\n", b"\r\n"),
        "body": (post, b"x"),
        "chunks": (post.replace(b"Content-Length: 9999", b"Transfer-Encoding: chunked"), b"1\r\nx\r\n"),
    }
    with ThreadPoolExecutor(len(ways) + 1) as pool:
        ends = {way: pool.submit(dripped, patient, *sent) for way, sent in ways.items()}
        ends["answer"] = pool.submit(sipped, patient, product)
        return {way: end.result() for way, end in ends.items()}


@pytest.mark.parametrize("way", ["header", "lines", "lines after an answer"])
def test_a_header_that_drips_is_cut_off(dawdlers, way):
    assert HEADER_S <= dawdlers[way][0] <= HEADER_S + SWEEP_S


@pytest.mark.parametrize("way", ["body", "chunks"])
def test_a_body_that_drips_is_refused_and_cut_off(dawdlers, way):
    seconds, said = dawdlers[way]

    assert (29 <= seconds <= 30 + HEADER_S + SWEEP_S or seconds, said[:12]) == (True, b"HTTP/1.1 408")


def test_who_takes_a_byte_a_second_is_cut_off(dawdlers):
    assert 29 <= dawdlers["answer"] <= 30 + SLACK_S


def test_who_says_nothing_is_cut_off(patient):
    began = time.monotonic()
    with connect(patient) as connection:
        said = connection.recv(1)
    elapsed = time.monotonic() - began

    assert (said, HEADER_S <= elapsed <= HEADER_S + SWEEP_S) == (b"", True)


def test_500_clients_that_say_nothing_keep_nobody_waiting(patient):
    seconds = []
    idle = [connect(patient) for _ in range(500)]
    with httpx.Client(base_url=patient) as client:
        for _ in range(20):
            began = time.monotonic()
            client.get("/health/live").raise_for_status()
            seconds.append(time.monotonic() - began)
    said = {connection.recv(1) for connection in idle}
    for connection in idle:
        connection.close()

    assert (statistics.median(seconds) < 0.1, said) == (True, {b""})


def test_a_slow_query_outlasts_the_deadline_of_its_header(patient):
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    answer = httpx.get(f"{patient}/sparql", params={"query": heavy, "timeout": f"{HEADER_S + SWEEP_S}"}, timeout=30)

    assert answer.status_code == 504

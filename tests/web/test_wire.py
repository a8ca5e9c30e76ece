"""What is no HTTP/1.1, or too much of it, is refused while it comes."""

from __future__ import annotations

import json

import pytest
from wire import answer_to, connect, told

GET = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n"

MALFORMED = {
    "lines that end without CR": [b"GET /health/live HTTP/1.1\nHost: x\n\n"],
    "two ways to tell the length": [CHUNKED + b"Content-Length: 4\r\n\r\n0\r\n\r\n"],
    "two lengths": [POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nASK{}"],
    "a length that is none": [POST + b"Content-Length: +5\r\n\r\nASK{}"],
    "a chunk without a size": [CHUNKED + b"\r\nzz\r\nASK{}\r\n0\r\n\r\n"],
    "a chunk that is longer than it says": [CHUNKED + b"\r\n2\r\nASK{}\r\n0\r\n\r\n"],
    "an unknown transfer coding": [POST + b"Transfer-Encoding: xchunked\r\n\r\n5\r\nASK{}\r\n0\r\n\r\n"],
    "a space after the name of a field": [GET + b"X-A : b\r\n\r\n"],
    "a folded field": [GET + b"X-A: b\r\n c\r\n\r\n"],
    "a NUL in a field": [GET + b"X-A: b\x00c\r\n\r\n"],
    "the beginning of TLS": [bytes.fromhex("16030100c8010000c40303") + b"\x00" * 200],
    "the beginning of HTTP/2": [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    "a request for a tunnel": [b"CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n"],
    "an address that is not ASCII": ["GET /é HTTP/1.1\r\nHost: x\r\n\r\n".encode()],
    "a field behind the body that does not end": [CHUNKED + b"\r\n5\r\nASK{}\r\n0\r\nX: ", *[b"a" * 50_000] * 10],
}
TOO_MUCH = {
    "a field of 200 kB": ([GET + b"X-A: ", *[b"a" * 20_000] * 10, b"\r\n\r\n"], 431),
    "ten thousand fields": ([GET, b"X-A: b\r\n" * 10_000, b"\r\n"], 431),
    "a field without an end": ([GET + b"X-A: ", *[b"a" * 50_000] * 20], 431),
    "an address of 200 kB": ([b"GET /?", *[b"a" * 20_000] * 10, b" HTTP/1.1\r\nConnection: close\r\n\r\n"], 414),
    "an address of 70 kB": ([b"GET /sparql?query=" + b"a" * 70_000 + b" HTTP/1.1\r\nConnection: close\r\n\r\n"], 414),
    "an address without an end": ([b"GET /?", *[b"a" * 50_000] * 20], 414),
}


def problem_of(said):
    """The status, and the status that the problem document tells."""
    head, _, body = said.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), json.loads(body)["status"]


@pytest.mark.parametrize("parts", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_request_is_refused(address, parts):
    assert problem_of(answer_to(address, *parts)) == (400, 400)


@pytest.mark.parametrize(("parts", "status"), TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_what_is_too_much_is_refused(address, parts, status):
    assert problem_of(answer_to(address, *parts)) == (status, status)


def test_a_refusal_bears_what_every_answer_does(address):
    head = answer_to(address, *MALFORMED["a folded field"]).partition(b"\r\n\r\n")[0].lower()

    assert [
        field in head
        for field in (b"access-control-allow-origin: *", b"x-request-id: ", b"cache-control: no-store", b"nosniff")
    ] == [True] * 4


def test_an_answer_that_has_begun_is_not_mixed_with_a_refusal(address):
    product = "/sparql?format=csv&query=SELECT%20*%20%7B?a%20a%20?b.?c%20a%20?d.?e%20a%20?f%7D"
    with connect(address) as connection:
        connection.sendall(f"GET {product} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        begun = connection.recv(1 << 16)
        connection.sendall(b"\x16\x03\r\n")
        rest = told(connection)

    assert (begun[:12], b"malformed-request" in rest, rest.endswith(b"0\r\n\r\n")) == (b"HTTP/1.1 200", False, False)


def test_a_fault_behind_requests_that_wait_breaks_all_off(address):
    request = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"

    assert answer_to(address, request + request + b"\x16\x03\r\n") == b""


@pytest.mark.parametrize(
    "fields",
    [b"", b"Host: evil.example\r\n", b"Host: a\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\n"],
    ids=["no host", "a forged host", "a forged proxy"],
)
def test_the_host_that_a_client_names_is_in_no_iri(address, fields):
    query = b"/sparql?format=nt&query=CONSTRUCT%20%7B%3C%23a%3E%20a%20%3C%23b%3E%7D%20%7B%7D"
    said = answer_to(address, b"GET " + query + b" HTTP/1.1\r\nConnection: close\r\n" + fields + b"\r\n").decode()

    assert (f"<{address}/sparql#a>" in said, "evil.example" in said) == (True, False)

"""Every bad request is refused with the right problem, and changes nothing."""

from __future__ import annotations

import gzip
import tomllib
from http.client import HTTPConnection
from pathlib import Path

import pytest

CASES = sorted(Path(__file__).parent.joinpath("refused").glob("*.toml"))


@pytest.fixture(params=CASES, ids=lambda path: path.stem)
def case(request):
    return tomllib.loads(request.param.read_text(encoding="utf-8"))


@pytest.fixture
def answer(case, client, keys):
    """The answer to the request of the case."""
    repeat = case.get("repeat", {"unit": "", "times": 0})
    body = (case.get("body", "") + repeat["unit"] * repeat["times"]).encode(case.get("encoding", "utf-8"))
    credentials = {"Authorization": f"Bearer {keys.get(case['key'], 'hgk_0123456789ab.x')}"} if "key" in case else {}
    return client.request(
        case["method"],
        case["path"],
        content=gzip.compress(body) if case.get("gzip") else body,
        headers={**case.get("headers", {}), **credentials},
    )


def test_a_bad_request_is_refused_with_its_problem_and_changes_nothing(case, generation, request):
    before = generation()
    answer = request.getfixturevalue("answer")

    assert {
        "status": answer.status_code,
        "problem": answer.json()["type"].removeprefix("/problems/"),
        "says": case["expect"]["says"] in answer.text or answer.text,
        "type": answer.headers["content-type"],
        "cache": answer.headers["cache-control"],
        "cors": answer.headers["access-control-allow-origin"],
        "id": answer.json()["instance"],
        "generation": generation(),
    } == {
        "status": case["expect"]["status"],
        "problem": case["expect"]["problem"],
        "says": True,
        "type": "application/problem+json",
        "cache": "no-store",
        "cors": "*",
        "id": f"urn:request:{answer.headers['x-request-id']}",
        "generation": before,
    }


def test_every_problem_of_a_refusal_has_a_page(case, client):
    page = client.get(f"/problems/{case['expect']['problem']}", headers={"Accept": "text/html"})

    assert page.status_code == 200


def test_all_kinds_of_refused_keys_get_the_same_answer(client, keys):
    answers = [
        client.delete("/rdf-graph-store?graph=https://example.org/g", headers=headers)
        for headers in (
            {},
            {"Authorization": "Bearer nonsense"},
            {"Authorization": f"Bearer {keys['revoked']}"},
            {"Authorization": f"Bearer {keys['expired']}"},
        )
    ]

    assert {
        (answer.status_code, answer.json()["detail"], answer.headers["www-authenticate"]) for answer in answers
    } == {(401, "this takes a valid key, sent as: Authorization: Bearer …", 'Bearer realm="heritage-graph"')}


def test_a_key_in_the_address_is_refused(client, keys):
    answer = client.get("/graphs", params={"key": keys["everything"]})

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/key-in-address")


def test_a_query_too_long_for_an_address_is_told_to_come_by_post(address):
    connection = HTTPConnection(address.removeprefix("http://"))
    connection.request("GET", f"/sparql?query=ASK%20%7B%7D%20%23{'x' * 20_000}")
    answer = connection.getresponse()
    told = answer.read().decode()
    connection.close()

    assert (answer.status, "POST" in told) == (414, True)


def test_header_fields_of_40_kb_are_refused(client):
    answer = client.get("/", headers={"X-Padding": "x" * 40_000})

    assert (answer.status_code, answer.json()["type"]) == (431, "/problems/headers-too-large")

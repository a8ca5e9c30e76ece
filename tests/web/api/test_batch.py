"""Records of many things at once."""

from __future__ import annotations

import json

import pytest

ICESCO = "https://w3id.org/heritage-graph/id/organization/icesco"
MOU = "https://w3id.org/heritage-graph/id/agreement/icesco-ots-mou"
CLIMATE = "https://w3id.org/heritage-graph/vocab/topic/climate-change"
NOBODY = "https://w3id.org/heritage-graph/id/organization/nobody-at-all"


def post(client, ids, **values):
    return client.post("/api/v1/records:batch", json={"ids": ids}, params=values)


def lines(answer):
    return [json.loads(line) for line in answer.text.splitlines()]


def test_records_come_as_lines_in_the_order_asked_for(client):
    answer = post(client, [MOU, NOBODY, ICESCO, MOU])

    assert (answer.headers["content-type"], [line["id"] for line in lines(answer)]) == (
        "application/x-ndjson",
        [MOU, NOBODY, ICESCO, MOU],
    )


def test_every_line_is_a_record_that_stands_alone(client, faults_in):
    assert [fault for line in lines(post(client, [MOU, ICESCO, CLIMATE])) for fault in faults_in(line, "thing")] == []


def test_a_thing_that_is_not_there_has_a_line_that_says_why(client):
    (line,) = lines(post(client, [NOBODY]))

    assert (line["error"]["status"], line["error"]["type"]) == (404, "/problems/not-found")


def test_short_iris_are_read_and_what_is_none_is_told(client):
    known, unknown = lines(post(client, ["id:organization/icesco", "not an iri"]))

    assert (known["id"], unknown["error"]["status"]) == (ICESCO, 400)


def test_a_thousand_records_are_given_and_no_more(client):
    answers = [post(client, [CLIMATE] * number) for number in (1000, 1001)]

    assert ([answer.status_code for answer in answers], len(lines(answers[0]))) == ([200, 400], 1000)


def test_members_are_chosen_and_included_as_in_lists(client):
    (line,) = lines(post(client, [MOU], fields="label,signedOn", include="sources"))

    assert (line["signedOn"][0]["sources"] != [], "topic" in line) == (True, False)


BODIES = [
    ("{", "application/json", 400),
    ("[]", "application/json", 400),
    ('{"ids": "id:organization/icesco"}', "application/json", 400),
    ('{"ids": [1]}', "application/json", 400),
    ('{"ids": [], "also": 1}', "application/json", 400),
    ('{"ids": []}', "text/plain", 415),
    ('{"ids": ["' + "x" * (1 << 20) + '"]}', "application/json", 413),
]


@pytest.mark.parametrize(("body", "media_type", "status"), BODIES)
def test_a_body_that_is_no_list_of_iris_is_refused(client, body, media_type, status):
    answer = client.post("/api/v1/records:batch", content=body, headers={"Content-Type": media_type})

    assert answer.status_code == status


def test_nothing_asked_for_is_nothing_told(client):
    answer = post(client, [])

    assert (answer.status_code, answer.content) == (200, b"")


def test_records_by_address_come_as_a_list(client, faults_in):
    answer = client.get("/api/v1/records", params={"ids": f"{MOU},id:organization/icesco,{NOBODY}"}).json()

    assert ([item["id"] for item in answer["items"]], answer["total"], faults_in(answer, "records")) == (
        [MOU, ICESCO, NOBODY],
        {"exactly": 3},
        [],
    )


def test_records_by_address_come_as_lines_too(client):
    answer = client.get("/api/v1/records", params={"ids": MOU, "format": "ndjson"})

    assert [line["id"] for line in lines(answer)] == [MOU]


@pytest.mark.parametrize("values", [{}, {"ids": ""}, {"ids": MOU, "surprise": "1"}])
def test_records_by_address_need_ids_and_nothing_unknown(client, values):
    assert client.get("/api/v1/records", params=values).status_code == 400

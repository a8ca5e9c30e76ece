"""Answers of documents, pages and the JSON API are given again as they were, while their generation lasts."""

from __future__ import annotations

import pytest

ADDRESSES = [
    "/api/v1/organizations?limit=3",
    "/api/v1/agreements/icesco-ots-mou",
    "/queries/agreements-in-force?on=2026-11-21",
    "/doc/agreement/icesco-ots-mou.html",
]


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_answer_that_is_given_again_is_the_same_to_the_byte(client, path):
    first, again = client.get(path), client.get(path)

    told = ("content-type", "etag", "cache-control", "vary", "link", "x-generation", "content-security-policy")
    assert (again.content, [again.headers.get(name) for name in told]) == (
        first.content,
        [first.headers.get(name) for name in told],
    )


def test_two_ways_to_write_a_parameter_are_each_told_as_they_were_written(client):
    whole = "https://w3id.org/heritage-graph/id/organization/icesco"
    asked = ["id:organization/icesco", whole]

    answers = [client.get("/queries/agreements-of-party", params={"party": party}).json() for party in asked]

    assert [answer["parameters"]["party"] for answer in answers] == asked


def test_an_answer_that_is_given_again_can_be_compressed(client):
    client.get(ADDRESSES[0])

    answer = client.get(ADDRESSES[0], headers={"Accept-Encoding": "gzip"})

    assert (answer.headers["content-encoding"], len(answer.json()["items"])) == ("gzip", 3)


def test_head_of_an_answer_that_was_given_has_no_body(client):
    length = len(client.get(ADDRESSES[0]).content)

    answer = client.head(ADDRESSES[0])

    assert (answer.content, answer.headers["content-length"]) == (b"", str(length))

"""Agreements that lapse soon, who may ask for renewal, and the chains that they stand in."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

PATH = "/api/v1/agreements/lapsing"
AGREEMENT = "https://w3id.org/heritage-graph/id/agreement/"
RENEWALS = Path(__file__).parent.joinpath("documents/renewals.ttl").read_bytes()


@pytest.fixture(scope="module", autouse=True)
def renewals(client, writer):
    """Three made-up agreements that renew each other are in the graph."""
    headers = writer | {"Content-Type": "text/turtle"}
    client.put("/api/v1/sources/test-renewals", content=RENEWALS, headers=headers)
    yield
    client.delete("/api/v1/sources/test-renewals", headers=writer)


@pytest.fixture
def lapsing(client):
    """What tells the items from a day on, by the slug of the agreement."""

    def told(first, within="P1Y", **values):
        items = client.get(PATH, params={"from": first, "within": within, **values}).json()["items"]
        return {item["agreement"]["id"].removeprefix(AGREEMENT): item for item in items}

    return told


@pytest.mark.parametrize("values", [{}, {"from": "2016-01-01", "within": "P13Y", "include": "parties,sources"}])
def test_the_list_is_as_its_schema_says(client, faults_in, values):
    assert faults_in(client.get(PATH, params=values).json(), "agreement-lapsing") == []


def test_the_period_ends_where_the_calendar_says(client):
    found = client.get(PATH, params={"from": "2026-08-31", "within": "P6M"}).json()

    assert (found["until"], found["fromByDefault"]) == ("2027-02-28", False)


def test_both_days_of_the_period_belong_to_it(lapsing):
    found = [set(lapsing("2027-06-13", "P1D")), set(lapsing("2027-06-14", "P1D")), set(lapsing("2027-06-12", "P1D"))]

    assert found == [{"icesco-ots-mou"}, set(), {"icesco-ots-mou"}]


def test_agreements_come_by_their_last_day(lapsing):
    days = [item["validUntil"]["latest"] for item in lapsing("2016-01-01", "P13Y").values()]

    assert days == sorted(days)


def test_a_derived_last_day_is_told_from_a_stated_one(lapsing):
    found = lapsing("2021-01-01", "P7Y")

    assert [found[name]["validUntil"]["basis"]["code"] for name in ("renewed-second", "icesco-ots-mou")] == [
        "stated",
        "derived-by-rule",
    ]


def test_whether_one_party_may_ask_alone_is_left_open_where_the_source_does(lapsing):
    found = lapsing("2027-01-01", "P1Y2M")
    askers = {name: found[name]["renewal"][0]["requestedBy"][0] for name in ("icesco-ots-mou", "renewed-third")}

    assert {name: (asker["code"], asker["alone"] is True) for name, asker in askers.items()} == {
        "icesco-ots-mou": ("the-parties", False),
        "renewed-third": ("each-party", True),
    }


def test_an_agreement_without_a_clause_on_renewal_says_that_nobody_knows(lapsing):
    found = lapsing("2027-11-01", "P1M")["icomos-hist-mou-2022"]["renewal"]

    assert (found["unknown"]["reason"], set(found["unknown"]["label"])) == ("no-renewal-clause", {"en", "ar", "fr"})


def test_a_last_day_of_which_only_the_year_is_known_lapses_perhaps(lapsing):
    found = lapsing("2028-03-01", "P1M")["renewed-third"]

    assert (found["certain"], found["validUntil"]["value"]) == (False, "2028")


def test_a_renewed_agreement_says_by_what(lapsing):
    found = lapsing("2021-02-01", "P2M")["renewed-second"]

    assert [each["id"] for each in found["renewedBy"]] == [f"{AGREEMENT}renewed-third"]


def test_a_chain_lasts_from_its_first_day_to_its_last(lapsing):
    found = lapsing("2018-01-01", "P1Y")["renewed-first"]["chain"]["continuous"]

    assert (len(found["agreements"]), found["from"]["value"], found["until"]["value"], found["duration"]) == (
        3,
        "2015-03-01",
        "2028",
        {"atLeast": "P12Y10M", "atMost": "P13Y9M30D", "complete": True},
    )


def test_an_agreement_in_no_chain_lasts_as_long_as_its_term(lapsing):
    found = lapsing("2027-06-01", "P1M")["icesco-ots-mou"]["chain"]

    assert (len(found["members"]), found["continuous"]["duration"]) == (1, "P3Y")


def test_only_agreements_of_a_party_are_told(lapsing):
    assert set(lapsing("2016-01-01", "P13Y", party="id:organization/icomos")) == {"icomos-hist-mou-2022"}


def test_pages_give_every_agreement_once(client, lapsing):
    pages = [client.get(PATH, params={"from": "2016-01-01", "within": "P13Y", "limit": 4}).json()]
    pages.append(client.get(pages[0]["next"]).json())

    assert [item["agreement"]["id"].removeprefix(AGREEMENT) for page in pages for item in page["items"]] == list(
        lapsing("2016-01-01", "P13Y")
    )


@pytest.mark.parametrize(
    "values",
    [
        {"within": "soon"},
        {"within": "P0D"},
        {"within": "P1DT2H"},
        {"within": "P999999Y"},
        {"from": "2026"},
        {"from": "2026-02-30"},
        {"party": "not an iri"},
        {"until": "2027-01-01"},
    ],
)
def test_what_cannot_be_asked_is_a_bad_parameter(client, values):
    answer = client.get(PATH, params=values)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-parameter")


def test_csv_says_who_may_ask(client):
    answer = client.get(PATH, params={"from": "2027-06-01", "within": "P1M", "format": "csv"})
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))

    assert [(row["renewalMode"], row["requestedBy"]) for row in rows] == [("on-request", "the-parties")]


def test_browsers_are_led_to_that_part_of_the_page(client):
    values = {"from": "2027-01-01", "within": "P18M", "lang": "ar"}
    answer = client.get(PATH, params=values, headers={"Accept": "text/html"})

    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/agreements?lang=ar&on=2027-01-01&within=P18M#lapsing",
    )

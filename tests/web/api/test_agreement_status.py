"""The agreement board: in force, not in force or unknown on a day, with the reason."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

PATH = "/api/v1/agreements/status"
ID = "https://w3id.org/heritage-graph/id/"
OTS = f"{ID}agreement/icesco-ots-mou"
RENEWALS = Path(__file__).parent.joinpath("documents/renewals.ttl").read_bytes()
DAY = {"on": "2026-11-21"}


def standing(board, agreement=OTS):
    return next(item for item in board["items"] if item["agreement"]["id"] == agreement)


@pytest.fixture(scope="module")
def board(client):
    return client.get(PATH, params=DAY | {"include": "parties,sources"}).json()


@pytest.fixture(scope="module", autouse=True)
def renewals(client, writer):
    """Three made-up agreements that renew each other are in the graph."""
    headers = writer | {"Content-Type": "text/turtle"}
    client.put("/api/v1/sources/test-renewals", content=RENEWALS, headers=headers)
    yield
    client.delete("/api/v1/sources/test-renewals", headers=writer)


def test_the_board_is_as_its_schema_says(board, faults_in):
    assert faults_in(board, "agreement-status") == []


def test_an_agreement_whose_term_runs_is_in_force(board):
    found = standing(board)

    assert (found["status"]["code"], found["reason"]["code"], found["validUntil"]["latest"]) == (
        "in-force",
        "term-running",
        "2027-06-13",
    )


def test_a_derived_last_day_names_its_rule(board):
    found = standing(board)["validUntil"]

    assert (found["basis"]["code"], [rule["id"] for rule in found["rules"]]) == (
        "derived-by-rule",
        [f"{ID}rule/term-from-general-clause"],
    )


def test_what_nobody_knows_has_a_reason(board):
    found = standing(board, f"{ID}agreement/icesco-iccrom-mou")

    assert (found["status"]["code"], set(found["validUntil"]["unknown"]["label"])) == ("unknown", {"en", "ar", "fr"})


def test_the_first_day_after_the_last_one_is_not_in_force(client):
    days = ["2027-06-13", "2027-06-14"]
    found = [standing(client.get(PATH, params={"on": day}).json())["status"]["code"] for day in days]

    assert found == ["in-force", "not-in-force"]


def test_an_uncertain_day_is_told_as_such(client):
    found = standing(client.get(PATH, params={"on": "2028-06-01"}).json(), f"{ID}agreement/renewed-third")

    assert (found["status"]["code"], found["reason"]["code"], found["validUntil"]["value"]) == (
        "unknown",
        "uncertain-date",
        "2028",
    )


def test_parties_come_with_their_roles(board):
    parties = {party["id"]: [role["id"] for role in party["roles"]] for party in standing(board)["parties"]}

    assert [role.rpartition("/")[2] for role in parties[f"{ID}organization/icesco"]] == ["party"]


def test_sources_say_who_states_the_dates(board):
    states = {source["graph"].rpartition("/")[2]: source["states"] for source in standing(board)["sources"]}

    assert states == {
        "curation": ["governs"],
        "icesco-2024-partnerships-report": ["duration"],
        "anews-2024-06-13-ots": ["signedOn"],
        "turkicstates-icesco": ["signedOn"],
    }


def test_without_a_day_today_is_asked_and_told(client):
    days = {datetime.now(UTC).date().isoformat()}
    found = client.get(PATH).json()
    days.add(datetime.now(UTC).date().isoformat())

    assert (found["on"] in days, found["onByDefault"]) == (True, True)


@pytest.mark.parametrize("day", ["2015-02-28", "2018-03-01", "2022-04-15", "2024-06-13", "2026-11-21", "2028-06-01"])
def test_the_board_says_what_the_stored_question_says(client, day):
    rows = client.get("/queries/agreements-in-force", params={"on": day, "format": "json"}).json()["rows"]
    items = client.get(PATH, params={"on": day, "limit": 1000}).json()["items"]

    assert {item["agreement"]["id"]: (item["status"]["id"], item["reason"]["id"]) for item in items} == {
        row["agreement"]: (row["status"], row["reason"]) for row in rows
    }


def test_counts_are_of_all_answers_whatever_is_asked(client, board):
    found = client.get(PATH, params=DAY | {"status": "in-force"}).json()

    assert (found["counts"], {item["status"]["code"] for item in found["items"]}) == (board["counts"], {"in-force"})


def test_only_agreements_of_a_party_are_told(client):
    found = client.get(PATH, params=DAY | {"party": "id:organization/organization-of-turkic-states"}).json()

    assert [item["agreement"]["id"] for item in found["items"]] == [OTS]


def test_pages_give_every_agreement_once_on_one_generation(client, board):
    pages = [client.get(PATH, params=DAY | {"limit": 5}).json()]
    pages.append(client.get(pages[0]["next"]).json())
    pages.append(client.get(pages[1]["next"]).json())

    assert [item["agreement"]["id"] for page in pages for item in page["items"]] == [
        item["agreement"]["id"] for item in board["items"]
    ]


def test_the_last_page_leads_nowhere(board):
    assert (board["next"], board["total"]) == (None, {"exactly": len(board["items"])})


@pytest.mark.parametrize(
    "values",
    [
        {"on": "yesterday"},
        {"on": "2026-02-30"},
        {"on": ""},
        {"status": "perhaps"},
        {"party": "not an iri"},
        {"include": "everything"},
        {"limit": "0"},
        {"limit": "1001"},
        {"cursor": "made-up"},
        {"lang": "no language"},
        {"day": "2026-11-21"},
        {"min-generation": "soon"},
    ],
)
def test_what_cannot_be_asked_is_a_bad_parameter(client, values):
    answer = client.get(PATH, params=values)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-parameter")


def test_who_holds_the_board_of_this_generation_gets_no_copy(client):
    tag = client.get(PATH, params=DAY).headers["etag"]

    assert client.get(PATH, params=DAY, headers={"If-None-Match": tag}).status_code == 304


def test_a_generation_that_does_not_come_is_waited_for_and_then_told(client):
    answer = client.get(PATH, params={"min-generation": "999999"})

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_csv_has_the_same_agreements(client, board):
    text = client.get(PATH, params=DAY | {"format": "csv", "lang": "ar"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))

    assert [(row["agreement"], row["status"]) for row in rows] == [
        (item["agreement"]["id"], item["status"]["code"]) for item in board["items"]
    ]


def test_browsers_are_led_to_the_page_with_what_they_ask(client):
    values = {"on": "2026-11-21", "party": "", "status": "unknown", "limit": "5"}
    answer = client.get(PATH, params=values, headers={"Accept": "text/html"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/agreements?on=2026-11-21&status=unknown")

"""Stored questions as addresses."""

from __future__ import annotations

import re

import pytest
from shipped_questions import shipped_questions

BROWSER = {"Accept": "text/html"}
QUERIES = [query for query in shipped_questions().queries.values() if query.topic not in {"entity", "views"}]


ROWS = [query for query in QUERIES if query.form != "construct"]
GRAPHS = [query for query in QUERIES if query.form == "construct"]


@pytest.mark.parametrize("query", ROWS, ids=lambda query: query.name)
def test_every_question_answers_its_example_as_json(client, query):
    answer = client.get(f"/queries/{query.name}", params=query.examples)

    assert (answer.status_code, answer.json()["query"]) == (200, query.name)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_question_has_a_page(client, query):
    page = client.get(f"/queries/{query.name}", params=query.examples, headers=BROWSER)

    assert (page.status_code, "<pre" in page.text) == (200, True)


@pytest.mark.parametrize("query", GRAPHS, ids=lambda query: query.name)
def test_a_question_about_a_graph_answers_its_example_as_turtle(client, query):
    answer = client.get(f"/queries/{query.name}", params=query.examples)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/turtle")


def test_the_agreements_of_icesco_are_found(client):
    rows = client.get("/queries/agreements-of-party", params={"party": "id:organization/icesco"}).json()["rows"]

    assert "https://w3id.org/heritage-graph/id/agreement/icesco-ots-mou" in {row["agreement"] for row in rows}


def test_agreements_in_force_have_three_valued_answers(client):
    rows = client.get("/queries/agreements-in-force", params={"on": "2026-11-21"}).json()["rows"]

    assert {row["status"].rsplit("/", 1)[1] for row in rows} == {"in-force", "not-in-force", "unknown"}


@pytest.mark.parametrize(
    ("suffix", "content_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("tsv", "text/tab-separated-values; charset=utf-8"),
        ("xml", "application/sparql-results+xml"),
        ("srj", "application/sparql-results+json"),
        ("json", "application/json"),
    ],
)
def test_rows_come_in_each_format(client, suffix, content_type):
    answer = client.get(f"/queries/agreements-in-force.{suffix}", params={"on": "2026-11-21"})

    assert (answer.status_code, answer.headers["content-type"]) == (200, content_type)


def test_sparql_results_are_negotiated(client):
    answer = client.get(
        "/queries/agreements-in-force",
        params={"on": "2026-11-21"},
        headers={"Accept": "application/sparql-results+json"},
    )

    assert answer.headers["content-type"] == "application/sparql-results+json"


def test_an_unknown_parameter_is_refused_with_the_allowed_ones(client):
    answer = client.get("/queries/agreements-in-force", params={"on": "2026-11-21", "day": "1"})

    assert (answer.status_code, answer.json()["allowed"]) == (
        400,
        ["on", "party", "status", "lang", "include", "asOf", "format"],
    )


def test_a_value_of_the_wrong_type_is_refused_with_what_is_expected(client):
    answer = client.get("/queries/agreements-in-force", params={"on": "tomorrow"})

    assert (answer.status_code, "a date like 2026-11-21" in answer.json()["detail"]) == (400, True)


def test_a_missing_parameter_is_named(client):
    answer = client.get("/queries/agreements-in-force")

    assert (answer.status_code, answer.json()["parameter"]) == (400, "on")


def test_a_browser_gets_a_form_where_a_parameter_is_missing(client):
    answer = client.get("/queries/agreements-in-force", headers=BROWSER)

    assert (answer.status_code, 'name="on"' in answer.text) == (200, True)


def test_a_form_sent_with_empty_fields_is_taken(client):
    answer = client.get("/queries/agreements-in-force?on=2026-11-21&party=&status=&lang=en", headers=BROWSER)

    assert answer.status_code == 200


def test_what_is_typed_is_escaped_on_the_page(client):
    answer = client.get("/queries/find-by-name", params={"name": '"><script>alert(1)</script>'}, headers=BROWSER)

    assert (answer.status_code, "<script" in answer.text) == (200, False)


def test_what_is_typed_is_a_term_and_never_query_text(client):
    answer = client.get("/queries/find-by-name", params={"name": '" } ; DROP ALL #'})

    assert (answer.status_code, answer.json()["rows"]) == (200, [])


def test_the_catalogue_lists_every_question(client):
    listed = client.get("/queries").json()["queries"]

    assert {each["name"] for each in listed} == {query.name for query in QUERIES}


def test_a_question_that_is_not_there_is_not_found(client):
    assert client.get("/queries/nothing").status_code == 404


def test_the_catalogue_is_as_its_schema_says(client, faults_in):
    assert faults_in(client.get("/queries").json(), "queries") == []


def test_the_catalogue_lists_every_question_with_its_marks(client):
    questions = client.get("/queries").json()["questions"]

    assert [(question["number"], bool(question["marks"])) for question in questions] == [
        (n, True) for n in range(1, 80)
    ]


def test_every_question_has_a_query_that_answers_it(client):
    assert [each["code"] for each in client.get("/queries").json()["questions"] if not each["queries"]] == []


@pytest.mark.parametrize("query", ROWS, ids=lambda query: query.name)
def test_every_answer_is_as_its_schema_says(client, faults_in, query):
    assert faults_in(client.get(f"/queries/{query.name}", params=query.examples).json(), "answer") == []


@pytest.mark.parametrize("query", [query for query in ROWS if query.facts], ids=lambda query: query.name)
def test_every_row_about_facts_can_name_its_sources(client, faults_in, query):
    answer = client.get(f"/queries/{query.name}", params={**query.examples, "include": "sources"}).json()

    assert (faults_in(answer, "answer"), [row for row in answer["rows"] if "sources" not in row]) == ([], [])


def test_the_sources_of_a_signing_date_are_those_that_state_it(client):
    rows = client.get("/queries/effective-date-basis", params={"include": "sources"}).json()["rows"]

    assert {
        source["graph"].rsplit("/", 1)[1]
        for row in rows
        for source in row["sources"]
        if row["agreement"].endswith("/icesco-ots-mou")
    } >= {"turkicstates-icesco"}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [({"include": "everything"}, "'include' takes sources"), ({"include": "sources", "format": "csv"}, "format=json")],
    ids=["unknown", "in CSV"],
)
def test_what_cannot_be_included_is_refused_with_the_cure(client, wanted, said):
    answer = client.get("/queries/agreements-in-force", params={"on": "2026-11-21", **wanted})

    assert (answer.status_code, said in answer.json()["detail"]) == (400, True)


def test_a_question_that_is_not_about_facts_takes_no_sources(client):
    answer = client.get("/queries/state-is-no-place", params={"include": "sources"})

    assert (answer.status_code, answer.json()["allowed"]) == (400, ["lang", "asOf", "format"])


def test_a_table_for_a_spreadsheet_says_what_it_is(client):
    answer = client.get("/queries/agreements-in-force", params={"on": "2026-11-21", "format": "spreadsheet"})

    assert (answer.headers["content-type"], answer.content[:3]) == ("text/csv; charset=utf-8", b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "shown",
    ['href="/id/document/turkicstates-icesco"', ">Memorandum of understanding between ICESCO", ">effective from<"],
    ids=["sources", "names in place of IRIs", "columns in words"],
)
def test_the_page_of_a_question_is_for_reading(client, shown):
    assert shown in client.get("/queries/effective-date-basis", headers=BROWSER).text


def test_the_page_of_a_question_shows_lower_bounds_as_such(client):
    page = client.get("/queries/collaborations-of", params={"agent": "id:organization/icesco"}, headers=BROWSER)

    assert ">≥ " in page.text


def test_the_page_of_a_question_without_an_answer_says_what_that_means(client):
    page = client.get("/queries/third-party-funders", headers=BROWSER)

    assert 'class="notice"' in page.text


def test_a_choice_is_offered_as_one(client):
    page = client.get("/queries/collaborations-of", headers=BROWSER)

    assert re.findall(r'<option value="(\w*)"', page.text)[-3:] == ["", "include", "exclude"]

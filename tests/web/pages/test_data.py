"""The page of the data: what it counts is what the graph holds, and it says what is missing and how to cite."""

from __future__ import annotations

import re

import pytest
from fictional import fictional_service

BROWSER = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(shipped, tmp_path_factory, start_server):
    """A client of a service over the documents and two accounts of an accord."""
    with fictional_service(shipped, tmp_path_factory.mktemp("data-page"), start_server) as client:
        yield client


@pytest.fixture(scope="module")
def told(client):
    return client.get("/data").json()


def page(client, language="en"):
    return client.get("/data", params={"lang": language}, headers=BROWSER).text


def test_the_document_is_as_its_schema_says(told, faults_in):
    assert faults_in(told, "data") == []


@pytest.mark.parametrize(("kind", "address"), [("Organization", "organizations"), ("Agreement", "agreements")])
def test_a_kind_has_as_many_things_as_its_list(client, told, kind, address):
    (number,) = [each["number"] for each in told["kinds"] if each["kind"].endswith(f"#{kind}")]

    assert number == client.get(f"/api/v1/{address}").json()["total"]["exactly"]


def test_every_agreement_is_in_one_year_or_in_none(told):
    numbers = {each["kind"].rpartition("#")[2]: each["number"] for each in told["kinds"]}
    counted = sum(each["agreements"] + each["others"] for each in told["years"]) + told["older"] + told["undated"]

    assert counted == sum(numbers.get(kind, 0) for kind in ("Agreement", "Activity", "Designation"))


def test_the_years_have_no_gap(told):
    years = [each["year"] for each in told["years"]]

    assert years == list(range(years[0], years[-1] + 1))


def test_no_more_take_part_identified_than_take_part(told):
    assert 0 < told["identified"] <= told["participations"]


def test_the_countries_are_those_of_the_coverage(client, told):
    assert told["countries"] == len(client.get("/quality/coverage").json()["rows"])


@pytest.mark.parametrize(
    ("language", "said"), [("en", "a sample, not a census"), ("fr", "un échantillon"), ("ar", "عينة")]
)
def test_the_page_says_what_is_missing(client, language, said):
    assert said in page(client, language)


@pytest.mark.parametrize(("language", "name"), [("en", "English"), ("fr", "anglais"), ("ar", "الإنجليزية")])
def test_languages_have_names_in_the_language_of_the_page(client, language, name):
    assert re.search(rf'<text class="label"[^>]*>{name}</text>', page(client, language)) is not None


def test_the_page_cites_the_dataset_as_its_own_page_does(client, told):
    assert (told["citation"] in page(client), told["citation"] in client.get("/dataset", headers=BROWSER).text) == (
        True,
        True,
    )


def test_a_reader_finds_the_page_from_every_other(client):
    assert '<a href="/data">' in client.get("/about", headers=BROWSER).text


def test_the_page_is_kept_until_the_graph_changes(client):
    tag = client.get("/data", headers=BROWSER).headers["etag"]

    assert client.get("/data", headers={**BROWSER, "If-None-Match": tag}).status_code == 304

"""Search by name over HTTP."""

from __future__ import annotations

import pytest

ID = "https://w3id.org/heritage-graph/id/"
HG = "https://w3id.org/heritage-graph/ns#"
GRAPH = "https://w3id.org/heritage-graph/graph/source/"
NEW_ORGANIZATION = f"""
@prefix hg:   <{HG}> .
@prefix id:   <{ID}> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{ID}document/search-test>
  a hg:SourceDocument ; skos:prefLabel "Invented page about a workshop"@en ;
  hg:labelSource <https://w3id.org/heritage-graph/vocab/label-source/stated> ; hg:evidence <{ID}evidence/search-test> .
<{ID}evidence/search-test>
  a hg:PageEvidence ; hg:document <{ID}document/search-test> ;
  hg:readOn "2026-11-01"^^<http://www.w3.org/2001/XMLSchema#date> .
"""


def search(client, **values):
    return client.get("/api/v1/search", params={name.replace("_", "-"): value for name, value in values.items()})


def ids(reply):
    return [item["id"].removeprefix(ID) for item in reply.json()["items"]]


@pytest.mark.parametrize("text", ["icesco", "ICESCO", "ايسيسكو", "إيسيسكو", "إيـسيـسكو", "الإيسيسكو", "icseco"])
def test_a_thing_is_found_first_however_its_name_is_written(client, text):
    assert ids(search(client, q=text))[0] == "organization/icesco"


def test_an_item_tells_the_thing_and_the_name_by_which_it_was_found(client):
    item = search(client, q="INTERPOL", kind="organizations").json()["items"][0]

    assert item == {
        "id": f"{ID}organization/interpol",
        "kind": "organizations",
        "types": [
            {"id": f"{HG}Organization", "label": {"en": ["Organization"], "ar": ["منظمة"], "fr": ["Organisation"]}}
        ],
        "label": item["label"],
        "match": {"name": "Interpol", "language": "en", "exact": True},
        "score": 100.0,
        "links": {"self": "/api/v1/organizations/interpol", "html": "/doc/organization/interpol.html"},
    }


@pytest.mark.parametrize(
    "values",
    [{"q": "icesco"}, {"q": "heritage", "limit": 2}, {"q": "zzqqxx"}, {"q": "الدول", "lang": "ar", "kind": "concepts"}],
)
def test_every_answer_follows_its_schema(client, faults_in, values):
    assert faults_in(search(client, **values).json(), "search") == []


def test_the_page_of_a_thing_that_was_found_is_there(client):
    links = search(client, q="icesco").json()["items"][0]["links"]

    assert client.get(links["html"], headers={"Accept": "text/html"}).status_code == 200


def test_the_page_of_a_concept_that_was_found_is_there(client):
    links = search(client, q="signatory", kind="concepts").json()["items"][0]["links"]

    assert client.get(links["html"], headers={"Accept": "text/html"}).status_code == 200


def test_only_the_kinds_that_were_asked_for_are_found(client):
    found = search(client, q="icesco", kind=["agreements", "documents"]).json()["items"]

    assert {item["kind"] for item in found} == {"agreements", "documents"}


def test_only_things_of_the_countries_that_were_asked_for_are_found(client):
    assert ids(search(client, q="r", country="id:country/morocco")) == ["place/rabat"]


def test_only_names_in_the_languages_that_were_asked_for_are_found(client):
    found = search(client, q="patrimoine", lang="fr").json()["items"]

    assert {item["match"]["language"] for item in found} == {"fr"}


def test_a_search_that_was_cut_says_that_there_may_be_more(client):
    assert search(client, q="icesco", limit=1).json()["total"] == {"atLeast": 1, "complete": False}


def test_a_search_that_finds_nothing_is_an_answer_too(client):
    found = search(client, q="zzqqxx").json()

    assert (found["items"], found["total"]) == ([], {"exactly": 0})


def test_an_answer_that_the_client_holds_is_not_sent_again(client):
    tag = search(client, q="icesco").headers["etag"]

    again = client.get("/api/v1/search", params={"q": "icesco"}, headers={"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")


def test_two_spellings_of_a_search_have_two_tags(client):
    assert search(client, q="icesco").headers["etag"] != search(client, q="Icesco").headers["etag"]


@pytest.mark.parametrize(
    ("values", "cure"),
    [
        ({}, "takes a name"),
        ({"q": "   "}, "takes a name"),
        ({"q": "x" * 201}, "at most 200"),
        ({"q": "two\nlines"}, "one line"),
        ({"q": "nul\x00"}, "control character"),
        ({"q": "!?"}, "no letter"),
        ({"q": "a", "limit": "0"}, "from 1 to 1000"),
        ({"q": "a", "limit": "many"}, "from 1 to 1000"),
        ({"q": "a", "min-generation": "-1"}, "a whole number"),
        ({"q": "a", "kind": "dragons"}, "kinds are organizations"),
        ({"q": "a", "country": "morocco"}, "absolute IRI"),
        ({"q": "a", "lang": "en us"}, "language tag"),
        ({"q": "a", "sort": "name"}, "allowed: q, lang, kind"),
    ],
)
def test_what_cannot_be_searched_for_is_refused_with_the_cure(client, values, cure):
    refusal = client.get("/api/v1/search", params=values)

    assert (refusal.status_code, cure in refusal.json()["detail"]) == (400, True)


def test_what_was_just_written_is_found_when_its_generation_is_asked_for(client, writer):
    graph = {"graph": f"{GRAPH}search-test"}
    stored = client.put("/rdf-graph-store", params=graph, content=NEW_ORGANIZATION,
                        headers={**writer, "Content-Type": "text/turtle"})  # fmt: skip
    assert stored.status_code == 201, stored.text
    generation = stored.json()["generation"]

    found = search(client, q="invented page workshop", min_generation=generation)

    assert (ids(found)[:1], found.json()["generation"] >= generation) == (["document/search-test"], True)


def test_a_generation_that_does_not_come_is_waited_for_and_then_refused(client, generation):
    refusal = search(client, q="icesco", min_generation=generation() + 100)

    assert (refusal.status_code, "retry-after" in refusal.headers) == (503, True)

"""The lists of things: what they hold, what chooses among it, how it is counted."""

from __future__ import annotations

import csv
import io
from urllib.parse import parse_qs, urlsplit

import pytest

KINDS = ["organizations", "states", "people", "agreements", "programmes", "projects", "events", "sites", "artifacts",
         "places", "documents", "claims"]  # fmt: skip
ID = "https://w3id.org/heritage-graph/id/"
MAP = b"""
@prefix hg:   <https://w3id.org/heritage-graph/ns#> .
@prefix id:   <https://w3id.org/heritage-graph/id/place/> .
@prefix xsd:  <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
id:made-up-east
  a hg:Place ; skos:prefLabel "Invented place in the east"@en ; hg:latitude 10.25 ; hg:longitude 179.5 ;
  hg:labelSource <https://w3id.org/heritage-graph/vocab/label-source/stated> ;
  hg:evidence <https://w3id.org/heritage-graph/id/evidence/made-up-map> .
id:made-up-west
  a hg:Place ; skos:prefLabel "Invented place in the west"@en ; hg:latitude 10.75 ; hg:longitude -179.5 ;
  hg:labelSource <https://w3id.org/heritage-graph/vocab/label-source/stated> ;
  hg:evidence <https://w3id.org/heritage-graph/id/evidence/made-up-map> .
<https://w3id.org/heritage-graph/id/evidence/made-up-map>
  a hg:PageEvidence ; hg:readOn "2026-11-01"^^xsd:date ;
  hg:document <https://w3id.org/heritage-graph/id/document/made-up-map> .
<https://w3id.org/heritage-graph/id/document/made-up-map>
  a hg:SourceDocument ; skos:prefLabel "Invented map"@en ;
  hg:labelSource <https://w3id.org/heritage-graph/vocab/label-source/stated> ;
  hg:evidence <https://w3id.org/heritage-graph/id/evidence/made-up-map> .
"""

pytestmark = pytest.mark.usefixtures("indexed")


def slugs(answer):
    return [item["id"].rpartition("/")[2] for item in answer.json()["items"]]


def ask(client, kind, **values):
    return client.get(f"/api/v1/{kind}", params={name.rstrip("_"): value for name, value in values.items()})


@pytest.fixture(scope="module")
def mapped(client, writer):
    """The number of the generation that has two places with coordinates, on both sides of the antimeridian."""
    graph = {"graph": "https://w3id.org/heritage-graph/graph/source/made-up-map"}
    answer = client.put(
        "/rdf-graph-store", params=graph, content=MAP, headers={**writer, "Content-Type": "text/turtle"}
    ).raise_for_status()
    yield str(answer.json()["generation"])
    client.delete("/rdf-graph-store", params=graph, headers=writer).raise_for_status()


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_keeps_to_its_schema(client, faults_in, kind):
    page = ask(client, kind, facets="type,source", include="sources,evidence,participations,collaborators").json()

    assert faults_in(page, kind) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_things_of_a_list_come_by_iri_and_all_are_counted(client, kind):
    page = ask(client, kind, limit="1000").json()
    iris = [item["id"] for item in page["items"]]

    assert (iris, page["total"], page["next"]) == (sorted(iris), {"exactly": len(iris)}, None)


def test_agreements_are_told_with_their_parties_and_sources_in_one_answer(client):
    page = ask(client, "agreements", party="id:organization/icesco", include="sources", limit="1").json()
    party = page["items"][0]["participations"][0]

    assert (bool(party["participant"][0]["label"]), bool(party["sources"])) == (True, True)


def test_agents_are_told_without_what_they_take_part_in_unless_it_is_included(client):
    plain, full = (ask(client, "organizations", include=text).json()["items"] for text in ("", "participations"))

    assert (
        [item["id"] for item in plain if "participatesIn" in item],
        any("participatesIn" in item for item in full),
    ) == ([], True)


CHOSEN = [
    ("organizations", {"country": "egypt", "organizationType": "academic"}, ["ain-shams-university"]),
    ("organizations", {"country": f"{ID}country/germany"}, ["philipps-university-marburg"]),
    ("organizations", {"type": "Committee"}, ["islamic-world-heritage-committee"]),
    ("states", {"country": "id:country/azerbaijan"}, ["azerbaijan"]),
    ("agreements", {"agreementKind": "executive-programme"}, ["icesco-saudi-hajj-routes"]),
    ("agreements", {"party": "id:organization/organization-of-turkic-states"}, ["icesco-ots-mou"]),
    ("agreements", {"type": "FrameworkAgreement"}, ["iccrom-alecso-framework-2012"]),
    ("agreements", {"year": "2012"}, ["iccrom-alecso-framework-2012"]),
    ("agreements", {"to": "2013"}, ["iccrom-alecso-framework-2012"]),
    ("events", {"place": "shusha"}, ["islamic-world-heritage-committee-shusha-2024"]),
    ("events", {"from": "2026-01-01"}, ["islamic-world-heritage-committee-tashkent-2026"]),
    ("documents", {"source": "athar-2014-alecso"}, ["athar-2014-alecso"]),
]


@pytest.mark.parametrize(("kind", "values", "expected"), CHOSEN)
def test_what_is_chosen_is_told(client, kind, values, expected):
    assert slugs(client.get(f"/api/v1/{kind}", params=values)) == expected


def test_of_one_facet_any_of_several_values_will_do(client):
    values = [("agreementKind", "executive-programme"), ("agreementKind", "framework-agreement")]

    assert slugs(client.get("/api/v1/agreements", params=values)) == [
        "iccrom-alecso-framework-2012",
        "icesco-saudi-hajj-routes",
    ]


def test_a_day_within_an_uncertain_date_meets_it(client):
    inside, outside = (
        ask(client, "agreements", from_=f"{year}-01-01", to=f"{year}-12-31", facets="year").json()["total"]["exactly"]
        for year in ("2024", "1990")
    )

    assert (inside > 0, outside) == (True, 0)


def test_facets_are_counted_with_their_names_and_lists(client):
    page = ask(client, "agreements", facets="agreementKind", limit="1").json()
    counted = {each["value"]["label"]["en"][0]: each for each in page["facets"]["agreementKind"]}
    narrowed = client.get(counted["Executive programme"]["href"]).json()

    assert (counted["Executive programme"]["count"], narrowed["total"]) == ({"exactly": 1}, {"exactly": 1})


def test_every_count_leads_to_a_list_of_as_many(client):
    page = ask(client, "organizations", facets="type,country,organizationType,role,source", limit="1").json()
    counts = [each for values in page["facets"].values() for each in values]

    assert [each for each in counts if client.get(each["href"]).json()["total"] != each["count"]] == []


def test_only_what_lies_in_a_box_is_told(client, mapped):
    answer = client.get("/api/v1/places", params={"bbox": "170,0,180,20", "min-generation": mapped})

    assert (slugs(answer), answer.json()["total"]) == (["made-up-east"], {"exactly": 1})


def test_a_box_may_cross_the_antimeridian(client, mapped):
    answer = client.get("/api/v1/places", params={"bbox": "170,0,-170,20", "min-generation": mapped})

    assert slugs(answer) == ["made-up-east", "made-up-west"]


def test_what_lies_in_a_box_comes_in_pages(client, mapped):
    first = client.get("/api/v1/places", params={"bbox": "170,0,-170,20", "limit": "1", "min-generation": mapped})

    assert (slugs(first), slugs(client.get(first.json()["next"]))) == (["made-up-east"], ["made-up-west"])


def test_a_coordinate_is_told_as_written_and_as_a_number(client, mapped):
    place = client.get("/api/v1/places/made-up-east", params={"min-generation": mapped}).json()

    assert place["latitude"] == [{"value": "10.25", "type": "decimal", "number": 10.25}]


REFUSED = [
    ("agreements", {"country": "not a country"}),
    ("agreements", {"agreementKind": "https://example.org/kind"}),
    ("agreements", {"from": "yesterday"}),
    ("agreements", {"from": "2024-02-31"}),
    ("agreements", {"open": "perhaps"}),
    ("agreements", {"limit": "0"}),
    ("agreements", {"limit": "1001"}),
    ("agreements", {"limit": "-5"}),
    ("agreements", {"limit": "\u0665"}),
    ("agreements", {"facets": "price"}),
    ("agreements", {"bbox": "1,2,3,4"}),
    ("agreements", {"q": "icesco"}),
    ("places", {"bbox": "1,2,3"}),
    ("places", {"bbox": "1,2,3,north"}),
    ("places", {"bbox": "10,50,20,40"}),
    ("places", {"bbox": "1,2,3,4", "facets": "type"}),
    ("places", {"from": "2024"}),
    ("people", {"country": "egypt"}),
]


@pytest.mark.parametrize(("kind", "values"), REFUSED)
def test_what_cannot_be_is_refused(client, kind, values):
    answer = client.get(f"/api/v1/{kind}", params=values)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-parameter")


def test_a_parameter_given_twice_where_one_is_meant_is_refused(client):
    assert client.get("/api/v1/agreements", params=[("limit", "1"), ("limit", "2")]).status_code == 400


def test_a_list_that_there_is_not_is_not_found(client):
    assert [client.get(f"/api/v1/{name}").status_code for name in ("treaties", "treaties.json", "agreements.pdf")] == [
        404,
        404,
        404,
    ]


def test_a_list_that_the_client_holds_is_not_sent_again(client):
    tag = ask(client, "events").headers["etag"]

    assert client.get("/api/v1/events", headers={"If-None-Match": tag}).status_code == 304


def test_a_list_is_cut_to_the_members_asked_for(client):
    assert {*ask(client, "events", fields="label").json()["items"][0]} == {"id", "type", "label"}


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("path", ["/api/v1/agreements.csv", "/api/v1/agreements?format=csv"])
def test_a_list_is_a_table_for_spreadsheets_too(client, path):
    answer = client.get(path)
    row = next(row for row in rows_of(answer) if row["id"].endswith("/icesco-ots-mou"))

    assert (answer.headers["content-type"], row["participants"], row["signedOn"], row["listIsOpen"]) == (
        "text/csv; charset=utf-8",
        "ICESCO | Organization of Turkic States",
        "2024-06-13",
        "false",
    )


def test_a_table_has_its_texts_in_the_language_asked_for(client):
    rows = rows_of(ask(client, "organizations", format="csv", lang="ar"))
    icesco = next(row for row in rows if row["id"].endswith("/icesco"))

    assert (icesco["label"], icesco["type"]) == ("ايسيسكو", "Organization")


@pytest.mark.parametrize("kind", KINDS)
def test_the_columns_of_a_table_do_not_depend_on_its_rows(client, kind):
    some, none = (ask(client, kind, format="csv", limit="1", source=name) for name in ("anews-2024-06-13-ots", "none"))

    assert some.content.splitlines()[0] == none.content.splitlines()[0]


def test_a_table_has_the_columns_asked_for(client):
    answer = ask(client, "agreements", format="csv", fields="label,signedOn", limit="1")

    assert answer.content.decode("utf-8-sig").splitlines()[0] == (
        '"id","type","label","signedOn","signedOn_earliest","signedOn_latest"'
    )


def test_the_next_page_of_a_table_is_told_in_a_link(client):
    answer = ask(client, "organizations", format="csv", limit="2")
    following = parse_qs(urlsplit(answer.links["next"]["url"]).query)

    assert (following["format"], following["limit"], len(rows_of(client.get(answer.links["next"]["url"])))) == (
        ["csv"],
        ["2"],
        2,
    )


NEXT = [
    ("/api/v1/organizations?limit=2&format=csv", "application/json"),
    ("/api/v1/organizations?limit=2", "text/csv"),
    ("/api/v1/organizations.csv?limit=2", "application/json"),
]


@pytest.mark.parametrize(("path", "accept"), NEXT)
def test_the_next_page_is_a_table_however_the_first_was_asked_for(client, path, accept):
    first = client.get(path, headers={"Accept": accept})

    assert client.get(first.links["next"]["url"]).headers["content-type"] == "text/csv; charset=utf-8"

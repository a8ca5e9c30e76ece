"""What the editor is offered for a part of a name."""

from __future__ import annotations

import pytest

HG = "https://w3id.org/heritage-graph/ns#"
SOON_S = 0.2


def completions(client, **values):
    return client.get("/sparql/completions", params=values).json()["completions"]


@pytest.mark.parametrize("part", ["agreem", "hg:Agreem", "اتفاق", "ACCORD"])
def test_a_class_is_found_by_its_iri_and_its_names(client, part):
    found = completions(client, kind="class", q=part)

    assert f"{HG}Agreement" in [each["iri"] for each in found]


def test_what_begins_with_the_part_comes_before_what_holds_it(client):
    found = [each["short"] for each in completions(client, kind="class", q="agreement")]

    assert found.index("hg:Agreement") < found.index("hg:AgreementDocument") < found.index("hg:CooperationAgreement")


def test_the_properties_that_shapes_ask_of_a_class_come_first(client):
    found = completions(client, kind="property", **{"class": f"{HG}Agreement"})

    assert {"hg:agreementKind", "hg:evidence", "skos:prefLabel"} <= {each["short"] for each in found[:5]}


def test_the_properties_of_a_class_are_those_of_the_classes_above_it_too(client):
    of_memorandum = completions(client, kind="property", q="hg:agree", **{"class": f"{HG}MemorandumOfUnderstanding"})

    assert (of_memorandum[0]["short"], of_memorandum[0]["fits"]) == ("hg:agreementKind", True)


@pytest.mark.parametrize("part", ["icesco", "ICESCO", "إيسيسكو", "ايسيسكو", "الإيسيسكو"])
def test_a_thing_is_found_by_a_part_of_a_name_in_any_script(client, part):
    found = completions(client, kind="individual", q=part)

    assert [each["iri"] for each in found if "icesco" in each["iri"]] != []


def test_a_thing_is_found_without_the_accents_of_its_name(client):
    found = completions(client, kind="individual", q="etats membres", lang="fr")

    assert "États membres" in found[0]["label"]


def test_names_are_shown_in_the_chosen_language(client):
    found = completions(client, kind="class", q="hg:Agreement", lang="ar")

    assert found[0]["language"] == "ar"


@pytest.mark.parametrize("part", ["", "x"])
def test_a_part_that_is_too_short_names_no_thing(client, part):
    assert completions(client, kind="individual", q=part) == []


def test_what_would_break_a_query_is_only_a_text(client):
    assert completions(client, kind="individual", q='")) } # \\') == []


@pytest.mark.parametrize("kind", ["class", "property", "individual"])
def test_a_completion_comes_soon(client, kind):
    client.get("/sparql/completions", params={"kind": kind, "q": "ag"})
    answer = client.get("/sparql/completions", params={"kind": kind, "q": "agr"})

    assert answer.elapsed.total_seconds() < SOON_S


def test_a_part_that_no_name_has_is_answered_as_soon(client):
    answer = client.get("/sparql/completions", params={"kind": "individual", "q": "qzqzqz"})

    assert (answer.json()["completions"], answer.elapsed.total_seconds() < SOON_S) == ([], True)


def test_a_completion_that_the_client_holds_is_not_made_again(client):
    answer = client.get("/sparql/completions", params={"kind": "class", "q": "agr"})
    again = client.get(answer.url, headers={"If-None-Match": answer.headers["etag"]})

    assert again.status_code == 304


@pytest.mark.parametrize(
    "values", [{}, {"kind": "thing"}, {"kind": "class", "lang": "xx"}, {"kind": "class", "q": "x" * 101}]
)
def test_a_wrong_parameter_is_refused(client, values):
    answer = client.get("/sparql/completions", params=values)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-parameter")

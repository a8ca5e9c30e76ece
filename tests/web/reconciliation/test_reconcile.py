"""Who speaks the Reconciliation Service API 0.2 matches names, fetches values and sees things in frames."""

import json
import time

import pytest

ICOMOS = "organization/icomos"


@pytest.fixture(scope="module")
def ready(client):
    """The client, once the service answers batches."""
    deadline = time.monotonic() + 60
    answer = client.get("/reconcile", params={"queries": "{}"})
    while answer.status_code in {503, 504} and time.monotonic() < deadline:
        answer = client.get("/reconcile", params={"queries": "{}"})
    return client


@pytest.fixture
def match(ready):
    """The candidates of one query."""

    def asked(text=None, **members):
        query = members if text is None else {"query": text, **members}
        return ready.post("/reconcile", data={"queries": json.dumps({"q": query})}).json()["q"]["result"]

    return asked


@pytest.fixture
def fetch(ready):
    """The cells of one thing under one property."""

    def asked(id_, property_, lang="en", **settings):
        wanted = {"ids": [id_], "properties": [{"id": property_, "settings": settings}]}
        answer = ready.post("/reconcile", params={"lang": lang}, data={"extend": json.dumps(wanted)})
        return answer.json()["rows"][id_][property_]

    return asked


def matched(candidates):
    return [each["id"] for each in candidates if each["match"]]


# The manifest


def test_a_bare_get_gives_the_manifest(ready, faults_in):
    assert faults_in(ready.get("/reconcile").json(), "reconcile-manifest") == []


def test_every_address_of_the_manifest_is_one_of_the_service(ready, address):
    told = ready.get("/reconcile").json()
    places = [told["view"]["url"], told["preview"]["url"], *(each["service_url"] for each in told["suggest"].values())]

    assert [place for place in places if not place.startswith(address)] == []


@pytest.mark.parametrize("id_", [ICOMOS, ICOMOS.replace("/", "%2F")])
def test_the_address_of_a_thing_leads_to_it(ready, address, id_):
    template = ready.get("/reconcile").json()["view"]["url"]

    assert ready.get(template.replace("{{id}}", id_).removeprefix(address)).status_code == 303


def test_names_in_the_manifest_come_in_the_language_asked_for(ready):
    told = ready.get("/reconcile", params={"lang": "fr"}).json()

    assert {"id": "State", "name": "État"} in told["defaultTypes"]


# Batches


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_batch_is_answered_by_key_whichever_way_it_comes(ready, faults_in, method):
    queries = {"queries": json.dumps({"first": {"query": "ICOMOS"}, "second": {"query": "zzzz"}})}
    place = {"params": queries} if method == "GET" else {"data": queries}
    told = ready.request(method, "/reconcile", **place).json()

    assert (list(told), faults_in(told, "reconcile-results"), faults_in(told, "reconcile")) == (
        ["first", "second"],
        [],
        [],
    )


@pytest.mark.parametrize(
    "text",
    [
        "ICOMOS",
        "icomos",
        "الإيكوموس",
        "الايكوموس",
        "Icomos (International)",
        ICOMOS,
        "https://w3id.org/heritage-graph/id/organization/icomos",
        "https://ror.org/00y86zy26",
    ],
)
def test_a_thing_is_matched_by_its_names_and_identifiers(match, text):
    assert match(text)[0]["id"] == ICOMOS


@pytest.mark.parametrize("text", ["ICOMOS", "الايكوموس", ICOMOS, "https://ror.org/00y86zy26"])
def test_one_clear_winner_is_the_match(match, text):
    assert matched(match(text)) == [ICOMOS]


def test_a_name_that_nothing_has_is_no_match(match):
    assert matched(match("Interplanetary Council of Imagined Monuments")) == []


def test_an_identifier_finds_a_thing_without_a_name(match):
    assert matched(match(properties=[{"pid": "ror", "v": "00y86zy26"}])) == [ICOMOS]


def test_an_identifier_beats_the_name(match):
    best = match("UNESCO", properties=[{"pid": "ror", "v": "https://ror.org/00y86zy26"}])[0]

    assert (best["id"], best["score"], best["match"]) == (ICOMOS, 100, True)


def test_evidence_that_disagrees_takes_the_match_away(match):
    best = match("ICOMOS", properties=[{"pid": "organizationType", "v": "Intergovernmental organization"}])[0]

    assert (best["id"], best["match"], {"id": "organizationType", "value": 0.0} in best["features"]) == (
        ICOMOS,
        False,
        True,
    )


def test_values_that_are_empty_are_no_evidence(match):
    given = [{"pid": "country", "v": ""}, {"pid": "foundedOn", "v": None}, {"pid": "seat", "v": []}]

    assert matched(match("ICOMOS", properties=given)) == [ICOMOS]


@pytest.mark.parametrize(
    "type_", ["State", "hg:State", "https://w3id.org/heritage-graph/ns#State", ["State", "Person"]]
)
def test_only_things_of_the_type_are_candidates(match, type_):
    found = match("Saudi Arabia", type=type_)

    assert {each["id"].partition("/")[0] for each in found} <= {"state", "person"}


def test_all_types_asked_for_are_needed_when_they_are(match):
    found = match("University of Marburg", type=["Organization", "AcademicInstitution"], type_strict="all")

    assert {kind["id"] for each in found for kind in each["type"]} == {"AcademicInstitution"}


def test_a_type_that_should_be_puts_others_behind(match):
    first, *_ = match("Saudi Arabia", type="Country", type_strict="should")

    assert first["type"] == [{"id": "Country", "name": "Country"}]


@pytest.mark.parametrize(("type_", "id_"), [("State", "state/saudi-arabia"), ("Country", "country/saudi-arabia")])
def test_the_type_tells_a_state_from_its_country(match, type_, id_):
    assert match("Saudi Arabia", type=type_)[0]["id"] == id_


def test_there_are_no_more_candidates_than_asked_for(match):
    assert len(match("international", limit=2)) == 2


def test_names_and_types_come_in_the_language_asked_for(ready):
    queries = {"queries": json.dumps({"q": {"query": "ICOMOS"}})}
    best = ready.post("/reconcile", params={"lang": "ar"}, data=queries).json()["q"]["result"][0]

    assert (best["name"], best["type"][0]["name"]) == ("الإيكوموس", "منظمة")


@pytest.mark.parametrize(
    ("form", "status", "cure"),
    [
        ({"queries": "{"}, 400, '{"q0"'),
        ({"queries": "[]"}, 400, "JSON object"),
        ({"queries": '{"q": 1}'}, 400, "object"),
        ({"queries": '{"q": {}}'}, 400, "neither a query nor properties"),
        ({"queries": '{"q": {"query": 1}}'}, 400, "text"),
        ({"queries": '{"q": {"query": "x", "kind": "y"}}'}, 400, "type_strict"),
        ({"queries": '{"q": {"query": "x", "type": 1}}'}, 400, "at most 5 texts"),
        ({"queries": json.dumps({"q": {"query": "x", "type": ["State"] * 6}})}, 400, "at most 5 texts"),
        ({"queries": '{"q": {"query": "x", "type": "Circus"}}'}, 400, "/reconcile/suggest/type"),
        ({"queries": '{"q": {"query": "x", "type_strict": "never"}}'}, 400, "any, should, all"),
        ({"queries": '{"q": {"query": "x", "limit": 0}}'}, 400, "1 to 50"),
        ({"queries": '{"q": {"query": "x", "limit": true}}'}, 400, "1 to 50"),
        ({"queries": '{"q": {"query": "x", "properties": 1}}'}, 400, "list"),
        ({"queries": '{"q": {"query": "x", "properties": [{"pid": "country"}]}}'}, 400, '"pid"'),
        ({"queries": '{"q": {"query": "x", "properties": [{"pid": "shoe", "v": 1}]}}'}, 400, "country"),
        ({"queries": '{"q": {"query": "x", "properties": [{"pid": "country", "v": {"a": 1}}]}}'}, 400, "country/"),
        ({"queries": json.dumps({str(number): {"query": "x"} for number in range(51)})}, 413, "at most 50"),
        ({"queries": "{}", "extend": "{}"}, 400, "one at a time"),
        ({"query": "ICOMOS"}, 400, "neither queries nor extend"),
        ({"extend": "{}"}, 400, "ids"),
        ({"extend": '{"ids": []}'}, 400, "properties"),
        ({"extend": '{"ids": [], "properties": [1]}'}, 400, "id"),
        ({"extend": '{"ids": [], "properties": [{"id": "shoe"}]}'}, 400, "country"),
        ({"extend": '{"ids": [], "properties": [{"id": "country", "settings": 1}]}'}, 400, "settings"),
        ({"extend": '{"ids": [], "properties": [{"id": "country", "settings": {"limit": "x"}}]}'}, 400, "limit"),
        ({"extend": '{"ids": [], "properties": [{"id": "country", "settings": {"content": "x"}}]}'}, 400, "name"),
        ({"extend": json.dumps({"ids": [str(n) for n in range(501)], "properties": []})}, 413, "at most 500"),
        ({"queries": "{}", "lang": "not a language"}, 400, "lang"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_cure(ready, form, status, cure):
    answer = ready.post("/reconcile", data=form)

    assert (answer.status_code, cure in answer.json()["detail"], answer.headers["access-control-allow-origin"]) == (
        status,
        True,
        "*",
    )


def test_a_single_query_of_an_older_version_is_told_what_to_send(ready):
    answer = ready.get("/reconcile", params={"query": "ICOMOS"})

    assert (answer.status_code, "queries=" in answer.json()["detail"]) == (400, True)


def test_a_body_that_is_no_form_is_refused(ready):
    answer = ready.post("/reconcile", json={"queries": {}})

    assert (answer.status_code, answer.json()["supported"]) == (415, ["application/x-www-form-urlencoded"])


@pytest.mark.parametrize("text", ["", " ", "\u0000", "x" * 5_000, "' OR 1=1 --", "\ud83d\ude00", "(((", "ـ"])
def test_any_text_can_be_asked_for(match, text):
    assert matched(match(text)) == []


@pytest.mark.parametrize("value", ["a> } ?x ?y ?z {", '"', "\\", "\u0000", "https://ror.org/ x", "\u202e"])
def test_any_value_can_be_given_in_evidence(match, value):
    given = [{"pid": pid, "v": value} for pid in ("ror", "wikidata", "geonames", "country", "foundedOn", "homepage")]

    assert matched(match("ICOMOS", properties=given)) == []


# Suggestions


@pytest.mark.parametrize(
    ("prefix", "found"), [("ICOM", ICOMOS), ("icomo", ICOMOS), ("الإيكو", ICOMOS), ("organization/icomos", ICOMOS)]
)
def test_things_are_suggested_by_the_beginning_of_a_name(ready, faults_in, prefix, found):
    told = ready.get("/reconcile/suggest/entity", params={"prefix": prefix}).json()

    assert (found in {each["id"] for each in told["result"]}, faults_in(told, "reconcile-entities")) == (True, [])


def test_suggestions_go_on_behind_a_cursor(ready):
    told = [
        ready.get("/reconcile/suggest/entity", params={"prefix": "a", "cursor": cursor}).json()["result"]
        for cursor in (0, 1)
    ]

    assert told[0][1 : len(told[1])] == told[1][: len(told[0]) - 1]


def test_things_of_one_type_are_suggested_when_asked_for(ready):
    told = ready.get("/reconcile/suggest/entity", params={"prefix": "a", "type": "Agreement"}).json()["result"]

    assert {each["id"].partition("/")[0] for each in told} == {"agreement"}


@pytest.mark.parametrize(
    ("kind", "prefix", "found"),
    [
        ("type", "acad", "AcademicInstitution"),
        ("type", "institution", "AcademicInstitution"),
        ("type", "دولة", "State"),
        ("property", "coun", "country"),
        ("property", "pays", "country"),
        ("property", "ror", "ror"),
    ],
)
def test_types_and_properties_are_suggested_in_any_language(ready, faults_in, kind, prefix, found):
    told = ready.get(f"/reconcile/suggest/{kind}", params={"prefix": prefix}).json()

    assert (found in {each["id"] for each in told["result"]}, faults_in(told, "reconcile-terms")) == (True, [])


@pytest.mark.parametrize(
    ("parameters", "cure"),
    [
        ({}, "prefix is missing"),
        ({"prefix": "a", "cursor": "x"}, "cursor is a number"),
        ({"prefix": "a", "lang": "?"}, "ar"),
    ],
)
@pytest.mark.parametrize("kind", ["entity", "type", "property"])
def test_a_suggestion_needs_a_beginning(ready, kind, parameters, cure):
    answer = ready.get(f"/reconcile/suggest/{kind}", params=parameters)

    assert (answer.status_code, cure in answer.json()["detail"]) == (400, True)


def test_parameters_that_clients_send_of_their_own_are_passed_over(ready):
    assert (
        ready.get("/reconcile/suggest/type", params={"prefix": "a", "callback": "x", "exact": "0"}).status_code == 200
    )


def test_the_properties_of_a_type_are_those_of_the_types_above_it(ready, faults_in):
    told = ready.get("/reconcile/properties", params={"type": "AcademicInstitution"}).json()
    proposed = {each["id"] for each in told["properties"]}

    assert (
        {"ror", "country", "memberOf"} <= proposed,
        "signedOn" in proposed,
        faults_in(told, "reconcile-properties"),
    ) == (
        True,
        False,
        [],
    )


def test_as_many_properties_are_proposed_as_asked_for(ready):
    assert len(ready.get("/reconcile/properties", params={"limit": "3"}).json()["properties"]) == 3


def test_no_properties_are_proposed_for_what_is_no_type(ready):
    assert ready.get("/reconcile/properties", params={"type": "Circus"}).status_code == 400


# Values for columns


@pytest.mark.parametrize(
    ("id_", "property_", "cells"),
    [
        (ICOMOS, "ror", [{"str": "00y86zy26"}]),
        (ICOMOS, "wikidata", []),
        (ICOMOS, "organizationType", [{"str": "Non-governmental organization"}]),
        ("agreement/icesco-ots-mou", "signedAt", [{"id": "place/rabat", "name": "Rabat"}]),
        ("agreement/icesco-ots-mou", "signedOn", [{"date": "2024-06-13T00:00:00"}]),
        ("agreement/none", "signedOn", []),
        ("no identifier", "signedOn", []),
    ],
)
def test_what_the_graph_states_fills_a_column(fetch, id_, property_, cells):
    assert fetch(id_, property_) == cells


def test_concepts_and_identifiers_come_by_address_when_asked_for(fetch):
    assert fetch(ICOMOS, "ror", content="address") == [{"str": "https://ror.org/00y86zy26"}]


def test_a_cell_has_no_more_values_than_asked_for(fetch):
    assert (len(fetch(ICOMOS, "prefLabel")) > 1, len(fetch(ICOMOS, "prefLabel", limit="1"))) == (True, 1)


def test_names_of_values_come_in_the_language_asked_for(fetch):
    assert fetch("agreement/icesco-ots-mou", "signedAt", lang="ar") == [{"id": "place/rabat", "name": "الرباط"}]


def test_an_extension_tells_its_columns(ready, faults_in):
    wanted = {"ids": [ICOMOS, "x"], "properties": [{"id": "seat"}, {"id": "hg:foundedOn"}]}
    told = ready.get("/reconcile", params={"extend": json.dumps(wanted)}).json()

    assert ([each["id"] for each in told["meta"]], faults_in(told, "reconcile-extension")) == (
        ["seat", "foundedOn"],
        [],
    )


# Previews


def test_a_preview_may_stand_in_the_frame_of_another_page_and_load_nothing_from_elsewhere(ready):
    answer = ready.get("/reconcile/preview", params={"id": ICOMOS})
    policy = answer.headers["content-security-policy"]

    assert ("frame-ancestors *" in policy, "default-src 'none'" in policy, "x-frame-options" in answer.headers) == (
        True,
        True,
        False,
    )


def test_a_preview_shows_the_names_of_the_thing(ready):
    assert "الإيكوموس" in ready.get("/reconcile/preview", params={"id": ICOMOS}).text


@pytest.mark.parametrize("id_", ["organization/nothing", "<script>", ""])
def test_there_is_no_preview_of_what_is_not_there(ready, id_):
    answer = ready.get("/reconcile/preview", params={"id": id_}, headers={"Accept": "text/html"})

    assert (answer.status_code, "<script" in answer.text) == (404, False)

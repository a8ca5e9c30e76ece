"""Who says so: graphs, documents, places in the text, rules and premises, and who disagrees."""

from __future__ import annotations

import pytest

BASE = "https://w3id.org/heritage-graph/"
ID = f"{BASE}id/"
SOURCE = f"{BASE}graph/source/"
MEMORANDUM = "id:agreement/icesco-ots-mou"
ACCORD = "id:agreement/lantern-accord"
HOUSE = f"{SOURCE}first-account"
HARBOUR = f"{SOURCE}second-account"
GENERIC = "id:claim/essay-art-legacy-values-cooperation"


def why(client, s, **values):
    return client.get("/api/v1/why", params={"s": s, **values}).json()


def only(client, s, p, **values):
    [item] = why(client, s, p=p, **values)["items"]
    return item


def graphs(item):
    return [assertion["graph"]["id"] for assertion in item["assertions"]]


@pytest.mark.parametrize(
    ("s", "values"),
    [
        (MEMORANDUM, {}),
        (MEMORANDUM, {"p": "hg:validUntil"}),
        ("id:organization/icesco", {"limit": "1000"}),
        ("id:participation/icesco-saudi-hajj-routes--saudi-arabia", {}),
        ("id:event/illicit-trafficking-conference-2020", {}),
        ("id:inference/icesco-ots-mou--validUntil", {}),
        ("id:evidence/002-5191-5222", {}),
        ("id:organization/icesco", {"p": "hg:signedOn"}),
        (GENERIC, {}),
        ("hg:signedOn", {}),
        (f"{SOURCE}icesco-2024-partnerships-report", {}),
    ],
)
def test_an_answer_is_as_its_schema_says(client, faults_in, s, values):
    assert faults_in(why(client, s, **values), "why") == []


@pytest.mark.parametrize(
    "s", [ACCORD, "id:participation/lantern-accord--tide-museum", "id:amount/lantern-accord-by-the-house"]
)
def test_an_answer_with_disagreements_is_as_its_schema_says(disputed, faults_in, s):
    assert faults_in(why(disputed, s), "why") == []


def test_every_graph_that_asserts_it_is_told(client):
    item = only(client, MEMORANDUM, "hg:signedOn")

    assert graphs(item) == [f"{SOURCE}anews-2024-06-13-ots", f"{SOURCE}turkicstates-icesco"]


def test_a_place_in_a_text_is_told_to_the_character(client):
    item = only(client, MEMORANDUM, "hg:textStatus", o="hgv:text-status/annexed-not-held")
    [assertion] = item["assertions"]
    places = {each["id"]: each for each in assertion["evidence"]}

    assert places[f"{ID}evidence/002-5191-5222"] == {
        "id": f"{ID}evidence/002-5191-5222",
        "kind": "text",
        "line": 80,
        "start": 5191,
        "end": 5222,
        "digest": "294b2acb565f489613c234839d45f6dd7f811aef9e9fbfe82787d14962714a60",
        "documents": [
            {
                "id": f"{ID}document/icesco-2024-partnerships-report",
                "label": places[f"{ID}evidence/002-5191-5222"]["documents"][0]["label"],
            }
        ],
        "pages": [],
    }


def test_a_page_is_told_with_its_address_and_the_day_of_reading(client):
    item = only(client, MEMORANDUM, "hg:signedAt")
    [place] = item["assertions"][1]["evidence"]

    assert (place["kind"], place["pages"], place["readOn"]["value"]) == (
        "page",
        ["https://turkicstates.org/en/partners-detail/icesco"],
        "2026-11-21",
    )


def test_a_document_is_told_with_title_issuer_and_date(client):
    document = only(client, MEMORANDUM, "hg:areasOfCooperation")["assertions"][0]["document"]

    assert (document["title"], [each["id"] for each in document["issuer"]], document["issued"]) == (
        [{"value": "ICESCO, Organization of Turkic States sign agreement to cooperate in 6 areas", "language": "en"}],
        [f"{ID}organization/anews"],
        [{"value": "2024-06-13", "type": "date", "earliest": "2024-06-13", "latest": "2024-06-13"}],
    )


def test_a_date_that_no_source_states_is_unknown_with_a_reason(client):
    document = only(client, MEMORANDUM, "hg:concerns")["assertions"][0]["document"]

    assert [each["unknown"]["reason"] for each in document["issued"]] == ["not-stated"]


def test_things_are_named_in_three_languages(client):
    item = only(client, MEMORANDUM, "hg:signedOn")

    assert [set(item["property"]["label"]), set(item["assertions"][0]["status"]["label"])] == [{"en", "ar", "fr"}] * 2


def test_a_derived_value_tells_its_rule_in_words(client):
    [derivation] = only(client, MEMORANDUM, "hg:validUntil")["derivations"]

    assert (derivation["rule"]["id"], set(derivation["rule"]["definition"])) == (
        f"{ID}rule/term-from-general-clause",
        {"en", "ar", "fr"},
    )


def test_a_derived_value_tells_its_premises_and_who_says_them(client):
    [derivation] = only(client, MEMORANDUM, "hg:validUntil")["derivations"]
    [term] = [each for each in derivation["premises"] if each.get("id") == f"{ID}term/icesco-three-years"]

    assert [
        (each["graph"]["id"], each["document"]["id"], [place["line"] for place in each["evidence"]])
        for each in term["assertions"]
    ] == [
        (
            f"{SOURCE}icesco-2024-partnerships-report",
            f"{ID}document/icesco-2024-partnerships-report",
            [56],
        )
    ]


def test_a_premise_that_is_a_conclusion_leads_to_its_own_premises(client):
    [derivation] = only(client, MEMORANDUM, "hg:validUntil")["derivations"]
    [conclusion] = [each for each in derivation["premises"] if each["kind"] == "conclusion"]
    deeper = client.get(conclusion["why"]).json()

    assert deeper["items"][0]["derivations"][0]["rule"]["id"] == f"{ID}rule/effective-on-signature"


def test_what_is_only_derived_is_told_as_derived(client):
    item = only(client, MEMORANDUM, "hg:validUntil")

    assert (item["nature"], item["assertions"][0]["document"]["unknown"]["reason"]) == ("derived", "derived")


def test_a_claim_about_a_generic_actor_is_told_as_no_fact(client):
    items = why(client, GENERIC)["items"]

    assert {(item["nature"], item["note"]["en"]) for item in items} == {
        ("generic", "A claim about a generic actor, in an essay: no fact about anybody.")
    }


def test_the_word_of_curators_is_told_as_theirs(client):
    item = only(client, "id:terms/icesco-partnership-terms", "hg:governs", o=MEMORANDUM)

    assert (item["nature"], item["assertions"][0]["document"]["unknown"]["reason"]) == ("curated", "curators")


def test_sources_that_agree_are_no_disagreement(client):
    items = why(client, MEMORANDUM, limit="1000")["items"]

    assert [item["property"]["id"] for item in items if item["disagreements"]] == []


def test_another_kind_in_another_source_is_a_disagreement(client):
    item = only(client, "id:agreement/icesco-ain-shams-marburg", "hg:agreementKind", o="hgv:agreement-kind/protocol")

    assert [(each["aspect"], each["assertion"]["graph"]["id"]) for each in item["disagreements"]] == [
        ("kind", f"{SOURCE}icesco-2022-04-12-marburg"),
        ("kind", f"{SOURCE}icesco-2024-partnerships-report"),
    ]


@pytest.mark.parametrize(
    ("p", "o", "aspect", "other"),
    [
        ("hg:signedOn", '"2023-05-04"^^<http://www.w3.org/2001/XMLSchema#date>', "date", "2023-06-01"),
        ("hg:areasOfCooperation", '"2"^^<http://www.w3.org/2001/XMLSchema#integer>', "value", "3"),
    ],
)
def test_another_value_of_another_source_is_told_with_its_document(disputed, p, o, aspect, other):
    [dispute] = only(disputed, ACCORD, p, o=o)["disagreements"]

    assert (dispute["aspect"], dispute["value"]["value"], dispute["assertion"]["document"]["id"]) == (
        aspect,
        other,
        f"{ID}document/second-account",
    )


def test_another_place_in_another_source_is_a_disagreement(disputed):
    [dispute] = only(disputed, ACCORD, "hg:signedAt", o="id:place/lantern-hill")["disagreements"]

    assert (dispute["aspect"], dispute["value"]["id"]) == ("place", f"{ID}place/tide-quay")


def test_another_sum_for_the_same_thing_is_a_disagreement_about_the_sum(disputed):
    [dispute] = only(disputed, "id:amount/lantern-accord-by-the-house", "hg:amountValue")["disagreements"]

    assert (dispute["aspect"], dispute["value"]["value"], dispute["assertion"]["graph"]["id"]) == (
        "amount",
        "5500",
        HARBOUR,
    )


def test_a_party_that_another_closed_list_lacks_is_disputed(disputed):
    [dispute] = only(disputed, "id:participation/lantern-accord--tide-museum", "hg:participant")["disagreements"]

    assert (dispute["aspect"], dispute["value"]["unknown"]["reason"], dispute["assertion"]["graph"]["id"]) == (
        "party",
        "not-listed",
        HOUSE,
    )


def test_a_party_that_both_lists_name_is_not_disputed(disputed):
    item = only(disputed, "id:participation/lantern-accord--lantern-house", "hg:participant")

    assert (graphs(item), item["disagreements"]) == ([HOUSE, HARBOUR], [])


def test_a_conclusion_from_disputed_dates_leads_to_both_accounts(disputed):
    items = why(disputed, ACCORD, p="hg:validUntil")["items"]

    assert [
        (item["value"]["value"], sorted(
            premise["graph"]["id"] for premise in item["derivations"][0]["premises"] if premise["kind"] == "graph"
        ))
        for item in items
    ] == [("2025-05-04", [HOUSE]), ("2025-06-01", [HOUSE, HARBOUR])]  # fmt: skip


def test_doubts_stand_beside_the_statements(client):
    answer = why(client, "id:event/illicit-trafficking-conference-2020")

    assert f"{ID}anomaly/convention-listed-as-partner" in {each["id"] for each in answer["anomalies"]}


def test_what_nobody_says_is_an_empty_answer_with_the_reason(client):
    answer = client.get("/api/v1/why", params={"s": "id:organization/icesco", "p": "hg:signedOn"})

    assert (answer.status_code, answer.json()["items"], answer.json()["unknown"]["reason"]["en"]) == (
        200,
        [],
        "No graph asserts this; that nobody says so does not make it false.",
    )


def test_a_thing_that_no_graph_describes_is_not_found(client):
    answer = client.get("/api/v1/why", params={"s": "id:organization/of-nowhere"})

    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) == (404, "not-found")


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"s": ""},
        {"s": "no iri"},
        {"s": MEMORANDUM, "o": "hg:Agreement"},
        {"s": MEMORANDUM, "p": "hg:signedOn", "o": "2024-06-13"},
        {"s": MEMORANDUM, "limit": "0"},
        {"s": MEMORANDUM, "cursor": "nonsense"},
        {"s": MEMORANDUM, "object": "hg:Agreement"},
    ],
)
def test_what_cannot_be_asked_is_refused(client, values):
    assert client.get("/api/v1/why", params=values).status_code == 400


def test_pages_hold_every_statement_once(client):
    whole = [item["why"] for item in why(client, MEMORANDUM, limit="1000")["items"]]
    address, paged = f"/api/v1/why?s={MEMORANDUM}&limit=7", []
    while address:
        page = client.get(address).json()
        paged += [item["why"] for item in page["items"]]
        address = page["next"]

    assert paged == whole


def test_the_next_page_is_in_the_link_field(client):
    answer = client.get("/api/v1/why", params={"s": MEMORANDUM, "limit": "7"})

    assert answer.links["next"]["url"] == answer.json()["next"]


def test_what_the_client_holds_is_not_sent_again(client):
    answer = client.get("/api/v1/why", params={"s": MEMORANDUM, "p": "hg:signedOn"})
    again = client.get(answer.request.url, headers={"If-None-Match": answer.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_another_statement_has_another_tag(client):
    tags = {
        client.get("/api/v1/why", params={"s": MEMORANDUM, "p": p}).headers["etag"] for p in ("hg:signedOn", "hg:topic")
    }

    assert len(tags) == 2


def test_head_tells_what_get_would(client):
    get = client.get("/api/v1/why", params={"s": MEMORANDUM, "p": "hg:signedOn"})
    head = client.head("/api/v1/why", params={"s": MEMORANDUM, "p": "hg:signedOn"})

    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", get.headers["etag"])


def test_an_earlier_state_can_be_asked(disputed):
    assert [len(why(disputed, ACCORD, p="hg:signedOn", asOf=number)["items"]) for number in ("2", "3")] == [1, 2]

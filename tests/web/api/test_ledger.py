"""The ledger: contradictions, anomalies and gaps, for programs as JSON and for curators as a table."""

from __future__ import annotations

import csv
import io
import tomllib

import pytest

from heritage_graph.assets import asset_files, asset_folder

BASE = "https://w3id.org/heritage-graph/"
ID = f"{BASE}id/"
SOURCE = f"{BASE}graph/source/"
REPORT = f"{SOURCE}icesco-2024-partnerships-report"
MARBURG = "id:agreement/icesco-ain-shams-marburg"
MEMORANDUM = "id:agreement/icesco-ots-mou"
ACCORD = "id:agreement/lantern-accord"
BOOKS = ("contradictions", "anomalies", "completeness")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def items(client, book, **values):
    return client.get(f"/api/v1/{book}", params={"limit": "1000", **values}).json()["items"]


def table(client, book, **values):
    text = client.get(f"/api/v1/{book}", params={"format": "csv", **values}).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize(
    ("book", "values"),
    [
        ("contradictions", {}),
        ("contradictions", {"about": MEMORANDUM}),
        ("anomalies", {}),
        ("anomalies", {"limit": "1"}),
        ("completeness", {}),
        ("completeness", {"kind": "organizations", "limit": "2"}),
        ("completeness", {"kind": "events", "missing": "place"}),
        ("completeness", {"kind": "programmes"}),
    ],
)
def test_an_answer_is_as_its_schema_says(disputed, faults_in, book, values):
    assert faults_in(disputed.get(f"/api/v1/{book}", params=values).json(), book) == []


def test_both_sides_of_a_contradiction_are_told_with_their_documents(client):
    found = items(client, "contradictions", about=MARBURG, rule="kind")

    assert {
        (side["value"]["id"].rsplit("/", 1)[-1], side["assertion"]["document"]["id"].rsplit("/", 1)[-1])
        for item in found
        for side in item["sides"]
    } == {
        ("agreement", "icesco-2024-partnerships-report"),
        ("memorandum-of-understanding", "icesco-2022-04-12-marburg"),
        ("protocol", "asu-4164-marburg"),
    }


def test_sources_that_agree_make_no_contradiction(client):
    assert items(client, "contradictions", about=MEMORANDUM) == []


def test_a_party_that_the_other_does_not_name_is_told_as_such(disputed):
    sides = [item["sides"] for item in items(disputed, "contradictions", about=ACCORD, rule="party")]

    assert [[side["value"].get("id") or side["value"]["unknown"]["reason"] for side in pair] for pair in sides] == [
        [f"{ID}organization/harbour-archive", "not-listed"],
        [f"{ID}organization/tide-museum", "not-listed"],
    ]


def test_two_places_are_told_by_their_names(disputed):
    [item] = items(disputed, "contradictions", about=ACCORD, rule="place")

    assert [side["value"]["label"]["fr"] for side in item["sides"]] == [
        ["Colline de la lanterne"],
        ["Quai de la marée"],
    ]


def test_each_sum_that_differs_is_told_with_its_currency(disputed):
    [item] = items(disputed, "contradictions", about=ACCORD, rule="amount")

    assert [(side["value"]["value"], side["sum"]) for side in item["sides"]] == [
        ("4000", {"amountValue": "4000", "currency": "EUR"}),
        ("5500", {"amountValue": "5500", "currency": "EUR"}),
    ]


def test_each_sum_that_differs_leads_to_who_gives_it(disputed):
    [item] = items(disputed, "contradictions", about=ACCORD, rule="amount")
    told = [disputed.get(side["why"]).json()["items"] for side in item["sides"]]

    assert [[each["assertions"][0]["graph"]["id"] for each in of_one] for of_one in told] == [
        [f"{SOURCE}first-account"],
        [f"{SOURCE}second-account"],
    ]


def test_a_table_gives_sums_with_their_currency(disputed):
    [row] = [each for each in table(disputed, "contradictions", about=ACCORD) if each["rule"] == "amount"]

    assert (row["one"], row["other"]) == ("4000 EUR", "5500 EUR")


def test_a_finding_says_how_to_mend_it_in_three_languages(client):
    assert {tuple(item["mend"]) for item in items(client, "contradictions")} == {("en", "ar", "fr")}


def test_every_side_leads_to_who_says_so(client):
    side = items(client, "contradictions", about=MARBURG, rule="kind")[0]["sides"][0]
    told = client.get(side["why"]).json()

    assert side["assertion"]["graph"]["id"] in {each["graph"]["id"] for each in told["items"][0]["assertions"]}


def test_contradictions_are_narrowed_to_a_source(client):
    found = items(client, "contradictions", source=f"{SOURCE}asu-4164-marburg")

    assert {f"{SOURCE}asu-4164-marburg"} <= set.intersection(
        *({side["assertion"]["graph"]["id"] for side in item["sides"]} for item in found)
    )


def test_contradictions_are_narrowed_by_severity(client):
    found = items(client, "contradictions", severity="info")

    assert [(item["rule"], item["about"]["id"]) for item in found] == [
        ("title", f"{ID}event/illicit-trafficking-conference-2020")
    ]


def test_what_curators_noted_is_told_with_their_proposal(client):
    [found] = items(client, "anomalies", kind="not-an-agent")

    assert (found["id"], [each["id"] for each in found["likelyIntended"]], found["severity"]) == (
        f"{ID}anomaly/convention-listed-as-partner",
        [f"{ID}organization/unidroit"],
        "warning",
    )


def test_what_curators_noted_is_told_with_the_records_it_concerns(client):
    [found] = items(client, "anomalies", kind="not-an-agent")

    assert [(each["graph"]["id"], len(each["evidence"]) > 0) for each in found["sources"]] == [(REPORT, True)]


def test_since_when_a_doubt_stands_is_told(client):
    assert {item["since"] for item in items(client, "anomalies", foundBy="curators")} == {1}


def test_statements_that_leave_something_open_are_found_by_a_stored_question(client):
    found = items(client, "anomalies", foundBy="vague-statements", kind="open-list")

    assert f"{ID}activity/icesco-at-sharm-el-sheikh-climate-conference" in {
        each["id"] for item in found for each in item["affects"]
    }


def test_a_vague_statement_is_told_with_the_source_that_makes_it(client):
    found = items(client, "anomalies", about="id:plan/icesco-plan-2024-2025", source=REPORT)

    assert [(item["value"]["value"], [each["graph"]["id"] for each in item["sources"]]) for item in found] == [
        ("2025", [REPORT]),
        ("2024", [REPORT]),
    ]


def test_anomalies_about_a_thing_are_those_of_its_parts_too(client):
    found = items(client, "anomalies", about="id:event/illicit-trafficking-conference-2020", foundBy="curators")

    assert f"{ID}anomaly/convention-listed-as-partner" in {item["id"] for item in found}


def test_a_record_tells_what_is_stated_derived_and_unknown(client):
    [found] = items(client, "completeness", about=MEMORANDUM)

    assert {each["name"]: each["state"] for each in found["criteria"]} == {
        "goal": "stated",
        "subject": "stated",
        "roles": "unknown",
        "legal-basis": "unknown",
        "term": "curated",
        "renewal": "curated",
        "funding": "curated",
        "signing-date": "stated",
        "signing-place": "stated",
        "signatories": "unknown",
        "effective-date": "derived",
        "last-day": "derived",
        "closed-list": "stated",
        "party-identifiers": "unknown",
        "text": "unknown",
        "evidence": "stated",
        "names": "curated",
    }


def test_a_score_is_told_with_its_parts(client):
    [found] = items(client, "completeness", about=MEMORANDUM)

    assert found["score"] == {
        "known": 12,
        "of": 17,
        "fraction": 0.7059,
        "parts": {"stated": 6, "curated": 4, "derived": 2, "unknown": 5},
    }


def test_what_is_missing_has_a_reason(client):
    [found] = items(client, "completeness", about=MEMORANDUM)
    why = {each["name"]: each["unknown"]["reason"] for each in found["criteria"] if each["state"] == "unknown"}

    assert (why["text"], why["legal-basis"]) == (f"{BASE}vocab/text-status/annexed-not-held", "no-source-says")


def test_records_that_lack_something_are_found(client):
    lacking = {item["id"] for item in items(client, "completeness", missing="signing-date")}
    whole = {item["id"] for item in items(client, "completeness")}

    assert (f"{ID}agreement/icesco-iccrom-mou" in lacking, f"{ID}agreement/icesco-ots-mou" in whole - lacking) == (
        True,
        True,
    )


@pytest.mark.parametrize("book", BOOKS)
def test_pages_hold_every_item_once(disputed, book):
    whole = items(disputed, book)
    address, paged = f"/api/v1/{book}?limit=3", []
    while address:
        page = disputed.get(address).json()
        paged += page["items"]
        address = page["next"]

    assert paged == whole


def test_pages_of_what_is_missing_hold_every_item_once(client):
    address, paged = "/api/v1/completeness?missing=text&limit=2", []
    while address:
        page = client.get(address).json()
        paged += page["items"]
        address = page["next"]

    assert paged == items(client, "completeness", missing="text")


@pytest.mark.parametrize("book", BOOKS)
def test_a_table_holds_the_whole_book(disputed, book):
    column = "thing"
    rows = table(disputed, book)
    told = {each["id"] for item in items(disputed, book) for each in item.get("affects") or [item.get("about") or item]}

    assert {line for row in rows for line in row[column].splitlines()} == told


@pytest.mark.parametrize("book", BOOKS)
def test_no_cell_of_a_table_is_a_formula(disputed, book):
    cells = [cell for row in table(disputed, book) for cell in row.values()]

    assert not [cell for cell in cells if cell.startswith(DANGEROUS)]


def test_a_name_that_looks_like_a_formula_is_made_a_text(disputed):
    assert "'=Harbour Archive" in {row["one"] for row in table(disputed, "contradictions", about=ACCORD)}


def test_a_table_is_in_the_language_that_is_asked_for(client):
    names = {row["name"] for row in table(client, "completeness", about=MEMORANDUM, lang="ar")}

    assert names == {"مذكرة تفاهم بين الإيسيسكو ومنظمة الدول التركية"}


@pytest.mark.parametrize("book", BOOKS)
def test_a_table_says_that_it_is_utf_8(client, book):
    answer = client.get(f"/api/v1/{book}", params={"format": "csv", "limit": "1"})

    assert (answer.content[:3], answer.headers["content-type"]) == (b"\xef\xbb\xbf", "text/csv; charset=utf-8")


@pytest.mark.parametrize("book", BOOKS)
def test_what_the_client_holds_is_not_sent_again(client, book):
    tag = client.get(f"/api/v1/{book}").headers["etag"]

    assert client.get(f"/api/v1/{book}", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("book", BOOKS)
def test_a_table_has_another_tag(client, book):
    tags = {client.get(f"/api/v1/{book}", params={"format": name}).headers["etag"] for name in ("json", "csv")}

    assert len(tags) == 2


@pytest.mark.parametrize("book", BOOKS)
def test_head_tells_what_get_would(client, book):
    get, head = client.get(f"/api/v1/{book}"), client.head(f"/api/v1/{book}")

    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", get.headers["etag"])


@pytest.mark.parametrize(
    "path",
    [
        "contradictions?rule=colour",
        "contradictions?severity=grave",
        "contradictions?about=nothing%20at%20all",
        "contradictions?source=here",
        "contradictions?lang=not_a_language",
        "contradictions?kind=date",
        "anomalies?kind=colour",
        "anomalies?foundBy=nobody",
        "anomalies?limit=1001",
        "anomalies?cursor=x",
        "completeness?kind=mountains",
        "completeness?kind=events&missing=text",
        "completeness?about=id:organization/icesco",
    ],
)
def test_what_cannot_be_asked_is_refused(client, path):
    answer = client.get(f"/api/v1/{path}")

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("book", ["contradictions", "anomalies"])
def test_every_kind_of_finding_has_words_in_three_languages(book):
    words = tomllib.loads((asset_folder("queries") / "quality" / "ledger.toml").read_text(encoding="utf-8"))[book]

    assert {tuple(entry["mend"]) for entry in words.values()} == {("en", "ar", "fr")}


def test_every_kind_of_anomaly_is_in_the_ledger():
    [vocabulary] = [path for path in asset_files("ontology", ".ttl") if path.name == "anomaly.ttl"]
    concepts = {line.partition(":")[2] for line in vocabulary.read_text("utf-8").splitlines() if line[:8] == "anomaly:"}
    ledger = tomllib.loads((asset_folder("queries") / "quality" / "ledger.toml").read_text(encoding="utf-8"))

    assert ledger["anomalies"].keys() == concepts | {"unstated"}


@pytest.mark.parametrize("kind", ["agreements", "organizations", "events", "programmes"])
def test_every_criterion_of_a_question_has_words(client, kind):
    words = tomllib.loads((asset_folder("queries") / "quality" / "completeness.toml").read_text(encoding="utf-8"))
    rows = client.get(f"/queries/{kind.removesuffix('s')}-completeness?format=json").json()["rows"]

    assert {row["criterion"] for row in rows} == words[kind].keys()

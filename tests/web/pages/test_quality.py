"""The pages about quality: contradictions side by side, anomalies by kind, gaps, coverage and promises."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from fictional import fictional_service

from heritage_graph.web.pages.quality.differences import Piece, compared

BROWSER = {"Accept": "text/html"}
ACCORD = "id:agreement/lantern-accord"
BOOKS = ("contradictions", "anomalies", "completeness")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
WORDS = {"en": "They differ", "fr": "Elles divergent", "ar": "تختلف"}


@pytest.fixture(scope="module")
def disputed(shipped, tmp_path_factory, start_server):
    """A client of a service in which two accounts contradict each other."""
    with fictional_service(shipped, tmp_path_factory.mktemp("disputed-pages"), start_server) as client:
        yield client


def page(client, address):
    """The text of the page at *address*."""
    return client.get(address, headers=BROWSER).text


def addresses(text, begin):
    """The addresses of links that begin with *begin*, as a browser reads them."""
    return [unescape(each) for each in re.findall(r'href="([^"]*)"', text) if each.startswith(begin)]


def cells(client, address):
    """The cells of the table at *address*, a list a row."""
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def row_of(text, heading):
    """The texts of the cells in each row of a table that is headed *heading*."""
    rows = re.findall(rf'<th scope="row">\s*{heading}\s*</th>(.*?)</tr>', text, re.DOTALL)
    return [[re.sub(r"<[^>]+>|\s+", " ", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)]
            for row in rows]  # fmt: skip


@pytest.mark.parametrize("book", ["contradictions", "anomalies"])
def test_the_overview_counts_what_the_books_hold(disputed, book):
    counts = {each["book"]: 0 for each in disputed.get("/quality").json()["items"]}
    for each in disputed.get("/quality").json()["items"]:
        counts[each["book"]] += each["count"]["exactly"]

    assert counts[book] == disputed.get(f"/api/v1/{book}").json()["total"]["exactly"]


def test_the_overview_tells_warnings_before_remarks(disputed):
    severities = [each["severity"] for each in disputed.get("/quality").json()["items"]]

    assert severities == sorted(severities, reverse=True)


@pytest.mark.parametrize(("address", "name"), [("/quality", "quality"), ("/quality/checks", "quality-checks")])
def test_a_document_of_the_pages_is_as_its_schema_says(disputed, faults_in, address, name):
    assert faults_in(disputed.get(address).json(), name) == []


def test_every_rule_of_the_overview_leads_to_what_it_found(disputed):
    found = {each["href"]: each["count"]["exactly"] for each in disputed.get("/quality").json()["items"]}

    assert {href: disputed.get(href).json()["total"]["exactly"] for href in found} == found


@pytest.mark.parametrize("book", BOOKS)
def test_a_page_is_also_the_document_of_the_api(disputed, book):
    assert disputed.get(f"/quality/{book}").json() == disputed.get(f"/api/v1/{book}").json()


@pytest.mark.parametrize("book", BOOKS)
def test_browsers_are_led_from_the_api_to_the_page(disputed, book):
    answer = disputed.get(f"/api/v1/{book}?about={ACCORD}&lang=ar", headers=BROWSER)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/quality/{book}?about={ACCORD}&lang=ar")


@pytest.mark.parametrize("book", BOOKS)
def test_programs_are_answered_by_the_api_itself(disputed, book):
    assert disputed.get(f"/api/v1/{book}", headers={"Accept": "*/*"}).headers["content-type"] == "application/json"


def test_two_dates_stand_side_by_side_with_the_days_between(disputed):
    text = page(disputed, f"/quality/contradictions?about={ACCORD}&rule=date")

    assert (row_of(text, '<a href="/ns#signedOn">.*?</a>'), "Days between the two: 28" in text) == (
        [["4 May 2023", "1 June 2023"]],
        True,
    )


def test_each_side_names_its_document(disputed):
    text = page(disputed, f"/quality/contradictions?about={ACCORD}&rule=date")

    assert re.findall(r'<th scope="col"><a href="/id/document/([a-z-]+)"', re.sub(r">\s+<", "><", text)) == [
        "first-account",
        "second-account",
    ]


def test_each_side_leads_to_why(disputed):
    text = page(disputed, f"/quality/contradictions?about={ACCORD}&rule=date")

    assert [parse_qs(urlsplit(each).query)["o"][0][:12] for each in addresses(text, "/why?")] == [
        '"2023-05-04"',
        '"2023-06-01"',
    ]


def test_two_sums_stand_side_by_side_with_their_currency(disputed):
    text = page(disputed, f"/quality/contradictions?about={ACCORD}&rule=amount")

    assert row_of(text, '<a href="/ns#amountValue">.*?</a>') == [["4000 EUR", "5500 EUR"]]


def test_two_places_stand_side_by_side(disputed):
    text = page(disputed, f"/quality/contradictions?about={ACCORD}&rule=place")

    assert row_of(text, '<a href="/ns#signedAt">.*?</a>') == [["Lantern Hill", "Tide Quay"]]


def test_a_name_that_is_markup_is_text(disputed):
    text = page(disputed, f"/quality/contradictions?about={ACCORD}&rule=party")

    assert ("&lt;script&gt;alert(1)" in text, "<script>alert" in text) == (True, False)


def test_where_no_sources_differ_the_page_says_so(disputed):
    assert "No two sources differ here." in page(disputed, "/quality/contradictions?about=id:agreement/icesco-ots-mou")


def test_fields_of_the_form_that_are_left_empty_choose_nothing(disputed):
    empty = page(disputed, "/quality/contradictions?rule=&severity=")

    assert "Found: " + str(disputed.get("/api/v1/contradictions").json()["total"]["exactly"]) in empty


def test_a_part_leads_on_to_the_next(disputed):
    (following,) = re.findall(r'rel="next" href="([^"]*)"', page(disputed, "/quality/anomalies?limit=50"))

    assert disputed.get(unescape(following), headers=BROWSER).status_code == 200


@pytest.mark.parametrize("address", ["/quality/contradictions?rule=taste", "/quality/completeness?kind=stamps"])
def test_what_cannot_be_chosen_is_refused_with_what_can(disputed, address):
    answer = disputed.get(address, headers=BROWSER)

    assert (answer.status_code, "takes one of" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("language", "meaning"),
    [
        ("en", "The list says that it is not complete."),
        ("fr", "La liste se déclare incomplète."),
        ("ar", "تذكر القائمة أنها غير كاملة."),
    ],
)
def test_the_kinds_of_anomalies_are_explained(disputed, language, meaning):
    assert meaning in page(disputed, f"/quality/anomalies?lang={language}")


def test_anomalies_of_one_kind_are_all_of_it(disputed):
    text = page(disputed, "/quality/anomalies?kind=two-names")

    assert re.findall(r"<h2>(.*?)</h2>", text) == ["Two names"]


def test_every_cell_of_the_matrix_has_a_text(disputed):
    document = disputed.get("/quality/completeness").json()
    cells = sum(len(item["criteria"]) for item in document["items"])
    text = page(disputed, "/quality/completeness").partition('<table class="matrix">')[2]

    assert len(re.findall(r'<span class="unseen">(?:stated|added by curators|derived by a rule|unknown)</span>',
                          text)) == cells  # fmt: skip


@pytest.mark.parametrize("kind", ["agreements", "organizations", "events", "programmes"])
def test_every_kind_of_record_has_its_matrix(disputed, kind):
    assert '<table class="matrix">' in page(disputed, f"/quality/completeness?kind={kind}")


def test_what_a_record_lacks_is_told_with_how_to_add_it(disputed):
    text = page(disputed, f"/quality/completeness?about={ACCORD}")

    assert "Ask a party for the text, and record it as a source." in text


def test_records_that_lack_something_are_chosen(disputed):
    text = page(disputed, "/quality/completeness?kind=agreements&missing=signing-date")
    lacking = disputed.get("/api/v1/completeness?missing=signing-date").json()["items"]

    assert len(re.findall('<th scope="row" class="thing">', text)) == len(lacking)


def test_the_coverage_of_countries_is_drawn_and_told(disputed):
    text = page(disputed, "/quality/coverage?lang=fr")

    assert re.search(r'aria-label="[^"]*Égypte: organisations ≥ 3', text) is not None


def test_the_coverage_is_the_answer_to_a_stored_question(disputed):
    told = disputed.get("/quality/coverage?lang=fr").json()

    assert told == disputed.get("/queries/coverage-by-country?lang=fr").json()


def test_a_promise_that_is_broken_tells_by_how_many_rows(disputed):
    checks = {each["name"]: each["faults"] for each in disputed.get("/quality/checks").json()["items"]}

    assert {name: faults for name, faults in checks.items() if faults} == {"source-graph-is-described": 2}


def test_promises_that_are_broken_come_first(disputed):
    text = page(disputed, "/quality/checks")

    assert re.findall(r'class="tag (good|bad)">', text)[:2] == ["bad", "good"]


@pytest.mark.parametrize(
    "address",
    ["/quality", *(f"/quality/{each}" for each in (*BOOKS, "coverage", "checks"))],
)
def test_a_table_for_curators_holds_no_formula(disputed, address):
    (link,) = [each for each in addresses(page(disputed, address), "/") if "format=csv" in each]
    rows = cells(disputed, link)

    assert (len(rows) > 1, [cell for row in rows for cell in row if cell.startswith(DANGEROUS)]) == (True, [])


def test_a_formula_among_the_names_arrives_as_text(disputed):
    assert "'=Harbour Archive" in {cell for row in cells(disputed, "/api/v1/contradictions?format=csv") for cell in row}


@pytest.mark.parametrize("address", ["/quality", *(f"/quality/{each}" for each in (*BOOKS, "coverage", "checks"))])
def test_pages_about_quality_are_kept_until_the_graph_changes(disputed, address):
    tag = disputed.get(address, headers=BROWSER).headers["etag"]

    assert disputed.get(address, headers={**BROWSER, "If-None-Match": tag}).status_code == 304


def side(**value):
    return {"value": value, "assertion": {}, "why": "/api/v1/why?s=id:agreement/lantern-accord"}


def test_words_that_the_other_title_lacks_are_marked():
    told = compared(
        {
            "label": WORDS,
            "mend": WORDS,
            "sides": [
                side(value="Accord of the lantern house", language="en"),
                side(value="Accord of the harbour", language="en"),
            ],
        },
        "en",
    )

    assert [one.pieces for one in told.sides] == [
        [Piece("Accord of the", differs=False), Piece("lantern house", differs=True)],
        [Piece("Accord of the", differs=False), Piece("harbour", differs=True)],
    ]


@pytest.mark.parametrize(("earliest", "days"), [("2024-06-10", 9), ("2024-05-20", None), ("2024-05-31", None)], ids=str)
def test_days_lie_between_dates_that_do_not_touch(earliest, days):
    month = side(value="2024-05", type="gYearMonth", earliest="2024-05-01", latest="2024-06-01")
    day = side(value=earliest, type="date", earliest=earliest, latest=earliest)
    told = compared({"label": WORDS, "mend": WORDS, "sides": [day, month]}, "fr")

    assert (told.days, told.label) == (days, "Elles divergent")

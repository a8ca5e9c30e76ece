"""The catalogue of questions, and the page of each: for people, in their language, without scripts."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from fictional import fictional_service
from shipped_questions import shipped_questions

from heritage_graph.web.words import read_words

BROWSER = {"Accept": "text/html"}
IN_FORCE = "/queries/agreements-in-force?on=2026-11-21"


def page(client, address, **fields):
    """The text of the page at *address*."""
    return client.get(address, headers={**BROWSER, **fields}).text


def links(text, label):
    """The addresses of the links that are called *label*, as a browser reads them."""
    return [unescape(address) for address in re.findall(rf'href="([^"]*)"[^>]*>{re.escape(label)}<', text)]


def pictures(text):
    """The text alternatives of the pictures."""
    return [unescape(label) for label in re.findall(r'<svg class="drawn" role="img"[^>]*aria-label="([^"]*)"', text)]


@pytest.fixture(scope="module")
def asked(shipped, tmp_path_factory, start_server):
    """A client of a service in which some names are markup and formulas."""
    with fictional_service(shipped, tmp_path_factory.mktemp("asked-pages"), start_server) as client:
        yield client


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Which agreements have three parties or more?"),
        ("fr", "Quels accords comptent trois parties ou plus"),
        ("ar", "أي الاتفاقات لها ثلاثة أطراف أو أكثر؟"),
    ],
)
def test_the_catalogue_asks_in_the_language_of_the_page(asked, language, said):
    assert said in page(asked, f"/queries?lang={language}")


@pytest.mark.parametrize(("language", "topic"), [("en", "Money"), ("fr", "Financement"), ("ar", "التمويل")])
def test_topics_have_names_in_the_language_of_the_page(asked, language, topic):
    assert f'<h2 id="money">{topic}</h2>' in page(asked, f"/queries?lang={language}")


@pytest.mark.parametrize("text", ["renewal who", "RENOUVELLEMENT qui", "تجديد ومن"])
def test_a_text_in_any_language_finds_a_question(asked, text):
    found = asked.get("/queries", params={"q": text}).json()["questions"]

    assert "CQ-03" in {question["code"] for question in found}


@pytest.mark.parametrize(("one", "other"), [("أي الاتفاقات", "اي الإتفاقات"), ("échéance", "echeance")])
def test_the_spelling_of_a_text_makes_no_difference(asked, one, other):
    assert asked.get("/queries", params={"q": one}).json() == asked.get("/queries", params={"q": other}).json()


def test_every_topic_of_a_stored_question_has_a_name():
    topics = {query.topic for query in shipped_questions().queries.values()}

    assert {topic for topic in topics if f"questions.topic-{topic}" not in read_words()} == set()


def test_a_text_that_no_question_holds_leaves_the_page_with_what_to_do(asked):
    text = page(asked, "/queries?q=zeppelin")

    assert ('class="empty"' in text, 'class="questions"' in text) == (True, False)


def test_the_filter_keeps_what_was_typed_as_text(asked):
    text = page(asked, "/queries?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")

    assert ("<script>alert" in text, "&lt;script&gt;alert(1)" in text) == (False, True)


def test_a_question_that_counts_is_marked_as_a_lower_bound(asked):
    card = page(asked, "/queries").partition('id="CQ-09"')[2].partition("</li>")[0]

    assert re.findall(r'class="tag mark-(\w+)"', card) == ["A", "bound"]


@pytest.mark.parametrize(("language", "unknown"), [("en", "Unknown"), ("ar", "غير معروف")])
def test_coded_values_are_chosen_by_their_names(asked, language, unknown):
    assert f'<option value="unknown">{unknown}</option>' in page(asked, f"{IN_FORCE}&lang={language}")


def test_a_coded_value_that_was_chosen_stays_chosen(asked):
    assert '<option value="unknown" selected>' in page(asked, f"{IN_FORCE}&status=unknown")


def test_things_are_suggested_by_their_names(asked):
    text = page(asked, "/queries/agreements-of-party")
    suggested = text.partition('<datalist id="l-party">')[2].partition("</datalist>")[0]

    assert '<option value="https://w3id.org/heritage-graph/id/organization/icesco">ICESCO</option>' in suggested


def test_a_thing_that_was_given_is_named(asked):
    text = page(asked, "/queries/agreements-of-party?party=id:organization/icesco")

    assert re.search(r'class="chosen">\s*<a href="/id/organization/icesco"', text) is not None


def test_days_are_asked_with_a_control_for_days(asked):
    assert re.search(r'name="on"[^>]* type="date"', page(asked, IN_FORCE)) is not None


def test_names_in_an_answer_follow_the_language_that_the_browser_prefers(asked):
    text = page(asked, IN_FORCE, **{"Accept-Language": "fr"})

    assert ">Accord-cadre entre" in text


@pytest.mark.parametrize(("language", "heading"), [("en", "reason"), ("fr", "raison"), ("ar", "السبب")])
def test_columns_are_called_in_the_language_of_the_page(asked, language, heading):
    assert f'<th scope="col">{heading}</th>' in page(asked, f"{IN_FORCE}&lang={language}")


def test_codes_in_an_answer_are_told_in_words(asked):
    assert ">ouverte</bdi>" in page(asked, "/queries/list-closure?lang=fr")


def test_an_answer_tells_how_many_rows_it_has(asked):
    count = asked.get(IN_FORCE).json()["count"]

    assert f"Rows: {count}" in page(asked, IN_FORCE)


def test_the_sources_of_a_row_open_with_a_click(asked):
    text = page(asked, "/queries/effective-date-basis")

    assert re.search(r"<details><summary>Sources: \d+</summary><ul><li>\s*<a href=", text) is not None


def test_counts_are_drawn_as_bars_that_are_told_in_words(asked):
    (told,) = pictures(page(asked, "/queries/coverage-by-country"))

    assert "Egypt: organizations ≥ 3, agreements ≥ 1" in told


def test_days_are_drawn_on_a_time_line_that_is_told_in_words(asked):
    (told,) = pictures(page(asked, "/queries/happenings"))

    assert "13th session of the Islamic World Heritage Committee: when: 2026-02-10 \u2013 2026-02-13" in told


def test_an_answer_without_numbers_and_days_has_no_picture(asked):
    assert pictures(page(asked, "/queries/legal-frames")) == []


@pytest.mark.parametrize(("language", "begins"), [("en", "0.00%"), ("ar", "18.00%")])
def test_bars_begin_where_writing_does(asked, language, begins):
    text = page(asked, f"/queries/coverage-by-country?lang={language}")

    assert re.findall(r'x="([0-9.]+%)" y="[0-9]+" width="82\.00%"', text) == [begins]


def test_the_editor_is_opened_with_the_query_that_gave_the_answer(asked):
    (address,) = links(page(asked, IN_FORCE), "Open in the editor")
    query = parse_qs(urlsplit(address).fragment)["query"][0]
    rows = asked.get("/sparql", params={"query": query, "format": "json"}).json()["results"]["bindings"]

    assert (address.startswith("/sparql#"), len(rows)) == (True, asked.get(IN_FORCE).json()["count"])


def test_the_command_asks_what_the_page_answers(asked):
    (address,) = re.findall(r"curl -H &#39;Accept: application/json&#39; &#39;([^&]*(?:&amp;[^&]*)*)&#39;",
                            page(asked, IN_FORCE))  # fmt: skip

    assert asked.get(unescape(address)).json()["rows"] == asked.get(f"{IN_FORCE}&lang=en").json()["rows"]


def test_a_question_can_be_cited_as_it_was_asked(asked):
    form = page(asked, IN_FORCE).partition('<form action="/q" method="post">')[2].partition("</form>")[0]
    query = unescape(re.search(r'name="query" value="([^"]*)"', form)[1])

    assert asked.post("/q", data={"query": query}).is_success


@pytest.mark.parametrize("label", ["CSV for spreadsheets", "CSV for programs", "JSON", "TSV", "SPARQL JSON"])
def test_an_answer_can_be_taken_along(asked, label):
    assert [asked.get(address).status_code for address in links(page(asked, IN_FORCE), label)] == [200]


def test_a_name_that_is_markup_is_text_in_an_answer(asked):
    text = page(asked, "/queries/organizations-without-identifier")

    assert ("&lt;script&gt;alert(1)" in text, "<script>alert" in text) == (True, False)


def test_a_name_that_is_markup_is_text_among_the_suggestions(asked):
    text = page(asked, "/queries/agreements-of-party")

    assert ("&lt;script&gt;alert(1)" in text, "<script>alert" in text) == (True, False)


def test_a_name_that_is_a_formula_is_not_run_by_a_spreadsheet(asked):
    (address,) = links(page(asked, "/queries/organizations-without-identifier?lang=ar"), "CSV لبرامج الجداول")
    text = asked.get(address).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]

    assert ("'=HYPERLINK(1)" in cells, [cell for cell in cells if cell.startswith("=")]) == (True, [])


def test_the_csv_for_programs_is_that_of_the_standard(asked):
    (address,) = links(page(asked, "/queries/organizations-without-identifier?lang=ar"), "CSV للبرامج")

    assert ",=HYPERLINK(1)," in asked.get(address).text

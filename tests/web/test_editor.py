"""The query editor in a real browser that may speak to nobody but the service."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from browser_fixtures import BROWSER, FRONTEND, fill, run, serious_faults, views
from playwright.sync_api import expect

COORDINATES = 'SELECT ?city ?lat ?long { VALUES (?city ?lat ?long) { ("Rabat" 34.02 -6.84) ("Fez" 34.03 -5.0) } }'
WKT = (
    "SELECT ?site ?shape { VALUES (?site ?shape) "
    '{ ("Rabat" "POINT(-6.84 34.02)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>) } }'
)
LINKS = (
    "PREFIX hg: <https://w3id.org/heritage-graph/ns#> SELECT ?who ?what { ?x hg:participant ?who ; hg:inContext ?what }"
)
COUNTS = "SELECT ?class (COUNT(*) AS ?things) { ?thing a ?class } GROUP BY ?class"
TEXTS = 'SELECT ?a ?b { VALUES (?a ?b) { ("one" "two") } }'
FAULTY = 'SELECT * WHERE {\n  ?s ?p "عربي" .\n  ?s oops ?o .\n}'


def test_a_query_is_run_and_its_rows_are_seen(page):
    run(page)

    expect(page.locator(".yasr table tbody tr").first).to_contain_text("agreement/")


def test_control_and_enter_run_the_query(page):
    page.locator(".query textarea").focus()
    page.keyboard.press("Control+Enter")

    expect(page.locator(".status")).to_contain_text("Rows:")


def test_escape_leaves_the_editor_and_tab_moves_on(page):
    page.locator(".query textarea").focus()
    page.keyboard.press("Escape")
    left_to = page.evaluate("document.activeElement.id")
    page.keyboard.press("Tab")

    assert (left_to, page.evaluate("document.activeElement.id")) == ("run", "labels")


def test_a_class_is_completed_and_its_prefix_declared(page):
    fill(page, "SELECT * {\n  ?a a \n}", line=1)
    page.keyboard.type("agree")
    page.locator(".CodeMirror-hint", has_text="hg:Agreement").first.click()

    assert page.evaluate("document.querySelector('.query .CodeMirror').CodeMirror.getValue()") == (
        "PREFIX hg: <https://w3id.org/heritage-graph/ns#>\nSELECT * {\n  ?a a hg:Agreement\n}"
    )


def test_the_properties_of_the_class_come_first(page):
    fill(page, "PREFIX hg: <https://w3id.org/heritage-graph/ns#>\nSELECT * {\n  ?a a hg:Agreement ; \n}", line=2)
    page.keyboard.press("Control+Space")

    expect(page.locator(".CodeMirror-hint").first).to_contain_text("hg:agreementKind")


def test_a_thing_is_completed_by_its_arabic_name(page):
    fill(page, "SELECT * {\n  ?x ?p \n}", line=1)
    page.keyboard.insert_text("إيسيسكو")
    page.keyboard.press("Control+Space")

    expect(page.locator(".CodeMirror-hint").first).to_contain_text("id:organization/icesco")


def test_a_prefix_of_ours_is_completed(page):
    fill(page, "PREFIX ", line=0)
    page.keyboard.type("hg")
    page.keyboard.press("Control+Space")

    expect(page.locator(".CodeMirror-hint").first).to_have_text("hg: <https://w3id.org/heritage-graph/ns#>")


def test_an_example_fills_the_editor_and_runs(page):
    page.select_option("#example", "find-by-name")
    run(page)

    expect(page.locator(".yasr table tbody")).to_contain_text("organization/icesco")


def test_an_example_bears_the_title_of_the_chosen_language(page):
    page.select_option("#language", "ar")

    expect(page.locator('#example option[value="find-by-name"]')).to_contain_text("البحث عن منظمة")


def test_a_syntax_error_is_marked_at_its_place(page):
    fill(page, FAULTY)
    run(page)

    expect(page.locator(".fault")).to_have_text("oops")


def test_a_syntax_error_is_told_with_what_to_do(page):
    fill(page, FAULTY)
    run(page)

    expect(page.get_by_role("alert")).to_contain_text(
        re.compile("line 3, column .*Correct the marked place", re.DOTALL)
    )


def test_the_mark_goes_when_the_query_changes(page):
    fill(page, FAULTY)
    run(page)
    fill(page, TEXTS)

    expect(page.locator(".fault")).to_have_count(0)


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        pytest.param(COORDINATES, ["Table", "Raw", "Map"], id="latitude and longitude"),
        pytest.param(WKT, ["Table", "Raw", "Map"], id="well-known text"),
        pytest.param(LINKS, ["Table", "Raw", "Network"], id="two things"),
        pytest.param(COUNTS, ["Table", "Raw", "Chart"], id="a label and a number"),
        pytest.param(TEXTS, ["Table", "Raw"], id="texts"),
        pytest.param("CONSTRUCT WHERE { ?s a ?o }", ["Table", "Raw", "Network"], id="triples"),
    ],
)
def test_a_view_is_offered_when_the_columns_allow_it(page, query, offered):
    fill(page, query)
    run(page)

    assert views(page) == offered


@pytest.mark.parametrize(
    ("query", "view", "drawn"),
    [
        pytest.param(COORDINATES, "map", ".map path.place", id="map"),
        pytest.param(WKT, "map", ".map path.border", id="borders"),
        pytest.param(LINKS, "network", ".network canvas", id="network"),
        pytest.param(COUNTS, "chart", ".chart rect", id="chart"),
    ],
)
def test_a_view_draws_the_answer_and_has_no_serious_fault(page, query, view, drawn):
    fill(page, query)
    run(page)
    page.click(f".select_{view}")
    expect(page.locator(drawn).first).to_be_attached()

    assert serious_faults(page) == []


def test_a_table_turns_page_by_page(page):
    fill(page, COUNTS.replace("SELECT ?class (COUNT(*) AS ?things)", "SELECT ?thing").replace("GROUP BY ?class", ""))
    run(page)
    page.get_by_role("button", name="Next page").click()

    expect(page.locator(".yasr .bar")).to_contain_text(re.compile("51.100 of"))


def test_a_table_is_sorted_by_number_and_filtered(page):
    fill(page, 'SELECT ?n ?t { VALUES (?n ?t) { (10 "x") (9 "x") (1 "y") } }')
    run(page)
    page.get_by_role("button", name="n", exact=True).click()
    page.get_by_role("searchbox", name="Filter the rows").fill("X")

    expect(page.locator(".yasr tbody tr td:first-child bdi")).to_have_text(["9", "10"])


def test_a_thing_in_a_table_leads_to_its_document_here(page):
    iris = "<https://w3id.org/heritage-graph/id/organization/icesco> <javascript:alert(1)>"
    fill(page, f"SELECT ?a {{ VALUES ?a {{ {iris} }} }}")
    run(page)
    links = page.locator(".yasr tbody a").all()

    assert [link.get_attribute("href") for link in links] == ["/id/organization/icesco"]


def test_braces_in_a_literal_are_shown_as_they_are(page):
    fill(page, 'SELECT ?a ?b { VALUES (?a ?b) { ("{{b}}" "x") } }')
    run(page)

    expect(page.locator(".yasr table tbody")).to_contain_text("{{b}}")


def test_a_link_restores_the_query_and_the_view(page, address):
    fill(page, COUNTS)
    run(page)
    page.click(".select_chart")
    page.click("#share")
    link = page.input_value("#offered")
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".chart rect").first).to_be_attached()

    assert (link.startswith(f"{address}/sparql#"), COUNTS in page.locator(".query .CodeMirror-code").inner_text()) == (
        True,
        True,
    )


@pytest.mark.parametrize(
    ("language", "command", "expected"),
    [
        ("curl", ["bash", "-c"], '"it\'s ""so"" $(x) `y` \\ z"'),
        ("python", [sys.executable, "-c"], repr('it\'s "so" $(x) `y` \\ z')),
    ],
)
def test_a_query_copied_as_a_program_gives_its_rows(page, language, command, expected):
    fill(page, 'SELECT ?a { VALUES ?a { "it\'s \\"so\\" $(x) `y` \\\\ z" } }')
    page.select_option("#copy", language)
    told = subprocess.run([*command, page.input_value("#offered")], capture_output=True, text=True, check=True)

    assert expected in told.stdout


def test_an_answer_is_downloaded_in_the_chosen_format(page):
    fill(page, TEXTS)
    page.select_option("#download-format", "tsv")
    with page.expect_download() as download:
        page.click("#download")

    assert download.value.path().read_text() == '?a\t?b\n"one"\t"two"\n'


def test_names_of_things_are_added_in_the_chosen_language(page):
    page.select_option("#language", "ar")
    page.check("#labels")
    run(page)

    expect(page.locator('.yasr tbody bdi[lang="ar"]').first).to_be_visible()


def test_a_query_is_cited_by_an_address_that_keeps_it(page, address):
    page.click("#cite")
    expect(page.locator("#offered")).to_be_visible()

    assert page.input_value("#offered").startswith(f"{address}/q/")


@pytest.mark.parametrize(("query", "scheme"), [(TEXTS, "light"), (TEXTS, "dark"), (FAULTY, "light"), (FAULTY, "dark")])
def test_axe_finds_no_serious_fault(page, query, scheme):
    page.emulate_media(color_scheme=scheme)
    fill(page, query)
    run(page)
    page.click("#share")

    assert serious_faults(page) == []


def test_axe_finds_no_serious_fault_in_the_raw_view(page):
    run(page)
    page.click(".select_response")
    expect(page.locator(".yasr .CodeMirror-scroll")).to_be_visible()

    assert serious_faults(page) == []


def test_axe_finds_no_serious_fault_while_completing(page):
    fill(page, "SELECT * {\n  ?a a \n}", line=1)
    page.keyboard.type("agree")
    expect(page.locator(".CodeMirror-hint").first).to_be_visible()

    assert serious_faults(page) == []


def test_without_scripts_the_page_is_a_form_that_asks(context_without_scripts, address):
    page = context_without_scripts.new_page()
    page.goto(f"{address}/sparql")
    page.select_option("#format", "csv")
    page.fill("#query", 'SELECT ("it works" AS ?a) {}')
    with page.expect_download() as answer:
        page.get_by_role("button", name="Ask").click()

    assert answer.value.path().read_text() == "a\nit works\n"


def test_the_page_allows_scripts_from_this_service_only(client):
    policy = client.get("/sparql", headers=BROWSER).headers["content-security-policy"]
    directives = dict(each.strip().split(" ", 1) for each in policy.split(";"))

    assert (directives["default-src"], directives["script-src"], directives["connect-src"]) == (
        "'none'",
        "'self'",
        "'self'",
    )


def test_a_built_file_is_kept_for_good(client):
    page = client.get("/sparql", headers=BROWSER).text
    script = re.search(r'src="(/static/built/editor-[A-Z0-9]+\.js)"', page)[1]
    answer = client.get(script)

    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
        "text/javascript; charset=utf-8",
        "public, max-age=31536000, immutable",
    )


@pytest.mark.parametrize("name", ["..%2f..%2fapp.py", "%2e%2e%2fstyle.css", "manifest.json", "nothing.js", "..", ""])
def test_nothing_but_built_files_is_served(client, name):
    assert client.get(f"/static/built/{name}").status_code == 404


@pytest.mark.parametrize("name", ["editor", "..%2fpages.py", "."])
def test_the_folder_of_files_is_not_served(client, name):
    assert client.get(f"/static/{name}").status_code == 404


def test_every_example_is_a_query_that_is_answered(client):
    topics = client.get("/sparql/examples").json()["topics"]
    examples = [example for topic in topics for example in topic["examples"]]
    statuses = {each["name"]: client.post("/sparql", data={"query": each["query"]}).status_code for each in examples}

    assert statuses == dict.fromkeys(statuses, 200)


def test_the_lock_of_the_front_end_names_no_registry():
    lock = json.loads((FRONTEND / "package-lock.json").read_text())

    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []

"""The agreement board: what people see of any day, by form and by slider, and that it is what the data say."""

from __future__ import annotations

import asyncio
import csv
import re
from urllib.parse import parse_qs, urlsplit

import nothing_loaded
import pytest
from browser_fixtures import BROWSER
from playwright.sync_api import expect
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from heritage_graph.namespaces import HG, HGV
from heritage_graph.store.embedded import EmbeddedStore

PATH = "/agreements"
ID = "https://w3id.org/heritage-graph/id/"
DAYS = ["2024-10-09", "2026-11-21", "2027-07-01"]
SECTIONS = ["in-force", "unknown", "over", "not-yet"]
MANY = 20
PRINTED = [Literal("متحف المد", language="ar"), Literal("Gelgit Müzesi", language="tr"), Literal("Tide Museum")]
PLAIN = {"on": "2026-11-21", "within": "P6M"}


def board(client, **values):
    return client.get(PATH, params={"lang": "en"} | values, headers=BROWSER).text


def part(page, name):
    """The section of this name; empty when the page has none."""
    found = re.search(rf'<section id="{name}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    """The board over made-up agreements: one with parties as printed in three languages, and many without a date."""
    folder = tmp_path_factory.mktemp("invented")
    store = Store(str(folder / "store"))
    store.extend(Quad(*each, DefaultGraph()) for each in undated())
    del store
    EmbeddedStore(folder)
    paths = ["/agreements?lang=en", "/agreements?include=parties&format=json"]
    page, document = asyncio.run(nothing_loaded.answers(folder, paths, accept="text/html")).values()
    return page.text, document.json()


def undated():
    for number in range(MANY):
        agreement = NamedNode(f"{ID}agreement/{number:02}")
        yield agreement, HG.agreementKind, NamedNode(f"{ID}kind")
    for name in PRINTED:
        seat = NamedNode(f"{ID}participation/{name.language or 'none'}")
        yield seat, HG.inContext, NamedNode(f"{ID}agreement/00")
        yield seat, HG.participantAsNamed, name
        yield seat, HG.role, HGV.term("role/party")


def test_names_as_printed_are_in_the_language_that_the_graph_gives(invented):
    page, _ = invented

    assert sorted(re.findall(r"<li>(<bdi.*?</bdi>)", page)) == sorted(
        [
            '<bdi lang="ar" dir="rtl">متحف المد</bdi>',
            '<bdi lang="tr" dir="ltr">Gelgit Müzesi</bdi>',
            "<bdi>Tide Museum</bdi>",
        ]
    )


def test_data_tell_the_language_of_a_name_as_printed(invented, faults_in):
    _, document = invented
    parties = document["items"][0]["parties"]

    assert (
        {each["asNamed"]: each.get("asNamedLanguage") for each in parties},
        faults_in(document, "agreement-status"),
    ) == (
        {name.value: name.language for name in PRINTED},
        [],
    )


def test_many_for_one_reason_are_folded_under_it_with_their_number(invented):
    page, _ = invented
    folded = re.search(r'<details class="fold" data-fold="no-signing-date">(.*?)</details>', page, re.DOTALL)[1]

    assert (len(agreements(folded)), f'<span class="number">{MANY}</span>' in folded) == (MANY, True)


def test_few_for_one_reason_are_open_to_see(client):
    assert '<details class="fold" data-fold="no-signing-date" open>' in board(client, on="2026-11-21")


def test_what_was_opened_stays_open_from_day_to_day(open_page):
    page = open_page(f"{PATH}?on=2026-11-21&lang=en")
    page.locator("[data-fold='no-signing-date'] > summary").click()
    page.locator("#slide").press("End")
    expect(page.locator("#on")).to_have_value("2027-12-31")

    assert page.locator("[data-fold='no-signing-date']").get_attribute("open") is None


def agreements(text):
    return re.findall(r'<p class="name"><a href="/id/agreement/([^"?]*)', text)


def answers(client, day):
    """The agreements by the section in which the stored question puts them."""
    rows = client.get("/queries/agreements-in-force", params={"on": day, "format": "json"}).json()["rows"]
    found = {section: [] for section in SECTIONS}
    by_reason = {"term-over": "over", "not-yet-effective": "not-yet", "term-running": "in-force"}
    for row in rows:
        section = by_reason.get(row["reason"].rpartition("/")[2], "unknown")
        found[section].append(row["agreement"].removeprefix(f"{ID}agreement/"))
    return found


def shown(browser_page):
    """The agreements that a page in the browser shows, by section."""
    return browser_page.evaluate(
        """(sections) => Object.fromEntries(sections.map((name) => [name,
          [...document.querySelectorAll(`#${name} .agreement .name a`)].map((link) =>
            new URL(link.href).pathname.split("/").pop())]))""",
        SECTIONS,
    )


def counts(browser_page):
    return {
        name: int(browser_page.locator(f".counts .{name} strong").inner_text())
        for name in ("in-force", "not-in-force", "unknown")
    }


@pytest.mark.parametrize("day", DAYS)
def test_the_browser_shows_what_the_stored_question_answers(client, open_page, day):
    found = {name: sorted(slugs) for name, slugs in shown(open_page(f"{PATH}?on={day}&lang=en")).items()}

    assert found == {name: sorted(slugs) for name, slugs in answers(client, day).items()}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-10-09", {"in-force": 4, "not-in-force": 0, "unknown": 6}),
        ("2026-11-21", {"in-force": 3, "not-in-force": 1, "unknown": 6}),
        ("2027-07-01", {"in-force": 1, "not-in-force": 3, "unknown": 6}),
    ],
)
def test_the_browser_counts_the_shipped_agreements_of_a_day(open_page, day, expected):
    assert counts(open_page(f"{PATH}?on={day}&lang=ar")) == expected


def test_the_slider_brings_the_board_of_another_day_and_its_address(client, open_page):
    page = open_page(f"{PATH}?on=2026-11-21&party=id:organization/icesco&lang=en")
    page.locator("#slide").press("End")
    expect(page.locator("#on")).to_have_value("2027-12-31")
    asked = parse_qs(urlsplit(page.url).query)

    assert (asked["on"], asked["party"], counts(page)) == (
        ["2027-12-31"],
        ["id:organization/icesco"],
        client.get(PATH, params={"on": "2027-12-31", "party": "id:organization/icesco"}).json()["counts"],
    )


def test_the_slider_tells_the_new_counts_to_who_listens(open_page):
    page = open_page(f"{PATH}?on=2026-11-21&lang=fr")
    page.locator("#slide").press("Home")
    told = page.locator("[role=status]")
    expect(told).to_contain_text("1er janvier 2022")

    assert re.findall(r"[0-9]+(?=\.)", told.text_content()) == ["2022", "0", "4", "6"]


def test_the_slider_leaves_the_way_back_as_it_was(open_page):
    page = open_page(f"{PATH}?on=2026-11-21")
    steps = page.evaluate("history.length")
    page.locator("#slide").press("Home")
    expect(page.locator("#on")).to_have_value("2022-01-01")

    assert page.evaluate("history.length") == steps


def test_a_board_that_cannot_be_fetched_says_so(open_page):
    page = open_page(f"{PATH}?on=2026-11-21&lang=en")
    page.route("**/agreements?*", lambda route: route.fulfill(status=200, body="<p>nothing</p>"))
    page.locator("#slide").press("Home")

    expect(page.locator("#slide + output")).to_contain_text("could not be fetched")


def test_a_day_is_chosen_without_scripts(context_without_scripts, address):
    page = context_without_scripts.new_page()
    page.goto(f"{address}{PATH}?on=2026-11-21&lang=en")
    page.locator("#on").fill("2024-10-09")
    page.locator(".choose button").click()

    assert (parse_qs(urlsplit(page.url).query)["on"], counts(page)["in-force"]) == (["2024-10-09"], 4)


def test_years_are_steps_without_scripts(client):
    steps = re.findall(r'rel="(prev|next)" href="([^"]*)"', board(client, on="2024-02-29"))

    assert [(name, parse_qs(urlsplit(link.replace("&amp;", "&")).query)["on"]) for name, link in steps] == [
        ("prev", ["2023-02-28"]),
        ("next", ["2025-02-28"]),
    ]


@pytest.mark.parametrize(("day", "steps"), [("0001-06-01", ["next"]), ("9999-06-01", ["prev"])])
def test_the_calendar_has_a_first_and_a_last_year(client, day, steps):
    assert re.findall(r'rel="(prev|next)"', board(client, on=day)) == steps


def test_the_same_address_gives_the_board_of_the_api(client):
    values = {"on": "2026-11-21", "include": "parties", "status": "unknown"}

    assert client.get(PATH, params=values).json() == client.get("/api/v1/agreements/status", params=values).json()


def test_data_pass_over_what_only_the_page_shows(client, faults_in):
    found = client.get(PATH, params=PLAIN).json()

    assert (faults_in(found, "agreement-status"), found["total"]) == ([], {"exactly": 10})


def test_pages_of_data_lead_on_at_the_same_address(client):
    first = client.get(PATH, params={"on": "2026-11-21", "limit": 4}).json()
    second = client.get(first["next"]).json()

    assert (first["next"].startswith(f"{PATH}?"), len(first["items"]), len(second["items"])) == (True, 4, 4)


def test_the_table_is_that_of_the_board(client):
    link = re.search(r'href="([^"]*format=csv[^"]*)"', board(client, on="2026-11-21", status="in-force"))[1]
    text = client.get(link.replace("&amp;", "&")).content.decode("utf-8-sig")

    assert [row["status"] for row in csv.DictReader(text.splitlines())] == ["in-force"] * 3


def test_the_calendar_that_is_offered_is_one(client):
    link = re.search(r'href="(/api/v1/agreements\.ics[^"]*)"', board(client, party="id:organization/icesco"))[1]

    assert client.get(link.replace("&amp;", "&")).headers["content-type"].startswith("text/calendar")


def test_the_question_behind_it_is_asked_as_on_the_page(client):
    page = board(client, on="2027-07-01", party="id:organization/icesco")
    link = re.search(r'href="(/queries/agreements-in-force[^"]*)"', page)[1].replace("&amp;", "&")

    assert parse_qs(urlsplit(link).query) == {
        "on": ["2027-07-01"],
        "party": ["id:organization/icesco"],
        "lang": ["en"],
    }


def test_what_nobody_knows_stands_under_its_reason(client):
    headings = re.findall(r"<h3>([^<]*) <", part(board(client, on="2026-11-21"), "unknown"))

    assert headings == ["No effective date", "No signing date"]


def test_what_lapses_soon_says_who_may_ask_for_renewal(client):
    lapsing = part(board(client, **PLAIN), "lapsing")

    assert (
        re.findall(r'href="/id/agreement/([^"?]*)', lapsing),
        "17 January 2027" in lapsing,
        "The parties" in lapsing,
    ) == (
        ["icesco-saudi-hajj-routes"],
        True,
        True,
    )


def test_how_far_ahead_is_chosen(client):
    lapsing = part(board(client, on="2026-11-21", within="P1Y"), "lapsing")

    assert re.findall(r'href="/id/agreement/([^"?]*)', lapsing) == [
        "icesco-saudi-hajj-routes",
        "icesco-ots-mou",
        "icomos-hist-mou-2022",
    ]


def test_a_span_of_ones_own_is_kept(client):
    assert '<option value="P18M" selected>P18M</option>' in board(client, on="2026-11-21", within="P18M")


def test_nothing_lapses_among_what_has_lapsed(client):
    assert part(board(client, on="2026-11-21", status="not-in-force"), "lapsing") == ""


def test_parties_are_chosen_by_name(client):
    page = board(client, on="2026-11-21", party="id:organization/organization-of-turkic-states")
    chosen = re.findall(r"<option [^>]*selected>([^<]*)", page)

    assert (chosen[0], agreements(page)) == ("Organization of Turkic States", ["icesco-ots-mou"])


def test_who_is_no_party_is_an_honest_empty_board(client):
    assert '<p class="empty">' in board(client, party="id:organization/unesco")


def test_only_one_answer_is_shown_when_that_is_asked(client):
    page = board(client, on="2026-11-21", status="unknown")

    assert [name for name in SECTIONS if part(page, name)] == ["unknown"]


def test_a_long_section_leads_to_all_of_it(client):
    links = re.findall(r'<p><a href="([^"]*)">All of these: 6</a>', board(client, on="2026-11-21", limit="2"))

    assert len(agreements(client.get(links[0].replace("&amp;", "&"), headers=BROWSER).text)) == 2


def test_pages_of_one_answer_lead_on(client):
    first = board(client, on="2026-11-21", status="unknown", limit="4")
    following = re.findall(r'rel="next" href="([^"]*cursor[^"]*)"', first)[0].replace("&amp;", "&")
    second = client.get(following, headers=BROWSER).text

    assert [len(agreements(page)) for page in (first, second)] == [4, 2]


def test_each_agreement_leads_to_why(client):
    whys = re.findall(r'class="why" href="([^"]*)"', part(board(client, on="2026-11-21"), "in-force"))
    asked = [parse_qs(urlsplit(why.replace("&amp;", "&")).query) for why in whys]

    assert [(each["s"][0].removeprefix(ID), each["p"]) for each in asked] == [
        ("agreement/icesco-ots-mou", ["hg:validUntil"]),
        ("agreement/icesco-saudi-hajj-routes", ["hg:validUntil"]),
        ("agreement/icomos-hist-mou-2022", ["hg:validUntil"]),
    ]


def test_each_term_is_a_picture_with_words(client):
    pictures = re.findall(r'role="img" aria-label="([^"]*)"', part(board(client, on="2026-11-21"), "in-force"))

    assert pictures[0] == "Term: 13 June 2024 to 13 June 2027"


def test_an_uncertain_term_is_drawn_as_the_range_it_is(client):
    over = part(board(client, on="2026-11-21"), "over")

    assert re.findall(r'<rect class="([a-z]+)"', over) == ["possible", "certain", "possible"]


def test_time_runs_from_right_to_left_in_arabic(client):
    years = [
        [float(x) for x in re.findall(r'<text x="([0-9.]+)%"', board(client, on="2026-11-21", lang=language))]
        for language in ("en", "ar")
    ]

    assert (years[0] == sorted(years[0]), years[1]) == (True, [round(100 - x, 3) for x in years[0]])


@pytest.mark.parametrize(
    "values",
    [{"on": "tomorrow"}, {"within": "soon"}, {"status": "perhaps"}, {"party": "nobody"}, {"day": "2026-11-21"}],
)
def test_what_cannot_be_asked_is_a_page_that_says_so(client, values):
    answer = client.get(PATH, params=values, headers=BROWSER)

    assert (answer.status_code, "<h1>" in answer.text) == (400, True)


def test_who_holds_the_page_gets_no_copy(client):
    tag = client.get(PATH, params=PLAIN, headers=BROWSER).headers["etag"]

    assert client.get(PATH, params=PLAIN, headers=BROWSER | {"If-None-Match": tag}).status_code == 304

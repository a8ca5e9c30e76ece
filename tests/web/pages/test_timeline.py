"""The time line: what is in time as ranges of days, as a picture, as text year by year, and as data."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from browser_fixtures import BROWSER
from playwright.sync_api import expect

PATH = "/timeline"
NS = "https://w3id.org/heritage-graph/ns#"
ACTIVITIES = Path(__file__).parent / "documents" / "activities.ttl"


def timeline(client, **values):
    return client.get(PATH, params={"lang": "en"} | values, headers=BROWSER).text


def slugs(items):
    return [item["id"].rpartition("/")[2] for item in items]


def told(client, **values):
    return client.get(PATH, params=values | {"format": "json"}).json()


def row(page, slug):
    """The row of the picture that leads to the thing called *slug*."""
    return next(
        each for each in page.split('<li class="happening">') if re.match(rf'<a href="/id/[a-z]+/{slug}\b', each)
    )


@pytest.fixture(scope="module")
def programmes(shipped, tmp_path_factory, start_server):
    """The page and the data about made-up programmes, of which sources know years only, or nothing but the end."""
    data = tmp_path_factory.mktemp("programmes") / "data"
    shutil.copytree(shipped, data)
    program = Path(sys.executable).with_name("heritage-graph")
    load = [program, "load", ACTIVITIES, "--source", "test-activities", "--data", data]
    subprocess.run(load, check=True, capture_output=True)
    with start_server(data) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        return timeline(client, kind="programme"), told(client, kind="programme")["items"]


@pytest.mark.parametrize("values", [{}, {"from": "2024", "to": "2024-06"}, {"kind": "project"}, {"limit": "3"}])
def test_the_data_are_as_their_schema_says(client, faults_in, values):
    assert faults_in(told(client, **values), "timeline") == []


def test_what_is_in_time_comes_by_its_first_day(client):
    items = told(client)["items"]
    days = [(item["start"] if "earliest" in item["start"] else item["end"])["earliest"] for item in items]

    assert (days == sorted(days), {item["kind"] for item in items}) == (
        True,
        {"agreement", "event", "plan", "designation"},
    )


def test_everything_that_begins_ends_or_was_signed_is_there_once(client):
    query = "SELECT DISTINCT ?thing { ?thing hg:startsOn|hg:endsOn|hg:signedOn|hg:effectiveFrom|hg:validUntil ?day }"
    answer = client.get("/sparql", params={"query": f"PREFIX hg: <{NS}> {query}", "format": "csv"})

    assert sorted(item["id"] for item in told(client, limit="1000")["items"]) == sorted(answer.text.split()[1:])


def test_an_agreement_lasts_from_its_effect_to_its_last_day(client):
    found = next(item for item in told(client)["items"] if item["id"].endswith("/icesco-ain-shams-marburg"))

    assert (found["start"]["value"], found["end"]["value"], found["since"], found["certain"]) == (
        "2022-04",
        "2025-04",
        "effectiveFrom",
        {"from": "2022-04-30", "to": "2025-04-01"},
    )


def test_an_agreement_without_known_effect_stands_where_it_was_signed(client):
    found = next(item for item in told(client)["items"] if item["id"].endswith("/iccrom-alecso-framework-2012"))

    assert (found["start"]["value"], found["since"], found["end"]["unknown"]["reason"], found["certain"]) == (
        "2012-11-09",
        "signedOn",
        "no-end-on-record",
        None,
    )


def test_what_has_no_date_stands_apart(client):
    undated = told(client)["undated"]

    assert (undated["total"], "hajj-routes-and-historical-mosques" in slugs(undated["items"])) == ({"exactly": 9}, True)


def test_a_span_takes_what_may_touch_it(client):
    assert slugs(told(client, **{"from": "2020", "to": "2020-12", "kind": "event"})["items"]) == [
        "illicit-trafficking-conference-2020"
    ]


def test_what_has_no_known_end_may_still_last(client):
    found = told(client, **{"from": "2500"})["items"]

    assert slugs(found) == ["iccrom-alecso-framework-2012", "iccrom-alecso-mou-2014", "iccrom-icom-mou-2024"]


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("id:organization/organization-of-turkic-states", ["icesco-ots-mou"]),
        ("id:place/shusha", ["culture-capital-in-the-islamic-world-shusha-2024",
                             "islamic-world-heritage-committee-shusha-2024"]),
        ("id:event/illicit-trafficking-conference-2020", ["illicit-trafficking-conference-2020"]),
        ("id:organization/nobody", []),
    ],
)  # fmt: skip
def test_a_time_line_can_be_about_one_thing(client, about, expected):
    assert slugs(told(client, about=about)["items"]) == expected


def test_what_runs_under_an_agreement_belongs_to_its_time_line(client):
    found = told(client, about="id:agreement/icesco-saudi-hajj-routes")

    assert (slugs(found["items"]), slugs(found["undated"]["items"])) == (
        ["icesco-saudi-hajj-routes"],
        ["hajj-routes-and-historical-mosques"],
    )


def test_pages_of_data_give_everything_once(client):
    pages = [told(client, limit="5")]
    pages.append(client.get(pages[0]["next"]).json())
    pages.append(client.get(pages[1]["next"]).json())

    assert [slug for page in pages for slug in slugs(page["items"])] == slugs(told(client)["items"])


def test_uncertain_days_are_ranges_in_the_data(programmes):
    known = [(item["start"].get("value"), item["end"].get("value"), item["certain"]) for item in programmes[1]]

    assert known == [
        (None, "2018-06", None),
        ("2019", "2021", {"from": "2019-12-31", "to": "2021-01-01"}),
        ("2020", "2020", None),
    ]


@pytest.mark.parametrize(
    ("slug", "pieces", "arrow"),
    [
        ("test-known-by-year", ["possible", "certain", "possible"], False),
        ("test-known-end", ["open", "certain", "possible"], True),
        ("test-within-a-year", ["possible"], False),
    ],
)
def test_uncertain_days_are_hatched_and_open_ends_are_arrows(programmes, slug, pieces, arrow):
    drawn = row(programmes[0], slug)

    assert (re.findall(r'<rect class="([a-z]+)"', drawn), 'class="arrow"' in drawn) == (pieces, arrow)


def test_a_day_is_a_point(client):
    assert "<circle" in row(timeline(client), "illicit-trafficking-conference-2020")


def test_each_bar_has_words(client):
    words = re.findall(r'role="img" aria-label="([^"]*)"', timeline(client, kind="event"))

    assert words == [
        "Event: 28 July 2020",
        "Event: 8 October 2024 to 9 October 2024",
        "Event: 10 February 2026 to 13 February 2026",
    ]


def test_the_same_stands_year_by_year(client):
    page = timeline(client).partition('id="years"')[2]

    assert re.findall(r"<h3>([0-9]+)</h3>", page) == ["2012", "2014", "2020", "2022", "2024", "2026"]


def test_the_list_leads_to_why(client):
    page = timeline(client, kind="event", to="2020").partition('id="years"')[2]

    assert re.search(r'href="/why\?s=([^&]*)&amp;p=([^&"]*)', page)[2] == "hg:startsOn"


def test_filters_are_kept_in_the_form(client):
    page = timeline(client, **{"from": "2024", "kind": "event", "about": "id:organization/icesco"})

    assert (re.findall(r"<option [^>]*selected>([^<]*)", page), 'name="from" value="2024"' in page) == (
        ["Event", "ICESCO"],
        True,
    )


def test_an_empty_form_is_everything(client):
    page = timeline(client, **{"from": "", "to": "", "kind": "", "about": ""})

    assert page.count('class="happening"') == told(client)["total"]["exactly"]


def test_nothing_in_time_says_so(client):
    assert '<p class="empty">' in timeline(client, kind="project")


def test_a_long_time_line_leads_on(client):
    page = timeline(client, limit="5")
    link = re.search(r'rel="next" href="([^"]*)"', page)[1].replace("&amp;", "&")

    assert client.get(link, headers=BROWSER).text.count('class="happening"') == 5


def test_time_runs_from_right_to_left_in_arabic(client):
    english, arabic = (
        [float(x) for x in re.findall(r'<text x="([0-9.]+)%"', timeline(client, lang=language))]
        for language in ("en", "ar")
    )

    assert (english == sorted(english), arabic) == (True, [round(100 - x, 3) for x in english])


@pytest.mark.parametrize(
    "values",
    [
        {"from": "soon"},
        {"from": "2025", "to": "2024"},
        {"to": "2026-02-30"},
        {"kind": "war"},
        {"about": "nobody"},
        {"limit": "0"},
        {"year": "2024"},
    ],
)
def test_what_cannot_be_asked_is_a_bad_parameter(client, values):
    answer = client.get(PATH, params=values)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-parameter")


def test_the_picture_is_there_without_scripts(context_without_scripts, address):
    page = context_without_scripts.new_page()
    page.goto(f"{address}{PATH}?lang=en")

    assert (page.locator(".happening .bar:visible").count(), page.locator(".moving").is_visible()) == (12, False)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_zoom_and_movement_keep_what_is_seen_true(open_page, language):
    page = open_page(f"{PATH}?lang={language}")
    buttons, shown = page.locator("[role=toolbar] button"), page.locator("[role=toolbar] output")
    begins = [shown.inner_text()[:10]]
    for number in (0, 3, 2, 4):  # closer, later, earlier, whole
        buttons.nth(number).click()
        begins.append(shown.inner_text()[:10])

    assert (begins[0] < begins[3] < begins[1] < begins[2], begins[4]) == (True, begins[0])


def test_the_years_grow_finer_with_the_picture(open_page):
    page = open_page(f"{PATH}?lang=en&from=2024&to=2024&kind=event")
    years = page.locator(".years text")
    expect(years.first).to_have_text("2024-01")

    assert "2024-07" in years.all_text_contents()


def test_a_bar_that_is_dragged_is_not_followed(open_page):
    page = open_page(f"{PATH}?lang=en")
    page.locator("[role=toolbar] button").first.click()
    before = page.locator("[role=toolbar] output").inner_text()
    box = page.locator(".happening .bar").first.bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 13)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 13, steps=4)
    page.mouse.up()

    assert (page.url.endswith(f"{PATH}?lang=en"), page.locator("[role=toolbar] output").inner_text() < before) == (
        True,
        True,
    )


def test_a_bar_that_is_clicked_leads_to_its_thing(open_page):
    page = open_page(f"{PATH}?lang=en&kind=event&to=2020")
    page.locator(".happening .bar").click()

    expect(page).to_have_url(re.compile(r"/doc/event/illicit-trafficking-conference-2020"))

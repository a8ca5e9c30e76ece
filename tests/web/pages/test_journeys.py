"""What people do on the site: ask why by the keyboard alone, change the language, print, read in the dark."""

from __future__ import annotations

import re
import time

import httpx
import pytest
from page_types import PAGE_TYPES
from playwright.sync_api import expect
from visits import serious_faults

ICESCO = "/doc/organization/icesco"
DARK = [kind for kind in PAGE_TYPES if kind.name in {"entity-agreement", "agreements", "question"}]
ON_A_LINK = "(selector) => document.activeElement?.matches(selector) ?? false"
MOST_KEYS = 200


@pytest.fixture(scope="module", autouse=True)
def _names_can_be_searched(site):
    """A service that has just begun is still making the index of names."""
    deadline = time.monotonic() + 60
    while httpx.get(f"{site[0]}/api/v1/search?q=icesco").status_code != httpx.codes.OK:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture
def page(chromium, site):
    """A page of the site; a test begins at an address of it."""
    context = chromium.new_context(base_url=site[0], locale="en", viewport={"width": 1200, "height": 900})
    yield context.new_page()
    context.close()


def tab_to(page, selector):
    """Press Tab until what *selector* names has the focus."""
    pressed = 0
    while not page.evaluate(ON_A_LINK, selector):
        assert pressed < MOST_KEYS, f"Tab does not lead to {selector}"
        page.keyboard.press("Tab")
        pressed += 1


def sections(page):
    """How many agreements the board lists, by its sections."""
    return {
        name: page.locator(f"#{name} li.agreement").count() for name in ("in-force", "unknown", "not-in-force", "over")
    }


def test_the_keyboard_leads_from_search_to_a_thing_to_why(page):
    page.goto("/")
    tab_to(page, "input[name=q]")
    page.keyboard.type("ICESCO memorandum")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    tab_to(page, "main a[href*='/agreement/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/agreement/*")
    tab_to(page, "main a[data-why]")
    page.keyboard.press("Enter")

    expect(page.locator("dialog.why .content")).to_contain_text(re.compile(r"\S{3}.*\S{3}", re.DOTALL))


def test_escape_closes_why_and_the_focus_is_where_it_was(page):
    page.goto("/doc/agreement/icesco-ots-mou")
    page.wait_for_load_state("networkidle")
    tab_to(page, "main a[data-why]")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.why")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.why")).to_be_hidden()

    assert page.evaluate(ON_A_LINK, "a[data-why]")


def test_the_first_key_leads_past_the_navigation(page):
    page.goto("/agreements")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("location.hash") == "#content"


@pytest.mark.parametrize("text", ["إيسيسكو", "ايسيسكو"])
def test_a_search_in_arabic_finds_icesco_with_hamza_and_without(page, text):
    page.goto("/?lang=ar")
    page.locator("main input[name=q]").fill(text)
    page.locator("main input[name=q]").press("Enter")

    expect(page.locator(f"main li a[href^='{ICESCO}']").first).to_be_visible()


@pytest.mark.parametrize(
    ("day", "answers"),
    [
        ("2024-10-09", {"in-force": 4, "unknown": 6, "not-in-force": 0, "over": 0}),
        ("2026-11-21", {"in-force": 3, "unknown": 6, "not-in-force": 0, "over": 1}),
        ("2027-07-01", {"in-force": 1, "unknown": 6, "not-in-force": 0, "over": 3}),
    ],
)
def test_the_board_answers_on_a_day(page, day, answers):
    page.goto("/agreements")
    page.fill("input[name=on]", day)
    page.locator("form.choose button[type=submit]").click()
    page.wait_for_url(f"**on={day}*")
    expect(page.locator("#in-force li.agreement")).to_have_count(answers["in-force"])

    assert sections(page) == answers


def test_another_language_keeps_the_page_and_what_was_asked_of_it(page):
    page.goto("/queries/agreements-in-force?on=2024-10-09")
    page.get_by_role("link", name="العربية").click()
    page.wait_for_url("**lang=ar*")

    assert (httpx.URL(page.url).params["on"], page.evaluate("document.dir")) == ("2024-10-09", "rtl")


def test_links_and_forms_go_on_in_the_language_that_was_chosen(page):
    page.goto("/?lang=fr")
    page.locator("nav.sections a").first.click()
    page.wait_for_url("**/agreements*")
    page.locator("form.choose button[type=submit]").click()
    page.wait_for_url("**on=*")

    assert page.evaluate("document.documentElement.lang") == "fr"


def test_a_browser_that_prefers_arabic_is_answered_in_it(chromium, site):
    context = chromium.new_context(base_url=site[0], locale="ar-MA")
    page = context.new_page()
    page.goto("/agreements")
    language = page.evaluate("document.documentElement.lang")
    context.close()

    assert language == "ar"


def test_on_paper_there_is_the_content_without_the_navigation(page):
    page.goto("/doc/agreement/icesco-ots-mou")
    page.emulate_media(media="print")

    assert [page.locator(each).first.is_visible() for each in ("main h1", "nav.sections", "nav.languages")] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("kind", DARK, ids=lambda kind: kind.name)
def test_in_the_dark_axe_finds_nothing_serious(visitor, kind):
    with visitor.opened(kind, "en") as (page, _):
        page.emulate_media(color_scheme="dark")
        found = serious_faults(page)
        page.emulate_media(color_scheme="light")

    assert found == []

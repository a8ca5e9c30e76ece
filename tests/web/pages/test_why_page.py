"""The grounds of facts: on a page of their own, and in a panel over the page where scripts run."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import expect

MEMORANDUM = "id:agreement/icesco-ots-mou"
CONFERENCE = "/doc/event/illicit-trafficking-conference-2020"


@pytest.fixture(scope="module")
def client(site):
    """A client of the service that is patient on a busy machine."""
    with httpx.Client(base_url=site[0], timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def address(site):
    return site[0]


def page_of(client, language="en", **asked):
    return client.get("/why", params=asked | {"lang": language}, headers={"Accept": "text/html"})


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_a_conclusion_tells_its_rule_and_its_premises(client):
    text = text_of(page_of(client, s=MEMORANDUM, p="hg:validUntil"))

    assert ("Rule: Term from a general clause" in text, "Duration of three years" in text) == (True, True)


def test_a_statement_tells_the_document_and_the_place_in_its_text(client):
    text = text_of(page_of(client, s=MEMORANDUM, p="hg:textStatus"))

    assert ("Report on Partnerships" in text, "line 80, characters 5191 to 5222" in text) == (True, True)


def test_disagreement_stands_side_by_side(client):
    text = text_of(page_of(client, s="id:event/illicit-trafficking-conference-2020", p="hg:activityKind"))

    assert (text.count("Who says so"), text.count("Who says otherwise")) == (2, 2)


def test_grounds_are_told_in_the_language_of_the_page(client):
    text = text_of(page_of(client, language="fr", s=MEMORANDUM, p="hg:validUntil"))

    assert "Une règle le conclut de prémisses" in text


def test_the_same_address_gives_programs_what_the_api_gives(client):
    asked = {"s": MEMORANDUM, "p": "hg:signedOn"}
    page = client.get("/why", params=asked, headers={"Accept": "application/json"})

    assert page.json() == client.get("/api/v1/why", params=asked).json()


def test_the_api_leads_browsers_to_the_page(client):
    answer = client.get("/api/v1/why", params={"s": MEMORANDUM}, headers={"Accept": "text/html"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/why?s=id%3Aagreement%2Ficesco-ots-mou")


@pytest.mark.parametrize(
    ("asked", "status"),
    [({}, 400), ({"s": "no iri"}, 400), ({"s": "id:agreement/no-such-thing"}, 404)],
)
def test_what_cannot_be_told_is_a_problem_page(client, asked, status):
    assert page_of(client, **asked).status_code == status


def test_what_nobody_says_is_told_to_be_said_by_nobody(client):
    text = text_of(page_of(client, s=MEMORANDUM, p="hg:homepage"))

    assert "that nobody says so does not make it false" in text


def test_a_claim_of_an_essay_is_told_under_the_banner(client):
    text = text_of(page_of(client, s="id:claim/essay-art-legacy-accords", p="hg:role"))

    assert "It states no fact about the world." in text


@pytest.fixture
def opened(chromium, address):
    """The page about a thing that sources contradict, with its panel open: opened by keyboard."""
    page = chromium.new_page(base_url=address)
    page.goto(f"{CONFERENCE}?lang=en")
    page.locator("#about a.mark.disputed").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog.why article")).to_have_count(1)
    yield page
    page.close()


def test_the_panel_shows_the_sides_without_leaving_the_page(opened):
    told = opened.locator("dialog.why").inner_text()

    assert ("Who says otherwise" in told, CONFERENCE in opened.url) == (True, True)


def test_escape_closes_the_panel_and_gives_the_focus_back(opened):
    opened.keyboard.press("Escape")
    expect(opened.locator("dialog.why")).not_to_be_visible()

    assert opened.evaluate("document.activeElement.className") == "mark disputed"


def test_the_focus_stays_in_the_panel(opened):
    for _ in range(30):
        opened.keyboard.press("Tab")

    assert opened.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")


def test_without_scripts_the_mark_leads_to_the_page(context_without_scripts, address):
    page = context_without_scripts.new_page()
    page.goto(f"{address}{CONFERENCE}?lang=en")
    page.locator("#about a.mark.disputed").first.click()

    assert ("/why?" in page.url, page.locator("h1").inner_text()) == (True, "Why?")

"""Errors are pages: what happened and what to do, in three languages; programs are told the same as ever."""

from __future__ import annotations

import re

import pytest

from heritage_graph.web.page_language import PAGE_LANGUAGES
from heritage_graph.web.problems import catalogue
from heritage_graph.web.words import read_words

BROWSER = {"Accept": "text/html"}
WORDS = read_words()


def test_every_kind_of_problem_has_a_title_and_a_meaning_in_each_language():
    wanted = {f"problems.{part}-{slug}" for slug in catalogue() for part in ("title", "meaning")}

    assert wanted - set(WORDS) == set()


def test_no_kind_of_problem_is_told_of_that_there_is_not():
    told = {name.partition("-")[2] for name in WORDS if re.match(r"problems\.(title|meaning)-", name)}

    assert told - set(catalogue()) == set()


def test_people_and_programs_read_the_same_title():
    assert {slug: WORDS[f"problems.title-{slug}"]["en"] for slug in catalogue()} == {
        slug: title for slug, (_, title, _) in catalogue().items()
    }


def test_there_is_advice_for_every_status():
    assert {status for status, _, _ in catalogue().values() if f"problems.do-{status}" not in WORDS} == set()


@pytest.mark.parametrize("lang", PAGE_LANGUAGES)
def test_a_problem_speaks_the_language_of_the_page(client, lang):
    page = client.get("/nothing", params={"lang": lang}, headers=BROWSER)

    assert (page.status_code, WORDS["problems.title-not-found"][lang] in page.text) == (404, True)


def test_what_happened_is_told_as_programs_are_told_it_and_marked_as_english(client):
    page = client.get("/queries/agreements-in-force", params={"on": "x", "lang": "ar"}, headers=BROWSER).text

    assert re.search(r"""<p lang="en" dir="ltr">agreements-in-force: &#39;on&#39; takes a date""", page)


def test_a_problem_lists_what_would_be_right(client):
    page = client.get("/graphs", params={"surprise": "1"}, headers=BROWSER).text

    assert "<li><code>format</code></li>" in page


def test_a_problem_tells_the_number_of_the_request(client):
    page = client.get("/nothing", headers=BROWSER | {"X-Request-ID": "looked-for-7"}).text

    assert re.search(r"<code[^>]*>looked-for-7</code>", page)


def test_a_problem_leads_to_the_search_and_home(client):
    links = set(re.findall(r'<li><a href="([^"]*)"', client.get("/nothing", headers=BROWSER).text))

    assert {"/search", "/", "/problems/not-found"} <= links


def test_a_problem_can_be_read_in_another_language_at_its_own_address(client):
    page = client.get("/doc/organization/nobody?lang=fr", headers=BROWSER).text

    assert 'href="/doc/organization/nobody?lang=ar" hreflang="ar"' in page


def test_an_address_with_a_key_in_it_is_not_repeated(client):
    page = client.get("/graphs?key=hgk_0123456789abcdef", headers=BROWSER).text

    assert "0123456789abcdef" not in page


@pytest.mark.parametrize("lang", PAGE_LANGUAGES)
def test_the_kinds_of_problems_are_listed_in_each_language(client, lang):
    page = client.get("/problems", params={"lang": lang}, headers=BROWSER).text

    assert [slug for slug in catalogue() if WORDS[f"problems.title-{slug}"][lang] not in page] == []


def test_a_kind_of_problem_says_what_to_do(client):
    page = client.get("/problems/busy?lang=fr", headers=BROWSER).text

    assert WORDS["problems.do-503"]["fr"] in page


def test_programs_are_told_problems_as_ever(client):
    problem = client.get("/nothing", params={"lang": "fr"}).json()

    assert (problem["type"], problem["title"]) == ("/problems/not-found", "Nothing has this name")


def test_a_page_that_tells_a_problem_keeps_to_the_policy_of_pages(client):
    policy = client.get("/nothing", headers=BROWSER).headers["content-security-policy"]

    assert policy == client.get("/", headers=BROWSER).headers["content-security-policy"]

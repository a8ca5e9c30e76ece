"""The search page finds things by name in any script, says by which name, and what to try when it finds nothing."""

from __future__ import annotations

import re
import time

import httpx
import pytest
from nothing_loaded import empty

from heritage_graph.namespaces import BASE
from heritage_graph.web.page_language import PAGE_LANGUAGES
from heritage_graph.web.words import read_words

__all__ = ["empty"]

BROWSER = {"Accept": "text/html"}
WORDS = read_words()
ICESCO = "/doc/organization/icesco"


@pytest.fixture(scope="module", autouse=True)
def _indexed(client):
    """Things are found by an index, which a service that has just begun is still making."""
    until = time.monotonic() + 60
    while client.get("/api/v1/search?q=icesco").status_code != httpx.codes.OK:
        assert time.monotonic() < until
        time.sleep(0.1)


def found(client, **values):
    return client.get("/search", params=values, headers=BROWSER)


def addresses(page):
    """Where the things lead that a page lists, in order."""
    return [each.partition("?")[0] for each in re.findall(r'<p class="what"><a href="([^"]*)"', page.text)]


@pytest.mark.parametrize("text", ["ICESCO", "icesco", "ايسيسكو", "إيسيسكو", "الإيسيسكو"])
def test_a_name_finds_its_bearer_in_any_script_with_hamza_and_without(client, text):
    assert addresses(found(client, q=text))[0] == ICESCO


def test_a_thing_is_named_in_the_language_of_the_page_first(client):
    page = found(client, q="icesco", lang="ar", kind="organizations").text

    assert '<a href="/doc/organization/icesco?lang=ar"><bdi lang="ar" dir="rtl">ايسيسكو</bdi></a>' in page


def test_the_kind_of_a_thing_is_told_in_the_language_of_the_page(client):
    page = found(client, q="icesco", lang="fr").text

    assert '<span class="tag"><bdi lang="fr" dir="ltr">Organisation</bdi></span>' in page


def test_a_name_that_is_not_shown_otherwise_is_told_when_it_was_the_one(client):
    page = found(client, q="Islamic World Educational, Scientific and Cultural Organization", lang="en").text

    assert re.search(r"found by [^<]*<q><bdi[^>]*>Islamic World Educational", page)


def test_results_are_narrowed_to_a_kind(client):
    told = client.get("/api/v1/search", params={"q": "icesco", "kind": "agreements"}).json()["items"]

    assert addresses(found(client, q="icesco", kind="agreements")) == [
        each["id"].replace(f"{BASE}id/", "/doc/") for each in told
    ]


def test_the_form_keeps_what_was_asked(client):
    page = found(client, q='a "b', kind="events").text

    assert ('value="a &#34;b"' in page, '<option value="events" selected>' in page) == (True, True)


def test_a_form_with_any_kind_asks_for_all_of_them(client):
    assert addresses(found(client, q="icesco", kind="")) == addresses(found(client, q="icesco"))


def test_programs_are_answered_as_by_the_interface(client):
    ours, told = (client.get(path, params={"q": "icesco"}).json() for path in ("/search", "/api/v1/search"))

    assert ours == told


def test_programs_must_say_what_they_look_for(client):
    problem = client.get("/search", params={"kind": "events"}).json()

    assert (problem["status"], problem["parameter"]) == (400, "q")


@pytest.mark.parametrize("lang", PAGE_LANGUAGES)
def test_where_nothing_is_found_there_is_advice(client, lang):
    page = found(client, q="zzqqzz", kind="events", lang=lang)

    assert (page.status_code, addresses(page), WORDS["search.advice"][lang] in page.text) == (200, [], True)


def test_advice_leads_to_all_kinds(client):
    assert 'href="/search?q=zzqqzz"' in found(client, q="zzqqzz", kind="events").text


def test_a_kind_that_is_unknown_is_refused(client):
    assert found(client, q="icesco", kind="ships").status_code == 400


def test_all_things_of_a_kind_are_listed_in_pages(client):
    first = found(client, kind="organizations", limit=20)
    following = re.search(r'rel="next" href="([^"]*)"', first.text)[1].replace("&amp;", "&")
    second = client.get(following, headers=BROWSER)
    listed = client.get("/api/v1/organizations", params={"limit": 1000}).json()["items"]

    assert addresses(first) + addresses(second) == [each["id"].replace(f"{BASE}id/", "/doc/") for each in listed]


def test_a_kind_of_which_there_is_nothing_says_so(client):
    assert 'class="empty"' in found(client, kind="artifacts").text


def test_without_a_name_the_kinds_are_offered_with_their_numbers(client):
    number = client.get("/api/v1/events", params={"limit": 1}).json()["total"]["exactly"]

    assert f'href="/search?kind=events"><span>Events</span> <strong>{number}</strong>' in found(client).text


def test_the_tag_of_a_search_holds_still(client):
    tag = found(client, q="icesco").headers["etag"]

    assert client.get("/search?q=icesco", headers=BROWSER | {"If-None-Match": tag}).status_code == 304


def test_what_was_typed_is_never_markup(client):
    assert "<script>alert" not in found(client, q="<script>alert(1)</script>").text


def test_an_empty_graph_says_that_there_is_nothing_to_find(empty):
    page = empty("/search?q=icesco")

    assert (page.status_code, "heritage-graph init" in page.text) == (200, True)

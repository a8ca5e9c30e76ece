"""Every type of pages, in each language: whole, quiet, on its own host, as wide as the window, and open to everybody."""

from __future__ import annotations

import pytest
from page_types import PAGE_TYPES
from playwright.sync_api import expect

from heritage_graph.web.page_language import PAGE_LANGUAGES, direction

AXE_AT = {"en": 1440, "fr": None, "ar": 360}
"""The width at which axe-core looks at a page, by language."""


@pytest.fixture(scope="module", params=PAGE_TYPES, ids=lambda kind: kind.name)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def visits(visitor, kind):
    """What is found on the page, by language."""
    return {language: visitor.visit(kind, language, axe_at=AXE_AT[language]) for language in PAGE_LANGUAGES}


def found(visits, what):
    """What was found, by language, where something was."""
    return {language: getattr(visit, what) for language, visit in visits.items() if getattr(visit, what)}


def test_it_answers(visits, kind):
    assert {visit.status for visit in visits.values()} == {kind.status}


def test_it_says_its_language_and_direction(visits):
    assert {visit.language for visit in visits.values()} == {(code, direction(code)) for code in PAGE_LANGUAGES}


def test_it_has_one_heading_of_the_first_level(visits):
    assert {visit.headings for visit in visits.values()} == {1}


def test_nothing_is_complained_of(visits):
    assert found(visits, "complaints") == {}


def test_no_other_host_is_asked(visits):
    assert found(visits, "elsewhere") == {}


def test_no_english_is_left(visits):
    assert found(visits, "english") == {}


def test_nothing_is_wider_than_the_window(visits):
    assert found(visits, "too_wide") == {}


def test_axe_finds_nothing_serious(visits):
    assert found(visits, "serious") == {}


def test_it_is_there_without_scripts(visitor_without_scripts, kind):
    with visitor_without_scripts.opened(kind, "en") as (page, _):
        expect(page.locator(kind.shows).first).to_be_visible()

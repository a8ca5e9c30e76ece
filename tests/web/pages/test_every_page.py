"""Every type of pages, in each language: whole, quiet, on its own host, no wider than the window, open to all."""

from __future__ import annotations

import pytest
from page_types import PAGE_TYPES

from heritage_graph.web.page_language import PAGE_LANGUAGES, direction

WIDE, NARROW = 1440, 360


@pytest.fixture(scope="module", params=PAGE_TYPES, ids=lambda kind: kind.name)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def visits(visitor, kind):
    """What is found on the page, by language."""
    axe_at = {"en": WIDE, "ar": NARROW if kind.axe_in_arabic else None}
    return {language: visitor.visit(kind, language, axe_at=axe_at.get(language)) for language in PAGE_LANGUAGES}


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
        assert page.locator(kind.shows).first.is_visible()

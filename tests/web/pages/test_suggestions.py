"""While one types a name, names are offered: by keyboard alone, and the form works as before."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_a_thing_is_reached_by_keyboard_alone(context):
    page = context.new_page()
    page.goto("/?lang=ar")
    page.focus("#seek")
    page.keyboard.type("ايسيسكو")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/doc/organization/icesco\?lang=ar$"))


def test_what_is_typed_is_searched_for_when_nothing_is_chosen(context):
    page = context.new_page()
    page.goto("/search?lang=en")
    page.fill("#q", "icesco")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/search\?.*q=icesco"))


def test_the_names_are_put_away_by_escape(context):
    page = context.new_page()
    page.goto("/?lang=en")
    page.fill("#seek", "icesco")
    expect(page.get_by_role("combobox")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")

    expect(page.get_by_role("listbox", include_hidden=True)).to_be_hidden()

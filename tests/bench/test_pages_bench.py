"""The benchmark of the pages runs: every kind of page comes, and Chromium tells what it loads."""

import pytest


@pytest.fixture(scope="module")
def figures(figures_of):
    return figures_of("pages", "--triples", "12000", "--times", "4")


@pytest.mark.slow
def test_every_kind_of_page_comes(figures):
    assert {each["kind"]: each["errors"] for each in figures["figures"] if each["errors"]} == {}


@pytest.mark.slow
def test_the_home_page_and_an_entity_page_are_small_enough(figures):
    held = {each["what"]: each["holds"] for each in figures["findings"] if "transfer" in each["what"]}

    assert held == {"home: transfer": True, "agreement: transfer": True}

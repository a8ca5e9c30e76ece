"""The page of the rules says what each shape demands, of what, how strictly, and by which rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from model_pages import addresses, client, page, said, within

from heritage_graph.assets import asset_files
from heritage_graph.web.pages.model.shape_files import RULES, shapes, shapes_by_term

__all__ = ["client", "page"]

HG = "https://w3id.org/heritage-graph/ns#"
CASES = Path(__file__).parents[2] / "shapes"
EXPECTED = re.compile(r"^# expect: \S+ hgs:(\S+)", re.MULTILINE)
BY_NAME = {shape.name: shape for shape in shapes()}


def test_every_shape_with_a_message_has_its_place(page):
    written = "\n".join(path.read_text(encoding="utf-8") for path in asset_files("shapes", ".ttl"))
    blocks = re.split(r"^(?=hgs:)", written, flags=re.MULTILINE)
    named = {block.split()[0].removeprefix("hgs:") for block in blocks if "sh:message" in block}

    assert named - {each.get("id") for each in page("/shapes").find_class("shape")} == set()


def test_every_rule_of_the_model_has_its_place(page):
    numbers = [each.get("id") for each in page("/shapes").find_class("rule")]

    assert numbers == [f"rule-{number}" for number in RULES]


def test_each_shape_stands_under_the_rule_whose_cases_break_it():
    broken = {
        (int(path.parent.relative_to(CASES).parts[0][:2]), name)
        for path in CASES.glob("[0-9]*/**/*.ttl")
        for name in EXPECTED.findall(path.read_text(encoding="utf-8"))
    }
    homes = {name: {number for number, other in broken if other == name} for _, name in broken}

    assert [name for name, numbers in homes.items() if BY_NAME[name].rule not in numbers] == []


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
def test_a_shape_says_what_it_demands_in_the_language_of_the_page(page, lang):
    told = page("/shapes", lang).get_element_by_id("Agreement-parties").find_class("message")[0]

    assert (told.get("lang"), said(told)) == (lang, BY_NAME["Agreement-parties"].messages[lang])


def test_the_other_languages_are_at_hand(page):
    others = within(page("/shapes").get_element_by_id("Agreement-parties"), "details", "p")

    assert [each.get("lang") for each in others] == ["fr", "ar"]


def test_a_message_leads_to_the_terms_that_it_names(page):
    message = page("/shapes").get_element_by_id("Agreement-kind").find_class("message")[0]

    assert addresses(message) == ["/ns#agreementKind"]


def test_a_shape_says_how_strict_it_is(page):
    tag = page("/shapes").get_element_by_id("Organization-identifier").find_class("tag")[0]

    assert said(tag) == "Note"


def test_a_property_shape_applies_to_what_its_holder_applies_to():
    assert BY_NAME["Agreement-kind"].targets == {"targetClass": [f"{HG}Agreement"]}


def test_a_shape_speaks_of_the_terms_of_its_query():
    assert f"{HG}share" in BY_NAME["Shares-sum"].terms


def test_a_shape_is_shown_with_its_query(page):
    turtle = page("/shapes").get_element_by_id("Shares-sum").find(".//pre").text_content()

    assert ("hgs:Shares-sum\n" in turtle, "hgs:Shares-sum-query\n" in turtle) == (True, True)


def test_conditions_are_told_apart(page):
    folded = {each.get("id") for each in within(page("/shapes"), "details.conditions", ".shape")}

    assert ("IsAgreement" in folded, "Agreement-kind" in folded) == (True, False)


def test_conditions_are_no_rules_of_a_term():
    assert [shape.name for of_term in shapes_by_term().values() for shape in of_term if shape.is_condition] == []


def test_the_shapes_stay_data_at_the_same_address(client):
    files = b"\n".join(path.read_bytes() for path in asset_files("shapes", ".ttl"))

    assert client.get("/shapes", headers={"Accept": "text/turtle"}).content == files

"""The pages of the ontology explain each term where its IRI leads, and show how it is used."""

from __future__ import annotations

from itertools import pairwise

import httpx
import pytest
from model_pages import addresses, client, page, said, within
from pyoxigraph import RdfFormat, parse

from heritage_graph.assets import asset_folder
from heritage_graph.web.page_language import PAGE_LANGUAGES

__all__ = ["client", "page"]

HG = "https://w3id.org/heritage-graph/ns#"
MODULES = [path.stem for path in sorted(asset_folder("ontology").glob("*.ttl"))]
WITH_CLASSES = [name for name in MODULES if name not in {"heritage", "rules"}]
ALIGNMENTS = [path.stem for path in sorted((asset_folder("ontology") / "alignments").glob("*.ttl"))]
TERMS_QUERY = """
SELECT DISTINCT ?term WHERE {
  ?term a ?kind
  FILTER(STRSTARTS(STR(?term), "https://w3id.org/heritage-graph/ns#"))
  FILTER(STRSTARTS(STR(?kind), "http://www.w3.org/2002/07/owl#"))
}
"""


@pytest.fixture(scope="module")
def terms(client):
    """The names of all classes and properties, as the graph has them."""
    rows = client.get("/sparql", params={"query": TERMS_QUERY}).json()["results"]["bindings"]
    return {row["term"]["value"].removeprefix(HG) for row in rows}


def entry(tree, name):
    """The entry of a term, or of a shape."""
    return tree.get_element_by_id(name)


def test_every_term_has_an_entry_where_its_iri_leads(page, terms):
    entries = {each.get("id") for each in page("/ns").find_class("term")}

    assert terms - entries == set()


def test_no_anchor_of_the_page_is_taken_twice(page):
    anchors = [each.get("id") for each in page("/ns").iter() if each.get("id")]

    assert len(anchors) == len(set(anchors))


@pytest.mark.parametrize(
    ("lang", "definition"),
    [
        ("en", "The agent that takes part."),
        ("fr", "Acteur qui prend part."),
        ("ar", "الفاعل الذي يشارك."),
    ],
)
def test_a_term_is_defined_in_the_language_of_the_page(page, lang, definition):
    told = entry(page("/ns", lang), "participant").find_class("definition")[0]

    assert said(told) == definition


def test_the_other_languages_are_at_hand(page):
    told = within(entry(page("/ns"), "Agreement"), "dl.more", "dd")

    assert [each.get("lang") for each in told if each.get("lang")] == ["fr", "ar"]


def test_a_property_leads_to_its_classes(page):
    linked = addresses(entry(page("/ns"), "participant"))

    assert {"/ns#Participation", "/ns#Agent"} <= set(linked)


def test_a_property_leads_to_the_vocabulary_of_its_values(page):
    assert "/vocab/role" in addresses(entry(page("/ns"), "role"))


def test_a_class_leads_to_what_is_narrower_and_what_is_said_of_it(page):
    linked = addresses(entry(page("/ns"), "Agreement"))

    assert {"/ns#MemorandumOfUnderstanding", "/ns#signedOn", "/ns#inContext"} <= set(linked)


def test_a_term_leads_to_its_like_in_other_models(page):
    assert "https://schema.org/Organization" in addresses(entry(page("/ns"), "Organization"))


def test_a_term_leads_to_the_rules_that_speak_of_it(page):
    assert "/shapes#Agreement-parties" in addresses(entry(page("/ns"), "Agreement"))


def test_a_term_leads_to_the_questions_that_use_it(page):
    assert "/queries/agreements-in-force" in addresses(entry(page("/ns"), "validUntil"))


def test_a_class_counts_its_things_with_those_of_narrower_classes(client, page):
    query = f"SELECT (COUNT(*) AS ?n) {{ ?thing a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* <{HG}Agreement> }}"
    counted = client.get("/sparql", params={"query": query}).json()["results"]["bindings"][0]["n"]["value"]
    told = {said(row[0]): said(row[1]) for row in within(entry(page("/ns"), "Agreement"), "dl.line", "div")}

    assert told["Uses"] == counted


def test_examples_of_a_property_are_things_with_their_values(client, page):
    things = [each for each in addresses(entry(page("/ns"), "signedOn")) if each.startswith("/id/")]
    thing = client.get(things[0], headers={"Accept": "text/turtle"}, follow_redirects=True)

    assert "signedOn" in thing.text


def test_what_the_graph_does_not_use_is_said_to_be_unused(client, page):
    unused = "SELECT ?c { ?c a <http://www.w3.org/2002/07/owl#Class> FILTER NOT EXISTS { ?x a ?c } }"
    assert client.get("/sparql", params={"query": unused}).json()["results"]["bindings"]

    assert "Not used in the graph today" in said(page("/ns"))


@pytest.mark.parametrize("name", WITH_CLASSES)
def test_a_module_shows_its_classes_as_a_picture_and_in_words(page, name):
    tree = page(f"/ontology/{name}")
    drawn, named = (set(addresses(within(tree, part)[0])) for part in ("svg", "details.in-words"))

    assert (drawn != set(), named - drawn) == (True, set())


@pytest.mark.parametrize("name", MODULES)
def test_the_turtle_of_a_module_is_that_of_its_document(client, page, name):
    shown = within(page(f"/ontology/{name}"), "details.turtle", "pre")[0].text_content()
    given = client.get(f"/ontology/{name}.ttl").content

    assert set(parse(shown.encode(), RdfFormat.TURTLE)) == set(parse(given, RdfFormat.TURTLE))


def test_a_module_tells_its_version_and_leads_to_those_that_it_builds_on(page):
    tree = page("/ontology/funding")

    assert ("/ontology/agreements" in addresses(tree), "Version 0.1.0" in said(tree)) == (True, True)


def test_a_version_of_a_module_has_the_page_of_the_module(page):
    assert said(page("/ontology/funding/0.1.0").find(".//h1")) == said(page("/ontology/funding").find(".//h1"))


@pytest.mark.parametrize("name", ALIGNMENTS)
def test_an_alignment_is_a_table_of_all_its_relations(page, name):
    path = asset_folder("ontology") / "alignments" / f"{name}.ttl"
    related = [quad for quad in parse(path.read_bytes(), RdfFormat.TURTLE) if quad.subject.value.startswith(HG)]

    assert len(within(page(f"/ontology/alignments/{name}"), "tbody", "tr")) == len(related)


@pytest.mark.parametrize("address", ["/ns", "/ontology/agents", "/ontology/alignments/geo"])
@pytest.mark.parametrize("lang", PAGE_LANGUAGES)
def test_headings_are_in_order(page, address, lang):
    levels = [int(each.tag[1]) for each in page(address, lang).iter("h1", "h2", "h3", "h4")]

    assert [b for a, b in pairwise(levels) if b > a + 1] == []


def test_the_pictures_hold_no_style_of_their_own(page):
    assert page("/ns").xpath("//style | //*[@style]") == []


def test_a_module_that_nobody_described_is_not_found(client):
    answer = client.get("/ontology/nothing", headers={"Accept": "text/html"})

    assert answer.status_code == httpx.codes.NOT_FOUND


def test_the_page_of_terms_follows_the_graph_and_may_be_kept(client):
    tag = client.get("/ns", headers={"Accept": "text/html"}).headers["etag"]

    assert client.get("/ns", headers={"Accept": "text/html", "If-None-Match": tag}).status_code == 304

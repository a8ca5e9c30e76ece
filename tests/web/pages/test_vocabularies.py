"""The pages of the vocabularies show each scheme as a tree, and each concept with what it is used for."""

from __future__ import annotations

import httpx
import pytest
from model_pages import addresses, client, page, said, within
from pyoxigraph import RdfFormat, parse

from heritage_graph.assets import asset_folder
from heritage_graph.web.pages.model.scheme_tree import scheme_of

__all__ = ["client", "page"]

BASE = "https://w3id.org/heritage-graph/vocab/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SCHEMES = [path.stem for path in sorted((asset_folder("ontology") / "vocabularies").glob("*.ttl"))]
FICTIONAL = f"{BASE}fictional"


def scheme(*pairs):
    """A fictional scheme of the concepts in *pairs* of a narrower and a broader one; None is for no broader one."""
    rows = [(FICTIONAL, f"{SKOS}prefLabel", {"type": "literal", "value": "Fictional", "xml:lang": "en"})]
    for narrower, broader in pairs:
        iri = f"{FICTIONAL}/{narrower}"
        rows.append((iri, f"{SKOS}notation", {"type": "literal", "value": narrower}))
        rows += [(iri, f"{SKOS}broader", {"type": "uri", "value": f"{FICTIONAL}/{broader}"})] if broader else []
    return scheme_of(FICTIONAL, [{"concept": {"value": c}, "property": {"value": p}, "value": v} for c, p, v in rows])


def told(branches):
    """A tree as nested lists; what is told elsewhere already is marked."""
    return [
        [branch.concept.slug if branch.is_first else f"see {branch.concept.slug}", *told(branch.below)]
        for branch in branches
    ]


def test_one_page_leads_to_every_vocabulary(page):
    linked = {address for cards in within(page("/vocab"), ".cards") for address in addresses(cards)}

    assert linked == {f"/vocab/{name}" for name in SCHEMES}


def test_the_vocabularies_are_data_at_the_same_address(client):
    answer = client.get("/vocab", headers={"Accept": "application/n-triples"})
    subjects = {quad.subject.value for quad in parse(answer.content, RdfFormat.N_TRIPLES)}

    assert subjects == {BASE + name for name in SCHEMES}


@pytest.mark.parametrize("name", SCHEMES)
def test_every_concept_stands_in_the_tree_of_its_scheme(client, page, name):
    document = client.get(f"/vocab/{name}.nt").content
    concepts = {quad.subject.value for quad in parse(document, RdfFormat.N_TRIPLES)} - {BASE + name}
    shown = {each.get("id") for each in within(page(f"/vocab/{name}"), ".tree", "li") if each.get("id")}

    assert shown == {concept.rpartition("/")[2] for concept in concepts}


def test_a_concept_stands_under_the_broader_one(page):
    inner = within(page("/vocab/heritage-type"), "#cultural", "#tangible", "#artifacts", "#manuscripts")

    assert len(inner) == 1


def test_deep_branches_are_folded_up(page):
    folded = within(page("/vocab/heritage-type"), "#artifacts", "details.deep")

    assert [(said(branch[0]), branch.get("open")) for branch in folded] == [("Narrower concepts: 1", None)]


def test_a_vocabulary_names_the_property_that_takes_its_values(page):
    assert "/ns#role" in addresses(within(page("/vocab/role"), "main", "dl.line")[0])


@pytest.mark.parametrize(
    ("lang", "heading", "definition"),
    [
        ("en", "Party", "Bound by the agreement."),
        ("fr", "Partie", "Lié par l'accord."),
        ("ar", "طرف", "ملتزم بالاتفاق."),
    ],
)
def test_a_concept_is_explained_in_the_language_of_the_page(page, lang, heading, definition):
    tree = page("/vocab/role/party", lang)

    assert (said(tree.find(".//h1")), said(tree.find_class("lead")[0])) == (heading, definition)


def test_a_concept_shows_its_place(page):
    way = [said(each) for each in within(page("/vocab/heritage-type/artifacts"), ".place", "a")]

    assert way == ["Heritage types", "Cultural heritage", "Tangible heritage", "Manuscripts"]


def test_a_concept_leads_to_what_it_is_used_for(page):
    linked = addresses(within(page("/vocab/role/party"), ".used")[0])

    assert {"/id/agreement/icesco-ots-mou", "/id/organization/organization-of-turkic-states"} <= set(linked)


def test_the_tree_and_the_page_of_a_concept_count_the_same_uses(page):
    in_tree = said(within(page("/vocab/role"), "#party", ".uses")[0])

    assert in_tree == said(within(page("/vocab/role/party"), "h3", ".tag")[0])


def test_a_concept_without_uses_says_so(page):
    assert len(within(page("/vocab/heritage-type/art"), "main", ".empty")) == 1


def test_a_concept_keeps_its_formats(client):
    answer = client.get("/vocab/role/party", headers={"Accept": "text/html"})

    assert [part for part in answer.headers.get_list("link", split_commas=True) if "turtle" in part] != []


@pytest.mark.parametrize("address", ["/vocab/nothing", "/vocab/role/nothing"])
def test_what_nobody_described_is_not_found(client, address):
    assert client.get(address, headers={"Accept": "text/html"}).status_code == httpx.codes.NOT_FOUND


def test_a_concept_under_two_others_is_told_in_full_once():
    tree = scheme(("a", None), ("b", None), ("c", "a"), ("c", "b")).tree()

    assert told(tree) == [["a", ["c"]], ["b", ["see c"]]]


def test_concepts_in_a_circle_are_still_shown():
    tree = scheme(("a", "b"), ("b", "a"), ("c", None)).tree()

    assert told(tree) == [["c"], ["a", ["b", ["see a"]]]]


def test_the_ways_to_a_concept_are_told_from_the_top():
    found = scheme(("a", None), ("b", None), ("c", "a"), ("d", "c"), ("d", "b")).ways_to(f"{FICTIONAL}/d")

    assert sorted([iri.rpartition("/")[2] for iri in way] for way in found) == [["a", "c"], ["b"]]

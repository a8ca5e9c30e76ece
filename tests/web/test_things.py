"""Things by their address, in every format."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib import Graph, URIRef

BASE = "https://w3id.org/heritage-graph/"
THING = "agreement/icesco-ots-mou"
IRI = f"{BASE}id/{THING}"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def test_a_thing_leads_to_its_document(client):
    answer = client.get(f"/id/{THING}")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/doc/{THING}")


@pytest.mark.parametrize(
    ("suffix", "media_type", "rdf_format"),
    [
        ("ttl", "text/turtle", RdfFormat.TURTLE),
        ("nt", "application/n-triples", RdfFormat.N_TRIPLES),
        ("rdf", "application/rdf+xml", RdfFormat.RDF_XML),
        ("jsonld", "application/ld+json", RdfFormat.JSON_LD),
        ("json", "application/ld+json", RdfFormat.JSON_LD),
    ],
)
def test_a_document_describes_its_thing_in_each_format(client, suffix, media_type, rdf_format):
    answer = client.get(f"/doc/{THING}.{suffix}")
    subjects = {quad.subject for quad in parse(answer.content, rdf_format)}

    assert (answer.headers["content-type"], NamedNode(IRI) in subjects) == (media_type, True)


@pytest.mark.parametrize(("suffix", "rdf_format"), [("nq", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG)])
def test_quads_keep_the_graph_of_each_source(client, suffix, rdf_format):
    quads = parse(client.get(f"/doc/{THING}.{suffix}").content, rdf_format)

    assert {quad.graph_name for quad in quads} >= {
        NamedNode(f"{BASE}graph/source/turkicstates-icesco"),
        NamedNode(f"{BASE}graph/inferred"),
    }


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/ld+json"),
        ("*/*", "text/turtle"),
        (BROWSER["Accept"], "text/html; charset=utf-8"),
        ("application/n-quads;q=0.9, text/turtle;q=0.1", "application/n-quads"),
        ("text/turtle;q=abc, application/n-triples", "application/n-triples"),
    ],
)
def test_the_format_of_a_document_follows_accept(client, accept, media_type):
    answer = client.get(f"/doc/{THING}", headers={"Accept": accept})

    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)


def test_an_accept_header_of_ten_thousand_types_is_refused(client):
    answer = client.get(f"/doc/{THING}", headers={"Accept": "a/b," * 3000})

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-parameter")


def test_what_never_was_is_not_found(client):
    assert client.get("/id/agreement/never-made").status_code == 404


@pytest.mark.parametrize(
    "path", ["/id/agreement/..%2f..%2fetc", "/doc/Agreement/%00", "/id/agreement/a%22b", "/id/x/é"]
)
def test_addresses_that_no_thing_can_have_are_not_found(client, path):
    assert client.get(path).status_code in {400, 404}


def test_the_page_names_the_source_of_a_fact(client):
    page = client.get(f"/doc/{THING}", headers=BROWSER).text

    assert 'href="/graph/source/turkicstates-icesco"' in page


def test_the_page_marks_the_language_and_direction_of_each_name(client):
    page = client.get(f"/doc/{THING}", headers=BROWSER).text

    assert 'lang="ar" dir="rtl"' in page


def test_the_page_holds_no_script_but_data_and_allows_files_of_ours_only(client):
    answer = client.get(f"/doc/{THING}", headers=BROWSER)
    scripts = set(re.findall(r"<script[^>]*>", re.sub(r'src="/static/built/[^"]*"', "src", answer.text)))

    assert (
        scripts <= {'<script type="application/ld+json">', '<script type="module" src>'},
        answer.headers["content-security-policy"].split(";")[:2],
    ) == (True, ["default-src 'none'", " script-src 'self'"])


def test_a_generic_claim_says_on_its_page_that_it_is_no_fact(client):
    query = (
        "SELECT ?claim WHERE { GRAPH ?graph { ?claim a <https://w3id.org/heritage-graph/ns#Claim> } "
        "FILTER(STRSTARTS(STR(?graph), 'https://w3id.org/heritage-graph/graph/generic/')) } ORDER BY ?claim"
    )
    found = client.get("/sparql", params={"query": query}).json()["results"]["bindings"][0]["claim"]["value"]
    page = client.get(found.replace(f"{BASE}id/", "/doc/"), headers=BROWSER).text

    assert "states no fact about the world" in page


def test_a_concept_has_a_document(client):
    graph = Graph().parse(data=client.get("/vocab/role/party.ttl").text, format="turtle")

    assert (URIRef(f"{BASE}vocab/role/party"), None, None) in graph


def test_a_vocabulary_holds_its_concepts(client):
    graph = Graph().parse(data=client.get("/vocab/role").text, format="turtle")

    assert (URIRef(f"{BASE}vocab/role/signatory"), None, None) in graph


def test_the_ontology_is_served_whole(client):
    graph = Graph().parse(data=client.get("/ns").text, format="turtle")

    assert (URIRef(f"{BASE}ns#Agreement"), None, None) in graph


def test_a_term_has_its_place_on_the_page_of_the_ontology(client):
    assert 'id="Agreement"' in client.get("/ns", headers=BROWSER).text


def test_the_shapes_are_served(client):
    graph = Graph().parse(data=client.get("/shapes").text, format="turtle")

    assert (URIRef(f"{BASE}shapes#Agreement-parties"), None, None) in graph


@pytest.mark.parametrize(
    "path", ["/vocab/nothing", "/graph/nothing", "/graph/source/nothing", "/static/nothing", "/nothing"]
)
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).json()["type"] == "/problems/not-found"


def test_a_document_that_has_not_changed_is_not_sent_again(client):
    tag = client.get(f"/doc/{THING}.ttl").headers["etag"]

    assert client.get(f"/doc/{THING}.ttl", headers={"If-None-Match": tag}).status_code == 304

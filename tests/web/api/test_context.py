"""The JSON is JSON-LD: it expands to the triples of the graph, and to no others."""

from __future__ import annotations

import json

import pytest
from pyld import jsonld
from pyoxigraph import RdfFormat, parse

KINDS = ["organizations", "states", "people", "agreements", "programmes", "projects", "events", "sites", "artifacts",
         "places", "documents", "claims"]  # fmt: skip
CONTEXT = "https://service.example/context/v1.jsonld"

pytestmark = pytest.mark.usefixtures("indexed")


@pytest.fixture(scope="module")
def loader(client):
    """What gives the context to a JSON-LD processor, and nothing else."""
    document = client.get("/context/v1.jsonld").json()
    known = {CONTEXT: {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": CONTEXT,
                       "document": document}}  # fmt: skip
    return lambda address, _options: known[address]


@pytest.fixture(scope="module")
def triples_in(loader):
    """What expands JSON to triples, each as N-Triples writes it."""

    def told(document):
        options = {"documentLoader": loader, "base": "https://service.example/", "format": "application/n-quads"}
        return set(as_triples(jsonld.to_rdf(json.loads(json.dumps(document)), options)))

    return told


@pytest.fixture(scope="module")
def view(client):
    """Every triple of the published view."""
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "application/n-triples"})
    return set(as_triples(answer.text))


@pytest.fixture(scope="module")
def items(client):
    """The item of every shipped thing that has one."""
    lists = [client.get(f"/api/v1/{kind}", params={"limit": 1000, "fields": "links"}).json()["items"] for kind in KINDS]
    return [client.get(item["links"]["self"]).json() for of_kind in lists for item in of_kind]


def as_triples(text):
    return [f"{quad.subject} {quad.predicate} {quad.object}" for quad in parse(text.encode(), RdfFormat.N_QUADS)]


def test_an_item_expands_to_triples_of_the_published_view_only(items, triples_in, view):
    made_up = [triple for item in items for triple in triples_in(item) - view]

    assert made_up == []


def test_an_item_expands_to_all_that_is_said_of_the_thing(items, triples_in, view):
    lost = [
        triple
        for item in items
        for triple in {each for each in view if each.startswith(f"<{item['id']}> ")} - triples_in(item)
    ]

    assert lost == []


def test_an_item_expands_to_all_that_is_said_of_the_participations_in_it(items, triples_in, view):
    in_context = {(triple.split(" ")[0], triple.split(" ")[2]) for triple in view if "/ns#inContext> " in triple}
    told = {item["id"]: triples_in(item) for item in items}
    lost = [
        triple
        for node, context in in_context
        for triple in view
        if triple.startswith(f"{node} ") and context[1:-1] in told and triple not in told[context[1:-1]]
    ]

    assert lost == []


@pytest.mark.parametrize("include", ["sources", "evidence", "sources,evidence"])
def test_what_is_included_adds_no_triples_of_its_own(client, triples_in, view, include):
    item = client.get("/api/v1/agreements/icesco-ots-mou", params={"include": include}).json()

    assert triples_in(item) - view == set()


def test_a_list_expands_to_triples_of_the_published_view_only(client, triples_in, view):
    page = client.get("/api/v1/agreements", params={"facets": "type"}).json()

    assert (triples_in(page) - view, len(triples_in(page)) > 100) == (set(), True)


def test_the_context_may_be_kept_for_ever(client):
    answer = client.get("/context/v1.jsonld")

    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
        "application/ld+json",
        "public, max-age=31536000, immutable",
    )


def test_an_item_names_the_context_by_its_address_on_this_service(client):
    item = client.get("/api/v1/agreements/icesco-ots-mou").json()

    assert client.get(item["@context"]).status_code == 200


def test_json_ld_is_given_the_same_as_json(client):
    address = "/api/v1/agreements/icesco-ots-mou"
    answers = [client.get(address, headers={"Accept": f"application/{name}"}) for name in ("json", "ld+json")]

    assert (answers[0].content == answers[1].content, answers[1].headers["content-type"]) == (
        True,
        "application/ld+json",
    )

"""Writing a source graph over HTTP: through the gate, with a key, and nothing half done."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from rdflib import Graph, URIRef

BASE = "https://w3id.org/heritage-graph/"
MEMORANDUM = Path(__file__).parent.joinpath("documents/memorandum.ttl").read_bytes()
AGREEMENT = URIRef(f"{BASE}id/agreement/test-memorandum")
TURTLE = {"Content-Type": "text/turtle"}


@pytest.fixture
def graph(client, writer, request):
    """The parameters that name a source graph of this test; it is gone afterwards."""
    parameters = {"graph": f"{BASE}graph/source/{request.node.name.replace('_', '-')[:60].strip('-')}"}
    yield parameters
    client.delete("/rdf-graph-store", params=parameters, headers=writer)


@pytest.fixture
def stored(client, writer, graph):
    """The same, with the memorandum in it."""
    client.put("/rdf-graph-store", params=graph, content=MEMORANDUM, headers=writer | TURTLE)
    return graph


def test_a_new_graph_is_made_and_its_place_told(client, writer, graph):
    answer = client.put("/rdf-graph-store", params=graph, content=MEMORANDUM, headers=writer | TURTLE)

    assert (answer.status_code, answer.headers["location"], answer.json()["removed"]) == (
        201,
        f"/rdf-graph-store?graph={graph['graph']}",
        0,
    )


def test_what_was_written_is_read_at_once(client, stored):
    found = Graph().parse(data=client.get("/rdf-graph-store", params=stored).text, format="turtle")

    assert found.isomorphic(Graph().parse(data=MEMORANDUM, format="turtle"))


def test_what_was_written_is_published_with_what_follows_by_rule(client, stored):
    page = client.get("/doc/agreement/test-memorandum.nq").text

    assert (f"<{stored['graph']}>" in page, f"<{BASE}graph/inferred>" in page) == (True, True)


def test_writing_the_same_again_changes_nothing(client, writer, stored, generation):
    before = generation()
    answer = client.put("/rdf-graph-store", params=stored, content=MEMORANDUM, headers=writer | TURTLE)

    assert (answer.status_code, generation()) == (204, before)


def test_a_gzipped_document_is_taken(client, writer, graph):
    headers = writer | TURTLE | {"Content-Encoding": "gzip"}
    answer = client.put("/rdf-graph-store", params=graph, content=gzip.compress(MEMORANDUM), headers=headers)

    assert answer.status_code == 201


def test_post_adds_to_what_is_there(client, writer, stored):
    more = f'<{AGREEMENT}> <http://www.w3.org/2004/02/skos/core#altLabel> "Test memorandum"@en .'
    client.post("/rdf-graph-store", params=stored, content=more, headers=writer | TURTLE)
    found = Graph().parse(data=client.get("/rdf-graph-store", params=stored).text, format="turtle")

    assert len(found) == len(Graph().parse(data=MEMORANDUM, format="turtle")) + 1


def test_a_removed_graph_is_gone_with_what_it_implied(client, writer, stored):
    removed = client.delete("/rdf-graph-store", params=stored, headers=writer)
    statuses = [
        client.get(path, params=each).status_code
        for path, each in (("/rdf-graph-store", stored), ("/id/agreement/test-memorandum", {}))
    ]

    assert (removed.status_code, statuses) == (204, [404, 410])


def test_a_graph_that_is_not_there_cannot_be_removed(client, writer, graph):
    assert client.delete("/rdf-graph-store", params=graph, headers=writer).status_code == 404


def test_a_change_of_what_was_read_is_taken(client, writer, stored):
    tag = client.get("/rdf-graph-store", params=stored).headers["etag"]
    answer = client.put(
        "/rdf-graph-store", params=stored, content=MEMORANDUM, headers=writer | TURTLE | {"If-Match": tag}
    )

    assert answer.status_code == 204


def test_of_two_who_change_what_they_both_read_one_is_told(address, writer, stored):
    with httpx.Client(base_url=address, timeout=60) as client:
        tag = client.get("/rdf-graph-store", params=stored).headers["etag"]

        def change(name):
            more = f'<{AGREEMENT}> <http://www.w3.org/2004/02/skos/core#altLabel> "{name}"@en .'
            headers = writer | TURTLE | {"If-Match": tag}
            return client.post("/rdf-graph-store", params=stored, content=more, headers=headers).status_code

        with ThreadPoolExecutor(2) as pool:
            statuses = sorted(pool.map(change, ["one", "other"]))

    assert statuses == [204, 412]


def test_a_refused_document_leaves_the_graph_as_it_was(client, writer, stored):
    before = client.get("/rdf-graph-store", params=stored).content
    client.put("/rdf-graph-store", params=stored, content=MEMORANDUM[:-120], headers=writer | TURTLE)

    assert client.get("/rdf-graph-store", params=stored).content == before


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/json", "application/problem+json"),
        ("text/turtle", "text/turtle"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
    ],
)
def test_the_report_of_a_refusal_comes_in_the_format_asked_for(client, writer, accept, content_type):
    lonely = MEMORANDUM.split(b"participation:test-memorandum--alecso")[0]
    answer = client.put(
        "/rdf-graph-store",
        params={"graph": f"{BASE}graph/source/lonely"},
        content=lonely,
        headers=writer | TURTLE | {"Accept": accept},
    )

    assert (answer.status_code, answer.headers["content-type"], "Agreement-parties" in answer.text) == (
        422,
        content_type,
        True,
    )


def test_the_report_names_rule_focus_label_and_line(client, writer):
    lonely = MEMORANDUM.split(b"participation:test-memorandum--alecso")[0]
    answer = client.put(
        "/rdf-graph-store",
        params={"graph": f"{BASE}graph/source/lonely"},
        content=lonely,
        headers=writer | TURTLE,
    )
    result = answer.json()["report"]["results"][0]

    assert (result["shape"], result["focus"], result["focusLabel"], result["line"]) == (
        f"{BASE}shapes#Agreement-parties",
        str(AGREEMENT),
        "Memorandum made for a test",
        34,
    )


def test_the_published_view_is_read_as_the_default_graph(client):
    assert client.get("/rdf-graph-store?default", headers={"Accept": "application/n-triples"}).status_code == 200


@pytest.mark.parametrize("query", ["", "?graph=a:b&default"])
def test_exactly_one_graph_is_named(client, query):
    assert client.get(f"/rdf-graph-store{query}").status_code == 400


def test_the_list_of_graphs_tells_where_each_comes_from(client):
    graphs = {each["graph"]: each for each in client.get("/graphs").json()["graphs"]}
    source = graphs[f"{BASE}graph/source/turkicstates-icesco"]

    assert (source["epistemicStatus"], source["document"], source["published"]) == (
        f"{BASE}vocab/epistemic-status/sourced",
        [f"{BASE}id/document/turkicstates-icesco"],
        True,
    )


def test_a_graph_has_an_address_of_its_own(client):
    answer = client.get("/graph/source/turkicstates-icesco.nt")

    assert (
        answer.content
        == client.get(
            "/rdf-graph-store", params={"graph": f"{BASE}graph/source/turkicstates-icesco", "format": "nt"}
        ).content
    )


@pytest.mark.parametrize(
    ("accept", "sign"),
    [
        ("application/json", '"conforms": true'),
        ("text/plain", "accepted: 0 violations"),
        ("text/turtle", "sh:conforms true"),
        ("text/html", "meets the rules"),
    ],
)
def test_validation_reports_in_each_format_and_stores_nothing(client, generation, accept, sign):
    before = generation()
    answer = client.post("/validate", content=MEMORANDUM, headers=TURTLE | {"Accept": accept})

    assert (answer.status_code, sign in answer.text, generation()) == (200, True, before)


def test_validation_of_what_breaks_a_rule_is_an_answer_and_no_error(client):
    answer = client.post(
        "/validate", content=MEMORANDUM.split(b"participation:test-memorandum--alecso")[0], headers=TURTLE
    )

    assert (answer.status_code, answer.json()["conforms"]) == (200, False)

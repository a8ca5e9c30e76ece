"""The queue of link proposals: both sides, the evidence, and decisions by form and by JSON, with a key."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import UTC, datetime

import httpx
import pytest
from pyoxigraph import Quad, RdfFormat, parse

from heritage_graph.assets import asset_folder
from heritage_graph.ingest.changes import Mode, changes_of_document
from heritage_graph.ingest.local import bring_in
from heritage_graph.ingest.rulebook import load_rulebook
from heritage_graph.linking.curating import bring_in_proposals, find
from heritage_graph.linking.subjects import LinkKind
from heritage_graph.namespaces import source_graph
from heritage_graph.store.generations import generation_folder, published_generations
from heritage_graph.store.state import FolderState
from heritage_graph.web.security import create_key

BROWSER = {"Accept": "text/html"}
PATIENT = {"HERITAGE_GRAPH_QUERY_TIMEOUT": "30", "HERITAGE_GRAPH_CLIENT_SECONDS": "3600"}
ID = "https://w3id.org/heritage-graph/id/"
PREFIXES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix hg:   <https://w3id.org/heritage-graph/ns#> .
@prefix o:    <https://w3id.org/heritage-graph/id/organization/> .
"""
MARKUP = "Museum of <script>alert(1)</script> Tides"
NUMBERS = range(6)


def museums(source):
    """What a source says of some museums, each under a name of its own."""
    names = [MARKUP, *(f"Fictional Museum of {word} Tides" for word in ("High", "Low", "Neap", "Spring", "Red"))]
    return PREFIXES + "".join(
        f'o:{source}-{number} a hg:Organization ; skos:prefLabel "{name}"@en ; '
        f"hg:homepage <https://m{number}.example/> ; prov:wasAttributedTo o:heritage-graph-curators .\n"
        for number, name in zip(NUMBERS, names, strict=True)
    )


def link(number):
    return f"{ID}link/organization-east-{number}--organization-west-{number}"


@pytest.fixture(scope="module")
def desk(shipped, tmp_path_factory, start_server):
    """A client of a service with proposals on museums of two sources, and keys by what they may."""
    data = tmp_path_factory.mktemp("links") / "data"
    shutil.copytree(shipped, data)
    rulebook = load_rulebook(asset_folder("shapes"))
    for source in ("east", "west"):
        graph = source_graph(source)
        triples = parse(museums(source), format=RdfFormat.TURTLE)
        quads = [Quad(each.subject, each.predicate, each.object, graph) for each in triples]
        changes = changes_of_document(quads, graph=graph, mode=Mode.REPLACE)
        bring_in(data, changes, rulebook=rulebook, message=source)
    last = published_generations(data)[-1]
    found = find(FolderState(generation_folder(data, last)), [*LinkKind], least=90)
    bring_in_proposals(data, found, generation=last, rulebook=rulebook, message="propose")
    now = datetime.now(UTC)
    keys = {
        "all": create_key(data, scopes=["*"], now=now)[0],
        "other": create_key(data, scopes=["https://w3id.org/heritage-graph/graph/source/*"], now=now)[0],
    }
    with start_server(data, **PATIENT) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        yield client, keys


def page(desk, query=""):
    return desk[0].get(f"/quality/links{query}", headers=BROWSER).text


def by_form(desk, number, outcome, **fields):
    form = {"proposal": link(number), "outcome": outcome, "by": "A curator", "because": "It is so.", **fields}
    return desk[0].post("/quality/links", data={"key": desk[1]["all"], **form}, headers=BROWSER)


def by_json(desk, number, outcome, key="all", **members):
    ruling = {"proposals": [link(number)], "outcome": outcome, "by": "A curator", "because": "It is so.", **members}
    return desk[0].post("/api/v1/links", json=ruling, headers={"Authorization": f"Bearer {desk[1][key]}"})


def items(desk, **query):
    return desk[0].get("/api/v1/links", params={"state": "any", **query}).raise_for_status().json()["items"]


def item(desk, number):
    return next(each for each in items(desk) if each["id"] == link(number))


def test_the_page_holds_both_sides_side_by_side(desk):
    text = page(desk, f"?about={ID}organization/east-1")

    assert [f"/id/organization/{side}-1" in text for side in ("east", "west")] == [True, True]


def test_the_page_says_how_the_two_were_found(desk):
    text = page(desk, f"?about={ID}organization/east-1")

    assert [word in text for word in ("Same name", "98.0 of 100", "home page")] == [True, True, True]


def test_names_from_sources_stay_text(desk):
    assert ("<script>alert" in page(desk), "&lt;script&gt;alert" in page(desk)) == (False, True)


def test_the_answer_is_as_its_schema_says(desk, faults_in):
    assert faults_in(desk[0].get("/api/v1/links").json(), "links") == []


def test_json_at_the_address_of_the_page_is_that_of_the_api(desk):
    own = desk[0].get("/quality/links", headers={"Accept": "application/json"}).json()

    assert own["items"] == desk[0].get("/api/v1/links").json()["items"]


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ({"kind": "organization"}, True),
        ({"kind": "site"}, False),
        ({"method": "same-name"}, True),
        ({"method": "shared-identifier"}, False),
        ({"minScore": "95"}, True),
        ({"minScore": "100"}, False),
        ({"about": f"{ID}organization/west-1"}, True),
        ({"about": f"{ID}organization/icesco"}, False),
    ],
)
def test_the_queue_is_narrowed(desk, query, fits):
    assert (link(1) in {each["id"] for each in items(desk, **query)}) is fits


def test_the_highest_score_comes_first_page_by_page(desk):
    first = desk[0].get("/api/v1/links", params={"limit": 2}).json()
    second = desk[0].get(first["next"]).json()
    scores = [each["score"] for each in (*first["items"], *second["items"])]

    assert (len(scores), scores) == (4, sorted(scores, reverse=True))


def test_the_table_has_a_row_a_proposal(desk):
    text = desk[0].get("/api/v1/links", params={"format": "csv", "state": "any"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert link(1) in {row["proposal"] for row in rows}


def test_the_overview_of_quality_leads_to_the_queue(desk):
    assert 'href="/quality/links"' in desk[0].get("/quality", headers=BROWSER).text


def test_accepting_by_the_form_joins_the_two_and_leads_back_to_the_queue(desk):
    answer = by_form(desk, 1, "accept", **{"keep-1": f"{ID}organization/west-1", "method": "same-name"})
    redirected = desk[0].get("/id/organization/east-1")

    assert (answer.status_code, answer.headers["location"]) == (303, "/quality/links?method=same-name")
    assert (redirected.status_code, redirected.headers["location"]) == (301, "/id/organization/west-1")


def test_the_page_of_decisions_tells_who_decided_and_why(desk):
    by_form(desk, 2, "reject", because="Another museum.")

    assert "Decided by A curator" in page(desk, f"?state=rejected&about={ID}organization/east-2")


def test_a_decision_is_taken_back(desk):
    before = item(desk, 3)
    by_json(desk, 3, "accept")
    accepted = item(desk, 3)
    by_json(desk, 3, "undo")

    assert (accepted["decision"]["by"], item(desk, 3)) == ("A curator", before)


def test_the_receipt_is_as_its_schema_says(desk, faults_in):
    assert faults_in(by_json(desk, 4, "reject").json(), "link-receipt") == []


def test_what_is_decided_is_not_decided_again(desk):
    by_json(desk, 5, "reject")

    assert by_json(desk, 5, "accept").status_code == 400


@pytest.mark.parametrize(("key", "status"), [("", 401), ("hgk_0.wrong", 401), ("other", 403)])
def test_the_form_needs_a_key_for_the_graph_of_the_curators(desk, key, status):
    assert by_form(desk, 0, "accept", key=desk[1].get(key, key)).status_code == status


def test_a_key_in_the_header_does_not_make_up_for_the_field_of_the_form(desk):
    form = {"proposal": link(0), "outcome": "accept", "by": "A curator", "because": "It is so."}
    answer = desk[0].post("/quality/links", data=form, headers={"Authorization": f"Bearer {desk[1]['all']}"})

    assert answer.status_code == 401


def test_a_key_in_the_address_is_refused(desk):
    answer = desk[0].post(f"/quality/links?key={desk[1]['all']}", data={"proposal": link(0)})

    assert answer.status_code == 400


def test_json_needs_a_key_in_the_header(desk):
    assert by_json(desk, 0, "accept", key="other").status_code == 403


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"because": 7}, 400),
        ({"by": ""}, 400),
        ({"because": "two\nlines"}, 400),
        ({"proposals": []}, 400),
        ({"proposals": ["link/<nonsense>"]}, 400),
        ({"proposals": ["link/place-a--place-b"]}, 404),
        ({"keep": ["organization/icesco"]}, 400),
        ({"proposals": "link/a--b"}, 400),
        ({"by": 7}, 400),
        ({"more": "than is known"}, 400),
    ],
)
def test_a_ruling_that_cannot_be_is_refused(desk, changed, status):
    assert by_json(desk, 0, "accept", **changed).status_code == status


def test_an_outcome_that_there_is_not_is_refused(desk):
    assert by_json(desk, 0, "perhaps").status_code == 400


def test_a_body_of_another_type_is_refused(desk):
    headers = {"Authorization": f"Bearer {desk[1]['all']}", "Content-Type": "text/plain"}

    assert desk[0].post("/api/v1/links", content="{}", headers=headers).status_code == 415


def test_more_than_a_hundred_are_not_decided_at_once(desk):
    assert by_json(desk, 0, "accept", proposals=[link(0)] * 101).status_code == 400

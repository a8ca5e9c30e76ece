"""How things stand: when they last changed, what they were merged into or split up in, and how they were before."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

from heritage_graph.web.security import create_key

BASE = "https://w3id.org/heritage-graph/"
HG = f"{BASE}ns#"
THING = "agreement/icesco-ots-mou"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PATIENT = {"HERITAGE_GRAPH_QUERY_TIMEOUT": "30"}
"""Settings of servers that make documents one after the other on a busy machine."""
PREFIXES = """
@prefix hg:      <https://w3id.org/heritage-graph/ns#> .
@prefix id:      <https://w3id.org/heritage-graph/id/> .
@prefix skos:    <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov:    <http://www.w3.org/ns/prov#> .
"""
GRAPH = f"{BASE}graph/source/dereferencing-trial"
OLD = f"{BASE}id/organization/old-fictional-museum"
NEW = f"{BASE}id/organization/new-fictional-museum"
SPLIT = f"{BASE}id/organization/split-fictional-museum"
LEFT = f"{BASE}id/organization/left-fictional-museum"
MOVED = f"{BASE}id/organization/moved-fictional-museum"
ELSEWHERE = "https://example.org/musée"


def organization(iri, name, more=""):
    """What a curator says of an organization that nobody else knows."""
    return (
        f'<{iri}> a hg:Organization ; skos:prefLabel "{name}"@en ; '
        f"prov:wasAttributedTo id:organization\\/heritage-graph-curators {more} .\n"
    )


@pytest.fixture(scope="module")
def moved(shipped, tmp_path_factory, start_server, until_retired):
    """A client of a service in which things were merged, split, changed and withdrawn, generation by generation."""
    data = tmp_path_factory.mktemp("moved") / "data"
    shutil.copytree(shipped, data)
    key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    moved = organization(MOVED, "Moved", f"; dcterms:isReplacedBy <{ELSEWHERE}>")
    everything = organization(OLD, "Old") + organization(SPLIT, "Whole") + organization(LEFT, "Left")
    states = [
        everything,
        organization(OLD, "Old", f"; dcterms:isReplacedBy <{NEW}>")
        + organization(NEW, "New")
        + organization(SPLIT, "Whole", f"; dcterms:isReplacedBy <{NEW}>, <{OLD}>")
        + organization(LEFT, "Left"),
        organization(OLD, "Old", f"; dcterms:isReplacedBy <{NEW}>")
        + organization(NEW, "New", f"; dcterms:replaces <{LEFT}>")
        + organization(SPLIT, "Whole", f"; dcterms:isReplacedBy <{NEW}>, <{OLD}>"),
    ]
    with (
        start_server(data, **PATIENT) as (address, _),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        for state in states:
            put(client, key, GRAPH, PREFIXES + state)
        put(client, key, f"{GRAPH}-2", PREFIXES + organization(f"{LEFT}-2", "Gone") + moved)
        client.delete(
            "/rdf-graph-store", params={"graph": f"{GRAPH}-2"}, headers={"Authorization": f"Bearer {key}"}
        ).raise_for_status()
        until_retired(client, 3)
        yield client


def put(client, key, graph, turtle):
    client.put(
        "/rdf-graph-store",
        params={"graph": graph},
        content=turtle,
        headers={"Authorization": f"Bearer {key}", "Content-Type": "text/turtle"},
    ).raise_for_status()


def path(iri):
    return "/" + iri.removeprefix(BASE)


# when a document last changed


def test_a_document_tells_when_its_record_last_changed(moved):
    log = moved.get("/doc/commit/3.nt").text
    told = parsedate_to_datetime(moved.get(path(OLD).replace("/id/", "/doc/")).headers["last-modified"])
    (committed,) = [line for line in log.splitlines() if "#atTime" in line]

    assert told.isoformat()[:19] in committed


def test_what_has_not_changed_since_a_moment_is_not_sent_again(moved):
    since = moved.get(f"/doc/{THING}.ttl").headers["last-modified"]
    answer = moved.get(f"/doc/{THING}.ttl", headers={"If-Modified-Since": since})

    assert (answer.status_code, answer.content) == (304, b"")


def test_what_has_changed_since_is_sent(moved):
    answer = moved.get(f"/doc/{THING}.ttl", headers={"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"})

    assert answer.status_code == 200


def test_an_entity_tag_counts_more_than_a_moment(moved):
    since = moved.get(f"/doc/{THING}.ttl").headers["last-modified"]
    answer = moved.get(f"/doc/{THING}.ttl", headers={"If-Modified-Since": since, "If-None-Match": '"another"'})

    assert answer.status_code == 200


# merged, split, withdrawn


def test_what_was_merged_leads_to_what_it_was_merged_into(moved):
    answer = moved.get(path(OLD))

    assert (answer.status_code, answer.headers["location"]) == (301, path(NEW))


def test_what_was_merged_leads_on_in_the_format_that_was_asked(moved):
    assert moved.get(f"{path(OLD)}.nt").headers["location"] == f"{path(NEW)}.nt"


@pytest.mark.parametrize("thing", [OLD, NEW])
def test_the_documents_of_both_say_what_took_the_place_of_what(moved, thing):
    triples = moved.get(f"{path(thing)}.nt".replace("/id/", "/doc/")).text

    assert f"<{OLD}> <http://purl.org/dc/terms/isReplacedBy> <{NEW}> ." in triples.splitlines()


def test_the_document_of_what_was_merged_links_to_its_successor(moved):
    link = moved.get(path(OLD).replace("/id/", "/doc/")).headers["link"]

    assert f'<{NEW}>; rel="successor-version"' in link


def test_what_was_merged_into_a_thing_of_others_leads_there(moved):
    told = moved.get(f"{path(MOVED)}.ttl?asOf=5")

    assert (told.status_code, told.headers["location"]) == (301, "https://example.org/mus%C3%A9e")


def test_a_successor_outside_ascii_is_linked_as_an_address(moved):
    link = moved.get(f"{path(MOVED)}?asOf=5".replace("/id/", "/doc/")).headers["link"]

    assert '<https://example.org/mus%C3%A9e>; rel="successor-version"' in link


def test_what_was_split_up_leads_to_its_own_document(moved):
    answer = moved.get(path(SPLIT))

    assert (answer.status_code, answer.headers["location"]) == (303, path(SPLIT).replace("/id/", "/doc/"))


@pytest.mark.parametrize("address", [path(f"{LEFT}-2"), path(f"{LEFT}-2").replace("/id/", "/doc/")])
def test_what_was_withdrawn_is_gone_with_the_record_of_its_going(moved, address):
    problem = moved.get(address).json()

    assert (
        problem["status"],
        problem["type"],
        problem["iri"],
        problem["generation"],
        problem["last_generation"],
        problem["commit"],
    ) == (410, "/problems/withdrawn", f"{LEFT}-2", 6, 5, f"{BASE}id/commit/6")


def test_the_tombstone_names_what_took_the_place(moved):
    answer = moved.get(path(LEFT))

    assert (answer.status_code, answer.json()["replaced_by"]) == (410, [NEW])


def test_the_tombstone_leads_to_the_earlier_versions(moved):
    link = moved.get(path(LEFT)).headers["link"]

    assert (f'{path(LEFT).replace("/id/", "/timemap/doc/")}>; rel="timemap"' in link, 'rel="original"' in link) == (
        True,
        True,
    )


@pytest.mark.parametrize("extension", ["ttl", "nt", "rdf", "jsonld", "trig", "nq"])
def test_a_tombstone_is_read_in_rdf(moved, extension):
    syntax = RdfFormat.from_extension(extension)
    answer = moved.get(f"{path(LEFT)}.{extension}".replace("/id/", "/doc/"))
    said = {(quad.subject.value, quad.predicate.value, quad.object.value) for quad in parse(answer.content, syntax)}

    assert (answer.status_code, answer.headers["content-type"]) == (410, syntax.media_type)
    assert said >= {
        (LEFT, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "https://www.w3.org/ns/activitystreams#Tombstone"),
        (LEFT, "http://www.w3.org/ns/prov#wasInvalidatedBy", f"{BASE}id/commit/4"),
        (LEFT, "http://purl.org/dc/terms/isReplacedBy", NEW),
        (f"{BASE}id/commit/4", f"{HG}generation", "4"),
    }


def test_a_tombstone_is_read_by_people(moved):
    answer = moved.get(path(LEFT).replace("/id/", "/doc/"), headers=BROWSER)

    assert (answer.status_code, "generation 3" in answer.text, path(NEW) in answer.text) == (410, True, True)


def test_a_graph_that_was_removed_is_gone(moved):
    problem = moved.get(path(f"{GRAPH}-2")).json()

    assert (problem["status"], problem["last_generation"]) == (410, 5)


# other states


def test_a_document_is_had_as_of_a_state(moved):
    then = moved.get(f"{path(OLD)}.nt?asOf=2".replace("/id/", "/doc/"))
    now = moved.get(f"{path(OLD)}.nt".replace("/id/", "/doc/"))

    assert ("isReplacedBy" in then.text, "isReplacedBy" in now.text) == (False, True)


def test_the_page_of_an_earlier_state_says_so_and_its_links_stay_in_it(moved):
    page = moved.get(f"{path(OLD)}?asOf=4".replace("/id/", "/doc/"), headers=BROWSER).text

    assert ("This is the state generation 4" in page, f"{path(OLD)}.nt?asOf=4".replace("/id/", "/doc/") in page) == (
        True,
        True,
    )


@pytest.mark.parametrize(("generation", "status"), [(1, 404), (4, 404), (5, 200), (6, 410)])
def test_a_thing_is_as_it_was_then(moved, generation, status):
    answer = moved.get(f"{path(LEFT)}-2?asOf={generation}", follow_redirects=True)

    assert answer.status_code == status


@pytest.mark.parametrize(("generation", "status"), [(4, 404), (5, 200), (6, 410)])
def test_a_graph_is_as_it_was_then(moved, generation, status):
    assert moved.get(f"{path(GRAPH)}-2.nt?asOf={generation}").status_code == status


@pytest.mark.parametrize("document", ["/ns", "/vocab/role", "/vocab/role/party", "/ontology/agents", "/graph/curation"])
def test_terms_and_graphs_are_had_as_of_a_state(moved, document):
    answer = moved.get(f"{document}?asOf=4")

    assert (answer.status_code, answer.headers["x-generation"]) == (200, "4")


@pytest.mark.parametrize("document", ["/ns", "/vocab/role", "/ontology/agents", "/graph/curation"])
def test_a_state_that_is_not_kept_is_told_of_terms_and_graphs(moved, document):
    problem = moved.get(f"{document}?asOf=2").json()

    assert (problem["status"], problem["type"]) == (410, "/problems/generation-not-kept")


@pytest.mark.parametrize("document", [f"/doc/{THING}", f"/id/{THING}", "/ns", "/vocab/role/party", "/graph/curation"])
def test_a_state_that_never_was_is_refused(moved, document):
    problem = moved.get(f"{document}?asOf=900").json()

    assert (problem["status"], problem["type"]) == (400, "/problems/bad-parameter")

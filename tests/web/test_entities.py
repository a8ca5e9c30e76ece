"""Every IRI of ours leads somewhere: in every format, in every state, and after it was merged or withdrawn."""

from __future__ import annotations

import os
import shutil
import signal
from collections import defaultdict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from heritage_graph.web.security import create_key

BASE = "https://w3id.org/heritage-graph/"
HG = f"{BASE}ns#"
THING = "agreement/icesco-ots-mou"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
READERS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
}
MEDIA_TYPES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "trig": "application/trig",
    "nq": "application/n-quads",
    "html": "text/html; charset=utf-8",
}
PATIENT = {"HERITAGE_GRAPH_QUERY_TIMEOUT": "30"}
"""Settings of servers that make documents one after the other on a busy machine."""
OF_EVERY_SORT = {
    f"id/{THING}": f"doc/{THING}",
    "id/evidence/002-3301-3458": "doc/evidence/002-3301-3458",
    "id/participation/hajj-routes-and-historical-mosques--icesco": (
        "doc/participation/hajj-routes-and-historical-mosques--icesco"
    ),
    "id/inference/icesco-ots-mou--validUntil": "doc/inference/icesco-ots-mou--validUntil",
    "id/rule/term-from-general-clause": "doc/rule/term-from-general-clause",
    "id/commit/1": "doc/commit/1",
    "id/change/1--agreement--icesco-ots-mou": "doc/change/1--agreement--icesco-ots-mou",
    "id/claim/essay-art-legacy-accords": "doc/claim/essay-art-legacy-accords",
    "vocab/role": "vocab/role",
    "vocab/role/party": "vocab/role/party",
    "ontology/agents": "ontology/agents",
    "ontology/agents/0.1.0": "ontology/agents/0.1.0",
    "ontology/alignments/geo": "ontology/alignments/geo",
    "ontology/alignments/geo/0.1.0": "ontology/alignments/geo/0.1.0",
    "graph/curation": "graph/curation",
    "graph/source/turkicstates-icesco": "graph/source/turkicstates-icesco",
}
"""An IRI of every sort, without our base, and the address of its document."""
OF_OURS = """
PREFIX graph: <https://w3id.org/heritage-graph/graph/>
SELECT DISTINCT ?iri WHERE { %s FILTER(isIRI(?iri) && STRSTARTS(STR(?iri), "https://w3id.org/heritage-graph/")) }
"""
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


@pytest.fixture(scope="module")
def client(shipped, tmp_path_factory, start_server):
    """A client of a service over the shipped dataset."""
    data = tmp_path_factory.mktemp("all") / "data"
    shutil.copytree(shipped, data)
    with start_server(data, **PATIENT) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
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


def terms(content, extension):
    return {
        term.value
        for quad in parse(content, READERS[extension])
        for term in (quad.subject, quad.predicate, quad.object)
        if isinstance(term, NamedNode)
    }


@pytest.fixture(scope="module")
def documents(client):
    """All IRIs of ours in the published view, the log and the descriptions of graphs, by the document of each."""
    found = defaultdict(list)
    for where in ("{ %s }", "{ GRAPH graph:meta { %s } }", "{ GRAPH graph:log { %s } }"):
        for place in ("?iri ?p ?o", "?s ?iri ?o", "?s ?p ?iri"):
            answer = client.get("/sparql", params={"query": OF_OURS % (where % place)}).raise_for_status()
            for row in answer.json()["results"]["bindings"]:
                found[row["iri"]["value"].partition("#")[0]].append(row["iri"]["value"])
    return found


@pytest.mark.parametrize("sort", ["graph/", "id/", "ns", "ontology/", "vocab/"])
def test_every_iri_of_ours_leads_to_a_document_that_speaks_of_it(client, documents, sort):
    silent = []
    for document in (each for each in documents if each.startswith(BASE + sort)):
        answer = client.get(path(document), headers={"Accept": "text/turtle"}, follow_redirects=True)
        spoken_of = terms(answer.content, "ttl") | {iri for iri in documents[document] if "/graph/" in iri}
        silent += [(answer.status_code, iri) for iri in documents[document] if iri not in spoken_of]

    assert silent == []


def test_no_iri_of_ours_is_of_another_sort(documents):
    sorts = {document.removeprefix(BASE).partition("/")[0] for document in documents}

    assert sorts == {"graph", "id", "ns", "ontology", "vocab"}


@pytest.mark.parametrize("extension", MEDIA_TYPES)
@pytest.mark.parametrize("iri", OF_EVERY_SORT)
def test_an_iri_of_every_sort_is_described_in_every_format(client, iri, extension):
    media_type = MEDIA_TYPES[extension]
    answer = client.get(f"/{iri}", headers={"Accept": media_type}, follow_redirects=True)

    assert (answer.status_code, answer.headers["content-type"], answer.url.path) == (
        200,
        media_type,
        f"/{OF_EVERY_SORT[iri]}",
    )


@pytest.mark.parametrize("extension", READERS)
@pytest.mark.parametrize("iri", [iri for iri in OF_EVERY_SORT if not iri.startswith("graph/")])
def test_each_format_by_its_suffix_speaks_of_the_iri(client, iri, extension):
    answer = client.get(f"/{iri}.{extension}", follow_redirects=True)

    assert f"{BASE}{iri}" in terms(answer.content, extension)


@pytest.mark.parametrize("extension", [*READERS, "html"])
@pytest.mark.parametrize("document", ["/ns", "/shapes"])
def test_ontology_and_shapes_come_in_every_format_by_its_name(client, document, extension):
    answer = client.get(f"{document}?format={extension}")

    assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPES[extension])


@pytest.mark.parametrize("document", [*(f"/{each}" for each in OF_EVERY_SORT.values()), "/ns", "/shapes"])
def test_head_and_options_are_answered_for_every_document(client, document):
    got, head = client.get(document), client.head(document)
    options = client.options(document)

    assert (
        head.status_code,
        head.content,
        head.headers.get("etag"),
        head.headers.get("link"),
        options.status_code,
        options.headers["allow"],
    ) == (200, b"", got.headers.get("etag"), got.headers.get("link"), 204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/rdf+xml;q=0.5, application/n-triples;q=0.4", "application/rdf+xml"),
        ("text/turtle;q=0, */*", "application/n-triples"),
        ("application/trig, text/turtle;q=0.9", "application/trig"),
        ("text/*;q=0.3, application/ld+json;q=0.2", "text/turtle"),
    ],
)
@pytest.mark.parametrize("iri", ["vocab/role", "ontology/agents", f"id/{THING}"])
def test_the_format_follows_the_qualities_of_accept(client, iri, accept, media_type):
    answer = client.get(f"/{iri}", headers={"Accept": accept}, follow_redirects=True)

    assert answer.headers["content-type"] == media_type


@pytest.mark.parametrize("document", [f"/{each}" for each in OF_EVERY_SORT.values()])
def test_what_cannot_be_had_is_refused_with_what_can(client, document):
    answer = client.get(document, headers={"Accept": "image/png"})

    assert (answer.status_code, "text/turtle" in answer.json()["available"]) == (406, True)


@pytest.mark.parametrize(
    "document",
    [f"/{each}.tiff" for each in OF_EVERY_SORT.values()] + ["/ontology/none", "/ontology/agents/9", "/vocab/none/one"],
)
def test_what_is_not_there_is_not_found(client, document):
    answer = client.get(document)

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


def test_formats_with_graphs_tell_who_says_what_of_terms_too(client):
    quads = parse(client.get("/vocab/role.nq").content, RdfFormat.N_QUADS)

    assert {quad.graph_name for quad in quads} == {NamedNode(f"{BASE}graph/vocab")}


@pytest.mark.parametrize("document", [f"/doc/{THING}.ttl", "/vocab/role/party.ttl", "/ontology/agents.ttl", "/ns"])
def test_every_language_of_the_names_is_there(client, document):
    literals = [quad.object for quad in parse(client.get(document).content, RdfFormat.TURTLE)]

    assert {"ar", "en", "fr"} <= {getattr(literal, "language", None) for literal in literals}


def test_redirects_keep_what_was_asked(client):
    answer = client.get(f"/id/{THING}.nt?asOf=1")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/doc/{THING}.nt?asOf=1")


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


@pytest.mark.parametrize("extension", READERS)
def test_a_tombstone_is_read_in_rdf(moved, extension):
    answer = moved.get(f"{path(LEFT)}.{extension}".replace("/id/", "/doc/"))
    said = {
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in parse(answer.content, READERS[extension])
    }

    assert (answer.status_code, answer.headers["content-type"]) == (410, MEDIA_TYPES[extension])
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


# trouble


def descendants(pid):
    """The processes below *pid*, each with its command line."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield int(child), Path(f"/proc/{child}/cmdline").read_bytes().decode()
            yield from descendants(child)


@pytest.fixture(scope="module")
def broken(shipped, tmp_path_factory, start_server):
    """A client of a service whose store lost its files, and whose readers have to open it anew."""
    data = tmp_path_factory.mktemp("broken") / "data"
    shutil.copytree(shipped, data)
    with start_server(data, **PATIENT) as (address, _):
        # What the server starts bears its command line for a moment, and comes after it.
        server = next(pid for pid, command in descendants(os.getpid()) if f"serve\0--data\0{data}\0" in command)
        for file in (data / "generations").rglob("*.sst"):
            file.unlink()
        for pid, command in list(descendants(server)):
            os.kill(pid, signal.SIGKILL if ".nursery_process" in command else 0)
        with httpx.Client(base_url=address, timeout=60) as client:
            yield client


@pytest.mark.parametrize(
    "address",
    [
        f"/id/{THING}",
        f"/doc/{THING}",
        f"/doc/{THING}?asOf=1",
        "/id/agreement/never-made",
        "/doc/agreement/never-made",
        "/vocab/role",
        "/vocab/role/party",
        "/ns",
        "/ontology/agents",
        "/graph/curation",
        f"/linkset/doc/{THING}",
        f"/timemap/doc/{THING}",
        f"/timegate/doc/{THING}",
    ],
)
def test_trouble_with_the_store_is_never_taken_for_absence(broken, address):
    assert broken.get(address).status_code == 503

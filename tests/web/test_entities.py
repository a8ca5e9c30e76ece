"""Every IRI of ours leads somewhere, in every format and language, and trouble is never told as absence."""

from __future__ import annotations

import os
import shutil
import signal
from collections import defaultdict

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from service_processes import processes_reading

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


@pytest.fixture(scope="module")
def client(shipped, tmp_path_factory, start_server):
    """A client of a service over the shipped dataset."""
    data = tmp_path_factory.mktemp("all") / "data"
    shutil.copytree(shipped, data)
    with start_server(data, **PATIENT) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        yield client


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


# trouble


@pytest.fixture(scope="module")
def broken(shipped, tmp_path_factory, start_server):
    """A client of a service whose store lost its files, and whose readers have to open it anew."""
    data = tmp_path_factory.mktemp("broken") / "data"
    shutil.copytree(shipped, data)
    with start_server(data, **PATIENT) as (address, _):
        for file in (data / "generations").rglob("*.sst"):
            file.unlink()
        for reader in processes_reading(data, "nursery_process"):
            os.kill(reader, signal.SIGKILL)
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

"""The VoID description counts what the dataset holds and how it is linked, and says what is not counted yet."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from counts import once_counted
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse
from rdflib import DCTERMS, FOAF, OWL, RDF, RDFS, Graph, Namespace, URIRef

from heritage_graph.web.dataset_state import DatasetState, Dates
from heritage_graph.web.security import create_key
from heritage_graph.web.statistics import Census, Links, Numbers
from heritage_graph.web.void import MOST_LINKSETS, statements

VOID = Namespace("http://rdfs.org/ns/void#")
BASE = "https://w3id.org/heritage-graph/"
DATASET = URIRef(f"{BASE}dataset#graph")
PATH = "/.well-known/void"
TRIAL = {"graph": f"{BASE}graph/source/void-trial"}
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
PARSERS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
ACCEPTED = {
    "": "text/turtle",
    "*/*": "text/turtle",
    "text/turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "application/rdf+xml": "application/rdf+xml",
    "application/ld+json": "application/ld+json",
    "application/json": "application/ld+json",
    "application/n-triples;q=0.5, text/turtle;q=0.4": "application/n-triples",
}
MEMORANDUM = Path(__file__).parent.joinpath("documents/memorandum.ttl").read_bytes()
LINKED = (
    MEMORANDUM
    + b"""
organization:iccrom
    hg:externalIdentifier  <https://registry.example/thing/1>, <https://registry.example/thing/2> ;
    <http://www.w3.org/2000/01/rdf-schema#seeAlso>  <https://other.example/names#three> .
"""
)


@pytest.fixture(scope="module")
def data(shipped, tmp_path_factory):
    """A data folder of its own: what other tests write would make too many graphs to be told one by one."""
    folder = tmp_path_factory.mktemp("void") / "data"
    shutil.copytree(shipped, folder)
    return folder


@pytest.fixture(scope="module")
def address(start_server, data):
    with start_server(data, HERITAGE_GRAPH_PUBLIC_URL="https://graph.example/data/") as (address, _):
        yield address


@pytest.fixture(scope="module")
def client(address):
    with httpx.Client(base_url=address, timeout=60, headers={"Accept-Encoding": "identity"}) as client:
        yield client


@pytest.fixture(scope="module")
def writer(data):
    key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def written(client, writer):
    """A document with three links to other datasets has been put into a graph of its own; it is gone afterwards."""
    fields = writer | {"Content-Type": "text/turtle"}
    client.put("/rdf-graph-store", params=TRIAL, content=LINKED, headers=fields).raise_for_status()
    yield
    client.delete("/rdf-graph-store", params=TRIAL, headers=writer)


def described(client):
    """The description once everything is counted."""
    return Graph().parse(data=once_counted(client, f"{PATH}.ttl", sign="!still being counted"), format="turtle")


def asked(client, query):
    """The rows of a query as the values of their columns."""
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def linksets(graph):
    """The number of links by property and address space."""
    return {
        (
            str(graph.value(each, VOID.linkPredicate)),
            str(graph.value(graph.value(each, VOID.objectsTarget), VOID.uriSpace)),
        ): int(graph.value(each, VOID.triples))
        for each in graph.subjects(RDF.type, VOID.Linkset)
    }


def made_up(**census):
    """The description of generation 8 with a census that is told by what differs from an empty one."""
    counted = {"generation": 8, "graph_count": 0, "classes": (), "properties": (), "graphs": (), "time": None}
    state = DatasetState(
        base="https://graph.example",
        generation=8,
        census=Census(view=Numbers(triples=5), **(counted | census)) if census else None,
        releases=(),
        dumps=(),
        contact="",
    )
    told = statements(state, Dates("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"), ())
    return Graph().parse(data="".join(f"{each} .\n" for each in told), format="nt")


def remarks(graph):
    return " ".join(graph.objects(None, RDFS.comment))


@pytest.mark.parametrize(("accept", "media_type"), ACCEPTED.items())
def test_the_description_comes_in_the_format_that_is_accepted(client, accept, media_type):
    answer = client.get(PATH, headers={"Accept": accept})

    assert (answer.status_code, answer.headers["content-type"], "Accept" in answer.headers["vary"]) == (
        200,
        media_type,
        True,
    )


def test_a_browser_is_led_to_the_page_about_the_dataset(client):
    answer = client.get(PATH, headers={"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/dataset.html")


def test_whoever_accepts_none_of_the_formats_is_told_which_there_are(client):
    answer = client.get(PATH, headers={"Accept": "image/png"})

    assert (answer.status_code, "text/turtle" in answer.json()["available"]) == (406, True)


@pytest.mark.parametrize("extension", PARSERS)
def test_each_format_has_an_address_and_says_the_same(client, extension):
    told = [
        Dataset(Quad(*each.triple) for each in parse(client.get(f"{PATH}.{name}").content, PARSERS[name]))
        for name in ("ttl", extension)
    ]
    for dataset in told:
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)

    assert told[0] == told[1]


def test_a_suffix_that_names_no_format_is_not_found(client):
    assert client.get(f"{PATH}.html").status_code == 404


def test_head_tells_the_same_without_the_body(client):
    get, head = client.get(PATH), client.head(PATH)

    assert (head.status_code, head.content, head.headers["content-length"], head.headers["etag"]) == (
        200,
        b"",
        str(len(get.content)),
        get.headers["etag"],
    )


def test_whoever_holds_the_description_is_told_that_it_holds_still(client):
    tag = client.get(PATH).headers["etag"]
    answer = client.get(PATH, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)


def test_the_document_describes_the_dataset_and_is_one_itself(client):
    graph = described(client)

    assert list(graph.subject_objects(FOAF.primaryTopic)) == [(URIRef(f"https://graph.example/data{PATH}"), DATASET)]


def test_addresses_are_those_that_clients_use(client):
    graph = described(client)

    assert [str(graph.value(DATASET, each)) for each in (VOID.sparqlEndpoint, FOAF.homepage, RDFS.seeAlso)] == [
        "https://graph.example/data/sparql",
        "https://graph.example/data/",
        "https://graph.example/data/dataset",
    ]


@pytest.mark.parametrize("property_", [DCTERMS.title, DCTERMS.description])
def test_the_dataset_is_told_in_three_languages(client, property_):
    assert {each.language for each in described(client).objects(DATASET, property_)} == {"en", "ar", "fr"}


def test_the_dataset_has_a_licence_and_a_publisher_with_a_name(client):
    graph = described(client)
    publisher = graph.value(DATASET, DCTERMS.publisher)

    assert (str(graph.value(DATASET, DCTERMS.license)), bool(graph.value(publisher, FOAF.name))) == (LICENCE, True)


@pytest.mark.parametrize(
    ("property_", "query"),
    [
        ("triples", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        ("distinctSubjects", "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        ("distinctObjects", "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"),
        ("properties", "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"),
        ("classes", "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }"),
        ("entities", f'SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{BASE}")) }}'),
    ],
)
def test_the_numbers_are_what_a_query_counts(client, property_, query):
    assert str(described(client).value(DATASET, VOID[property_])) == asked(client, query)[0]["n"]


def test_each_class_is_told_with_the_number_of_its_things(client):
    graph = described(client)
    told = {
        str(graph.value(part, VOID["class"])): str(graph.value(part, VOID.entities))
        for part in graph.objects(DATASET, VOID.classPartition)
    }
    counted = asked(client, "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c")

    assert told == {row["c"]: row["n"] for row in counted}


def test_each_property_is_told_with_the_number_of_its_statements(client):
    graph = described(client)
    told = {
        str(graph.value(part, VOID.property)): str(graph.value(part, VOID.triples))
        for part in graph.objects(DATASET, VOID.propertyPartition)
    }
    counted = asked(client, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")

    assert told == {row["p"]: row["n"] for row in counted}


def test_the_vocabularies_are_exactly_those_that_are_used(client):
    told = {str(each) for each in described(client).objects(DATASET, VOID.vocabulary)}
    terms = asked(client, "SELECT DISTINCT ?t { { ?s ?t ?o } UNION { ?s a ?t } }")

    assert told == {re.sub("[^#/]*$", "", row["t"]) for row in terms}


def test_the_subsets_are_the_published_graphs_with_their_statements(client):
    graph = described(client)
    told = {
        str(each): str(graph.value(each, VOID.triples))
        for each in graph.objects(DATASET, VOID.subset)
        if isinstance(each, URIRef)
    }
    counted = asked(client, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")

    assert told == {
        row["g"]: row["n"]
        for row in counted
        if "/graph/source/" in row["g"] or row["g"].rpartition("/")[2] in {"curation", "inferred", "vocab", "ontology"}
    }


def test_the_graph_of_a_source_is_told_with_its_licence_its_standing_and_its_document(client):
    graph = described(client)
    source = URIRef(f"{BASE}graph/source/turkicstates-icesco")

    assert [str(graph.value(source, each)) for each in (
        DCTERMS.license, URIRef(f"{BASE}ns#epistemicStatus"), DCTERMS.source, VOID.dataDump
    )] == [
        LICENCE,
        f"{BASE}vocab/epistemic-status/sourced",
        f"{BASE}id/document/turkicstates-icesco",
        "https://graph.example/data/graph/source/turkicstates-icesco.nt",
    ]  # fmt: skip


@pytest.mark.parametrize("property_", [VOID.exampleResource, VOID.rootResource])
def test_the_resources_that_are_shown_lead_to_a_description(client, property_):
    shown = [str(each).removeprefix(BASE) for each in described(client).objects(DATASET, property_)]
    answers = [client.get(f"/{each}", headers={"Accept": "text/turtle"}, follow_redirects=True) for each in shown]

    assert (len(shown) > 3, {each.status_code for each in answers}) == (True, {200})


@pytest.mark.usefixtures("written")
def test_the_linksets_are_what_a_query_counts(client):
    graph = described(client)
    counted = asked(
        client,
        f"""
        SELECT ?p ?space (COUNT(*) AS ?n) {{
          VALUES (?p ?space) {{
            (<{BASE}ns#externalIdentifier> "https://registry.example/thing/")
            (<{BASE}ns#externalIdentifier> "https://ror.org/")
            (<http://www.w3.org/2000/01/rdf-schema#seeAlso> "https://other.example/names#")
            (<http://www.w3.org/2004/02/skos/core#closeMatch> "https://schema.org/")
          }}
          ?s ?p ?o FILTER(STRSTARTS(STR(?o), ?space))
        }} GROUP BY ?p ?space
        """,
    )

    told = linksets(graph)
    expected = {(row["p"], row["space"]): int(row["n"]) for row in counted}

    assert ({key: told.get(key) for key in expected}, len(expected)) == (expected, 4)


def test_no_link_leads_to_things_of_our_own(client):
    assert [space for _, space in linksets(described(client)) if space.startswith(BASE)] == []


def test_the_numbers_the_date_and_the_tag_follow_what_is_written(client, request):
    before, tag = described(client), client.get(f"{PATH}.ttl").headers["etag"]
    request.getfixturevalue("written")
    status = client.get(f"{PATH}.ttl", headers={"If-None-Match": tag}).status_code
    graphs = [before, described(client)]
    dates = [graph.value(DATASET, DCTERMS.modified).toPython() for graph in graphs]

    assert (
        status,
        [URIRef(TRIAL["graph"]) in set(graph.objects(DATASET, VOID.subset)) for graph in graphs],
        dates[0] < dates[1],
        [graph.value(DATASET, DCTERMS.created) for graph in graphs],
    ) == (200, [False, True], True, [graphs[0].value(DATASET, DCTERMS.created)] * 2)


def test_the_service_description_leads_here(client):
    answer = client.get("/sparql", params={"format": "ttl"}).text

    assert (f"<https://graph.example/data{PATH}>" in answer, "<https://graph.example/data/dataset>" in answer) == (
        True,
        True,
    )


def test_before_anything_is_counted_the_description_says_so_and_guesses_nothing():
    graph = made_up()

    assert ("still being counted" in remarks(graph), graph.value(DATASET, VOID.triples)) == (True, None)


def test_numbers_of_an_earlier_generation_are_told_of_that_one():
    graph = made_up(generation=7)
    earlier = graph.value(None, DCTERMS.isVersionOf, DATASET)

    assert (
        "still being counted" in remarks(graph),
        graph.value(DATASET, VOID.triples),
        int(graph.value(earlier, VOID.triples)),
        str(graph.value(earlier, OWL.versionInfo)),
    ) == (True, None, 5, "7")


def test_links_that_could_not_be_counted_are_said_to_be_missing():
    assert "could not be counted" in remarks(made_up(links=None))


def test_of_very_many_linksets_the_largest_are_told():
    links = tuple(Links("https://p.example/p", f"https://{n}.example/", 1000 - n) for n in range(MOST_LINKSETS + 20))
    graph = made_up(links=links)

    assert (len(linksets(graph)), min(linksets(graph).values()), "120 linksets" in remarks(graph)) == (
        MOST_LINKSETS,
        1000 - MOST_LINKSETS + 1,
        True,
    )

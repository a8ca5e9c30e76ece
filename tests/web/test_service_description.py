"""The service description promises what the endpoint does, and counts what the graph holds."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse
from rdflib import DCTERMS, OWL, RDF, RDFS, Graph, Namespace, URIRef

from heritage_graph.web.negotiation import NTRIPLES, TRIPLES
from heritage_graph.web.security import create_key
from heritage_graph.web.service_description import document_of
from heritage_graph.web.statistics import Census, CountedGraph, Numbers

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
BASE = "https://w3id.org/heritage-graph/"
TRIAL = {"graph": f"{BASE}graph/source/service-description-trial"}
MEMORANDUM = Path(__file__).parent.joinpath("documents/memorandum.ttl").read_bytes()
PARSERS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
SMALL = 100_000

SERVED = {
    "SPARQL_Results_JSON": ("ASK {}", "application/sparql-results+json"),
    "SPARQL_Results_XML": ("ASK {}", "application/sparql-results+xml"),
    "SPARQL_Results_CSV": ("ASK {}", "text/csv"),
    "SPARQL_Results_TSV": ("ASK {}", "text/tab-separated-values"),
    "Turtle": ("DESCRIBE <urn:x:none>", "text/turtle"),
    "N-Triples": ("DESCRIBE <urn:x:none>", "application/n-triples"),
    "RDF_XML": ("DESCRIBE <urn:x:none>", "application/rdf+xml"),
    "JSON-LD": ("DESCRIBE <urn:x:none>", "application/ld+json"),
    "TriG": ("DESCRIBE <urn:x:none>", "application/trig"),
    "N-Quads": ("DESCRIBE <urn:x:none>", "application/n-quads"),
}

SQUARE = '"POLYGON((0 0,0 2,2 2,2 0,0 0))"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'
SHIFTED = '"POLYGON((1 1,1 3,3 3,3 1,1 1))"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'
POINT = '"POINT(1 1)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'
METRE = "<http://www.opengis.net/def/uom/OGC/1.0/metre>"
SQUARE_METRE = "<http://www.opengis.net/def/uom/OGC/1.0/square_metre>"
XSD = "http://www.w3.org/2001/XMLSchema#"
GEOF = "http://www.opengis.net/def/function/geosparql/"
OF_TEXT = {
    "date": "2026-11-21",
    "dayTimeDuration": "P1D",
    "duration": "P3Y",
    "gDay": "---21",
    "gMonth": "--11",
    "gMonthDay": "--11-21",
    "gYear": "2026",
    "gYearMonth": "2026-11",
    "time": "10:00:00",
    "yearMonthDuration": "P3Y",
}
OF_ONE = """
    asGeoJSON centroid convexHull coordinateDimension dimension envelope getSRID isEmpty isSimple spatialDimension
"""
OF_TWO = """
    difference intersection symDifference union
    sfContains sfCrosses sfDisjoint sfEquals sfIntersects sfOverlaps sfTouches sfWithin
    ehContains ehCoveredBy ehCovers ehDisjoint ehEquals ehInside ehMeet ehOverlap
    rcc8dc rcc8ec rcc8eq rcc8ntpp rcc8ntppi rcc8po rcc8tpp rcc8tppi
"""
CALLS = {
    **{XSD + name: f'"{text}"' for name, text in OF_TEXT.items()},
    **{GEOF + name: SQUARE for name in OF_ONE.split()},
    **{GEOF + name: f"{SQUARE}, {SHIFTED}" for name in OF_TWO.split()},
    GEOF + "area": f"{SQUARE}, {SQUARE_METRE}",
    GEOF + "distance": f"{POINT}, {POINT}, {METRE}",
    GEOF + "length": f"{SQUARE}, {METRE}",
    GEOF + "perimeter": f"{SQUARE}, {METRE}",
    GEOF + "relate": f'{SQUARE}, {SHIFTED}, "T*F**F***"',
}


def described(client):
    answer = client.get("/sparql", params={"format": "ttl"})
    return Graph().parse(data=answer.text, format="turtle", publicID=str(answer.url))


def statements(client, extension):
    """The description in a format, as triples with absolute IRIs."""
    answer = client.get("/sparql", params={"format": extension})
    return [each.triple for each in parse(answer.content, PARSERS[extension], base_iri=str(answer.url))]


def the(graph, type_):
    """The one thing of a type."""
    (found,) = graph.subjects(RDF.type, type_)
    return found


def triples_by_graph(graph):
    """What the description says of each named graph."""
    return {
        str(graph.value(named, SD.name)): graph.value(graph.value(named, SD.graph), VOID.triples).toPython()
        for named in graph.objects(the(graph, SD.Dataset), SD.namedGraph)
    }


def asked(client, query):
    """The rows of a query as the values of their columns."""
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


@pytest.fixture(scope="module")
def data(shipped, tmp_path_factory):
    """A data folder of its own: what other tests write would make too many graphs to be told one by one."""
    folder = tmp_path_factory.mktemp("described") / "data"
    shutil.copytree(shipped, folder)
    return folder


@pytest.fixture(scope="module")
def address(start_server, data):
    with start_server(data) as (address, _):
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
    """A small document has been put into a graph of its own; it is gone afterwards."""
    fields = writer | {"Content-Type": "text/turtle"}
    client.put("/rdf-graph-store", params=TRIAL, content=MEMORANDUM, headers=fields).raise_for_status()
    yield
    client.delete("/rdf-graph-store", params=TRIAL, headers=writer)


def census(graphs, partitions):
    """A made-up census of so many named graphs, classes and properties."""
    numbers = Numbers(1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000)
    name = "a-source-whose-name-is-about-as-long-as-names-of-sources-are"
    return Census(
        7,
        "2026-11-21T00:00:00Z",
        numbers,
        tuple((f"{BASE}ns#SomeClass{number}", 1_000_000) for number in range(partitions)),
        tuple((f"{BASE}ns#someProperty{number}", 1_000_000) for number in range(partitions)),
        graphs,
        tuple(
            CountedGraph(
                f"{BASE}graph/source/{name}-{number}",
                numbers,
                f"{BASE}vocab/epistemic-status/sourced",
                "https://creativecommons.org/licenses/by/4.0/",
                "2026-11-21",
            )
            for number in range(graphs)
        ),
    )


@pytest.mark.parametrize("extension", PARSERS)
def test_every_format_tells_the_address_of_the_endpoint(client, address, extension):
    told = [each.object.value for each in statements(client, extension) if each.predicate.value == str(SD.endpoint)]

    assert told == [f"{address}/sparql"]


@pytest.mark.parametrize("extension", PARSERS)
def test_every_format_says_the_same(client, extension):
    described_in = [Dataset(Quad(*each) for each in statements(client, name)) for name in ("ttl", extension)]
    for dataset in described_in:
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)

    assert described_in[0] == described_in[1]


@pytest.mark.parametrize("accept", ["", "*/*", "text/turtle, */*;q=0.1", "application/json, text/turtle;q=0.9"])
def test_machines_that_ask_nothing_get_the_description(client, accept):
    assert "sparql-service-description" in client.get("/sparql", headers={"Accept": accept}).text


def test_without_a_public_address_the_description_holds_behind_any_proxy(client, address):
    assert address not in client.get("/sparql", params={"format": "ttl"}).text


def test_a_public_address_and_federation_are_told_where_they_are_set(start_server, shipped, tmp_path):
    shutil.copytree(shipped, tmp_path / "data")
    settings = {
        "HERITAGE_GRAPH_PUBLIC_URL": "https://graph.example/data/",
        "HERITAGE_GRAPH_FEDERATION": '["https://other.example/sparql"]',
    }
    with start_server(tmp_path / "data", **settings) as (address, _):
        text = httpx.get(f"{address}/sparql", params={"format": "ttl"}).text

    assert (
        "sd:endpoint <https://graph.example/data/sparql>" in text,
        "sd:feature sd:BasicFederatedQuery" in text,
    ) == (True, True)


def test_exactly_the_formats_that_are_served_are_promised(client):
    graph = described(client)
    promised = {str(each).removeprefix(str(FORMATS)) for each in graph.objects(None, SD.resultFormat)}
    served = {
        name
        for name, (query, media_type) in SERVED.items()
        if client.get("/sparql", params={"query": query}, headers={"Accept": media_type})
        .headers["content-type"]
        .startswith(media_type)
    }

    assert promised == served == set(SERVED)


def test_every_function_that_is_promised_gives_a_value(client):
    promised = {str(each) for each in described(client).objects(None, SD.extensionFunction)}
    columns = " ".join(
        f"(<{name}>({arguments}) AS ?value{place})" for place, (name, arguments) in enumerate(CALLS.items())
    )
    (row,) = asked(client, f"SELECT {columns} {{}}")

    assert (promised, len(row)) == (set(CALLS), len(CALLS))


def test_federation_is_not_promised_where_it_is_switched_off(client):
    assert list(described(client).objects(None, SD.feature)) == []


def test_each_named_graph_is_told_with_its_number_of_triples(client):
    counted = asked(client, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")

    assert triples_by_graph(described(client)) == {row["g"]: int(row["n"]) for row in counted}


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
def test_the_numbers_of_the_published_view_are_what_a_query_counts(client, property_, query):
    graph = described(client)
    view = graph.value(the(graph, SD.Dataset), SD.defaultGraph)

    assert str(graph.value(view, VOID[property_])) == asked(client, query)[0]["n"]


def test_the_parts_of_the_published_view_make_the_whole(client):
    graph = described(client)
    view = graph.value(the(graph, SD.Dataset), SD.defaultGraph)
    parts = [graph.value(part, VOID.triples).toPython() for part in graph.objects(view, VOID.propertyPartition)]

    assert (sum(parts), len(parts)) == (
        graph.value(view, VOID.triples).toPython(),
        graph.value(view, VOID.properties).toPython(),
    )


def test_a_class_is_told_with_the_number_of_its_things(client):
    graph = described(client)
    (part,) = graph.subjects(VOID["class"], URIRef(f"{BASE}ns#Participation"))
    counted = asked(client, f"SELECT (COUNT(*) AS ?n) {{ ?s a <{BASE}ns#Participation> }}")

    assert str(graph.value(part, VOID.entities)) == counted[0]["n"]


def test_a_graph_is_told_with_its_licence_and_standing(client):
    graph = described(client)
    named = graph.value(None, SD.name, URIRef(f"{BASE}graph/source/turkicstates-icesco"))
    content = graph.value(named, SD.graph)

    assert (graph.value(content, DCTERMS.license), graph.value(content, URIRef(f"{BASE}ns#epistemicStatus"))) == (
        URIRef("https://creativecommons.org/licenses/by/4.0/"),
        URIRef(f"{BASE}vocab/epistemic-status/sourced"),
    )


def test_the_dataset_says_when_it_changed_last(client):
    graph = described(client)

    assert isinstance(graph.value(the(graph, SD.Dataset), DCTERMS.modified).toPython(), datetime)


def test_the_numbers_follow_what_is_written(client, request):
    before = triples_by_graph(described(client))
    request.getfixturevalue("written")
    after = triples_by_graph(described(client))

    assert (TRIAL["graph"] in before, after[TRIAL["graph"]]) == (
        False,
        len(Graph().parse(data=MEMORANDUM, format="turtle")),
    )


def test_the_entity_tag_follows_the_generation(client, request):
    before = client.get("/sparql", params={"format": "ttl"}).headers["etag"]
    request.getfixturevalue("written")
    answer = client.get("/sparql", params={"format": "ttl"}, headers={"If-None-Match": before})

    assert (answer.status_code, answer.headers["etag"] == before) == (200, False)


def test_whoever_holds_the_description_is_told_that_it_holds_still(client):
    tag = client.get("/sparql", params={"format": "ttl"}).headers["etag"]
    answer = client.get("/sparql", params={"format": "ttl"}, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)


def test_head_tells_the_same_without_the_body(client):
    get = client.get("/sparql", params={"format": "ttl"})
    head = client.head("/sparql", params={"format": "ttl"})

    assert (head.status_code, head.content, head.headers["content-length"], head.headers["etag"]) == (
        200,
        b"",
        str(len(get.content)),
        get.headers["etag"],
    )


@pytest.mark.parametrize("extension", PARSERS)
def test_the_description_of_the_shipped_dataset_is_small(client, extension):
    assert len(client.get("/sparql", params={"format": extension}).content) < SMALL


@pytest.mark.parametrize("chosen", TRIPLES, ids=lambda chosen: chosen.extension)
@pytest.mark.parametrize(("graphs", "partitions"), [(60, 120), (25, 150), (60, 500), (0, 10_000)])
def test_the_description_is_small_however_much_there_is(chosen, graphs, partitions):
    assert len(document_of(7, census(graphs, partitions), chosen)) < SMALL


def test_numbers_of_an_earlier_generation_are_not_told_of_the_last_one():
    graph = Graph().parse(data=document_of(8, census(1, 1), NTRIPLES), format="nt")
    dataset = graph.value(the(graph, SD.Service), SD.defaultDataset)
    earlier = graph.value(None, DCTERMS.isVersionOf, dataset)

    assert (
        [str(graph.value(each, OWL.versionInfo)) for each in (dataset, earlier)],
        [graph.value(each, SD.defaultGraph) is None for each in (dataset, earlier)],
    ) == (["8", "7"], [True, False])


def test_what_is_left_out_is_told():
    graph = Graph().parse(data=document_of(7, replace(census(60, 500), graph_count=3_000), NTRIPLES), format="nt")
    remark = str(graph.value(the(graph, SD.Dataset), RDFS.comment))

    assert ("Of 3000 named graphs only" in remark, "properties are too many" in remark) == (True, True)


def test_before_anything_is_counted_the_description_says_so():
    graph = Graph().parse(data=document_of(8, None, NTRIPLES), format="nt")

    assert "still being counted" in str(graph.value(the(graph, SD.Dataset), RDFS.comment))

"""The catalogue at /dataset meets what catalogues and registers of datasets demand, and tells files and versions."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from counts import once_counted
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse
from pyshacl import validate
from rdflib import DCTERMS, FOAF, PROV, RDF, XSD, Graph, Literal, Namespace, URIRef

from heritage_graph.dumps.dumps import Dumps
from heritage_graph.store.generations import Generations, published_generations
from heritage_graph.store.releases import make_release
from heritage_graph.web.dataset_catalogue import statements
from heritage_graph.web.dataset_for_search import dataset_for_search
from heritage_graph.web.dataset_state import DatasetState, Dates
from heritage_graph.web.page_language import PageLanguage
from heritage_graph.web.security import create_key
from heritage_graph.web.templating import Pages

BASE = "https://w3id.org/heritage-graph/"
DATASET = URIRef(f"{BASE}dataset#graph")
CATALOGUE = URIRef(f"{BASE}dataset#catalogue")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SHAPES = Path(__file__).with_name("dataset_shapes.ttl")
MEMORANDUM = Path(__file__).parent.joinpath("documents/memorandum.ttl").read_bytes()
TRIAL = {"graph": f"{BASE}graph/source/dataset-trial"}
PARSERS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ACCEPTED = {
    "": "text/turtle",
    "*/*": "text/turtle",
    "text/turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "application/rdf+xml": "application/rdf+xml",
    "application/ld+json": "application/ld+json",
    "application/json": "application/ld+json",
    "text/html": "text/html; charset=utf-8",
    BROWSER: "text/html; charset=utf-8",
    "text/html;q=0.2, application/ld+json": "application/ld+json",
}
# What schema.org's own context says of the members that are used here, so that nobody is asked for it.
AS_SCHEMA_ORG = {
    "@vocab": "https://schema.org/",
    **{name: {"@type": "@id"} for name in ("license", "contentUrl", "url", "mainEntityOfPage", "usageInfo")},
}


@pytest.fixture(scope="module")
def data(shipped, tmp_path_factory):
    """A data folder with a release, and files of it."""
    folder = tmp_path_factory.mktemp("catalogued") / "data"
    shutil.copytree(shipped, folder)
    make_release(folder, "2026-spring", now=datetime(2026, 11, 20, tzinfo=UTC))
    asyncio.run(dumped(folder))
    return folder


async def dumped(folder):
    """Make the files of the store in *folder*."""
    dumps = Dumps(folder, Generations(folder, published_generations(folder)), quiet_s=0.05)
    await dumps.start()
    while not dumps.listed():  # noqa: ASYNC110 - of another process, which has no events for us
        await asyncio.sleep(0.05)
    await dumps.stop()


@pytest.fixture(scope="module")
def address(start_server, data):
    with start_server(data, HERITAGE_GRAPH_CONTACT_EMAIL="data@example.org", HERITAGE_GRAPH_DUMPS="true") as (
        address,
        _,
    ):
        yield address


@pytest.fixture(scope="module")
def client(address):
    with httpx.Client(base_url=address, timeout=60, headers={"Accept-Encoding": "identity"}) as client:
        yield client


@pytest.fixture(scope="module")
def first(client):
    """The catalogue as it is before anything is written."""
    return counted(client)


@pytest.fixture(scope="module")
def first_page(client, first):
    """The page at that moment."""
    assert first
    return client.get("/dataset.html").text


@pytest.fixture(scope="module")
def later(client, data, first_page):
    """The catalogue after a document was written, and again after that state was released; and the tags of each."""
    assert first_page
    key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    fields = {"Authorization": f"Bearer {key}", "Content-Type": "text/turtle"}
    tags = [client.get("/dataset.ttl").headers["etag"]]
    client.put("/rdf-graph-store", params=TRIAL, content=MEMORANDUM, headers=fields).raise_for_status()
    written = counted(client)
    tags.append(client.get("/dataset.ttl").headers["etag"])
    make_release(data, "2026-autumn", now=datetime(2026, 11, 21, tzinfo=UTC))
    released = counted(client)
    tags.append(client.get("/dataset.ttl").headers["etag"])
    return written, released, tags


def counted(client):
    """The catalogue once everything is counted."""
    return Graph().parse(data=once_counted(client, "/dataset.ttl", sign="dcterms:temporal"), format="turtle")


def shortfalls(graph):
    """What the shapes find, as path and focus."""
    _, report, _ = validate(graph, shacl_graph=Graph().parse(SHAPES))
    sh = Namespace("http://www.w3.org/ns/shacl#")
    return [
        (str(report.value(each, sh.resultPath)), str(report.value(each, sh.focusNode)))
        for each in report.subjects(RDF.type, sh.ValidationResult)
    ]


def for_search(page):
    """The JSON-LD in a page."""
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])


def schema_org(page):
    """The JSON-LD in a page, as triples."""
    document = json.dumps(for_search(page) | {"@context": AS_SCHEMA_ORG})
    triples = "".join(f"{each.triple} .\n" for each in parse(document, RdfFormat.JSON_LD))
    return Graph().parse(data=triples, format="nt")


def asked(client, query):
    """The rows of a query as the values of their columns."""
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def files(graph, dataset=DATASET):
    """The distributions of a dataset that can be downloaded."""
    return [each for each in graph.objects(dataset, DCAT.distribution) if (each, DCAT.downloadURL, None) in graph]


@pytest.mark.parametrize(("accept", "media_type"), ACCEPTED.items())
def test_the_catalogue_comes_in_the_format_that_is_accepted(client, accept, media_type):
    answer = client.get("/dataset", headers={"Accept": accept})

    assert (answer.status_code, answer.headers["content-type"], "Accept" in answer.headers["vary"]) == (
        200,
        media_type,
        True,
    )


def test_whoever_accepts_none_of_the_formats_is_told_which_there_are(client):
    answer = client.get("/dataset", headers={"Accept": "image/png"})

    assert (answer.status_code, "text/html" in answer.json()["available"]) == (406, True)


@pytest.mark.parametrize("extension", PARSERS)
def test_each_format_has_an_address_and_says_the_same(client, extension):
    counted(client)
    told = [
        Dataset(Quad(*each.triple) for each in parse(client.get(f"/dataset.{name}").content, PARSERS[name]))
        for name in ("ttl", extension)
    ]
    for dataset in told:
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)

    assert told[0] == told[1]


def test_a_suffix_that_names_no_format_is_not_found(client):
    assert client.get("/dataset.csv").status_code == 404


@pytest.mark.parametrize("path", ["/dataset.ttl", "/dataset.html"])
def test_head_tells_the_same_without_the_body(client, path):
    counted(client)
    get, head = client.get(path), client.head(path)

    assert (head.status_code, head.content, head.headers["content-length"], head.headers["etag"]) == (
        200,
        b"",
        str(len(get.content)),
        get.headers["etag"],
    )


@pytest.mark.parametrize("path", ["/dataset.ttl", "/dataset.html"])
def test_whoever_holds_the_catalogue_is_told_that_it_holds_still(client, path):
    counted(client)
    tag = client.get(path).headers["etag"]
    answer = client.get(path, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)


def test_the_catalogue_has_what_catalogues_demand(first):
    assert shortfalls(first) == []


def test_the_catalogue_of_a_later_state_has_what_catalogues_demand(later):
    allowed = {(str(DCAT.distribution), f"{BASE}dataset#version-2026-autumn")}  # its files come some seconds later

    assert set(shortfalls(later[1])) - allowed == set()


def test_the_shapes_find_what_is_missing(first):
    without = Graph() + first
    without.remove((DATASET, DCTERMS.license, None))
    without.remove((None, VCARD.hasEmail, None))

    assert sorted({path for path, _ in shortfalls(without)}) == [str(DCTERMS.license), str(VCARD.hasEmail)]


@pytest.mark.parametrize("property_", [DCTERMS.title, DCTERMS.description, DCAT.keyword])
@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_the_dataset_is_told_in_three_languages(first, property_, language):
    assert language in {each.language for each in first.objects(DATASET, property_)}


def test_the_time_is_that_of_what_the_graph_tells_of(client, first):
    (row,) = asked(
        client,
        f"""
        PREFIX hg: <{BASE}ns#>
        SELECT (MIN(?a) AS ?first) (MAX(?b) AS ?last) {{
          ?bounds a hg:DateBounds ; hg:earliest ?a ; hg:latest ?b ;
                  <http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> ?p
          FILTER(?p IN (hg:signedOn, hg:startsOn, hg:endsOn, hg:effectiveFrom, hg:validUntil))
        }}
        """,
    )
    period = first.value(DATASET, DCTERMS.temporal)

    assert (str(first.value(period, DCAT.startDate)), str(first.value(period, DCAT.endDate))) == (
        row["first"],
        row["last"],
    )


def test_the_countries_are_those_that_the_graph_describes(client, first):
    rows = asked(client, f"SELECT ?country {{ ?country a <{BASE}ns#Country> }}")

    assert {str(each) for each in first.objects(DATASET, DCTERMS.spatial)} == {row["country"] for row in rows}


def test_the_documents_are_those_that_the_sources_describe(client, first):
    rows = asked(
        client,
        f"""
        SELECT DISTINCT ?document {{
          GRAPH <{BASE}graph/meta> {{ ?graph <{BASE}ns#describes> ?document }}
        }}
        """,
    )

    assert {str(each) for each in first.objects(DATASET, PROV.wasDerivedFrom)} == {row["document"] for row in rows}


def test_a_file_is_told_with_its_form_its_size_and_its_digest(client, first):
    (file,) = (each for each in files(first) if str(each).endswith(".nq.gz"))
    body = client.get(str(first.value(file, DCAT.downloadURL))).content

    assert (
        int(first.value(file, DCAT.byteSize)),
        first.value(first.value(file, SPDX.checksum), SPDX.checksumValue),
        str(first.value(file, DCAT.mediaType)).rpartition("/")[2],
        str(first.value(file, DCAT.compressFormat)).rpartition("/")[2],
        str(first.value(file, DCTERMS["format"])).rpartition("/")[2],
    ) == (len(body), Literal(hashlib.sha256(body).hexdigest(), datatype=XSD.hexBinary),
          "n-quads", "gzip", "RDF_N_QUADS")  # fmt: skip


def test_every_file_of_the_release_is_told_of_the_release_too(first):
    assert set(files(first, URIRef(f"{BASE}dataset#version-2026-spring"))) == set(files(first)) != set()


def test_every_address_of_a_service_answers(client, first):
    addresses = {
        str(address)
        for property_ in (DCAT.endpointURL, DCAT.endpointDescription)
        for address in first.objects(None, property_)
    }

    assert {each: client.get(each, follow_redirects=True).status_code for each in addresses} == dict.fromkeys(
        addresses, 200
    )


def test_every_service_serves_the_dataset_by_a_named_protocol(first):
    services = set(first.objects(CATALOGUE, DCAT.service))
    told = {
        each: (first.value(each, DCAT.servesDataset), bool(first.value(each, DCTERMS.conformsTo))) for each in services
    }

    assert (len(services), set(told.values())) == (6, {(DATASET, True)})


def test_a_state_that_was_released_bears_the_name_of_the_release(first):
    assert (str(first.value(DATASET, DCAT.version)), first.value(DATASET, DCAT.hasCurrentVersion)) == (
        "2026-spring",
        URIRef(f"{BASE}dataset#version-2026-spring"),
    )


def test_a_state_that_was_not_released_bears_its_number_and_comes_after_the_last_release(later):
    assert (str(later[0].value(DATASET, DCAT.version)), later[0].value(DATASET, DCAT.previousVersion)) == (
        "2",
        URIRef(f"{BASE}dataset#version-2026-spring"),
    )


def test_a_release_is_a_version_and_comes_after_the_one_before(later):
    spring, autumn = (URIRef(f"{BASE}dataset#version-2026-{name}") for name in ("spring", "autumn"))

    assert (
        set(later[1].objects(DATASET, DCAT.hasVersion)),
        later[1].value(autumn, DCAT.isVersionOf),
        later[1].value(autumn, DCAT.previousVersion),
        str(later[1].value(DATASET, DCAT.version)),
    ) == ({spring, autumn}, DATASET, spring, "2026-autumn")


def test_the_tag_changes_with_what_is_written_and_with_a_release(later):
    assert len(set(later[2])) == 3


def test_the_date_follows_what_is_written_and_the_first_one_stays(first, later):
    modified, issued = (
        [graph.value(DATASET, each) for graph in (first, later[0])] for each in (DCTERMS.modified, DCTERMS.issued)
    )

    assert (modified[0].toPython() < modified[1].toPython(), issued[0] == issued[1]) == (True, True)


def test_files_of_an_earlier_state_say_so(later):
    titles = {str(later[0].value(each, DCTERMS.title)) for each in files(later[0])}

    assert {title.partition(":")[0] for title in titles} == {"Generation 1"}


def test_the_page_tells_the_licence_the_files_the_services_the_versions_and_how_to_cite(first_page):
    told = (
        "CC BY 4.0",
        "heritage-graph-1.nq.gz",
        "OAI-PMH",
        "2026-spring",
        "[Data set]",
        "data@example.org",
        "SHA-256",
    )

    assert [each for each in told if each not in first_page] == []


def test_the_page_speaks_three_languages(first_page):
    told = re.findall(r'<p(?: class="lead")? lang="(\w+)" dir="(\w+)">', first_page)

    assert told == [("en", "ltr"), ("ar", "rtl"), ("fr", "ltr")]


def test_every_link_of_the_page_to_this_service_leads_somewhere(client, first_page):
    links = set(re.findall(r'href="(/[^"]*)"', first_page))
    answers = {link: client.get(link, follow_redirects=True).status_code for link in links}

    assert answers == dict.fromkeys(links, 200)


@pytest.mark.parametrize("path", ["/", "/dataset"])
def test_a_page_about_the_dataset_tells_it_to_search_engines_and_registers(client, path):
    counted(client)

    assert shortfalls(schema_org(client.get(path, headers={"Accept": BROWSER}).text)) == []


def test_search_engines_are_told_time_and_countries(first, first_page):
    told = for_search(first_page)

    assert (told["temporalCoverage"].count("/"), {each["@id"] for each in told["spatialCoverage"]}) == (
        1,
        {str(each) for each in first.objects(DATASET, DCTERMS.spatial)},
    )


def test_search_engines_are_told_the_same_files_as_catalogues(first, first_page):
    told = {
        each["contentUrl"]: each["contentSize"] for each in for_search(first_page)["distribution"] if "sha256" in each
    }

    assert told == {
        str(first.value(each, DCAT.downloadURL)): str(first.value(each, DCAT.byteSize)) for each in files(first)
    }


def test_the_publisher_has_a_name_everywhere(first, first_page):
    publisher = first.value(DATASET, DCTERMS.publisher)
    told = for_search(first_page)["publisher"]

    assert (told["@id"], Literal(told["name"], lang="en") in set(first.objects(publisher, FOAF.name))) == (
        str(publisher),
        True,
    )


@pytest.mark.parametrize("path", ["/", "/dataset"])
def test_typed_links_lead_from_the_page_to_the_descriptions_and_the_files(client, path):
    links = client.get(path, headers={"Accept": BROWSER}).headers["link"]
    relations = set(re.findall(r'rel="([^"]+)"', links))

    assert (
        relations >= {"cite-as", "type", "describedby", "item", "license"},
        f'<{DATASET}>; rel="cite-as"' in links,
    ) == (
        True,
        True,
    )


def test_without_a_mail_address_nobody_is_named_as_a_contact():
    state = DatasetState("https://graph.example", 1, census=None, releases=(), dumps=(), contact="")
    told = {each.predicate.value for each in statements(state, Dates(None, None))}

    assert (str(DCAT.contactPoint) in told, "contactPoint" in str(dataset_for_search(state, Dates(None, None)))) == (
        False,
        False,
    )


def test_nothing_that_the_data_say_ends_the_script_of_a_page():
    hostile = {"name": "</script><script>alert(1)</script>"}
    state = DatasetState("http://graph.example", 1, census=None, releases=(), dumps=(), contact="")
    said = dict.fromkeys(("iri", "rights", "licence", "publisher", "publisher_name", "citation", "labels"), "")
    listed = dict.fromkeys(("titles", "descriptions", "keywords", "files", "services", "formats"), ())
    page = (
        Pages()
        .render(
            "dataset.html",
            language=PageLanguage(),
            state=state,
            dates=Dates(None, None),
            json_ld=hostile,
            **said,
            **listed,
        )
        .decode()
    )

    assert (page.count("</script>"), for_search(page)) == (1, hostile)

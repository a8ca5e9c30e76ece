"""The promises of the SPARQL 1.1 Protocol, results, negotiation, errors and graph store that no other test holds.

P: protocol, R: results, N: negotiation, E: errors, C: other origins, G: graph store. The service description has tests
of its own, and `conformance/protocol` tells the protocol in machine-readable tests.
"""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from heritage_graph.web.security import create_key

BASE = "https://w3id.org/heritage-graph/"
VOCAB = f"{BASE}graph/vocab"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DIRECT = {"Content-Type": "application/sparql-query"}
TURTLE = {"Content-Type": "text/turtle"}
ROWS = (
    'SELECT ?plain ?tagged ?typed ?iri { VALUES (?plain ?tagged ?typed ?iri) { ("a,\\"b\\"\\nc" "d"@en 5 <urn:x>) '
    "(UNDEF UNDEF UNDEF UNDEF) } }"
)
SCHEMES = "ASK { ?scheme a <http://www.w3.org/2004/02/skos/core#ConceptScheme> }"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
SCRIPT = "SELECT * { ?s ?p <script>alert(1)</script> }"


def ask(client, query, headers=None, **values):
    return client.get("/sparql", params={"query": query, **values}, headers=headers)


# P2
def test_a_dataset_without_a_query_is_no_request_for_the_description(client):
    answer = client.get("/sparql", params={"default-graph-uri": VOCAB})

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/ambiguous-request")


# P3
def test_a_body_of_another_type_is_told_which_types_are_read(client):
    answer = client.post("/sparql", content="ASK {}", headers={"Content-Type": "text/plain"})

    assert (answer.status_code, answer.headers["accept-post"]) == (
        415,
        "application/sparql-query, application/x-www-form-urlencoded",
    )


# P3
@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1"])
def test_a_query_in_another_charset_is_refused(client, charset):
    headers = {"Content-Type": f"application/sparql-query; charset={charset}"}

    assert client.post("/sparql", content="ASK {}", headers=headers).status_code == 415


# P4
def test_a_form_has_plus_signs_for_spaces_and_is_decoded_once(client):
    form = "query=" + quote('SELECT ("%2541;" AS ?x) {}').replace("%20", "+")
    answer = client.post("/sparql", content=form, headers={"Content-Type": "application/x-www-form-urlencoded"})

    assert answer.json()["results"]["bindings"][0]["x"]["value"] == "%2541;"


# P5
@pytest.mark.parametrize(
    "send",
    [
        pytest.param(lambda client, graphs: client.get("/sparql", params={"query": SCHEMES, **graphs}), id="get"),
        pytest.param(lambda client, graphs: client.post("/sparql", data={"query": SCHEMES, **graphs}), id="form"),
        pytest.param(
            lambda client, graphs: client.post("/sparql", params=graphs, data={"query": SCHEMES}), id="form-and-address"
        ),
        pytest.param(
            lambda client, graphs: client.post("/sparql", params=graphs, content=SCHEMES, headers=DIRECT), id="direct"
        ),
    ],
)
def test_graphs_may_be_repeated_wherever_the_query_comes(client, send):
    answers = [
        send(client, {"default-graph-uri": graphs}).json()["boolean"]
        for graphs in (["urn:none", VOCAB], ["urn:none", "urn:none-either"])
    ]

    assert answers == [True, False]


# P5
@pytest.mark.parametrize("graph", ["http://127.0.0.1:1/graph", "file:///etc/passwd"])
def test_a_named_graph_that_is_not_there_is_empty_and_is_not_fetched(client, graph):
    answer = ask(client, "ASK { GRAPH ?g { ?s ?p ?o } }", **{"named-graph-uri": graph})

    assert (answer.status_code, answer.json()["boolean"]) == (200, False)


# P6
@pytest.mark.parametrize("name", ["update", "using-graph-uri", "using-named-graph-uri"])
def test_an_update_is_not_taken_by_get(client, name):
    answer = client.get("/sparql", params={name: "CLEAR ALL"})

    assert (answer.status_code, answer.json()["write_to"]) == (403, "/rdf-graph-store")


# P8
def test_an_address_that_is_too_long_is_told_to_post(client):
    answer = ask(client, f"ASK {{}} #{'x' * 20_000}")

    assert (answer.status_code, "POST" in answer.json()["detail"]) == (414, True)


# P8
def test_a_compressed_query_is_refused_with_what_is_read(client):
    answer = client.post("/sparql", content=b"\x1f\x8b", headers={**DIRECT, "Content-Encoding": "gzip"})

    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")


# P9
@pytest.mark.parametrize("version", ["1.1", "1.2", "1.2-basic"])
def test_a_version_of_sparql_may_be_named_and_none_is_announced(client, version):
    by_name = ask(client, "ASK {}", version=version)
    in_type = client.post(
        "/sparql", content="ASK {}", headers={"Content-Type": f"application/sparql-query; version={version}"}
    )

    assert [(answer.status_code, answer.headers["content-type"]) for answer in (by_name, in_type)] == [
        (200, "application/sparql-results+json")
    ] * 2


# P10
def test_relative_iris_resolve_against_the_public_address(start_server, shipped, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(shipped, data)
    with start_server(data, HERITAGE_GRAPH_PUBLIC_URL="https://graph.example.org/") as (address, _):
        answer = httpx.get(f"{address}/sparql", params={"query": "SELECT (<#a> AS ?iri) {}"}, timeout=30)

    assert answer.json()["results"]["bindings"][0]["iri"]["value"] == "https://graph.example.org/sparql#a"


# P11
def test_the_method_query_is_not_offered(client):
    answer = client.request("QUERY", "/sparql", content="ASK {}", headers=DIRECT)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")


# R1
def test_csv_has_crlf_quotes_and_plain_names(client):
    assert ask(client, ROWS, format="csv").content == (b'plain,tagged,typed,iri\r\n"a,""b""\nc",d,5,urn:x\r\n,,,\r\n')


# R1
def test_tsv_has_terms_in_turtle_and_names_of_variables(client):
    assert ask(client, ROWS, format="tsv").content == (
        b'?plain\t?tagged\t?typed\t?iri\n"a,\\"b\\"\\nc"\t"d"@en\t5\t<urn:x>\n\t\t\t\n'
    )


# R1
@pytest.mark.parametrize("accept", ["application/xml", "text/xml", "application/sparql-results+xml"])
def test_xml_is_known_by_its_general_names(client, accept):
    answer = ask(client, "ASK {}", {"Accept": accept})

    assert answer.headers["content-type"] == "application/sparql-results+xml"


# R2
@pytest.mark.parametrize("extension", ["csv", "tsv"])
def test_a_truth_value_in_csv_or_tsv_is_its_word(client, extension):
    assert ask(client, "ASK {}", format=extension).text.strip() == "true"


# R4
def test_json_has_a_datatype_or_a_language_only_where_there_is_one_to_tell(client):
    first, empty = ask(client, ROWS).json()["results"]["bindings"]

    assert (first, empty) == (
        {
            "plain": {"type": "literal", "value": 'a,"b"\nc'},
            "tagged": {"type": "literal", "value": "d", "xml:lang": "en"},
            "typed": {"type": "literal", "value": "5", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
            "iri": {"type": "uri", "value": "urn:x"},
        },
        {},
    )


# R4
def test_a_blank_node_keeps_its_name_within_a_result(client):
    (row,) = ask(client, "SELECT ?one ?same { BIND(BNODE() AS ?one) BIND(?one AS ?same) }").json()["results"][
        "bindings"
    ]

    assert (row["one"]["type"], row["one"]) == ("bnode", row["same"])


# R5, N2
@pytest.mark.parametrize("form", [f"DESCRIBE <{BASE}id/organization/icesco>", "CONSTRUCT WHERE { ?s a ?type }"])
@pytest.mark.parametrize("accept", ["application/sparql-results+json, text/turtle;q=0.5", "*/*", BROWSER])
def test_a_graph_comes_in_a_format_for_graphs(client, form, accept):
    answer = ask(client, form, {"Accept": accept})

    assert answer.headers["content-type"] in {"text/turtle", "application/rdf+xml"}


# R7
def test_parts_of_a_result_are_not_offered(client):
    answer = ask(client, "ASK {}", {"Range": "bytes=0-3"})

    assert (answer.status_code, "accept-ranges" in answer.headers) == (200, False)


# R7
def test_a_large_result_comes_in_chunks_while_it_is_made(client):
    query = "SELECT ?a ?d { ?a ?b ?c . ?d a ?e } LIMIT 30000"
    with client.stream("GET", "/sparql", params={"query": query, "format": "csv"}) as answer:
        lines = sum(1 for _ in answer.iter_lines())

    assert (answer.headers.get("transfer-encoding"), lines) == ("chunked", 30_001)


# R8
def test_a_carriage_return_is_read_from_xml_as_it_is(client):
    answer = ask(client, 'SELECT ("a\\r\\nb" AS ?x) {}', format="xml")

    assert ET.fromstring(answer.text).findtext(".//{*}literal") == "a\r\nb"


# R8
def test_what_xml_cannot_hold_is_held_by_the_other_formats(client):
    answer = ask(client, 'SELECT ("a\\u0001" AS ?x) {}', format="json")

    assert answer.json()["results"]["bindings"][0]["x"]["value"] == "a\x01"


# N3
def test_what_is_not_acceptable_is_told_with_what_there_is(client):
    answer = ask(client, "CONSTRUCT WHERE { ?s a ?type }", {"Accept": "text/csv"})

    assert (answer.status_code, answer.json()["available"][0]) == (406, "text/turtle")


# N4
@pytest.mark.parametrize("name", ["format", "output", "results"])
@pytest.mark.parametrize("value", ["xml", "application/sparql-results+xml", "XML"])
def test_a_format_in_the_address_beats_accept_by_any_of_its_names(client, name, value):
    answer = ask(client, "ASK {}", {"Accept": "application/json"}, **{name: value})

    assert answer.headers["content-type"] == "application/sparql-results+xml"


# N5
@pytest.mark.parametrize(
    ("path", "status"),
    [("/sparql?query=ASK%7B%7D", 200), ("/sparql?query=ASK%7B", 400), ("/sparql?format=x", 406), ("/none", 404)],
)
def test_every_negotiated_answer_varies_by_accept(client, path, status):
    answer = client.get(path)

    assert (answer.status_code, "Accept" in answer.headers["vary"].split(", ")) == (status, True)


# N5
def test_an_unchanged_answer_varies_by_the_same_fields(client):
    first = ask(client, "ASK {}")
    again = ask(client, "ASK {}", {"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.headers["vary"]) == (304, first.headers["vary"])


# E1
def test_a_syntax_error_has_its_place_and_what_stands_there(client):
    problem = ask(client, "SELECT ?s\nWHERE { ?s ?p }").json()

    assert (problem["type"], problem["line"], problem["column"], problem["token"]) == (
        "/problems/sparql-syntax",
        2,
        15,
        "}",
    )


# E1
@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/problem+json"),
        ("application/sparql-results+json", "application/problem+json"),
        ("text/plain, */*;q=0.1", "text/plain; charset=utf-8"),
        (BROWSER, "text/html; charset=utf-8"),
    ],
)
def test_a_problem_of_a_query_comes_as_it_is_asked_for(client, accept, content_type):
    answer = ask(client, SCRIPT, {"Accept": accept})

    assert (answer.status_code, answer.headers["content-type"]) == (400, content_type)


# E1
def test_what_a_query_holds_is_no_part_of_the_page_about_its_problem(client):
    answer = ask(client, SCRIPT, {"Accept": BROWSER})

    assert ("alert" in answer.text, "<script>" in answer.text) == (True, False)


# E2
def test_a_fault_of_ours_is_told_without_its_inside(start_server, shipped, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(shipped, data)
    key, _ = create_key(data, scopes=["*"], now=datetime.now(UTC))
    keys = data / "keys.json"
    keys.write_text(keys.read_text(encoding="utf-8").replace("null", '"next year"', 1), encoding="utf-8")
    with start_server(data) as (address, _):
        answer = httpx.delete(
            f"{address}/rdf-graph-store?default", headers={"Authorization": f"Bearer {key}"}, timeout=30
        )
    inside = [word for word in ("Traceback", "ValueError", "next year", str(tmp_path), key) if word in answer.text]

    assert (answer.status_code, answer.json()["instance"], inside) == (
        500,
        f"urn:request:{answer.headers['x-request-id']}",
        [],
    )


# E3
def test_a_query_past_its_time_has_no_row_of_an_answer(client):
    answer = ask(client, HEAVY, timeout="0.2")

    assert (answer.status_code, answer.json()["limit_s"], "bindings" in answer.text) == (504, 0.2, False)


# E6, C1, C3
@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/sparql?query=ASK%7B", "/none", "/rdf-graph-store"])
def test_every_answer_is_for_any_origin_without_credentials(client, path):
    fields = client.get(path, headers={"Origin": "https://example.org", "Cookie": "a=b"}).headers
    exposed = set(fields["access-control-expose-headers"].split(", "))

    assert (
        fields["access-control-allow-origin"],
        "access-control-allow-credentials" in fields,
        {"Link", "ETag", "Retry-After", "X-Request-ID", "Location"} <= exposed,
    ) == ("*", False, True)


# E7
def test_what_is_switched_off_is_told_with_its_setting(client):
    answer = ask(client, "ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")

    assert (answer.status_code, answer.json()["setting"]) == (403, "federation")


# C2
def test_a_preflight_tells_methods_fields_and_how_long_they_hold(client):
    fields = client.options(
        "/sparql", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    ).headers

    assert (
        "POST" in fields["access-control-allow-methods"],
        "Content-Type" in fields["access-control-allow-headers"],
        fields["access-control-max-age"],
    ) == (True, True, "86400")


# G1
def test_head_of_a_graph_tells_what_get_would_send(client):
    got, head = (client.request(method, "/rdf-graph-store", params={"graph": VOCAB}) for method in ("GET", "HEAD"))

    assert (head.content, head.headers["content-length"], head.headers["etag"]) == (
        b"",
        str(len(got.content)),
        got.headers["etag"],
    )


# G1
@pytest.mark.parametrize("graph", ["vocab", "/vocab", "", "a b:c"])
def test_a_graph_to_read_is_named_by_an_absolute_iri(client, graph):
    assert client.get("/rdf-graph-store", params={"graph": graph}).status_code == 400


# G2
def test_a_graph_that_is_not_there_is_not_found(client):
    assert client.get("/rdf-graph-store", params={"graph": "urn:none"}).status_code == 404


# G4
def test_a_graph_in_no_format_that_is_acceptable_is_told_with_those_there_are(client):
    answer = client.get("/rdf-graph-store", params={"graph": VOCAB}, headers={"Accept": "text/csv"})

    assert (answer.status_code, "text/turtle" in answer.json()["available"]) == (406, True)


# G4
def test_a_document_of_another_type_is_told_which_types_are_read(client, writer):
    answer = client.put(
        "/rdf-graph-store",
        params={"graph": f"{BASE}graph/source/other-type"},
        content=b"%PDF",
        headers=writer | {"Content-Type": "application/pdf"},
    )

    assert (answer.status_code, "text/turtle" in answer.headers["accept-post"]) == (415, True)


# G6
def test_a_graph_that_must_be_there_and_is_not_is_not_made(client, writer):
    graph = {"graph": f"{BASE}graph/source/never-made"}
    document = Path(__file__).parent.joinpath("documents/memorandum.ttl").read_bytes()
    answer = client.put("/rdf-graph-store", params=graph, content=document, headers=writer | TURTLE | {"If-Match": "*"})

    assert (answer.status_code, client.get("/rdf-graph-store", params=graph).status_code) == (412, 404)


# G6
@pytest.mark.parametrize("extension", ["ttl", "nt", "jsonld"])
def test_a_graph_that_is_held_is_not_sent_again_in_the_format_in_which_it_is_held(client, extension):
    graph = {"graph": VOCAB, "format": extension}
    tag = client.get("/rdf-graph-store", params=graph).headers["etag"]
    statuses = [
        client.get("/rdf-graph-store", params=graph | {"format": each}, headers={"If-None-Match": tag}).status_code
        for each in (extension, "rdf")
    ]

    assert statuses == [304, 200]

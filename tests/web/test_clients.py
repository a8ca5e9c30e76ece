"""The endpoint as the clients of others meet it: SPARQLWrapper, rdflib, pandas, Comunica, fetch-sparql-endpoint."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import pandas as pd
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

HG = "https://w3id.org/heritage-graph/ns#"
OTS = "https://w3id.org/heritage-graph/id/agreement/icesco-ots-mou"
SIGNED = f"{HG}signedOn"
DAY = "2024-06-13"
SELECT = f"SELECT ?day {{ <{OTS}> <{SIGNED}> ?day }}"
ASK = f"ASK {{ <{OTS}> <{SIGNED}> ?day }}"
CONSTRUCT = f"CONSTRUCT {{ <{OTS}> <{SIGNED}> ?day }} WHERE {{ <{OTS}> <{SIGNED}> ?day }}"
DESCRIBE = f"DESCRIBE <{OTS}>"
ARABIC = 'SELECT ("الرباط" AS ?city) {}'
SIGNED_STATEMENT = [OTS, SIGNED, DAY]

CLIENTS = Path(__file__).resolve().parents[1] / "clients"
METHODS = ("GET", "POST")
BY_FORM = {"select": SELECT, "ask": ASK, "construct": CONSTRUCT}
SAID = {"select": [{"day": DAY}], "ask": True, "construct": [SIGNED_STATEMENT]}


@pytest.fixture(scope="session")
def endpoint(address):
    return f"{address}/sparql"


@pytest.fixture
def ask(endpoint):
    """What asks by SPARQLWrapper."""

    def convert(query, return_format, method="GET"):
        wrapper = SPARQLWrapper(endpoint)
        wrapper.setMethod(method)
        wrapper.setReturnFormat(return_format)
        wrapper.setQuery(query)
        return wrapper.queryAndConvert()

    return convert


@pytest.fixture
def remote(endpoint):
    """The graph behind the endpoint as rdflib sees it."""
    return Graph(SPARQLStore(endpoint))


@pytest.fixture(scope="module")
def node(endpoint):
    """What runs a script of `tests/clients` on some questions and reads the answers that it prints."""
    program = shutil.which("node", path=f"{os.environ['PATH']}{os.pathsep}{Path(sys.executable).parent}")
    assert program, "make test installs Node"
    assert (CLIENTS / "node_modules").is_dir(), "make test installs the clients"

    def run(script, questions):
        command = [program, CLIENTS / script, endpoint, json.dumps(questions)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return dict(zip(questions, json.loads(done.stdout), strict=True))

    return run


@pytest.fixture(scope="module")
def comunica(node):
    """What Comunica answers, by form and query."""
    return node("comunica.mjs", [*BY_FORM.items(), ("construct", DESCRIBE)])


@pytest.fixture(scope="module")
def fetched(node):
    """What fetch-sparql-endpoint answers, by method, form and query."""
    questions = [*BY_FORM.items(), ("construct", DESCRIBE)]
    return node("fetch-sparql-endpoint.mjs", [(method, *question) for method in METHODS for question in questions])


@pytest.mark.parametrize("method", METHODS)
def test_sparqlwrapper_reads_rows_as_json(ask, method):
    assert ask(SELECT, JSON, method)["results"]["bindings"][0]["day"]["value"] == DAY


@pytest.mark.parametrize("method", METHODS)
def test_sparqlwrapper_reads_rows_as_xml(ask, method):
    (day,) = ask(SELECT, XML, method).getElementsByTagName("literal")

    assert day.firstChild.data == DAY


@pytest.mark.parametrize("method", METHODS)
def test_sparqlwrapper_reads_rows_as_csv(ask, method):
    assert ask(SELECT, CSV, method) == f"day\r\n{DAY}\r\n".encode()


@pytest.mark.parametrize("method", METHODS)
def test_sparqlwrapper_reads_rows_as_tsv(ask, method):
    assert ask(SELECT, TSV, method).decode().splitlines()[0] == "?day"


@pytest.mark.parametrize("method", METHODS)
def test_sparqlwrapper_reads_a_truth_value(ask, method):
    assert ask(ASK, JSON, method)["boolean"] is True


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE], ids=["construct", "describe"])
@pytest.mark.parametrize("return_format", [TURTLE, RDFXML, JSONLD, N3])
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # SPARQLWrapper 2.0.0 makes one
def test_sparqlwrapper_reads_a_graph(ask, method, query, return_format):
    answer = ask(query, return_format, method)
    graph = answer if isinstance(answer, Graph) else Graph().parse(data=answer, format="turtle")

    assert str(graph.value(URIRef(OTS), URIRef(SIGNED))) == DAY


def test_sparqlwrapper_tells_a_fault_in_the_query(ask):
    with pytest.raises(QueryBadFormed, match="line"):
        ask("SELECT nonsense", JSON)


def test_rdflib_reads_rows(remote):
    assert [str(row.day) for row in remote.query(SELECT)] == [DAY]


def test_rdflib_reads_a_truth_value(remote):
    assert remote.query(ASK).askAnswer is True


def test_rdflib_reads_a_graph(remote):
    assert [str(term) for triple in remote.query(CONSTRUCT).graph for term in triple] == SIGNED_STATEMENT


def test_rdflib_reads_a_description(remote):
    assert str(remote.query(DESCRIBE).graph.value(URIRef(OTS), URIRef(SIGNED))) == DAY


def test_rdflib_reads_text_outside_ascii(remote):
    assert [row.city for row in remote.query(ARABIC)] == [Literal("الرباط")]


def test_rdflib_matches_triples_as_if_they_were_at_hand(remote):
    assert str(remote.value(URIRef(OTS), URIRef(SIGNED))) == DAY


def test_rdflib_posts(endpoint):
    assert [str(row.day) for row in Graph(SPARQLStore(endpoint, method="POST")).query(SELECT)] == [DAY]


def test_pandas_reads_csv_from_an_address(endpoint):
    table = pd.read_csv(f"{endpoint}?{urlencode({'query': SELECT, 'format': 'csv'})}", parse_dates=["day"])

    assert table["day"].tolist() == [pd.Timestamp(DAY)]


def test_pandas_reads_text_outside_ascii(client):
    answer = client.get("/sparql", params={"query": ARABIC, "format": "csv"})

    assert pd.read_csv(io.BytesIO(answer.content))["city"].tolist() == ["الرباط"]


@pytest.mark.parametrize("form", BY_FORM)
def test_comunica_reads_answers_of_every_form(comunica, form):
    assert comunica[form, BY_FORM[form]] == SAID[form]


def test_comunica_reads_a_description(comunica):
    assert SIGNED_STATEMENT in comunica["construct", DESCRIBE]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("form", BY_FORM)
def test_fetch_sparql_endpoint_reads_answers_of_every_form(fetched, method, form):
    assert fetched[method, form, BY_FORM[form]] == SAID[form]


@pytest.mark.parametrize("method", METHODS)
def test_fetch_sparql_endpoint_reads_a_description(fetched, method):
    assert SIGNED_STATEMENT in fetched[method, "construct", DESCRIBE]

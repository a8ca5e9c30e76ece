"""An Oxigraph server and a Virtuoso answer with the bytes of the embedded store, whatever they write themselves."""

from __future__ import annotations

import pytest
from asked import asked, asked_folder
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store
from store_fixtures import thing

from heritage_graph.errors import GenerationNotKept, QueryFault, UpstreamRefused
from heritage_graph.namespaces import HG, LOG, RDFS, XSD
from heritage_graph.store.base import Changeset
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.remote.client import Client
from heritage_graph.store.remote.engine import Authentication, Dialect, Engine, Scheme
from heritage_graph.store.remote.literals import kept_quad
from heritage_graph.store.remote.state import EngineState
from heritage_graph.store.state import FolderState

P = NamedNode("https://example.org/says")
OTHER = NamedNode("https://example.org/graph/other")
LITERALS = (
    *(Literal(text, datatype=XSD.integer) for text in ("0", "-1", "255", "100000000000", "12345678901234567890")),
    *(Literal(text, datatype=XSD.decimal) for text in ("1.5", "2", "0.1")),
    *(Literal(text, datatype=XSD.double) for text in ("1e3", "0.30000000000000004", "INF")),
    *(Literal(text, datatype=XSD.boolean) for text in ("true", "false")),
    *(Literal(text, datatype=XSD.date) for text in ("1972-11-16", "-0044-03-15", "2020-01-05Z")),
    *(Literal(text, datatype=XSD.gYear) for text in ("1972", "-0500")),
    *(Literal(text, datatype=XSD.dateTime) for text in ("2020-01-05T10:00:00Z", "2020-01-05T10:00:00.12+02:00")),
    Literal("1972-11", datatype=XSD.gYearMonth),
    Literal("P3Y", datatype=XSD.duration),
    Literal("POINT(35.501 33.123456789012)", datatype=NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")),
    Literal("CAFE", datatype=XSD.hexBinary),
    Literal("plain"),
    Literal(""),
    Literal('tab\tquote" back\\slash é 漢 line\nend'),
    Literal("اتفاق", language="ar"),
    Literal("colour", language="en-gb"),
)
ROWS = "SELECT ?s ?o WHERE { ?s <https://example.org/says> ?o } ORDER BY ?s"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
NAMED = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p"
QUADS = "SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p"


def quads():
    for number, literal in enumerate(LITERALS):
        yield Quad(thing(f"{number:02}"), P, literal, DefaultGraph())
    yield Quad(thing("00"), RDFS.label, Literal("nothing", language="en"), DefaultGraph())
    yield Quad(thing("00"), RDFS.label, Literal("rien", language="fr"), DefaultGraph())
    yield Quad(thing("other"), P, NamedNode("https://example.org/é?x=1&y=2#z"), OTHER)
    yield Quad(thing("commit"), HG.generation, Literal(1), LOG)
    yield Quad(thing("commit"), HG.commitKey, Literal("key-1"), LOG)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("embedded")
    store = EmbeddedStore(folder)
    store.commit(Changeset(0, 1, "key-1", tuple(quads())))
    del store
    return folder


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def engine(request):
    server = request.getfixturevalue(f"{request.param}_server")
    server.empty()
    stored = Store()
    stored.extend(quads())
    server.load(kept_quad(quad) if request.param == "virtuoso" else quad for quad in stored)
    who = Authentication() if server.user is None else Authentication(Scheme.DIGEST, server.user, server.password)
    return Engine(server.query, server.update, server.graph_store, Dialect(server.dialect), who)


@pytest.fixture(scope="module")
def remote(engine):
    with asked(engine) as pool:
        yield pool


@pytest.fixture(scope="module")
def embedded(folder):
    with asked_folder(folder) as pool:
        yield pool


@pytest.fixture(scope="module")
def state(engine):
    state = EngineState(engine)
    yield state
    state.close()


@pytest.mark.parametrize("extension", ["json", "csv", "tsv", "xml"])
def test_rows_are_the_same_bytes(remote, embedded, extension):
    assert remote.body(ROWS, bindings_format=extension) == embedded.body(ROWS, bindings_format=extension)


@pytest.mark.parametrize("extension", ["ttl", "nt", "nq", "trig", "rdf", "jsonld"])
def test_graphs_are_the_same_bytes(remote, embedded, extension):
    assert remote.body(GRAPH, graph_format=extension) == embedded.body(GRAPH, graph_format=extension)


@pytest.mark.parametrize("extension", ["json", "xml"])
@pytest.mark.parametrize("text", ["ASK { ?s ?p ?o }", "ASK { <https://example.org/nothing> ?p ?o }"])
def test_truth_is_the_same_bytes(remote, embedded, text, extension):
    assert remote.body(text, bindings_format=extension) == embedded.body(text, bindings_format=extension)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        pytest.param(ROWS, {"labels": ("fr",), "bindings_format": "csv"}, id="labels"),
        pytest.param(QUADS, {"quads": True, "graph_format": "nq"}, id="quads"),
        pytest.param(ROWS, {"default_graphs": (OTHER.value,)}, id="a default graph"),
        pytest.param(NAMED, {"named_graphs": (OTHER.value,)}, id="a named graph"),
        pytest.param(ROWS, {"named_graphs": (OTHER.value,)}, id="no default graph"),
        pytest.param(ROWS.replace("WHERE", f"FROM <{OTHER.value}> WHERE"), {}, id="FROM"),
        pytest.param(NAMED, {}, id="GRAPH ?g"),
        pytest.param(f"SELECT ?o WHERE {{ GRAPH <{OTHER.value}> {{ ?s ?p ?o }} }}", {}, id="GRAPH <iri>"),
        pytest.param("SELECT ?g WHERE { GRAPH ?g { ?a ?b ?c } ?s ?p ?o } GROUP BY ?g ORDER BY ?g", {}, id="both"),
        pytest.param("DESCRIBE <00>", {"base_iri": thing("").value}, id="DESCRIBE, and a base"),
        pytest.param("CONSTRUCT WHERE { ?s <https://example.org/says> ?o }", {}, id="CONSTRUCT without a template"),
    ],
)
def test_what_is_asked_means_the_same(remote, embedded, text, options):
    assert remote.body(text, **options) == embedded.body(text, **options)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        pytest.param("SELECT * WHERE { ?s ?p", {}, id="syntax"),
        pytest.param(ROWS, {"max_rows": 3}, id="rows"),
        pytest.param(GRAPH, {"max_rows": 3}, id="triples"),
        pytest.param(ROWS, {"max_bytes": 100}, id="bytes"),
        pytest.param(ROWS, {"bindings_format": None}, id="no format"),
    ],
)
def test_what_is_refused_is_told_the_same(remote, embedded, text, options):
    ours, theirs = (pool.fault(text, **options) for pool in (embedded, remote))

    assert (type(theirs), str(theirs), theirs.details) == (type(ours), str(ours), ours.details)


def test_an_answer_is_of_the_generation_of_the_log(remote):
    assert remote.answer(ROWS, at_generation=1)[0].generation == 1


def test_a_generation_before_the_last_is_not_kept(remote):
    fault = remote.fault(ROWS, at_generation=2)

    assert (type(fault), fault.details["generations"]) == (GenerationNotKept, [1])


def test_an_update_is_no_query(remote):
    assert isinstance(remote.fault("INSERT DATA { <urn:a> <urn:b> 1 }"), QueryFault)


def test_every_literal_keeps_its_type_and_its_form(state, folder):
    ours = FolderState(folder / "generations" / "1").rows(ROWS)

    assert list(state.rows(ROWS)) == list(ours)


def test_a_state_gives_each_triple_once(state, folder):
    ours = list(FolderState(folder / "generations" / "1").triples(GRAPH))
    theirs = list(state.triples(GRAPH))

    assert (len(theirs), set(theirs)) == (len(ours), set(ours))


def test_two_answers_of_a_state_are_read_at_the_same_time(state):
    both = [f"{first} {second}" for first, second in zip(state.rows(ROWS), state.rows(ROWS), strict=True)]

    assert len(both) == len(LITERALS)


def test_what_is_not_read_to_its_end_is_given_up(state):
    next(state.rows(ROWS))

    assert len(list(state.rows(ROWS))) == len(LITERALS)


def test_an_engine_says_what_it_refuses(engine):
    with Client(engine) as client, pytest.raises(UpstreamRefused) as refused:
        client.update("INSERT NONSENSE")

    assert refused.value.said

"""A whole state validated set-wise gets the report that pySHACL alone would write, and an account of what it took."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from heritage_graph.assets import asset_folder
from heritage_graph.namespaces import HG, HGS, XSD
from heritage_graph.store.state import StoreState
from heritage_graph.validation.report import Severity, as_dict, as_text
from heritage_graph.validation.shapes import load_shapes
from heritage_graph.validation.validate import validate
from heritage_graph.validation.whole_graph import validate_graph

HERE = Path(__file__).parent
SHAPES = load_shapes(asset_folder("shapes"))
QUICK = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
MANY = 1_000_000


def triples_of(name):
    return [quad.triple for quad in parse((HERE / name).read_bytes(), format=RdfFormat.TURTLE)]


WORLD = frozenset(triples_of("world.ttl"))
ALL = sorted({*WORLD, *triples_of("more.ttl")}, key=str)
STATED = [triple for triple in ALL if isinstance(triple.object, Literal)]
ODD = [
    Literal("12/2020"),
    Literal("abc", language="en-GB"),
    Literal("", datatype=XSD.string),
    Literal("5"),
    Literal("042", datatype=XSD.integer),
    Literal("x", datatype=XSD.integer),
    Literal("0.5", datatype=XSD.double),
    Literal("0.5", datatype=XSD.decimal),
    Literal("2.50", datatype=XSD.decimal),
    Literal("NaN", datatype=XSD.decimal),
    Literal("2020", datatype=XSD.gYear),
    Literal("2020-02", datatype=XSD.gYearMonth),
    Literal("2020-02-30", datatype=XSD.date),
    Literal("2020-02-28Z", datatype=XSD.date),
    Literal("2019-12-31", datatype=XSD.date),
    Literal("-0044", datatype=XSD.gYear),
    Literal("P0D", datatype=XSD.duration),
    Literal("1_000", datatype=XSD.boolean),
    Literal("EUR"),
]
differences = st.sets(st.sampled_from(ALL), max_size=25)
oddities = st.lists(st.tuples(st.sampled_from(STATED), st.sampled_from(ODD)), max_size=12)


def store_of(triples):
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    return store


def alone(store):
    """What pySHACL says, given the whole state."""
    return validate(StoreState(store).triples("CONSTRUCT WHERE { ?s ?p ?o }"), SHAPES)


@pytest.mark.parametrize("few", [0, MANY], ids=["at-once", "one-by-one"])
@settings(max_examples=8, deadline=None, phases=QUICK, suppress_health_check=list(HealthCheck))
@given(changed=differences, odd=oddities)
def test_the_report_is_the_one_of_pyshacl_alone(few, changed, odd):
    strange = {Triple(triple.subject, triple.predicate, literal) for triple, literal in odd}
    store = store_of((WORLD ^ changed) | strange)

    assert validate_graph(store, SHAPES, most=MANY, few=few).report == alone(store)


@pytest.fixture(scope="module")
def limited():
    """A shape that no query can screen, over three things, of which one is right."""
    numbers = {"https://example.org/one": 0, "https://example.org/two": 1, "https://example.org/three": -2}
    triples = (Triple(NamedNode(iri), HG.line, Literal(number)) for iri, number in numbers.items())
    return validate_graph(store_of(triples), load_shapes(HERE / "limited.ttl"))


@pytest.fixture(scope="module")
def cut():
    """800 things that have no day, and a report with three of them."""
    subjects = (NamedNode(f"https://example.org/{number}") for number in range(800))
    store = store_of(Triple(subject, HG.signedOn, Literal("soon")) for subject in subjects)
    return validate_graph(store, SHAPES, most=3)


def test_every_shape_of_ours_is_screened():
    assert validate_graph(store_of(WORLD), SHAPES).in_full == {}


@pytest.mark.parametrize("few", [0, MANY], ids=["at-once", "one-by-one"])
def test_only_what_is_at_fault_is_judged_in_a_plain_world(few):
    validation = validate_graph(store_of(WORLD), SHAPES, few=few)

    assert validation.candidates == len({(result.shape, result.focus) for result in validation.report.results})


def test_a_shape_that_no_query_can_screen_is_judged_in_full_and_says_why(limited):
    reason = "its SPARQL has MINUS, VALUES, GRAPH, LIMIT or a sub-query"

    assert (limited.candidates, limited.in_full) == (3, {HGS.Limited: reason})


def test_the_log_names_a_shape_that_is_judged_in_full(caplog):
    validate_graph(Store(), load_shapes(HERE / "limited.ttl"))

    assert [record.getMessage() for record in caplog.records] == [
        f"shape {HGS}Limited is judged in full: its SPARQL has MINUS, VALUES, GRAPH, LIMIT or a sub-query"
    ]


def test_a_shape_that_is_judged_in_full_has_the_results_of_pyshacl(limited):
    assert {result.value for result in limited.report.results} == {Literal(0), Literal(-2)}


def test_a_report_that_is_cut_counts_what_it_leaves_out(cut):
    assert (len(cut.report.results), cut.report.counts()[Severity.VIOLATION]) == (3, 800)


def test_the_counts_by_shape_are_whole_when_the_report_is_cut(cut):
    found = {account.shape: account.results for account in cut.shapes if account.results}

    assert found == {HGS.term("Date-signedOn"): 800}


def test_a_report_that_is_cut_says_so_as_json(cut):
    assert as_dict(cut.report)["truncated"]


def test_a_report_that_is_cut_says_so_as_text(cut):
    assert "… and 797 more results" in as_text(cut.report)


def test_a_blank_node_among_the_candidates_has_the_whole_judged_at_once():
    store = store_of({Triple(BlankNode("soon"), HG.signedOn, Literal("soon")), *WORLD})
    validation = validate_graph(store, SHAPES, most=MANY)

    assert (validation.report, len(validation.in_full)) == (alone(store), len(list(SHAPES.roots())))


def test_a_chain_that_pyshacl_cannot_follow_needs_no_following():
    things = [NamedNode(f"https://example.org/{number}") for number in range(1000)]
    store = store_of(Triple(one, HG.renews, other) for one, other in pairwise(things))

    assert validate_graph(store, SHAPES).report.conforms

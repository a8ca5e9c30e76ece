"""Validation looks at data alone as data: no data can change the rules, stop them or make them fail."""

import pytest
from pyoxigraph import Quad, RdfFormat, parse

from heritage_graph.assets import asset_folder
from heritage_graph.errors import TooLarge
from heritage_graph.graph_view import MemoryView
from heritage_graph.namespaces import HGS, source_graph
from heritage_graph.validation.report import Severity
from heritage_graph.validation.shapes import load_shapes
from heritage_graph.validation.validate import validate, validate_change

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix hg: <https://w3id.org/heritage-graph/ns#> .
@prefix hgs: <https://w3id.org/heritage-graph/shapes#> .
"""
WRONG_DATE = '<urn:a> hg:signedOn "2020-13-45"^^xsd:date .'


@pytest.fixture(scope="module")
def shapes():
    return load_shapes(asset_folder("shapes"))


def triples(text):
    return [quad.triple for quad in parse((PREFIXES + text).encode(), format=RdfFormat.TURTLE)]


def view(text):
    return MemoryView(Quad(t.subject, t.predicate, t.object, source_graph("case")) for t in triples(text))


def broken(report):
    return {result.shape.value.removeprefix(HGS) for result in report.results}


def test_an_empty_state_conforms(shapes):
    assert validate([], shapes).conforms


def test_a_day_that_does_not_exist_is_a_violation(shapes):
    assert broken(validate(triples(WRONG_DATE), shapes)) == {"Date-signedOn"}


def test_the_value_of_a_result_is_the_literal_as_it_was_written(shapes):
    (result,) = validate(triples('<urn:a> hg:amountYear "0 2024"^^xsd:gYear .'), shapes).results

    assert str(result.value) == '"0 2024"^^<http://www.w3.org/2001/XMLSchema#gYear>'


def test_a_decimal_that_is_none_is_reported_as_it_was_written(shapes):
    (result,) = validate(triples('<urn:a> hg:share "NaN"^^xsd:decimal .'), shapes).results

    assert str(result.value) == '"NaN"^^<http://www.w3.org/2001/XMLSchema#decimal>'


@pytest.mark.parametrize("share", ['"x"^^xsd:integer', '"x"^^xsd:double', '"-"^^xsd:byte', '"1_0"^^xsd:integer'])
def test_a_share_that_is_called_a_number_and_is_none_is_reported_and_not_summed(shapes, share):
    text = f"""
        <urn:f> a hg:FundingArrangement ; hg:hasContribution <urn:a>, <urn:b> .
        <urn:a> hg:share 0.4 . <urn:b> hg:share {share} .
        """

    assert {"Share-range"} <= broken(validate(triples(text), shapes))


def test_only_violations_refuse(shapes):
    report = validate(triples('<urn:a> hg:worldHeritageId "C 1" .'), shapes)

    assert (report.conforms, [result.severity for result in report.results]) == (True, [Severity.WARNING])


@pytest.mark.parametrize(
    "attempt",
    [
        "hgs:Date-signedOn sh:deactivated true .",
        'hgs:Date-signedOn sh:severity sh:Info ; sh:message "fine"@en .',
        "hgs:prefixes owl:imports <http://127.0.0.1:9/shapes.ttl> . <urn:a> owl:imports <http://127.0.0.1:9/> .",
        "<urn:mine> a sh:NodeShape ; sh:targetSubjectsOf hg:signedOn ; sh:maxCount 0 ; sh:nodeKind sh:Literal .",
    ],
)
def test_shapes_in_the_data_change_nothing(shapes, attempt):
    assert broken(validate(triples(WRONG_DATE + attempt), shapes)) == {"Date-signedOn"}


@pytest.mark.parametrize(
    "text",
    [
        "<urn:a> rdf:first 1 ; rdf:rest <urn:a> . <urn:b> hg:role <urn:a> .",
        "hg:Site rdfs:subClassOf hg:Site, hg:Place . hg:Place rdfs:subClassOf hg:Site . <urn:a> a hg:Site .",
        "<urn:a> hg:partOf <urn:a> ; a <urn:a> . <urn:a> rdfs:subClassOf <urn:a> .",
    ],
    ids=["a list", "classes", "a thing that is its own part and class"],
)
def test_what_runs_in_a_circle_is_judged_alike_in_whole_and_as_a_change(shapes, text):
    assert validate(triples(text), shapes) == validate_change(view(text), triples(text), shapes)


def test_a_chain_too_long_to_follow_is_refused_with_the_reason(shapes):
    chain = "".join(f"<urn:{number}> hg:renews <urn:{number + 1}> ." for number in range(1200))

    with pytest.raises(TooLarge, match="longer than validation can follow"):
        validate(triples(chain), shapes)


def test_an_ill_typed_value_leaves_nothing_in_the_log(shapes, caplog):
    validate(triples(WRONG_DATE + '<urn:a> hg:listIsOpen "1_000"^^xsd:boolean .'), shapes)

    assert not caplog.records


def test_the_label_of_a_focus_is_the_english_one_when_there_is_one(shapes):
    text = WRONG_DATE + '<urn:a> skos:prefLabel "اتفاق"@ar, "Accord"@en .'

    assert {result.focus_label for result in validate(triples(text), shapes).results} == {"Accord"}


def test_a_change_labels_its_focus_nodes_from_the_state_after_it(shapes):
    text = WRONG_DATE + '<urn:a> rdfs:label "Accord"@fr .'
    report = validate_change(view(text), triples(WRONG_DATE), shapes)

    assert {result.focus_label for result in report.results} == {"Accord"}


def test_removing_what_others_rest_on_is_a_violation_of_theirs(shapes):
    kept = "<urn:t> a hg:Committee ; hg:evidence <urn:e> ."
    removed = triples("<urn:e> a hg:Evidence .")

    assert broken(validate_change(view(kept), removed, shapes)) == {"Evidence-class"}

"""Only sound shapes are loaded, and the ones we ship are sound."""

import pyshacl
import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, parse

from heritage_graph.assets import asset_folder
from heritage_graph.errors import SettingError
from heritage_graph.namespaces import HG, HGS, SKOS
from heritage_graph.validation.shapes import load_shapes

FOLDERS = ["", "generic", "ontology"]

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix hg: <https://w3id.org/heritage-graph/ns#> .
@prefix hgs: <https://w3id.org/heritage-graph/shapes#> .
"""
TOLD = 'sh:severity sh:Violation ; sh:message "One."@en, "واحد."@ar, "Un."@fr ;'
QUERY = f"hgs:Bad a sh:NodeShape ; {TOLD} sh:targetClass hg:Site ; hgs:reads hg:country ; sh:sparql hgs:Bad-query ."

REFUSED = {
    "an anonymous property shape": (
        f"hgs:Bad a sh:NodeShape ; sh:property [ sh:path hg:country ; {TOLD} sh:minCount 1 ] .",
        "has no IRI",
    ),
    "a shape in a namespace of others": (
        f"<urn:bad> a sh:NodeShape ; sh:targetClass hg:Site ; {TOLD} sh:nodeKind sh:IRI .",
        "begins with https://w3id.org/heritage-graph/shapes#",
    ),
    "no message": (
        "hgs:Bad a sh:NodeShape ; sh:severity sh:Violation ; sh:targetClass hg:Site ; sh:nodeKind sh:IRI .",
        "sh:message in each of English, Arabic and French",
    ),
    "a message in English alone": (
        'hgs:Bad a sh:NodeShape ; sh:severity sh:Info ; sh:message "One."@en ; sh:nodeKind sh:IRI .',
        "sh:message in each of English, Arabic and French",
    ),
    "no severity": (
        'hgs:Bad a sh:NodeShape ; sh:message "One."@en, "واحد."@ar, "Un."@fr ; sh:nodeKind sh:IRI .',
        "needs one sh:severity",
    ),
    "a script": (
        f"hgs:Bad a sh:NodeShape ; {TOLD} sh:nodeKind sh:IRI ; sh:js hgs:Script .",
        "shacl#js> is not allowed",
    ),
    "a rule": (f"hgs:Bad a sh:NodeShape ; {TOLD} sh:nodeKind sh:IRI ; sh:rule hgs:Rule .", "rule> is not allowed"),
    "a deactivated shape": (
        f"hgs:Bad a sh:NodeShape ; {TOLD} sh:nodeKind sh:IRI ; sh:deactivated true .",
        "deactivated> is not allowed",
    ),
    "imports": ("<urn:shapes> owl:imports <http://127.0.0.1/shapes.ttl> .", "owl:imports is not allowed"),
    "a class as shape": (f"hgs:Bad a sh:NodeShape, rdfs:Class ; {TOLD} sh:nodeKind sh:IRI .", "is a class and a shape"),
    "SERVICE": (
        QUERY + 'hgs:Bad-query sh:select "SELECT $this WHERE { SERVICE <http://127.0.0.1/> { $this ?p ?o } }" .',
        "SERVICE is not allowed",
    ),
    "a query that does not parse": (
        QUERY + 'hgs:Bad-query sh:select "SELECT $this WHERE {" .',
        "its SPARQL does not parse",
    ),
    "two queries in one constraint": (
        QUERY + 'hgs:Bad-query sh:select "SELECT $this {}", "SELECT $this WHERE {}" .',
        "has one sh:select",
    ),
    "a query on a property shape": (
        (
            f"hgs:Bad a sh:PropertyShape ; sh:path hg:country ; {TOLD} hgs:reads hg:country ; sh:sparql hgs:Bad-query ."
            'hgs:Bad-query sh:select "SELECT $this {}" .'
        ),
        "stands on a node shape",
    ),
    "a query that does not say what it reads": (
        (
            f"hgs:Bad a sh:NodeShape ; {TOLD} sh:targetClass hg:Site ; sh:sparql hgs:Bad-query ."
            'hgs:Bad-query sh:select "SELECT $this {}" .'
        ),
        "must say with hgs:reads",
    ),
    "a list in a circle": (
        f"hgs:Bad a sh:NodeShape ; {TOLD} sh:in _:a . _:a rdf:first 1 ; rdf:rest _:a .",
        "a list that runs in a circle",
    ),
    "a list without end": (f"hgs:Bad a sh:NodeShape ; {TOLD} sh:in _:a . _:a rdf:first 1 .", "does not end"),
    "a shape that refers to itself": (
        f"hgs:Bad a sh:NodeShape ; {TOLD} sh:node hgs:Other . hgs:Other a sh:NodeShape ; {TOLD} sh:not hgs:Bad .",
        "must not be recursive",
    ),
    "a target below another shape": (
        (
            f"hgs:Bad a sh:NodeShape ; sh:targetClass hg:Site ; {TOLD} sh:nodeKind sh:IRI ."
            f"hgs:Other a sh:NodeShape ; {TOLD} sh:not hgs:Bad ."
        ),
        "make it two shapes",
    ),
    "properties of a property": (
        (
            f"hgs:Bad a sh:PropertyShape ; sh:path hg:country ; {TOLD} sh:minCount 1 ; sh:property hgs:Other ."
            f"hgs:Other a sh:PropertyShape ; sh:path hg:note ; {TOLD} sh:minCount 1 ."
        ),
        "has no sh:property",
    ),
    "a path that repeats": (
        f"hgs:Bad a sh:PropertyShape ; sh:path [ sh:zeroOrMorePath hg:partOf ] ; {TOLD} sh:minCount 1 .",
        "sh:path does not repeat",
    ),
    "a path of no predicate": (
        f'hgs:Bad a sh:PropertyShape ; sh:path "country" ; {TOLD} sh:minCount 1 .',
        "a path is made of predicates",
    ),
    "no Turtle": ("hgs:Bad a ; .", "not valid Turtle"),
}


def folder_with(tmp_path, text):
    (tmp_path / "bad.ttl").write_text(PREFIXES + text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_shape_that_cannot_be_accepted_is_refused_with_the_reason(tmp_path, text, reason):
    with pytest.raises(SettingError, match=r"bad\.ttl") as caught:
        load_shapes(folder_with(tmp_path, text))

    assert reason in str(caught.value)


def test_a_folder_without_shapes_is_refused(tmp_path):
    with pytest.raises(SettingError) as caught:
        load_shapes(tmp_path)

    assert "no shape files" in str(caught.value)


@pytest.mark.parametrize("folder", FOLDERS)
def test_our_shapes_meet_the_shapes_of_shacl(folder):
    text = b"".join(path.read_bytes() for path in sorted((asset_folder("shapes") / folder).glob("*.ttl")))
    graph = rdflib.Graph().parse(data=text, format="turtle")

    assert pyshacl.validate(rdflib.Graph(), shacl_graph=graph, meta_shacl=True)[0]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_shape_speaks_three_languages(folder):
    shapes = load_shapes(asset_folder("shapes") / folder).shapes.values()

    assert {frozenset(shape.messages) for shape in shapes} == {frozenset({"en", "ar", "fr"})}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_message_stands_for_two_constraints(folder):
    messages = [
        shape.messages["en"] for shape in load_shapes(asset_folder("shapes") / folder).shapes.values() if shape.is_root
    ]

    assert sorted(messages) == sorted(set(messages))


def test_every_property_that_takes_concepts_has_a_shape_for_its_scheme():
    taking = {
        quad.subject
        for path in asset_folder("ontology").glob("*.ttl")
        for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)
        if quad.predicate == HG.valuesFrom
    }
    shapes = load_shapes(asset_folder("shapes")).shapes

    assert {NamedNode(HGS + "Concept-" + term.value.removeprefix(HG)) for term in taking} <= shapes.keys()


def test_a_shape_reads_its_path_its_classes_and_its_target():
    shape = load_shapes(asset_folder("shapes")).shapes[HGS.term("Concept-role")]

    assert {"/".join(step.predicate.value for step in path) for path in shape.reads} == {
        HG.role.value,
        f"{HG.role.value}/{SKOS.inScheme.value}",
    }

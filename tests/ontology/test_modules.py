"""The files of the ontology: what they import, and that each stands on its own."""

from __future__ import annotations

from graphlib import TopologicalSorter

import pytest
from pyoxigraph import BlankNode, NamedNode

from heritage_graph.assets import asset_files
from heritage_graph.namespaces import BASE, OWL, RDF, RDFS

MODULES = {"agents", "agreements", "participation", "activities", "assets", "funding", "evidence"}
AXIOMS = {RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.disjointWith}
ALLOWED_OWL = {
    OWL.AnnotationProperty,
    OWL.Class,
    OWL.DatatypeProperty,
    OWL.ObjectProperty,
    OWL.Ontology,
    OWL.SymmetricProperty,
    OWL.TransitiveProperty,
    OWL.disjointWith,
    OWL.imports,
    OWL.versionIRI,
    OWL.versionInfo,
}
OWL_RL_DATATYPES = {"boolean", "decimal", "hexBinary", "integer", "string"}


def ontology_iri(name):
    return NamedNode(f"{BASE}ontology/{name}")


def imports(name, triples):
    return {str(iri.value).removeprefix(BASE + "ontology/") for iri in triples.of(ontology_iri(name), OWL.imports)}


def imported_by(name, modules):
    direct = imports(name, modules[name])
    return direct.union(*(imported_by(other, modules) for other in direct))


@pytest.fixture(scope="session")
def home_of(modules):
    return {t.subject: t.object for m in modules.values() for t in m.all if t.predicate == RDFS.isDefinedBy}


def test_the_modules_are_those_of_the_model(modules):
    assert set(modules) == MODULES | {"heritage"}


@pytest.mark.parametrize("path", asset_files("ontology", ".ttl"), ids=lambda path: path.stem)
def test_no_file_of_the_ontology_declares_a_prefix_that_it_does_not_use(path):
    text = path.read_text(encoding="utf-8")
    declared = [line.split()[1] for line in text.splitlines() if line.startswith("@prefix")]

    assert [prefix for prefix in declared if text.count(prefix) < 2] == []


def test_imports_run_in_no_circle(modules):
    graph = {name: imports(name, triples) for name, triples in modules.items()}

    assert set(TopologicalSorter(graph).static_order()) == set(modules)


def test_the_top_file_imports_every_module(modules):
    assert imports("heritage", modules["heritage"]) == MODULES


def test_the_top_file_says_nothing_but_what_it_is(modules):
    assert {t.subject for t in modules["heritage"].all} == {ontology_iri("heritage")}


def test_no_module_imports_an_alignment(modules):
    assert [n for name, m in modules.items() for n in imports(name, m) if n.startswith("alignments")] == []


def test_a_module_reasons_only_with_terms_of_modules_that_it_imports(modules, home_of):
    strangers = [
        (name, t.subject.value, t.object.value)
        for name, triples in modules.items()
        for t in triples.all
        if t.predicate in AXIOMS and t.object in home_of
        if home_of[t.object] not in {ontology_iri(n) for n in imported_by(name, modules) | {name}}
    ]

    assert strangers == []


def test_no_file_holds_a_blank_node(everything):
    assert [t for t in everything.all if isinstance(t.subject, BlankNode) or isinstance(t.object, BlankNode)] == []


def test_only_constructs_of_owl_2_rl_without_cardinalities_are_used(everything):
    used = {term for t in everything.all for term in (t.predicate, t.object) if str(term).startswith(f"<{OWL}")}

    assert used - ALLOWED_OWL == set()


def test_datatypes_given_as_ranges_are_datatypes_of_owl_2_rl(everything):
    ranges = {
        t.object.value.rpartition("#")[2]
        for t in everything.all
        if t.predicate == RDFS.range and t.subject in everything.having(RDF.type, OWL.DatatypeProperty)
    }

    assert ranges <= OWL_RL_DATATYPES


@pytest.mark.parametrize("name", ["modules", "alignments"])
def test_every_ontology_states_its_licence(name, request):
    ontologies = request.getfixturevalue(name)
    licence = NamedNode("http://purl.org/dc/terms/license")

    assert [file for file, triples in ontologies.items() if not triples.having(licence)] == []

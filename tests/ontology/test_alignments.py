"""The alignments: optional files that lean on the modules, and on terms that suit."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from heritage_graph.namespaces import BASE, HG, OWL, RDF, RDFS, SKOS

LINKS = {RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch}
UNSUITABLE = {
    "http://purl.org/cerif/frapo/hasTemporalDuration": "its values are moments, not lengths of time",
    "http://vivoweb.org/ontology/core#totalAwardAmount": "it leaves the currency out",
    "https://schema.org/Project": "it is an organization",
    "http://schema.org/Project": "it is an organization",
    "http://www.w3.org/ns/org#OrganizationalCollaboration": "it is an organization, not an agreement",
}
SUBCLASSES = [
    ("Agent", "http://www.w3.org/ns/prov#Agent"),
    ("Agent", "http://xmlns.com/foaf/0.1/Agent"),
    ("Organization", "http://www.w3.org/ns/org#Organization"),
    ("OrganizationUnit", "http://www.w3.org/ns/org#OrganizationalUnit"),
    ("Agreement", "http://www.w3.org/ns/prov#Entity"),
    ("AgreementDocument", "http://xmlns.com/foaf/0.1/Document"),
    ("Participation", "http://www.w3.org/ns/prov#Association"),
    ("Activity", "http://www.w3.org/ns/prov#Activity"),
    ("Site", "http://www.opengis.net/ont/geosparql#Feature"),
    ("SourceDocument", "http://www.w3.org/ns/prov#Entity"),
    ("EvidenceSpan", "http://www.w3.org/ns/oa#TextPositionSelector"),
    ("Grant", "http://purl.org/cerif/frapo/Grant"),
    ("Scholarship", "http://purl.org/cerif/frapo/Scholarship"),
]


@pytest.mark.parametrize("iri", UNSUITABLE)
def test_no_file_uses_a_term_that_does_not_suit(everything, iri):
    assert [t for t in everything.all if iri in (t.subject.value, t.predicate.value, t.object.value)] == []


@pytest.mark.parametrize(("name", "iri"), SUBCLASSES)
def test_the_subclasses_of_the_model_are_stated(everything, name, iri):
    assert NamedNode(iri) in everything.of(HG.term(name), RDFS.subClassOf)


def test_alignments_speak_only_of_terms_of_ours(alignments, terms):
    ontologies = {NamedNode(f"{BASE}ontology/alignments/{name}") for name in alignments}
    subjects = {t.subject for triples in alignments.values() for t in triples.all}

    assert subjects - terms == ontologies


def test_alignments_link_to_terms_of_others(alignments):
    targets = {t.object.value for a in alignments.values() for t in a.all if t.predicate in LINKS}

    assert [iri for iri in targets if iri.startswith(BASE)] == []


def test_modules_link_to_no_term_of_others(modules, terms):
    linked = {t.object for m in modules.values() for t in m.all if t.predicate in LINKS}

    assert linked - terms == set()


def test_alignments_lean_on_the_whole_ontology(alignments):
    leaning = {name for name, a in alignments.items() if a.having(OWL.imports, NamedNode(f"{BASE}ontology/heritage"))}

    assert leaning == set(alignments)


def test_alignments_define_nothing(alignments):
    types = {t.object for triples in alignments.values() for t in triples.all if t.predicate == RDF.type}

    assert types == {OWL.Ontology}


def test_subclass_axioms_are_about_classes(everything):
    assert everything.having(RDFS.subClassOf) - everything.having(RDF.type, OWL.Class) == set()


def test_subproperty_axioms_are_about_properties(everything):
    assert everything.having(RDFS.subPropertyOf) & everything.having(RDF.type, OWL.Class) == set()

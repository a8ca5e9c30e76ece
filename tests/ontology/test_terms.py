"""The terms of the ontology: each is defined once, named and explained in three languages."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import NamedNode

from heritage_graph.namespaces import BASE, GRAPH, HG, HGV, ID, OWL, RDF, RDFS, SKOS

LANGUAGES = ["ar", "en", "fr"]
LATIN_SENTENCE = re.compile(r"[^.]*[A-Za-zÀ-ÿ]{4,} [A-Za-zÀ-ÿ]{4,} [A-Za-zÀ-ÿ]{4,}")


def languages(triples, subject, predicate):
    return sorted(text.language for text in triples.of(subject, predicate))


def own_names(triples):
    """Every IRI of our term and concept namespaces that occurs in *triples*, wherever it stands."""
    return {
        term
        for t in triples.all
        for term in (t.subject, t.predicate, t.object)
        if isinstance(term, NamedNode) and term.value.startswith((HG, HGV))
    }


def test_every_name_of_ours_that_is_used_is_defined(everything):
    assert own_names(everything) - everything.having(RDF.type) == set()


def test_every_rule_of_the_model_is_described(files):
    names = {iri.value.removeprefix(ID + "rule/") for iri in files["rules"].having(RDF.type, HG.Rule)}

    assert names == {
        "effective-on-signature",
        "term-counted-from-signature",
        "term-from-general-clause",
        "term-as-stated",
        "date-bounds",
        "renewal-chain",
        "collaborates-by-shared-context",
    }


def test_terms_are_of_our_namespace(terms):
    assert [term for term in terms if not term.value.startswith(HG)] == []


@pytest.mark.parametrize("predicate", [RDFS.label, SKOS.definition], ids=["label", "definition"])
def test_every_term_speaks_three_languages_once_each(everything, terms, predicate):
    rules = everything.having(RDF.type, HG.Rule)

    assert [t.value for t in terms | rules if languages(everything, t, predicate) != LANGUAGES] == []


def test_every_term_is_defined_by_the_file_in_which_it_stands(modules):
    homes = {name: {t.object.value for t in m.all if t.predicate == RDFS.isDefinedBy} for name, m in modules.items()}

    assert homes == {name: {f"{BASE}ontology/{name}"} for name in modules if name != "heritage"} | {"heritage": set()}


def test_no_term_is_without_a_home(everything, terms):
    assert terms - everything.having(RDFS.isDefinedBy) == set()


def test_no_term_is_defined_in_two_modules(everything, terms):
    assert [t.value for t in terms if len(everything.of(t, RDFS.isDefinedBy)) > 1] == []


def test_a_term_is_one_kind_of_thing_only(everything, terms):
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}

    assert [t.value for t in terms if len(kinds & set(everything.of(t, RDF.type))) != 1] == []


@pytest.mark.parametrize("kind", [OWL.Class, OWL.ObjectProperty], ids=["classes", "relations"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_terms_of_a_kind_share_a_label(everything, kind, language):
    labels = [
        label.value
        for term in everything.having(RDF.type, kind)
        for label in everything.of(term, RDFS.label)
        if label.language == language
    ]

    assert sorted(label for label in set(labels) if labels.count(label) > 1) == []


def test_definitions_in_arabic_are_in_arabic(everything):
    texts = [t.object for t in everything.all if t.predicate == SKOS.definition]

    assert [text.value for text in texts if text.language == "ar" and LATIN_SENTENCE.search(text.value)] == []


def test_definitions_are_sentences(everything):
    texts = [t.object.value for t in everything.all if t.predicate == SKOS.definition]

    assert [text for text in texts if not text.endswith(".")] == []


def test_names_of_classes_begin_with_a_capital_and_those_of_properties_do_not(everything, terms):
    classes = everything.having(RDF.type, OWL.Class)

    assert [t for t in terms if t.value.removeprefix(HG)[0].isupper() != (t in classes)] == []


def test_every_relation_says_what_its_values_are_or_may_be_anything(everything):
    to_anything = {
        HG.affects,  # whatever a challenge bears upon
        HG.agreesOn,  # any property
        HG.changed,  # any entity
        HG.differsOn,  # any property
        HG.externalIdentifier,  # a record elsewhere
        HG.homepage,  # a web page
        HG.inferredAbout,  # whatever a rule is worked out for
        HG.likelyIntended,  # whatever the source may have meant
        HG.mentions,  # whatever a text names
        HG.partOf,  # the kind of its subject
    }
    silent = everything.having(RDF.type, OWL.ObjectProperty) - everything.having(RDFS.range)

    assert silent - everything.having(HG.pointsTo) == to_anything


def test_every_value_property_says_how_its_values_are_written(everything):
    properties = everything.having(RDF.type, OWL.DatatypeProperty)

    assert properties - everything.having(RDFS.range) - everything.having(HG.writtenAs) == set()


def test_a_property_whose_values_are_concepts_names_their_scheme(everything):
    assert everything.having(RDFS.range, SKOS.Concept) == everything.having(HG.valuesFrom)


def test_classes_named_in_annotations_are_classes(everything):
    named = {t.object for t in everything.all if t.predicate in (HG.usedOn, HG.pointsTo)}

    assert named - everything.having(RDF.type, OWL.Class) == set()


def test_a_property_with_a_domain_lists_no_further_classes(everything):
    assert everything.having(HG.usedOn) & everything.having(RDFS.domain) == set()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("State", "Place"),
        ("Organization", "GenericActor"),
        ("State", "GenericActor"),
        ("Person", "GenericActor"),
        ("CollectiveAgent", "GenericActor"),
    ],
)
def test_classes_that_must_never_meet_are_disjoint(everything, left, right):
    assert HG.term(right) in everything.of(HG.term(left), OWL.disjointWith)


def test_collaboration_holds_both_ways(everything):
    assert OWL.SymmetricProperty in everything.of(HG.collaboratesWith, RDF.type)


def test_parts_of_parts_are_parts(everything):
    assert OWL.TransitiveProperty in everything.of(HG.partOf, RDF.type)


def test_the_ontology_says_nothing_of_any_particular_graph(everything):
    assert [t for t in everything.all if str(t.subject).startswith(f"<{GRAPH}")] == []

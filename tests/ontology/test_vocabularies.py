"""The concept schemes: one a file, every concept named, explained and in its place."""

from __future__ import annotations

from graphlib import TopologicalSorter

import pytest
from pyoxigraph import Literal, NamedNode

from heritage_graph.assets import asset_files
from heritage_graph.namespaces import HG, HGV, RDF, SKOS

SCHEMES = sorted(path.stem for path in asset_files("ontology", ".ttl") if path.parent.name == "vocabularies")
LANGUAGES = ["ar", "en", "fr"]
COLLABORATING = {
    "academic-partner",
    "co-organizer",
    "collaborator",
    "funder",
    "host",
    "implementer",
    "organizer",
    "participant",
    "party",
    "provider",
    "signatory",
}


@pytest.fixture(params=SCHEMES)
def slug(request):
    return request.param


@pytest.fixture
def scheme(slug, vocabularies):
    return vocabularies[slug]


@pytest.fixture
def concepts(scheme):
    return scheme.having(RDF.type, SKOS.Concept)


def test_a_file_holds_one_scheme_of_its_own_name(slug, scheme):
    assert scheme.having(RDF.type, SKOS.ConceptScheme) == {HGV.term(slug)}


def test_a_scheme_has_at_least_two_concepts(concepts):
    assert len(concepts) >= 2


def test_a_concept_is_in_the_scheme_of_its_file_and_in_no_other(slug, scheme, concepts):
    assert {c: scheme.of(c, SKOS.inScheme) for c in concepts} == {c: [HGV.term(slug)] for c in concepts}


def test_the_notation_of_a_concept_is_the_last_part_of_its_name(slug, scheme, concepts):
    notations = {c: scheme.of(c, SKOS.notation) for c in concepts}

    assert notations == {c: [Literal(c.value.removeprefix(f"{HGV}{slug}/"))] for c in concepts}


@pytest.mark.parametrize("predicate", [SKOS.prefLabel, SKOS.definition], ids=["label", "definition"])
def test_the_scheme_and_its_concepts_speak_three_languages_once_each(slug, scheme, concepts, predicate):
    spoken = {
        subject.value: sorted(text.language for text in scheme.of(subject, predicate))
        for subject in concepts | {HGV.term(slug)}
    }

    assert {subject: found for subject, found in spoken.items() if found != LANGUAGES} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_concepts_of_a_scheme_share_a_label(scheme, concepts, language):
    labels = [label.value for c in concepts for label in scheme.of(c, SKOS.prefLabel) if label.language == language]

    assert sorted(label for label in set(labels) if labels.count(label) > 1) == []


def test_a_concept_stands_at_the_top_or_below_another_and_not_both(scheme, concepts):
    at_the_top = scheme.having(SKOS.topConceptOf)

    assert concepts - at_the_top == scheme.having(SKOS.broader)


def test_broader_concepts_are_of_the_same_scheme_and_run_in_no_circle(scheme, concepts):
    above = {c: set(scheme.of(c, SKOS.broader)) for c in concepts}

    assert set(TopologicalSorter(above).static_order()) == concepts


def test_every_scheme_from_which_a_property_takes_values_exists(everything, vocabularies):
    named = {t.object for t in everything.all if t.predicate == HG.valuesFrom}

    assert named - {HGV.term(slug) for slug in vocabularies} == set()


def test_schemes_without_a_property_are_those_of_answers(everything, vocabularies):
    named = {t.object for t in everything.all if t.predicate == HG.valuesFrom}

    assert {HGV.term(s) for s in vocabularies} - named == {HGV.term("in-force"), HGV.term("status-reason")}


def test_every_role_says_whether_it_implies_collaboration(vocabularies):
    roles = vocabularies["role"]

    assert roles.having(HG.impliesCollaboration) == roles.having(RDF.type, SKOS.Concept)


def test_roles_that_imply_collaboration_are_those_of_common_work(vocabularies):
    yes = Literal(value=True)

    assert vocabularies["role"].having(HG.impliesCollaboration, yes) == {
        NamedNode(f"{HGV}role/{name}") for name in COLLABORATING
    }

"""Pairs across sources are found by identifiers and names, and nothing that somebody has told apart is proposed."""

from __future__ import annotations

import random

import pytest

from heritage_graph.linking.blocking import entries_of, pairs_to_compare
from heritage_graph.linking.proposing import propose
from heritage_graph.linking.subjects import LinkKind, gather
from heritage_graph.linking.weighing import Method
from heritage_graph.namespaces import ID

KINDS = list(LinkKind)
MUSEUM = 'o:north-museum a hg:Organization ; skos:prefLabel "North Lantern Museum"@en ; hg:country c:north .'
SAME = 'o:registry-1 a hg:Organization ; skos:prefLabel "north lantern museum"@en ; hg:country c:north .'
SYLLABLES = ["ba", "do", "fi", "gu", "ka", "lo", "mi", "nu", "pe", "ra", "so", "ti", "vu", "ze"]


def found(state, **choices):
    """The proposals as (the two things, method)."""
    return {
        (frozenset(iri.removeprefix(ID) for iri in each.pair), each.weighed.method)
        for each in propose(gather(state, KINDS), **choices)
    }


def pair(one, other):
    return frozenset({one, other})


BOTH = pair("organization/north-museum", "organization/registry-1")


def test_things_of_one_name_in_two_sources_are_proposed(state_of):
    assert found(state_of(one=MUSEUM, two=SAME)) == {(BOTH, Method.SAME_NAME)}


def test_things_that_share_an_identifier_are_proposed_whatever_they_are_called(state_of):
    identifier = "hg:externalIdentifier <http://www.wikidata.org/entity/Q1>"
    other = f'o:registry-1 a hg:Organization ; skos:prefLabel "متحف الفانوس الشمالي"@ar ; {identifier} .'
    state = state_of(one=f"{MUSEUM} o:north-museum {identifier} .", two=other)

    assert found(state) == {(BOTH, Method.SHARED_IDENTIFIER)}


@pytest.mark.parametrize(
    "name",
    [
        "North Lantren Museum",
        "Museum, North Lantern",
        "The North Lantern Museum",
        "North Lantern Museum (NLM)",
        "North Lantern Museums",
    ],
)
def test_slips_and_other_ways_to_write_a_name_are_met(state_of, name):
    other = f'o:registry-1 a hg:Organization ; skos:prefLabel "{name}"@en ; hg:country c:north .'

    assert {each for each, _ in found(state_of(one=MUSEUM, two=other))} == {BOTH}


def test_a_name_is_met_in_any_language_that_both_have(state_of):
    one = 'o:north-museum a hg:Organization ; skos:prefLabel "North Museum"@en , "متحف الشمال الكبير"@ar .'
    other = (
        'o:registry-1 a hg:Organization ; skos:prefLabel "Le grand musée"@fr ; skos:altLabel "متحف الشمال الكبير"@ar .'
    )

    assert found(state_of(one=one, two=other)) == {(BOTH, Method.SAME_NAME)}


def test_what_one_source_describes_is_told_apart_by_it(state_of):
    assert found(state_of(one=MUSEUM + SAME)) == set()


def test_things_of_different_kinds_are_not_compared(state_of):
    place = 'p:north-lantern-museum a hg:Place ; skos:prefLabel "North Lantern Museum"@en ; hg:country c:north .'

    assert found(state_of(one=MUSEUM, two=place)) == set()


def test_narrower_classes_are_of_the_kind(state_of):
    other = SAME.replace("hg:Organization", "hg:AcademicInstitution")

    assert {each for each, _ in found(state_of(one=MUSEUM, two=other))} == {BOTH}


@pytest.mark.parametrize("tie", ["hg:partOf", "hg:succeededBy", "hg:relatedTo", "owl:differentFrom", "owl:sameAs"])
def test_what_is_tied_already_is_not_proposed(state_of, tie):
    state = state_of(one=MUSEUM, two=SAME, three=f"o:registry-1 {tie} o:north-museum .")

    assert found(state) == set()


def test_what_is_known_already_is_not_proposed(state_of):
    known = frozenset({(f"{ID}organization/north-museum", f"{ID}organization/registry-1")})

    assert found(state_of(one=MUSEUM, two=SAME), known=known) == set()


def test_bodies_of_one_name_in_two_countries_are_left_below_the_least_score(state_of):
    other = SAME.replace("c:north", "c:south")

    assert found(state_of(one=MUSEUM, two=other), least=76) == set()


def test_the_country_of_a_seat_counts(state_of):
    seat = "hg:seat p:harbour . p:harbour a hg:Place ; hg:country c:south"
    other = SAME.replace("hg:country c:north", seat)

    assert found(state_of(one=MUSEUM, two=other), least=76) == set()


def test_sites_with_one_number_of_the_list_are_proposed_as_one(state_of):
    one = 's:old-harbour a hg:Site ; skos:prefLabel "Old Harbour"@en ; hg:worldHeritageId "99999" .'
    two = 's:listed-99999 a hg:Site ; skos:prefLabel "Historic Port"@en ; hg:worldHeritageId "99999bis" .'

    assert found(state_of(one=one, two=two)) == {
        (pair("site/old-harbour", "site/listed-99999"), Method.SHARED_IDENTIFIER)
    }


def test_the_same_state_gives_the_same_proposals(state_of):
    state = state_of(one=MUSEUM, two=SAME)

    assert propose(gather(state, KINDS)) == propose(gather(state, KINDS))


def test_the_number_of_comparisons_grows_with_the_names_and_not_with_their_pairs(state_of):
    chance = random.Random(20261121)
    names = [" ".join("".join(chance.choices(SYLLABLES, k=3)) for _ in range(3)) + " university" for _ in range(600)]
    documents = {
        source: "".join(
            f'o:{source}{n} a hg:Organization ; skos:prefLabel "{name}"@en .\n' for n, name in enumerate(names)
        )
        for source in ("one", "two")
    }
    subjects = gather(state_of(**documents), KINDS).subjects[LinkKind.ORGANIZATION]
    entries = entries_of(subjects)
    compared = {
        pair(subjects[entries[one].subject].iri, subjects[entries[other].subject].iri)
        for one, other in pairs_to_compare(entries, subjects)
    }

    assert len(compared) <= 40 * len(entries)
    assert compared >= {pair(f"{ID}organization/one{n}", f"{ID}organization/two{n}") for n in range(600)}

"""Evidence moves candidates up and down, and one is taken for what is meant only when it clearly leads."""

import pytest

from heritage_graph.web.reconciliation.properties import PROPERTIES
from heritage_graph.web.reconciliation.ranking import Candidate, matches, ranked

COUNTRY, ROR, FOUNDED = PROPERTIES["country"], PROPERTIES["ror"], PROPERTIES["foundedOn"]


def test_candidates_come_by_name_and_evidence():
    best_first = ranked([Candidate("a", 95, {COUNTRY: 0.0}), Candidate("b", 90, {COUNTRY: 1.0}), Candidate("c", 93)])

    assert [each.iri for each in best_first] == ["b", "c", "a"]


def test_what_is_unknown_neither_helps_nor_hurts():
    assert Candidate("a", 90).score == 90


def test_of_equal_names_the_one_that_the_evidence_speaks_for_comes_first():
    best_first = ranked([Candidate("a", 100), Candidate("b", 100, {COUNTRY: 1.0})])

    assert ([each.iri for each in best_first], matches(best_first)) == (["b", "a"], True)


def test_an_identifier_that_agrees_is_worth_more_than_any_name():
    best_first = ranked([Candidate("named", 100, {COUNTRY: 1.0}), Candidate("identified", 0, {ROR: 1.0})])

    assert ([each.score for each in best_first], matches(best_first)) == ([100, 100], True)


def test_the_identified_one_comes_first_though_its_evidence_disagrees():
    best_first = ranked([Candidate("named", 80), Candidate("identified", 0, {ROR: 1.0, COUNTRY: 0.0})])

    assert (best_first[0].iri, matches(best_first)) == ("identified", True)


def test_two_things_with_the_same_identifier_are_no_match():
    assert not matches(ranked([Candidate("a", 100, {ROR: 1.0}), Candidate("b", 100, {ROR: 1.0})]))


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ([], False),
        ([Candidate("a", 100)], True),
        ([Candidate("a", 100), Candidate("b", 96)], True),
        ([Candidate("a", 100), Candidate("b", 97)], False),
        ([Candidate("a", 100), Candidate("b", 100)], False),
        ([Candidate("a", 87.9)], False),
        ([Candidate("a", 84, {COUNTRY: 1.0, FOUNDED: 1.0})], False),
        ([Candidate("a", 100, {ROR: 0.0})], False),
        ([Candidate("a", 100, withdrawn=True)], False),
        ([Candidate("a", 100, {COUNTRY: 0.0})], False),
    ],
    ids=str,
)
def test_a_match_leads_clearly(candidates, expected):
    assert matches(ranked(candidates)) is expected


def test_a_score_stays_between_0_and_100():
    scores = [Candidate("a", 100, {COUNTRY: 1.0}).score, Candidate("b", 5, {ROR: 0.0}).score]

    assert scores == [100, 0]

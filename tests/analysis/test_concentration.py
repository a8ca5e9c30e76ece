"""Concentration is measured by formula, for each currency, and no verdict comes of too little."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage_graph.analysis import ANALYSES
from heritage_graph.analysis.concentration import concentration, gini, herfindahl
from heritage_graph.analysis.rows import iri, text

SUM = st.integers(min_value=0, max_value=10**15).map(lambda cents: Fraction(cents, 100))
SUMS = st.lists(SUM, min_size=1, max_size=40).filter(any)
VALUES = {"coverage": "0.8", "countries": "10"}


def payment(activity, country=None, currency=None, value=None):
    cells = {
        "country": country and iri(country),
        "currency": currency and text(currency),
        "value": value and text(value),
    }
    return {"activity": iri(activity), **{name: cell for name, cell in cells.items() if cell}}


def paid_to(sums, currency="USD"):
    return [payment(f"a{n}", f"c{n:02}", currency, value) for n, value in enumerate(sums)]


def told(rows, *columns, **values):
    answer = concentration(rows, VALUES | values)
    return [tuple(row[column]["value"] if column in row else None for column in columns) for row in answer]


@given(SUMS)
def test_the_gini_index_is_from_zero_to_one_less_a_share(sums):
    assert 0 <= gini(sums) <= 1 - Fraction(1, len(sums))


@given(SUMS)
def test_the_herfindahl_index_is_from_a_share_to_one(sums):
    assert Fraction(1, len(sums)) <= herfindahl(sums) <= 1


@given(SUMS, st.fractions(min_value=Fraction(1, 1000), max_value=1000))
def test_both_indices_are_the_same_in_any_unit(sums, rate):
    scaled = [each * rate for each in sums]

    assert (gini(scaled), herfindahl(scaled)) == (gini(sums), herfindahl(sums))


@given(SUMS, st.randoms())
def test_both_indices_are_the_same_in_any_order(sums, random):
    shuffled = random.sample(sums, len(sums))

    assert (gini(shuffled), herfindahl(shuffled)) == (gini(sums), herfindahl(sums))


@given(SUM.filter(bool), st.integers(min_value=1, max_value=40))
def test_equal_sums_have_no_inequality(each, number):
    assert (gini([each] * number), herfindahl([each] * number)) == (0, Fraction(1, number))


@given(SUM.filter(bool), st.integers(min_value=1, max_value=40))
def test_one_country_with_everything_is_the_greatest_concentration(each, number):
    sums = [each, *[Fraction()] * (number - 1)]

    assert (gini(sums), herfindahl(sums)) == (1 - Fraction(1, number), 1)


@given(SUMS.filter(lambda sums: len(sums) > 1), st.integers(min_value=1, max_value=100))
def test_a_gift_from_the_poorest_to_the_richest_never_lessens_inequality(sums, percent):
    poorest, *between, richest = sorted(sums)
    moved = poorest * Fraction(percent, 100)

    after = [poorest - moved, *between, richest + moved]

    assert (gini(after) >= gini(sums), herfindahl(after) >= herfindahl(sums)) == (True, True)


def test_a_known_example_has_the_known_indices():
    sums = [Fraction(1), Fraction(2), Fraction(3), Fraction(4)]

    assert (gini(sums), herfindahl(sums)) == (Fraction(1, 4), Fraction(3, 10))


@pytest.mark.parametrize(
    ("sums", "verdict"),
    [
        (["1"] * 10, "not-concentrated"),
        (["3", *["1"] * 9], "not-concentrated"),
        (["5", *["1"] * 9], "moderately-concentrated"),
        (["9", *["1"] * 9], "concentrated"),
    ],
)
def test_the_verdict_goes_by_the_herfindahl_index(sums, verdict):
    assert told(paid_to(sums), "verdict", "reason") == [(verdict, "enough-known")]


def test_too_few_countries_give_no_verdict():
    assert told(paid_to(["1"] * 9), "verdict", "reason", "countries") == [("unknown", "too-few-countries", "9")]


def test_too_many_unknown_amounts_give_no_verdict():
    rows = [*paid_to(["1"] * 11), *[payment(f"silent{n}", "c00") for n in range(3)]]

    assert told(rows, "verdict", "reason", "fundedActivities", "coveredActivities", "coverage") == [
        ("unknown", "coverage-too-low", "14", "11", "0.785714")
    ]


def test_the_caller_says_how_much_is_enough():
    assert told(paid_to(["1", "1"]), "verdict", countries="2") == [("concentrated",)]


def test_an_activity_is_not_covered_while_one_payment_is_unknown():
    rows = [payment("a", "c", "USD", "5"), payment("a", "c"), payment("b", "c", "USD", "1")]

    assert told(rows, "coveredActivities", "largestShare") == [("1", "1.0")]


def test_an_activity_in_two_countries_or_in_none_is_not_covered():
    rows = [
        payment("a", "c", "USD", "5"),
        payment("a", "d", "USD", "5"),
        payment("b", None, "USD", "1"),
        payment("c", "c", "USD", "1"),
    ]

    assert told(rows, "fundedActivities", "coveredActivities") == [("3", "1")]


def test_a_negative_amount_is_not_taken_for_a_payment():
    rows = [payment("a", "c", "USD", "-5"), payment("b", "c", "USD", "1")]

    assert told(rows, "fundedActivities", "coveredActivities") == [("2", "1")]


def test_currencies_are_told_apart_and_never_added():
    rows = [*paid_to(["1", "1"], "USD"), payment("e", "c00", "EUR", "7")]

    assert told(rows, "currency", "countries", "largest", "fundedActivities") == [
        ("EUR", "1", "c00", "1"),
        ("USD", "2", "c00", "2"),
    ]


def test_without_any_covered_activity_the_verdict_is_unknown():
    rows = [payment("a", "c"), payment("b", None, "USD", "1"), payment("d", "c", "USD", "0")]

    assert told(rows, "currency", "verdict", "reason", "fundedActivities", "herfindahl") == [
        (None, "unknown", "no-amount-with-country", "3", None)
    ]


def test_no_payment_gives_no_row():
    assert concentration([], VALUES) == []


def test_its_columns_are_those_that_it_declares():
    (row,) = concentration(paid_to(["1"] * 10), VALUES)

    assert tuple(row) == ANALYSES["concentration"].columns

"""Names are alike however they are written, and unlike where a word tells them apart."""

import pytest

from heritage_graph.matching.likeness import (
    MOST_OF_PARTLY_ALIKE,
    likeness,
    readings_of,
    weights_of,
)


@pytest.mark.parametrize(
    ("wanted", "name", "score"),
    [
        ("École d'Exemple", "ecole  d'exemple", 100),
        ("أكاديمية المثال", "اكاديميّة المثال", 100),
        ("اكاديميه المثال", "أكاديمية المثال", 98),
        ("Example, School of", "Example School of", 98),
        ("School of Example", "Example, School of", 96),
        ("", "Example", 0),
        ("!", "?", 0),
    ],
)
def test_names_that_differ_in_writing_only_are_nearly_equal(wanted, name, score):
    assert likeness(wanted, name, {}) == score


@pytest.mark.parametrize(
    "wanted", ["Exmaple Conservation School", "Example Conservtion School", "Example Conservation Schools"]
)
def test_a_slip_of_the_pen_leaves_names_more_than_partly_alike(wanted):
    assert likeness(wanted, "Example Conservation School", {}) > MOST_OF_PARTLY_ALIKE


@pytest.mark.parametrize(
    "wanted",
    [
        "University of There",
        "University of Here II",
        "University of Here 2",
        "University of Here and There",
        "University",
    ],
)
def test_a_word_that_the_other_name_has_not_leaves_them_partly_alike(wanted):
    assert likeness(wanted, "University of Here I", {}) <= MOST_OF_PARTLY_ALIKE


def test_a_small_word_too_many_tells_nothing():
    assert likeness("The School of Example Studies", "School of Example Studies", {}) > MOST_OF_PARTLY_ALIKE


def test_words_that_most_names_have_count_less():
    weights = weights_of(["University of Here", "University of There", "University of Nowhere"])

    assert weights["university"] < weights["here"]


def test_names_that_share_only_what_all_have_are_less_alike_by_that():
    names = ["University of Northtown", "University of Southtown", "University of Eastville"]

    assert likeness(names[0], names[2], weights_of(names)) < likeness(names[0], names[2], {})


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("Example School", ["Example School"]),
        ("Example School (EXS)", ["Example School (EXS)", "Example School", "EXS"]),
        ("Example School - École d'Exemple", ["Example School - École d'Exemple", "Example School", "École d'Exemple"]),
        ("Al-Example", ["Al-Example"]),
        ("", [""]),
    ],
)
def test_a_text_is_read_whole_and_in_its_parts(text, readings):
    assert [each.text for each in readings_of(text)] == readings


def test_what_stands_in_parentheses_is_worth_less_than_the_rest():
    whole, outside, inside = readings_of("Example School (EXS)")

    assert whole.worth > outside.worth > inside.worth

"""How long agreements have bound without a break."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage_graph.model.continuity import Member, joins, length, stretch_around, written
from heritage_graph.model.dates import Bounds, Duration, add_duration, date_of, read_date, read_duration

DAYS = st.dates(min_value=date(1800, 1, 1), max_value=date(2200, 1, 1))


def known(text):
    return read_date(text).bounds


def member(name, first, last, *renews):
    return Member(name, renews, first and known(first), last and known(last))


FIRST = member("first", "2015-03-01", "2018-03-01")
SECOND = member("second", "2018-03-01", "2021-03-01", "first")
NEXT_DAY = member("third", "2021-03-02", "2024-03-02", "second")
GAP = member("third", "2021-03-03", "2024-03-03", "second")
YEAR_ONLY = member("third", "2021", "2024", "second")
UNDATED = member("third", None, None, "second")


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2024-06-13", "2027-06-13", "P3Y"),
        ("2024-01-31", "2024-02-29", "P1M"),
        ("2023-01-31", "2023-03-01", "P1M1D"),
        ("2024-02-29", "2025-02-28", "P1Y"),
        ("2024-12-31", "2025-01-01", "P1D"),
        ("2015-03-01", "2028-12-31", "P13Y9M30D"),
    ],
)
def test_a_length_is_told_in_years_months_and_days(first, last, told):
    assert written(length(date.fromisoformat(first), date.fromisoformat(last))) == told


@given(DAYS, DAYS)
def test_a_length_added_to_the_first_day_gives_the_last(one, other):
    first, last = sorted((one, other))
    found = length(first, last)

    assert (add_duration(date_of(first), found).earliest if found else first) == last


@given(st.integers(0, 400), st.integers(1, 40))
def test_a_length_is_read_as_it_was_written(months, days):
    assert read_duration(written(Duration(months, days))) == Duration(months, days)


@pytest.mark.parametrize(("later", "told"), [(NEXT_DAY, True), (GAP, False), (YEAR_ONLY, None), (UNDATED, None)])
def test_an_agreement_joins_another_when_no_day_lies_between(later, told):
    assert joins(later, SECOND) is told


def test_an_agreement_in_no_chain_lasts_by_itself():
    found = stretch_around("first", [FIRST])

    assert (found.members, found.complete, written(found.least), found.most) == (("first",), True, "P3Y", found.least)


@pytest.mark.parametrize("agreement", ["first", "second", "third"])
def test_renewals_that_follow_each_other_last_together_whichever_is_asked_for(agreement):
    found = stretch_around(agreement, [NEXT_DAY, FIRST, SECOND])

    assert (found.members, written(found.least)) == (("first", "second", "third"), "P9Y1D")


def test_a_gap_ends_the_stretch():
    members = [stretch_around(name, [FIRST, SECOND, GAP]).members for name in ("second", "third")]

    assert members == [("first", "second"), ("third",)]


def test_where_it_is_not_known_whether_a_renewal_joins_the_stretch_is_a_lower_bound():
    found = stretch_around("second", [FIRST, SECOND, YEAR_ONLY])

    assert (found.members, found.complete, written(found.least), found.most) == (
        ("first", "second"),
        False,
        "P6Y",
        None,
    )


def test_an_uncertain_last_day_gives_a_least_and_a_most():
    third = Member("third", ("second",), known("2021-03-02"), Bounds(date(2024, 1, 1), date(2024, 12, 31)))
    found = stretch_around("third", [FIRST, SECOND, third])

    assert (written(found.least), written(found.most)) == ("P8Y10M", "P9Y9M30D")


def test_without_dates_nothing_is_said():
    found = stretch_around("third", [UNDATED])

    assert (found.least, found.most) == (None, None)


def test_renewals_in_a_circle_end():
    circle = [member("one", "2020-01-01", "2021-01-01", "two"), member("two", "2020-06-01", "2021-06-01", "one")]

    assert set(stretch_around("one", circle).members) == {"one", "two"}

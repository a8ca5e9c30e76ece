"""How long a chain of renewals has lasted: certain days are counted, and what is unknown stays unknown."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from participations import told

from heritage_graph.analysis.continuous_duration import continuous_duration, stretches
from heritage_graph.analysis.rows import iri, text


def member(agreement, effective="", valid="", *, renews=None):
    """A member of the chain whose first agreement is `a`; a date may be a range, like `2020-01-01/2020-12-31`."""
    row = {"root": iri("a"), "agreement": iri(agreement)}
    for column, said in (("effective", effective), ("valid", valid)):
        bounds = said.split("/") if said else []
        names = (f"{column}Earliest", f"{column}Latest")
        row |= {name: text(bound) for name, bound in zip(names, [*bounds, *bounds], strict=False)}
    return {**row, "renews": iri(renews)} if renews else row


def chain(*rows):
    return continuous_duration(rows, {})


@pytest.mark.parametrize(
    ("begins", "joined", "gap"),
    [
        ("2019-12-31", "true", "0"),
        ("2020-01-01", "true", "0"),
        ("2020-01-02", "false", "1"),
        ("2020-01-01/2020-12-31", None, None),
        ("2020-02-01/2020-12-31", "false", None),
        ("2019-01-01/2019-12-31", "true", "0"),
        ("", None, None),
    ],
    ids=["overlap", "next day", "gap", "uncertain", "a gap of some length", "some overlap", "unknown"],
)
def test_a_renewal_follows_at_once_or_after_a_gap_or_nobody_can_tell(begins, joined, gap):
    rows = chain(member("a", "2017-01-01", "2019-12-31"), member("b", begins, "2022-12-31", renews="a"))

    assert told(rows[1:], "joined", "gapDays") == [(joined, gap)]


def test_days_are_counted_without_the_gap_and_the_longest_stretch_is_told():
    rows = chain(
        member("a", "2020-01-01", "2020-01-10"),
        member("b", "2020-01-11", "2020-01-20", renews="a"),
        member("c", "2020-02-01", "2020-02-05", renews="b"),
    )

    assert told(rows[:1], "coveredDays", "longestDays", "longestFrom", "longestUntil", "complete") == [
        ("25", "20", "2020-01-01", "2020-01-20", "true")
    ]


def test_a_missing_date_leaves_a_lower_bound():
    rows = chain(member("a", "2020-01-01", "2020-01-10"), member("b", "2020-01-11", renews="a"))

    assert told(rows[:1], "coveredDays", "complete", "chainFrom", "chainUntil") == [("10", "false", "2020-01-01", None)]


def test_an_uncertain_date_counts_only_the_days_that_are_certain():
    rows = chain(member("a", "2020-01-01/2020-01-31", "2020-12-31"))

    assert told(rows, "coveredDays", "longestFrom", "complete") == [("336", "2020-01-31", "false")]


def test_a_chain_of_which_no_day_is_known_has_no_stretch():
    rows = chain(member("a"), member("b", renews="a"))

    assert told(rows[:1], "coveredDays", "longestDays", "longestFrom", "chainFrom") == [("0", "0", None, None)]


def test_days_of_two_renewals_at_once_count_once():
    rows = chain(
        member("a", "2020-01-01", "2020-01-10"),
        member("b", "2020-01-05", "2020-01-20", renews="a"),
        member("c", "2020-01-08", "2020-01-15", renews="a"),
    )

    assert told(rows[:1], "coveredDays", "chainUntil", "members") == [("20", "2020-01-20", "3")]


def test_a_renewal_of_what_is_not_in_the_chain_is_not_judged():
    assert told(chain(member("a", "2020-01-01", "2020-01-10", renews="z")), "joined") == [(None,)]


def test_rows_keep_what_the_query_said():
    rows = [member("a", "2020-01-01", "2020-01-10") | {"agreementName": text("First")}]

    assert chain(*rows)[0].items() >= rows[0].items()


days = st.dates(date(2000, 1, 1), date(2000, 3, 1))
periods = st.lists(st.tuples(days, st.integers(0, 20)).map(lambda pair: (pair[0], pair[0] + timedelta(pair[1]))))


def covered(found):
    return {first + timedelta(step) for first, last in found for step in range((last - first).days + 1)}


@given(periods)
def test_stretches_cover_the_same_days(found):
    assert covered(stretches(found)) == covered(found)


@given(periods)
def test_there_is_a_day_without_an_agreement_between_two_stretches(found):
    merged = stretches(found)

    assert all(after[0] - before[1] > timedelta(1) for before, after in pairwise(merged))

"""Partial dates: what is read, what is refused, and what follows from them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal

from heritage_graph.errors import ParameterError
from heritage_graph.model.dates import (
    AgreementDates,
    Bounds,
    InForce,
    Precision,
    add_duration,
    combined_bounds,
    date_of,
    in_force,
    most_precise,
    read_date,
    read_duration,
    read_literal,
)
from heritage_graph.namespaces import XSD

YEARS = st.integers(min_value=1, max_value=9000)
SINCE_2024_06_13 = Bounds(date(2024, 6, 13), date(2024, 6, 13))
TO_2027_06_13 = Bounds(date(2027, 6, 13), date(2027, 6, 13))


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-06-13", date(2024, 6, 13), date(2024, 6, 13)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_a_date_spans_every_day_that_its_text_can_mean(text, earliest, latest):
    read = read_date(text)

    assert read.bounds == Bounds(earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        *("2020-13-45", "2019-02-29", "2024-00", "2024-06-00", "2024-04-31", "0000", "12024", "-2024", "+2024"),
        *("2024-6-13", "2024-06-13T00:00:00", "24", "", " 2024", "2024\n", "٢٠٢٤", "2024--06"),
    ],
)
def test_what_is_no_date_of_the_calendar_is_refused(text):
    with pytest.raises(ParameterError) as refusal:
        read_date(text)

    assert repr(text) in str(refusal.value)


@pytest.mark.parametrize("text", ["2024Z", "2024-06+03:00", "2024-06-13Z", "2024-06-13-05:00"])
def test_a_time_zone_is_refused_with_the_text_to_write_instead(text):
    with pytest.raises(ParameterError) as refusal:
        read_date(text)

    assert "no time zone" in str(refusal.value)


def test_a_literal_keeps_its_text_and_datatype():
    literal = Literal("2024-06", datatype=XSD.gYearMonth)

    assert read_literal(literal).literal == literal


@pytest.mark.parametrize(
    "literal",
    [
        Literal("2024-06-13", datatype=XSD.gYear),
        Literal("2024", datatype=XSD.date),
        Literal("2024"),
        Literal("2024-06-13T00:00:00", datatype=XSD.dateTime),
    ],
)
def test_a_literal_of_another_datatype_than_its_text_is_refused(literal):
    with pytest.raises(ParameterError) as refusal:
        read_literal(literal)

    assert "xsd:" in str(refusal.value)


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2024-06-13", "P3Y", "2027-06-13"),
        ("2024", "P3Y", "2027"),
        ("2024-11", "P3M", "2025-02"),
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2024-02-29", "P4Y", "2028-02-29"),
        ("2024-01-31", "P1M", "2024-02-29"),
        ("2024-12-31", "P1D", "2025-01-01"),
        ("2024-01-31", "P1M1D", "2024-03-01"),
        ("2024-06-13", "P36M", "2027-06-13"),
    ],
)
def test_a_duration_ends_on_the_same_calendar_day_in_the_same_precision(start, length, end):
    total = add_duration(read_date(start), read_duration(length))

    assert total == read_date(end)


@pytest.mark.parametrize(("start", "length"), [("2024", "P18M"), ("2024", "P1D"), ("2024-06", "P10D"), ("9998", "P3Y")])
def test_a_sum_that_the_precision_cannot_hold_is_refused(start, length):
    with pytest.raises(ParameterError) as refusal:
        add_duration(read_date(start), read_duration(length))

    assert repr(start) in str(refusal.value)


@pytest.mark.parametrize("text", ["P", "P0Y", "-P3Y", "PT1H", "P1YT1H", "3Y", "P3", "P1.5Y", "P1M1Y", "", "P3Y "])
def test_what_is_no_positive_duration_of_days_is_refused(text):
    with pytest.raises(ParameterError) as refusal:
        read_duration(text)

    assert repr(text) in str(refusal.value)


@given(day=st.dates(max_value=date(9000, 1, 1)), years=st.integers(min_value=1, max_value=500))
def test_whole_years_keep_month_and_day_save_for_29_february(day, years):
    end = add_duration(date_of(day), read_duration(f"P{years}Y")).earliest

    assert (end.year, end.month) == (day.year + years, day.month)


@given(year=YEARS, month=st.integers(min_value=1, max_value=12), years=st.integers(min_value=1, max_value=500))
def test_adding_to_a_month_adds_to_both_of_its_bounds(year, month, years):
    length = read_duration(f"P{years}Y")
    start = read_date(f"{year:04}-{month:02}")

    assert add_duration(date_of(start.earliest), length).earliest == add_duration(start, length).earliest


@pytest.mark.parametrize(
    ("readings", "left"),
    [
        (["2022", "2022-04", "2022-04-12"], ["2022-04-12"]),
        (["2022", "2022"], ["2022"]),
        (["2022", "2023-05-01"], ["2022", "2023-05-01"]),
        (["2022", "2022-04", "2022-05"], ["2022-04", "2022-05"]),
        ([], []),
    ],
)
def test_only_readings_that_no_other_refines_are_left(readings, left):
    result = most_precise(map(read_date, readings))

    assert [reading.text for reading in result] == left


@pytest.mark.parametrize(
    ("readings", "bounds"),
    [
        (["2022", "2022-04", "2022-04-12"], Bounds(date(2022, 4, 12), date(2022, 4, 12))),
        (["2022", "2022-04"], Bounds(date(2022, 4, 1), date(2022, 4, 30))),
        (["2022-04-12", "2023"], Bounds(date(2022, 4, 12), date(2023, 12, 31))),
        ([], None),
    ],
)
def test_readings_that_agree_are_intersected_and_others_give_their_hull(readings, bounds):
    combined = combined_bounds([read_date(text) for text in readings])

    assert combined == bounds


@given(st.lists(YEARS.map(lambda year: read_date(f"{year:04}")), min_size=1), YEARS)
def test_a_further_reading_that_disagrees_never_narrows_the_hull(readings, year):
    further = read_date(f"{year:04}")
    before = combined_bounds(readings)
    after = combined_bounds([*readings, further])

    assert after.contains(before)


@pytest.mark.parametrize(
    ("agreement", "on", "answer"),
    [
        (AgreementDates(None, SINCE_2024_06_13, TO_2027_06_13), date(2024, 6, 13), ("in-force", "term-running")),
        (AgreementDates(None, SINCE_2024_06_13, TO_2027_06_13), date(2027, 6, 13), ("in-force", "term-running")),
        (AgreementDates(None, SINCE_2024_06_13, TO_2027_06_13), date(2027, 6, 14), ("not-in-force", "term-over")),
        (AgreementDates(None, SINCE_2024_06_13, None), date(2024, 6, 12), ("not-in-force", "not-yet-effective")),
        (AgreementDates(None, None, TO_2027_06_13), date(2027, 6, 14), ("not-in-force", "term-over")),
        (AgreementDates(), date(2024, 6, 13), ("unknown", "no-signing-date")),
        (AgreementDates(signed=SINCE_2024_06_13), date(2024, 6, 13), ("unknown", "no-effective-date")),
        (AgreementDates(None, SINCE_2024_06_13, None), date(2030, 1, 1), ("unknown", "no-term")),
        (
            AgreementDates(None, read_date("2022").bounds, read_date("2025").bounds),
            date(2025, 6, 1),
            ("unknown", "uncertain-date"),
        ),
        (
            AgreementDates(None, read_date("2022").bounds, read_date("2025").bounds),
            date(2023, 1, 1),
            ("in-force", "term-running"),
        ),
    ],
)
def test_in_force_has_three_answers_each_with_its_reason(agreement, on, answer):
    told = in_force(agreement, on)

    assert told == InForce(*answer)


def test_the_precision_is_told_by_the_form():
    precisions = [read_date(text).precision for text in ("2024", "2024-06", "2024-06-13")]

    assert precisions == [Precision.YEAR, Precision.MONTH, Precision.DAY]

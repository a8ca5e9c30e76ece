"""Days have their places on a picture of time: certain ones filled, possible ones hatched, open ends with arrows."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage_graph.model.dates import Bounds, read_date
from heritage_graph.web.time_axis import Arrow, Axis, Piece, Tick, axis_over

FOUR_YEARS = Axis(date(2021, 1, 1), date(2024, 12, 31))
MIRRORED = Axis(date(2021, 1, 1), date(2024, 12, 31), right_to_left=True)
DAYS = st.dates()
BOUNDS = st.tuples(DAYS, DAYS).map(lambda days: Bounds(min(days), max(days)))


def year(text):
    return read_date(text).bounds


def day(text):
    return read_date(text).bounds


def test_an_axis_is_of_whole_years():
    assert axis_over([date(2022, 5, 1), date(2020, 2, 29)], right_to_left=False) == Axis(
        date(2020, 1, 1), date(2022, 12, 31)
    )


def test_days_that_are_known_are_certain():
    assert FOUR_YEARS.bar(day("2021-01-01"), day("2024-12-31")).pieces == (Piece("certain", 0.0, 100.0),)


def test_years_between_which_something_begins_and_ends_are_possible_around_what_is_certain():
    kinds = [piece.kind for piece in FOUR_YEARS.bar(year("2021"), year("2024")).pieces]

    assert kinds == ["possible", "certain", "possible"]


def test_what_began_and_ended_in_one_year_is_certain_on_no_day():
    assert [piece.kind for piece in FOUR_YEARS.bar(year("2022"), year("2022")).pieces] == ["possible"]


def test_an_end_that_is_not_known_is_an_arrow_at_the_edge():
    bar = FOUR_YEARS.bar(day("2023-01-01"), None)

    assert ([piece.kind for piece in bar.pieces], bar.arrows) == (["certain", "open"], (Arrow(100.0, "right"),))


def test_a_beginning_that_is_not_known_is_an_arrow_at_the_other_edge():
    bar = FOUR_YEARS.bar(None, day("2023-01-01"))

    assert ([piece.kind for piece in bar.pieces], bar.arrows) == (["open", "certain"], (Arrow(0.0, "left"),))


def test_a_single_day_is_a_point():
    bar = FOUR_YEARS.bar(day("2023-01-01"), day("2023-01-01"))

    assert bar.point == pytest.approx(50, abs=0.1)


def test_a_year_is_no_point():
    assert FOUR_YEARS.bar(day("2023-01-01"), day("2023-12-31")).point is None


def test_what_is_not_dated_has_no_bar():
    assert FOUR_YEARS.bar(None, None).pieces == ()


def test_years_stand_where_they_begin():
    assert [tick.year for tick in FOUR_YEARS.ticks()] == [2021, 2022, 2023, 2024]


def test_long_times_have_years_at_even_distances():
    ticks = Axis(date(1900, 1, 1), date(2026, 12, 31)).ticks()

    assert [tick.year for tick in ticks] == [1900, 1920, 1940, 1960, 1980, 2000, 2020]


def test_time_that_runs_to_the_left_is_the_mirror_of_time_that_runs_to_the_right():
    right, left = (axis.bar(day("2021-07-01"), None) for axis in (FOUR_YEARS, MIRRORED))

    assert (
        [(piece.kind, round(100 - piece.x - piece.width, 2)) for piece in left.pieces],
        left.arrows,
        MIRRORED.ticks()[0],
    ) == ([(piece.kind, round(piece.x, 2)) for piece in right.pieces], (Arrow(0.0, "left"),), Tick(100.0, 2021))


@given(start=BOUNDS | st.none(), end=BOUNDS | st.none(), window=BOUNDS, right_to_left=st.booleans())
def test_every_bar_stays_within_its_picture(start, end, window, right_to_left):
    axis = axis_over([window.earliest, window.latest], right_to_left=right_to_left)
    pieces = axis.bar(start, end).pieces

    assert all(piece.x >= 0 and piece.width >= 0 and piece.x + piece.width <= 100.01 for piece in pieces)

"""CSV that spreadsheet programs open without running anything."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage_graph.web.spreadsheet import csv_bytes, safe_cell

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
CELLS = st.text(st.sampled_from("=+-@\t\r\n'\",; aع"), max_size=8) | st.text(st.characters(codec="utf-8"), max_size=20)
TABLES = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1))


def parsed(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


@given(TABLES)
def test_no_cell_begins_as_a_formula_does(table):
    header, *rows = table

    assert not [cell for row in parsed(csv_bytes(header, rows)) for cell in row if cell.startswith(DANGEROUS)]


@given(TABLES)
def test_every_text_comes_back_but_for_the_apostrophe(table):
    header, *rows = table

    assert parsed(csv_bytes(header, rows)) == [[safe_cell(cell) for cell in row] for row in table]


@given(CELLS)
def test_a_cell_holds_its_text_unchanged_behind_at_most_one_apostrophe(text):
    assert safe_cell(text) in {text, f"'{text}"}


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "+1", "@SUM(1)", "-2+3", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u200f=1", "\uff1d1"]
)
def test_what_a_spreadsheet_would_run_is_made_a_text(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "Rabat", "2024-06-13", "https://example.org/?a=1", "3", "إيسيسكو", "'=1"])
def test_what_is_harmless_stays_as_it_is(text):
    assert safe_cell(text) == text


def test_excel_is_told_that_it_is_utf_8():
    assert csv_bytes(["name"], [["إيسيسكو"]]) == b'\xef\xbb\xbf"name"\r\n"' + "إيسيسكو".encode() + b'"\r\n'


def test_a_semicolon_cannot_begin_a_cell_of_its_own():
    assert b'"a;=1+1"' in csv_bytes(["name"], [["a;=1+1"]])


def test_a_broken_character_is_replaced_and_not_an_error():
    assert parsed(csv_bytes(["name"], [["a\ud800"]])) == [["name"], ["a?"]]

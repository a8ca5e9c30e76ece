"""Values agree however they are written: things by name, code or identifier, years by the year, pages by the host."""

import pytest

from heritage_graph.namespaces import ID
from heritage_graph.web.reconciliation.evidence import GivenValue, StatedValue, agreement, identifier_address
from heritage_graph.web.reconciliation.properties import PROPERTIES

HERE = StatedValue(ID + "country/here", ("Here", "هنا", "HR", "HRE"))


def agreed(name: str, given: str, *stated: StatedValue | str) -> float | None:
    values = [each if isinstance(each, StatedValue) else StatedValue(each) for each in stated]
    return agreement(PROPERTIES[name], [GivenValue(given)], values)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Here", 1),
        ("HERE", 1),
        ("hr", 1),
        ("هنا", 1),
        ("country/here", 1),
        ("id:country/here", 1),
        (ID + "country/here", 1),
        ("There", 0),
        ("country/there", 0),
        ("", 0),
    ],
)
def test_a_thing_is_told_by_any_of_its_names(given, expected):
    assert agreed("country", given, HERE) == expected


def test_a_value_that_was_matched_already_is_compared_by_identifier():
    assert agreement(PROPERTIES["country"], [GivenValue("", "country/here")], [HERE]) == 1


@pytest.mark.parametrize(
    ("given", "expected"),
    [("1951", 1), ("1951.0", 1), ("12 May 1951", 1), ("1950", 0.5), ("1949", 0), ("long ago", 0)],
)
def test_dates_are_compared_by_year(given, expected):
    assert agreed("foundedOn", given, "1951-05-12") == expected


@pytest.mark.parametrize(
    ("name", "given", "stated"),
    [
        ("ror", "0AAAAAA01", "https://ror.org/0aaaaaa01"),
        ("ror", "https://ror.org/0aaaaaa01", "https://ror.org/0aaaaaa01"),
        ("wikidata", "q99", "http://www.wikidata.org/entity/Q99"),
        ("wikidata", "https://www.wikidata.org/wiki/Q99", "http://www.wikidata.org/entity/Q99"),
        ("isni", "0000 0001 2345 6789", "https://isni.org/isni/0000000123456789"),
        ("fundref", "10.13039/100999991", "https://doi.org/10.13039/100999991"),
        ("geonames", "9999991", "https://sws.geonames.org/9999991/"),
        ("worldHeritageId", "9001BIS", "9001bis"),
        ("homepage", "www.school.example", "https://school.example/en/"),
        ("acronym", "exs", "EXS"),
    ],
)
def test_identifiers_and_pages_agree_in_any_of_their_forms(name, given, stated):
    assert agreed(name, given, stated) == 1


@pytest.mark.parametrize(("name", "given"), [("homepage", "https://[oops"), ("homepage", ""), ("ror", "0bbbbbb02")])
def test_what_is_another_or_unreadable_disagrees(name, given):
    assert agreed(name, given, "https://ror.org/0aaaaaa01") == 0


def test_nothing_stated_is_unknown():
    assert agreed("country", "Here") is None


def test_an_identifier_of_another_registry_says_nothing():
    assert agreed("ror", "0aaaaaa01", "http://www.wikidata.org/entity/Q99") is None


def test_the_best_of_several_values_counts():
    assert agreed("country", "Here", StatedValue(ID + "country/there", ("There",)), HERE) == 1


def test_an_address_is_made_as_the_graph_writes_it():
    assert identifier_address(PROPERTIES["geonames"], "9999991") == "https://sws.geonames.org/9999991/"

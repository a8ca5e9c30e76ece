"""What changed between two editions of the World Heritage List."""

from decimal import Decimal

import pytest

from heritage_graph.importers.list_changes import Moved, OtherCriteria, Renamed, compare
from heritage_graph.namespaces import ID

from .reading import read

SITE = ID.term("site/whc-9001")


@pytest.fixture
def changes(list_of_2019, list_of_2026):
    """Compare a file of the 2019 form with one of the 2026 form, each of one site that differs from the usual."""

    def compared(before, after):
        return compare(read("unesco-whc", list_of_2019(before)).quads, read("unesco-whc", list_of_2026(after)).quads)

    return compared


def test_a_site_that_both_editions_tell_alike_has_not_changed(changes):
    found = changes({}, {})

    assert found.summary() == (
        "0 added, 0 gone, 0 renamed, 0 moved, 0 put in danger, 0 out of danger, 0 with other criteria"
    )


def test_sites_of_one_edition_only_are_added_or_gone(changes):
    found = changes({}, {"id": 9002})

    assert (found.added, found.gone) == ((ID.term("site/whc-9002"),), (SITE,))


def test_another_name_is_a_renaming_in_its_language(changes):
    found = changes({}, {"name": "Port of Example"})

    assert found.renamed == (Renamed(SITE, "en", "Harbour of Example", "Port of Example"),)


def test_a_name_that_differs_in_markup_only_is_the_same(changes):
    found = changes({"name_en": "Harbour of  <i>Example</i> "}, {})

    assert found.renamed == ()


def test_coordinates_that_differ_by_more_than_a_hundredth_of_a_degree_have_moved(changes):
    found = changes({}, {"latitude": 34.0310})

    assert found.moved == (
        Moved(SITE, (Decimal("34.0209"), Decimal("-6.8361")), (Decimal("34.031"), Decimal("-6.8361"))),
    )


def test_coordinates_that_differ_by_less_have_not(changes):
    found = changes({}, {"latitude": 34.0250})

    assert found.moved == ()


def test_coordinates_that_replace_missing_ones_count_as_moved(changes):
    found = changes({"latitude": "0", "longitude": "0"}, {})

    assert found.moved == (Moved(SITE, None, (Decimal("34.0209"), Decimal("-6.8361"))),)


def test_a_period_in_danger_that_is_over_is_no_danger_now(changes):
    found = changes({"danger_list": "P 1984-1988"}, {"is_endangered": True})

    assert (found.into_danger, found.out_of_danger) == ((SITE,), ())


def test_a_site_that_was_in_danger_may_be_out_of_it(changes):
    found = changes({"danger_list": "Y 2003", "danger": "1"}, {})

    assert (found.into_danger, found.out_of_danger) == ((), (SITE,))


def test_other_criteria_are_told_as_lost_and_gained(changes):
    found = changes({}, {"criteria": ["iv", "vi"]})

    assert found.other_criteria == (OtherCriteria(SITE, frozenset({"(ii)"}), frozenset({"(vi)"})),)

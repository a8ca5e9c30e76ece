"""A source graph that a record made is told as a record again, from which the same graph is made."""

import json

import pytest
from pyoxigraph import Literal, Triple

from heritage_graph.importers.records.returning import record_of
from heritage_graph.namespaces import ID, SKOS

from .people_records import AGREEMENT, EXCAVATION, MUSEUM, RENEWAL, told, without

KINDS = (
    "event",
    "exhibition",
    "programme",
    "project",
    "funding",
    "scholarship",
    "conservation",
    "research",
    "designation",
)


def returned(folder, *rows):
    slugs = [row["slug"] for row in rows]
    return [record_of(slug, each.triples) for slug, each in zip(slugs, told(folder, *rows), strict=True)]


def graphs(folder, *rows):
    return [set(each.triples) for each in told(folder, *rows)]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param((AGREEMENT, RENEWAL), id="agreement and renewal"),
        pytest.param((EXCAVATION,), id="excavation"),
        pytest.param((AGREEMENT | {"parties": [MUSEUM, {"withheld": "why", "role": "party"}]},), id="withheld"),
        pytest.param((AGREEMENT | {"parties": [MUSEUM, {"as_named": "Fund", "role": "funder"}]},), id="implied party"),
        *(
            pytest.param(
                (without(AGREEMENT, "signed_on", "valid_until") | {"kind": kind, "kind_as_stated": "workshop"},),
                id=kind,
            )
            for kind in KINDS
        ),
    ],
)
def test_the_record_of_a_graph_makes_the_same_graph(tmp_path, rows):
    assert graphs(tmp_path, *returned(tmp_path, *rows)) == graphs(tmp_path, *rows)


def test_the_record_of_a_graph_has_what_the_page_states(tmp_path):
    (record,) = returned(tmp_path, EXCAVATION)

    assert record == EXCAVATION


def test_the_record_of_a_graph_has_no_more_than_the_graph(tmp_path):
    (record,) = returned(tmp_path, AGREEMENT)

    assert set(AGREEMENT) - set(record) == {"date_precision", "same_as_hint", "disagreement"}


def test_a_graph_that_no_record_made_has_none():
    thing = Triple(ID.term("project/pier"), SKOS.prefLabel, Literal("Pier", language="en"))

    assert record_of("pier", [thing]) is None


def test_a_record_can_be_written_as_json(tmp_path):
    (record,) = returned(tmp_path, AGREEMENT)

    assert json.loads(json.dumps(record)) == record

"""The JSON of Linked Art: a tree in which parts stand in place, and other things are referred to by id and type."""

from __future__ import annotations

import json

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from heritage_graph.namespaces import RDF, RDFS
from heritage_graph.views.linked_art import linked_art_json
from heritage_graph.views.profile import CRM, LA

THING = "https://w3id.org/heritage-graph/id/event/a-meeting"
OTHER = "https://w3id.org/heritage-graph/id/organization/alpha"


def told(*statements):
    """Statements of nodes by short name: an empty one is the thing, `#name` a part of it, others are whole IRIs."""
    return [Triple(_node(subject), NamedNode(predicate), value) for subject, predicate, value in statements]


def _node(name):
    return NamedNode(f"{THING}{name}" if name.startswith("#") or not name else name)


def crm(name):
    return NamedNode(CRM + name)


ACTIVITY = ("", RDF.type.value, crm("E7_Activity"))


def test_a_record_begins_with_what_names_it():
    record = linked_art_json(THING, told(ACTIVITY, ("", RDFS.label.value, Literal("A meeting", language="en"))))

    assert list(record.items()) == [
        ("@context", "https://linked.art/ns/v1/linked-art.json"),
        ("id", THING),
        ("type", "Activity"),
        ("_label", "A meeting"),
    ]


def test_what_is_embedded_stands_in_place_without_an_id():
    record = linked_art_json(
        THING,
        told(
            ACTIVITY,
            ("", CRM + "P1_is_identified_by", _node("#name/1")),
            ("#name/1", RDF.type.value, crm("E33_E41_Linguistic_Appellation")),
            ("#name/1", CRM + "P190_has_symbolic_content", Literal("A meeting")),
        ),
    )

    assert record["identified_by"] == [{"type": "Name", "content": "A meeting"}]


def test_another_thing_is_referred_to_by_id_type_and_label():
    record = linked_art_json(
        THING,
        told(
            ACTIVITY,
            ("", CRM + "P14_carried_out_by", NamedNode(OTHER)),
            (OTHER, RDF.type.value, crm("E74_Group")),
            (OTHER, RDFS.label.value, Literal("Alpha", language="en")),
        ),
    )

    assert record["carried_out_by"] == [{"id": OTHER, "type": "Group", "_label": "Alpha"}]


@pytest.mark.parametrize("class_", ["E53_Place", "E55_Type"])
def test_a_reference_to_what_the_key_does_not_take_is_left_out(class_):
    record = linked_art_json(
        THING,
        told(ACTIVITY, ("", CRM + "P14_carried_out_by", NamedNode(OTHER)), (OTHER, RDF.type.value, crm(class_))),
    )

    assert "carried_out_by" not in record


def test_what_has_no_class_is_not_referred_to():
    record = linked_art_json(THING, told(ACTIVITY, ("", LA + "equivalent", NamedNode(OTHER))))

    assert "equivalent" not in record


@pytest.mark.parametrize(("wholes", "part_of"), [(1, True), (2, False)])
def test_one_whole_of_an_activity_is_told_and_none_of_several(wholes, part_of):
    others = [f"https://w3id.org/heritage-graph/id/event/whole-{number}" for number in range(wholes)]
    record = linked_art_json(
        THING,
        told(
            ACTIVITY,
            *(("", CRM + "P9i_forms_part_of", NamedNode(each)) for each in others),
            *((each, RDF.type.value, crm("E7_Activity")) for each in others),
        ),
    )

    assert ("part_of" in record) == part_of


@pytest.mark.parametrize(
    ("languages", "label"),
    [(("ar", "en", "fr"), "en"), (("ar", "fr"), "fr"), (("zh", "ar"), "ar"), (("zh", "de"), "de")],
)
def test_the_label_is_english_when_there_is_one(languages, label):
    record = linked_art_json(
        THING, told(ACTIVITY, *(("", RDFS.label.value, Literal(each, language=each)) for each in languages))
    )

    assert record["_label"] == label


def test_a_thing_without_a_label_is_called_by_its_iri():
    assert linked_art_json(THING, told(ACTIVITY))["_label"] == THING


def test_equal_statements_in_any_order_are_equal_records():
    statements = told(
        ACTIVITY,
        *(("", CRM + "P2_has_type", NamedNode(f"https://example.org/{each}")) for each in "cab"),
        *((f"https://example.org/{each}", RDF.type.value, crm("E55_Type")) for each in "bca"),
    )

    assert json.dumps(linked_art_json(THING, statements)) == json.dumps(linked_art_json(THING, statements[::-1]))


def test_a_view_without_a_class_is_no_record():
    with pytest.raises(ValueError, match="gives it no class"):
        linked_art_json(THING, told(("", RDFS.label.value, Literal("A meeting"))))

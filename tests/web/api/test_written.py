"""Values as JSON: each in the form of its key, and exactly under its IRI where that form cannot hold it."""

from __future__ import annotations

import json

import pytest
from pyld import jsonld
from pyoxigraph import RdfFormat, parse

from heritage_graph.json_ld.context import context_bytes
from heritage_graph.json_ld.written import Around, node
from heritage_graph.web.api.references import Labels

HG = "https://w3id.org/heritage-graph/ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
THING = "https://w3id.org/heritage-graph/id/site/made-up"
NOBODY = Around(Labels([]))


def literal(text, datatype="string"):
    return {"type": "literal", "value": text, **({} if datatype == "string" else {"datatype": XSD + datatype})}


def text_in(language, text):
    return {"type": "literal", "value": text, "xml:lang": language}


def iri(text):
    return {"type": "uri", "value": text}


def written(property_, *values):
    return node(THING, [{"p": iri(property_), "o": value} for value in values], NOBODY)


def triples(document):
    whole = {**json.loads(context_bytes()), **document}
    quads = parse(jsonld.to_rdf(whole, {"format": "application/n-quads"}).encode(), RdfFormat.N_QUADS)
    return {(quad.predicate.value, str(quad.object)) for quad in quads}


VALUES = [
    (HG + "signedOn", literal("2024-06", "gYearMonth"), "signedOn",
     {"value": "2024-06", "type": "gYearMonth", "earliest": "2024-06-01", "latest": "2024-06-30"}),
    (HG + "latitude", literal("33.90", "decimal"), "latitude", {"value": "33.90", "type": "decimal", "number": 33.9}),
    (HG + "areasOfCooperation", literal("6", "integer"), "areasOfCooperation", 6),
    (HG + "listIsOpen", literal("false", "boolean"), "listIsOpen", False),
    (HG + "worldHeritageId", literal("31bis"), "worldHeritageId", "31bis"),
    (HG + "duration", literal("P3Y", "duration"), "duration", "P3Y"),
    (HG + "topic", iri("https://w3id.org/heritage-graph/vocab/topic/partnerships"), "topic",
     {"id": "https://w3id.org/heritage-graph/vocab/topic/partnerships"}),
]  # fmt: skip


@pytest.mark.parametrize(("property_", "value", "key", "told"), VALUES)
def test_a_value_is_told_in_a_list_in_the_form_of_its_key(property_, value, key, told):
    assert written(property_, value)[key] == [told]


TEXTS = [
    ([text_in("en", "One"), text_in("ar", "واحد")], {"ar": ["واحد"], "en": ["One"]}),
    ([text_in("en", "One"), text_in("en", "Another")], {"en": ["Another", "One"]}),
    ([literal("One")], {"@none": ["One"]}),
]


@pytest.mark.parametrize(("values", "told"), TEXTS)
def test_texts_are_told_by_language_however_many_there_are(values, told):
    assert written(SKOS + "prefLabel", *values)["label"] == told


UNFIT = [
    (HG + "signedOn", literal("spring 2024")),
    (HG + "signedOn", literal("2024-02-31", "date")),
    (HG + "signedOn", literal("2024-06-13Z", "date")),
    (HG + "signedOn", literal("2024-06-13T10:00:00", "dateTime")),
    (HG + "signedOn", iri("https://example.org/day")),
    (HG + "latitude", literal("3.39E1", "double")),
    (HG + "areasOfCooperation", literal("06", "integer")),
    (HG + "areasOfCooperation", literal("-0", "integer")),
    (HG + "areasOfCooperation", literal("9007199254740993", "integer")),
    (HG + "areasOfCooperation", literal("6", "int")),
    (HG + "listIsOpen", literal("1", "boolean")),
    (HG + "worldHeritageId", text_in("en", "31bis")),
    (HG + "worldHeritageId", literal("31", "integer")),
    (HG + "topic", literal("climate")),
    (HG + "note", literal("5", "integer")),
    ("https://example.org/invented", literal("x")),
    ("https://example.org/invented", text_in("ar", "س")),
    ("https://example.org/invented", literal("7", "integer")),
    ("https://example.org/invented", iri("https://example.org/other")),
]


@pytest.mark.parametrize(("property_", "value"), UNFIT)
def test_a_value_that_no_key_can_hold_is_told_under_the_iri_of_its_property(property_, value):
    assert list(written(property_, value)) == ["id", "type", property_]


@pytest.mark.parametrize(("property_", "value"), [*UNFIT, *[(each[0], each[1]) for each in VALUES]])
def test_a_value_expands_to_the_triple_that_it_was_made_of(property_, value):
    written_term = {
        "uri": f"<{value['value']}>",
        "literal": f'"{value["value"]}"'
        + (f"@{value['xml:lang']}" if "xml:lang" in value else "")
        + (f"^^<{value['datatype']}>" if "datatype" in value else ""),
    }[value["type"]]

    assert triples(written(property_, value)) == {(property_, written_term)}


def test_classes_are_told_by_name_and_those_of_others_by_iri():
    rows = [{"p": iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), "o": iri(each)}
            for each in (HG + "Site", "http://www.opengis.net/ont/geosparql#Feature")]  # fmt: skip

    assert node(THING, rows, NOBODY)["type"] == ["http://www.opengis.net/ont/geosparql#Feature", "Site"]


def test_graphs_that_state_a_plain_value_are_told_beside_it():
    value = literal("31bis")
    said = {(THING, HG + "worldHeritageId", ("literal", "31bis", "", "")): ["https://example.org/graph"]}
    told = node(THING, [{"p": iri(HG + "worldHeritageId"), "o": value}], Around(Labels([]), sources=said))

    assert told["sourcesOf"] == {
        "worldHeritageId": [{"value": "31bis", "sources": [{"id": "https://example.org/graph"}]}]
    }

"""JSON-LD of a description: its context stands in it, and schema.org's is a tree."""

from __future__ import annotations

import json

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from heritage_graph.namespaces import RDF, XSD
from heritage_graph.views.json_ld import SCHEMA_CONTEXT, graph_json, schema_json
from heritage_graph.views.profile import DC, SCHEMA

THING = NamedNode("https://w3id.org/heritage-graph/id/event/a-meeting")
PLACE = NamedNode("https://w3id.org/heritage-graph/id/place/upper-town")
TREE = [
    Triple(THING, RDF.type, SCHEMA.Event),
    Triple(THING, SCHEMA.name, Literal("A meeting", language="en")),
    Triple(THING, SCHEMA.startDate, Literal("2024-05")),
    Triple(THING, SCHEMA.url, NamedNode("https://example.org/meeting")),
    Triple(THING, SCHEMA.location, PLACE),
    Triple(PLACE, RDF.type, SCHEMA.Place),
    Triple(PLACE, SCHEMA.containsPlace, THING),
]


def triples_of(document):
    return {quad.triple for quad in parse(json.dumps(document).encode(), RdfFormat.JSON_LD)}


def test_a_list_of_nodes_says_what_the_statements_say():
    statements = [
        Triple(THING, DC.term("title"), Literal("A meeting", language="en")),
        Triple(THING, DC.date, Literal("2024-05", datatype=XSD.gYearMonth)),
        Triple(THING, DC.relation, PLACE),
        Triple(THING, DC.type, Literal("Event")),
    ]

    assert triples_of(graph_json(statements, {"dc": DC, "xsd": XSD})) == set(statements)


def test_a_tree_says_what_the_statements_say():
    assert triples_of(schema_json(THING.value, TREE, SCHEMA_CONTEXT)) == set(TREE)


def test_a_tree_tells_each_node_once_and_is_begun_by_the_thing():
    tree = schema_json(THING.value, TREE, "https://schema.org/")

    assert tree == {
        "@context": "https://schema.org/",
        "@id": THING.value,
        "@type": "Event",
        "location": {"@id": PLACE.value, "@type": "Place", "containsPlace": {"@id": THING.value}},
        "name": {"@language": "en", "@value": "A meeting"},
        "startDate": "2024-05",
        "url": "https://example.org/meeting",
    }

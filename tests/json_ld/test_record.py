"""A record as JSON-LD gives back exactly its statements, whatever refers to what."""

from __future__ import annotations

import json

import orjson
import pytest
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from heritage_graph.json_ld.context import CONTEXT_IRI, context_bytes
from heritage_graph.json_ld.record import record_document
from heritage_graph.namespaces import HG, RDF, RDFS

ID = "https://w3id.org/heritage-graph/id/"
THING, OTHER = NamedNode(f"{ID}project/made-up"), NamedNode(f"{ID}project/other")
EVIDENCE, PART = NamedNode(f"{ID}evidence/1"), NamedNode(f"{ID}participation/1")
INFERENCE = NamedNode(f"{ID}inference/1")
NAME = Triple(THING, RDFS.label, Literal("Made up", language="en"))


def cited(part):
    return Triple(part, HG.evidence, EVIDENCE)


def triples_in(document):
    known = {"documentUrl": CONTEXT_IRI, "contextUrl": None, "document": json.loads(context_bytes())}
    options = {"format": "application/n-quads", "documentLoader": lambda *_: known}
    quads = parse(jsonld.to_rdf(document, options).encode(), RdfFormat.N_QUADS)
    return {quad.triple for quad in quads}


def chain(length):
    nodes = [THING, *(NamedNode(f"{ID}evidence/{number}") for number in range(length))]
    return [Triple(nodes[at], HG.evidence, nodes[at + 1]) for at in range(length)] + [
        Triple(node, HG.page, Literal(number)) for number, node in enumerate(nodes)
    ]


RECORDS = {
    "a name": [NAME],
    "evidence": [NAME, cited(THING), Triple(EVIDENCE, HG.quotation, Literal("as it says"))],
    "evidence of two nodes": [NAME, cited(THING), cited(PART), Triple(PART, HG.inContext, THING), cited(EVIDENCE)],
    "a participation": [NAME, Triple(PART, HG.inContext, THING), Triple(PART, RDF.type, HG.Participation)],
    "one in two contexts": [NAME, Triple(PART, HG.inContext, THING), Triple(PART, HG.inContext, OTHER)],
    "an inference": [NAME, Triple(INFERENCE, HG.inferredAbout, THING), Triple(INFERENCE, RDFS.label, Literal("so"))],
    "a circle": [NAME, cited(THING), Triple(EVIDENCE, HG.inContext, THING), Triple(EVIDENCE, HG.evidence, THING)],
    "a class of its own": [NAME, Triple(THING, RDF.type, PART), Triple(PART, RDFS.label, Literal("odd"))],
    "a text under a property of references": [Triple(THING, HG.evidence, Literal("hearsay")), cited(THING)],
    "a long chain": chain(400),
}


@pytest.mark.parametrize("triples", RECORDS.values(), ids=RECORDS)
def test_a_record_expands_to_exactly_its_statements(triples):
    document = orjson.loads(orjson.dumps(record_document(THING.value, triples)))

    assert triples_in(document) == set(triples)


@pytest.mark.parametrize("triples", RECORDS.values(), ids=RECORDS)
def test_equal_records_are_written_alike(triples):
    assert orjson.dumps(record_document(THING.value, triples)) == orjson.dumps(
        record_document(THING.value, reversed(triples))
    )


def test_a_participation_stands_within_its_context():
    told = record_document(THING.value, RECORDS["a participation"])

    assert told["participations"] == [{"id": PART.value, "type": ["Participation"]}]


def test_a_node_is_told_once_however_often_it_is_referred_to():
    told = orjson.dumps(record_document(THING.value, [*RECORDS["evidence"], *RECORDS["evidence of two nodes"]]))

    assert told.count(b"as it says") == 1

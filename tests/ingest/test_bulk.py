"""A bulk load does what a load through the gate does: the same graphs, the same view, the same log."""

import gzip
import re
from datetime import datetime
from random import Random

import pytest
from ingest_fixtures import PREFIXES
from pyoxigraph import RdfFormat, Store, parse, serialize

from heritage_graph.errors import ForbiddenContent, InvalidData, ParameterError, SyntaxFault
from heritage_graph.ingest.bulk.load import load_in_bulk, statements_of_files
from heritage_graph.ingest.changes import Mode, changes_of_document
from heritage_graph.ingest.local import bring_in
from heritage_graph.namespaces import HG, PROV, source_graph
from heritage_graph.store.generations import generation_folder, published_generations

AGREEMENT = """
id:agreement/made-up a hg:MemorandumOfUnderstanding ;
  skos:prefLabel "A made-up memorandum"@en ;
  hg:signedOn "2024-06-13"^^xsd:date ;
  hg:evidence id:evidence/made-up-1 .
id:evidence/made-up-1 a hg:EvidenceSpan ; hg:line 3 .
"""
TERM = """
id:agreement/made-up hg:hasTerm id:term/made-up .
id:term/made-up a hg:DurationTerm ; hg:duration "P3Y"^^xsd:duration ; hg:evidence id:evidence/made-up-1 .
"""
THINGS = [f"id:agreement/made-up-{number}" for number in range(4)] + ["id:event/made-up", "<https://example.org/thing>"]
NODES = [f"id:{kind}/made-up-{number}" for kind in ("participation", "evidence", "term") for number in range(3)]
MEMBERS = [f"id:organization/made-up-{number}" for number in range(3)]


def written(folder, turtle, *, name="document.ttl"):
    file = folder / name
    file.write_text(PREFIXES + re.sub(r"\b(id|hgv):([a-z-]+)/", r"\1:\2\\/", turtle), encoding="utf-8")
    return file


def in_bulk(data, file, rulebook, *, slug="made-up", mode=Mode.MERGE, **options):
    stated = statements_of_files([file], slug=slug, mode=mode)
    return load_in_bulk(data, stated, rulebook=rulebook, message="a test", **options)


def through_the_gate(data, file, rulebook, *, slug="made-up", mode=Mode.MERGE):
    graph = source_graph(slug)
    quads = parse(file.read_bytes(), RdfFormat.TURTLE)
    return bring_in(data, changes_of_document(quads, graph=graph, mode=mode), rulebook=rulebook, message="a test")


def last_state(data):
    """The quads of the last generation; the moments and keys of its commits are left out."""
    store = Store.read_only(str(generation_folder(data, published_generations(data)[-1])))
    return {quad for quad in store if quad.predicate not in {HG.commitKey, PROV.atTime}}


def random_turtle(chance):
    """Statements about a few things that stand around one another and follow from one another, in any way."""
    statements = [f'{chance.choice(THINGS)} hg:signedOn "20{chance.randrange(10, 20)}-01-01"^^xsd:date .']
    for _ in range(chance.randrange(25)):
        thing, other, node = chance.choice(THINGS), chance.choice(THINGS), chance.choice(NODES)
        statements += chance.sample(
            [
                f"{thing} hg:evidence {node} .",
                f"{node} hg:inContext {thing} .",
                f"{node} hg:participant {chance.choice(MEMBERS)} ; hg:role hgv:role/party .",
                f"{thing} hg:hasTerm {node} .",
                f'{node} hg:duration "P{chance.randrange(1, 5)}Y"^^xsd:duration .',
                f"{node} hg:hasContribution {chance.choice(NODES)} .",
                f"{thing} hg:renews {other} .",
                f'{thing} hg:startDate "20{chance.randrange(10, 20)}"^^xsd:gYear .',
                f"{thing} a hg:MemorandumOfUnderstanding .",
                f"{thing} hg:line 12.50 , 12.5 , {chance.choice(['255', '511', '-1'])} .",
            ],
            2,
        )
    return "\n".join(statements)


@pytest.mark.parametrize("seed", range(10))
def test_the_same_documents_give_the_same_generations(seed, tmp_path, lenient):
    chance = Random(seed)
    for number in range(4):
        file = written(tmp_path, random_turtle(chance), name=f"{number}.ttl")
        mode, slug = chance.choice([Mode.MERGE, Mode.REPLACE]), chance.choice(["made-up", "another"])
        through_the_gate(tmp_path / "gate", file, lenient, slug=slug, mode=mode)
        in_bulk(tmp_path / "bulk", file, lenient, slug=slug, mode=mode)

    assert last_state(tmp_path / "bulk") == last_state(tmp_path / "gate")


@pytest.mark.parametrize("mode", [Mode.MERGE, Mode.REPLACE])
def test_the_receipts_tell_the_same(tmp_path, lenient, mode):
    receipts = []
    for data, load in (("bulk", in_bulk), ("gate", through_the_gate)):
        load(tmp_path / data, written(tmp_path, AGREEMENT), lenient)
        receipts.append(load(tmp_path / data, written(tmp_path, TERM), lenient, mode=mode).receipt)

    assert receipts[0] == receipts[1]

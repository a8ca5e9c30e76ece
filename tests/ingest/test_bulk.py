"""A bulk load does what a load through the gate does: the same graphs, the same view, the same log."""

import gzip
import re
from pathlib import Path
from random import Random

import pytest
from ingest_fixtures import PREFIXES
from pyoxigraph import RdfFormat, Store, parse, serialize

from heritage_graph.errors import EngineTrouble, ForbiddenContent, InvalidData, ParameterError, StaleBase, SyntaxFault
from heritage_graph.ingest import bulk
from heritage_graph.ingest.bulk import recorder_process, recording
from heritage_graph.ingest.bulk.build import Stage
from heritage_graph.ingest.bulk.load import load_in_bulk, statements_of_files
from heritage_graph.ingest.changes import Mode, changes_of_document
from heritage_graph.ingest.local import bring_in
from heritage_graph.namespaces import HG, LOG, PROV, source_graph
from heritage_graph.query_files import bind, load_catalogue
from heritage_graph.store.errand import errand_beside
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
OTHER = """
id:agreement/made-up-2 a hg:MemorandumOfUnderstanding ;
  hg:renews id:agreement/made-up ;
  hg:evidence id:evidence/made-up-1 .
"""
THINGS = [f"id:agreement/made-up-{number}" for number in range(4)] + ["id:event/made-up", "<https://example.org/thing>"]
NODES = [f"id:{kind}/made-up-{number}" for kind in ("participation", "evidence", "term") for number in range(3)]
MEMBERS = [f"id:organization/made-up-{number}" for number in range(3)]


def written(folder, turtle, *, name="document.ttl"):
    file = folder / name
    file.write_text(PREFIXES + re.sub(r"\b(id|hgv):([a-z-]+)/", r"\1:\2\\/", turtle), encoding="utf-8")
    return file


def in_bulk(data, file, rulebook, *, slug="made-up", mode=Mode.MERGE, **options):
    stated = statements_of_files([file], graph=source_graph(slug), mode=mode)
    return load_in_bulk(data, stated, rulebook=rulebook, message="a test", **options)


def through_the_gate(data, file, rulebook, *, slug="made-up", mode=Mode.MERGE):
    graph = source_graph(slug)
    quads = parse(file.read_bytes(), RdfFormat.TURTLE)
    return bring_in(data, changes_of_document(quads, graph=graph, mode=mode), rulebook=rulebook, message="a test")


def last_state(data):
    """The quads of the last generation; the moments and keys of its commits are left out."""
    store = Store.read_only(str(generation_folder(data, published_generations(data)[-1])))
    return {quad for quad in store if quad.predicate not in {HG.commitKey, PROV.atTime}}


def graphs_in(data):
    return {quad.graph_name for quad in last_state(data)}


def converted(folder, turtle, name):
    """The same statements in the format that *name* tells."""
    content = written(folder, turtle).read_bytes()
    file = folder / name
    if file.suffix == ".gz":
        file.write_bytes(gzip.compress(content))
    else:
        quads = parse(content, RdfFormat.TURTLE)
        serialize(quads, file, format=RdfFormat.from_extension(file.suffix[1:]))
    return file


def load_beside(data, file, rulebook, others, *, slug="made-up"):
    """Load *file* while *others* write: between the reading of its statements and the end of the load."""

    def told(stage, _):
        if stage is Stage.RECORDING and not done:
            done.append(others())

    done = []
    return in_bulk(data, file, rulebook, slug=slug, told=told)


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


def test_a_process_beside_the_check_notes_the_same_changes(tmp_path, lenient, monkeypatch):
    monkeypatch.setattr(recording, "WORTH_A_PROCESS", 0)
    chance = Random(42)
    for number, mode in enumerate([Mode.MERGE, Mode.REPLACE]):
        file = written(tmp_path, random_turtle(chance), name=f"{number}.ttl")
        through_the_gate(tmp_path / "gate", file, lenient, mode=mode)
        in_bulk(tmp_path / "bulk", file, lenient, mode=mode)

    assert last_state(tmp_path / "bulk") == last_state(tmp_path / "gate")


def test_a_process_that_cannot_note_what_changes_says_why(tmp_path):
    settings = {"before": str(tmp_path / "none"), "after": str(tmp_path), "memory_bytes": 1 << 30, "confined": False}
    beside = errand_beside(recorder_process.__name__, settings, trouble="it cannot be noted")

    with beside as wait, pytest.raises(EngineTrouble, match=r"it cannot be noted: .*none"):
        wait()


@pytest.mark.parametrize("mode", [Mode.MERGE, Mode.REPLACE])
def test_the_receipts_tell_the_same(tmp_path, lenient, mode):
    receipts = []
    for data, load in (("bulk", in_bulk), ("gate", through_the_gate)):
        load(tmp_path / data, written(tmp_path, AGREEMENT), lenient)
        receipts.append(load(tmp_path / data, written(tmp_path, TERM), lenient, mode=mode).receipt)

    assert receipts[0] == receipts[1]


def test_what_is_there_already_makes_no_generation(tmp_path, lenient):
    file = written(tmp_path, AGREEMENT + TERM)
    first = in_bulk(tmp_path / "data", file, lenient, mode=Mode.REPLACE)
    again = in_bulk(tmp_path / "data", file, lenient, mode=Mode.REPLACE)

    assert (again.changes, again.receipt.generation) == (False, first.receipt.generation)


def test_a_file_without_statements_takes_back_what_the_source_said(tmp_path, lenient):
    in_bulk(tmp_path / "data", written(tmp_path, AGREEMENT), lenient)
    receipt = in_bulk(tmp_path / "data", written(tmp_path, ""), lenient, mode=Mode.REPLACE).receipt

    assert (receipt.deleted, source_graph("made-up") in graphs_in(tmp_path / "data")) == (1, False)


def test_a_dry_run_tells_what_would_happen_and_stores_nothing(tmp_path, lenient):
    loaded = in_bulk(tmp_path / "data", written(tmp_path, AGREEMENT), lenient, dry_run=True)

    assert (loaded.receipt.generation, published_generations(tmp_path / "data")) == (1, [0])


def test_refused_data_leaves_no_trace(tmp_path, rulebook):
    with pytest.raises(InvalidData):
        in_bulk(tmp_path / "data", written(tmp_path, AGREEMENT), rulebook)

    assert {path.name for path in (tmp_path / "data").iterdir()} == {
        "store",
        "store.lock",
        "bulk.lock",
        "generations",
    }


@pytest.mark.parametrize("name", ["document.nt", "document.nq", "document.ttl.gz", "document.rdf", "document.jsonld"])
def test_every_format_is_read_also_gzipped(name, tmp_path, lenient):
    in_bulk(tmp_path / "data", converted(tmp_path, AGREEMENT, name), lenient)
    in_bulk(tmp_path / "turtle", written(tmp_path, AGREEMENT), lenient)

    assert last_state(tmp_path / "data") == last_state(tmp_path / "turtle")


@pytest.mark.parametrize(
    ("content", "refusal", "words"),
    [
        (b"<https://example.org/a> <https://example.org/b> [] .", ForbiddenContent, "blank node"),
        (b"<https://w3id.org/heritage-graph/ns#Agreement> a <https://example.org/b> .", ForbiddenContent, "classes"),
        (b'<https://example.org/a> <https://example.org/b> "\xff" .', SyntaxFault, "byte 49"),
        (b"<https://example.org/a> <https://example.org/b> .", SyntaxFault, "line 1"),
    ],
)
def test_what_the_gate_does_not_accept_is_refused(content, refusal, words, tmp_path, lenient):
    file = tmp_path / "document.ttl"
    file.write_bytes(content)

    with pytest.raises(refusal, match=words):
        in_bulk(tmp_path / "data", file, lenient)


def test_a_damaged_gzip_stream_is_refused(tmp_path, lenient):
    file = converted(tmp_path, AGREEMENT, "document.ttl.gz")
    file.write_bytes(file.read_bytes()[:-20])

    with pytest.raises(SyntaxFault, match="gzip"):
        in_bulk(tmp_path / "data", file, lenient)


def test_a_file_whose_name_tells_no_format_is_refused(tmp_path, lenient):
    with pytest.raises(ParameterError, match="ends in none"):
        in_bulk(tmp_path / "data", written(tmp_path, AGREEMENT, name="document.txt"), lenient)


def test_what_others_write_meanwhile_is_kept_and_taken_into_account(tmp_path, lenient):
    in_bulk(tmp_path / "one-by-one", written(tmp_path, AGREEMENT), lenient)
    through_the_gate(tmp_path / "one-by-one", written(tmp_path, TERM), lenient, slug="another")
    in_bulk(tmp_path / "one-by-one", written(tmp_path, OTHER), lenient, slug="third")
    in_bulk(tmp_path / "at-once", written(tmp_path, AGREEMENT), lenient)
    other = written(tmp_path, OTHER, name="other.ttl")
    load_beside(
        tmp_path / "at-once",
        other,
        lenient,
        lambda: through_the_gate(tmp_path / "at-once", written(tmp_path, TERM), lenient, slug="another"),
        slug="third",
    )

    assert last_state(tmp_path / "at-once") == last_state(tmp_path / "one-by-one")


def test_what_follows_from_the_load_and_from_others_together_is_inferred(tmp_path, lenient):
    through_the_gate(tmp_path / "one-by-one", written(tmp_path, TERM), lenient, slug="another")
    in_bulk(tmp_path / "one-by-one", written(tmp_path, AGREEMENT), lenient)
    load_beside(
        tmp_path / "at-once",
        written(tmp_path, AGREEMENT),
        lenient,
        lambda: through_the_gate(
            tmp_path / "at-once", written(tmp_path, TERM, name="other.ttl"), lenient, slug="another"
        ),
    )

    assert last_state(tmp_path / "at-once") == last_state(tmp_path / "one-by-one")


def test_to_catch_up_with_others_their_entries_of_the_log_are_read_alone(tmp_path, lenient):
    for slug, turtle in (("first", AGREEMENT), ("second", TERM), ("third", OTHER)):
        through_the_gate(tmp_path / "data", written(tmp_path, turtle), lenient, slug=slug)
    store = Store.read_only(str(generation_folder(tmp_path / "data", 3)))
    asked = bind(load_catalogue(Path(bulk.__file__).with_name("queries")).query("log-since"), {"generation": "2"})

    commit = next(
        quad.subject for quad in store.quads_for_pattern(None, HG.generation, None, LOG) if quad.object.value == "3"
    )
    entries = {commit} | {quad.subject for quad in store.quads_for_pattern(None, HG.inCommit, commit, LOG)}
    expected = {quad.triple for entry in entries for quad in store.quads_for_pattern(entry, None, None, LOG)}
    assert len(entries) > 1
    assert set(store.query(asked)) == expected


def test_a_graph_that_others_write_meanwhile_is_not_overwritten(tmp_path, lenient):
    with pytest.raises(StaleBase, match="made-up"):
        load_beside(
            tmp_path / "data",
            written(tmp_path, AGREEMENT),
            lenient,
            lambda: through_the_gate(tmp_path / "data", written(tmp_path, TERM, name="other.ttl"), lenient),
        )

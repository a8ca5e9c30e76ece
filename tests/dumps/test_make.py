"""A dump holds the whole generation, in files that are the same whenever they are made."""

from __future__ import annotations

import gzip
import hashlib
import json

import pytest
import zstandard
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from heritage_graph.dumps.make import make
from heritage_graph.dumps.manifest import MANIFEST, SUMS, read_manifest
from heritage_graph.errors import EngineTrouble, StorageFull
from heritage_graph.export import write_quads
from heritage_graph.namespaces import is_published
from heritage_graph.store.generations import generation_folder

SYNTAXES = {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG}


@pytest.fixture(scope="module")
def checkpoint(shipped_store):
    return generation_folder(shipped_store, 1)


@pytest.fixture(scope="module")
def dump(checkpoint, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dumps") / "1"
    make(checkpoint, folder, generation=1, reserve_bytes=1)
    return folder


@pytest.fixture(scope="module")
def stored(checkpoint):
    """All quads of the generation."""
    rows = Store.read_only(str(checkpoint)).query("SELECT * { { GRAPH ?g { ?s ?p ?o } } UNION { ?s ?p ?o } }")
    return {Quad(row["s"], row["p"], row["o"], row["g"] or DefaultGraph()) for row in rows}


def unpacked(path):
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    with path.open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as plain:
        return plain.read()


@pytest.mark.parametrize("compression", ["gz", "zst"])
@pytest.mark.parametrize("extension", SYNTAXES)
def test_the_quads_are_those_of_all_named_graphs(dump, stored, extension, compression):
    content = unpacked(dump / f"heritage-graph-1.{extension}.{compression}")

    assert set(parse(content, SYNTAXES[extension])) == {quad for quad in stored if quad.graph_name != DefaultGraph()}


def test_the_published_graphs_together_are_the_published_view(dump, stored):
    quads = parse(unpacked(dump / "heritage-graph-1.nq.gz"), RdfFormat.N_QUADS)

    assert {quad.triple for quad in quads if is_published(quad.graph_name)} == {
        quad.triple for quad in stored if quad.graph_name == DefaultGraph()
    }


def test_the_quads_are_sorted_within_each_graph(dump):
    lines = unpacked(dump / "heritage-graph-1.nq.gz").splitlines()

    assert lines == sorted(lines, key=lambda line: (line.rpartition(b" <")[2].removesuffix(b" ."), line))


def test_the_records_are_told_a_line_each_by_iri(dump):
    lines = unpacked(dump / "heritage-graph-1.jsonl.zst").splitlines()
    iris = [json.loads(line)["id"] for line in lines]

    assert (iris, len(iris)) == (sorted(set(iris)), json.loads((dump / MANIFEST).read_bytes())["records"])


def test_a_dump_made_again_has_the_same_bytes(checkpoint, dump, tmp_path):
    make(checkpoint, tmp_path / "again", generation=1, reserve_bytes=1)

    assert {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()} == {
        path.name: path.read_bytes() for path in dump.iterdir()
    }


def test_the_manifest_tells_size_and_digest_of_every_file(dump):
    told = {
        entry["name"]: (entry["bytes"], entry["sha256"])
        for entry in json.loads((dump / MANIFEST).read_bytes())["files"]
    }

    assert told == {
        path.name: (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in dump.glob("heritage-graph-*")
    }


def test_the_manifest_counts_the_statements(dump, stored):
    assert read_manifest(dump).statements == sum(quad.graph_name != DefaultGraph() for quad in stored)


def test_nothing_but_the_dump_is_left_in_its_folder(dump):
    compressed = {f"heritage-graph-1.{each}.{way}" for each in ("nq", "trig", "jsonl") for way in ("gz", "zst")}

    assert {path.name for path in dump.iterdir()} == {*compressed, MANIFEST, SUMS}


@pytest.mark.parametrize("damage", ["{", '{"generation": 1}', "[]"])
def test_a_manifest_that_cannot_be_read_makes_no_dump(tmp_path, damage):
    (tmp_path / MANIFEST).write_text(damage)

    assert read_manifest(tmp_path) is None


def test_a_dump_without_one_of_its_files_is_none(checkpoint, tmp_path):
    make(checkpoint, tmp_path / "1", generation=1, reserve_bytes=1)
    (tmp_path / "1" / "heritage-graph-1.trig.gz").unlink()

    assert read_manifest(tmp_path / "1") is None


def test_a_dump_that_would_touch_the_reserve_of_the_disk_is_refused(checkpoint, tmp_path):
    with pytest.raises(StorageFull):
        make(checkpoint, tmp_path / "1", generation=1, reserve_bytes=1 << 60)


def test_a_store_without_a_commit_is_not_dumped(tmp_path):
    Store(str(tmp_path / "empty")).flush()

    with pytest.raises(EngineTrouble):
        make(tmp_path / "empty", tmp_path / "1", generation=1, reserve_bytes=1)


def test_a_graph_that_is_not_sorted_in_one_go_is_sorted_all_the_same(tmp_path):
    graph, predicate = NamedNode("https://example.org/g"), NamedNode("https://example.org/p")
    store = Store()
    store.extend(
        Quad(NamedNode(f"https://example.org/{number}"), predicate, Literal(number), graph) for number in range(120_000)
    )
    with (tmp_path / "quads").open("wb") as output:
        count = write_quads(store, output, beside=tmp_path)
    lines = (tmp_path / "quads").read_bytes().splitlines()

    assert (count, lines == sorted(lines), len(set(lines))) == (120_000, True, 120_000)

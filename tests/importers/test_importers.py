"""What all importers have in common: each comes in twice as once, and each piece of evidence names its file."""

import json

import pytest
from typer.testing import CliRunner

from heritage_graph.assets import asset_folder
from heritage_graph.cli import app
from heritage_graph.importers import IMPORTERS
from heritage_graph.importers.in_bulk import bring_in_bulk
from heritage_graph.importers.into_store import bring_in_file
from heritage_graph.importers.known import Curated, read_curated
from heritage_graph.namespaces import HG, RDF
from heritage_graph.store.generations import published_generations

from .igo_tables import tables
from .reading import read
from .ror_records import written
from .test_corpus_coranicum import TEI

KINDS = list(IMPORTERS)


@pytest.fixture
def data_sets(tmp_path, list_of_2019):
    """A small data set of each kind."""
    for name in ("ror", "igo-membership", "corpus-coranicum"):
        (tmp_path / name).mkdir()
    written(tmp_path / "ror", {}, {"id": "https://ror.org/0bbbbbb02"})
    member = {"egypt": "1.0"}
    tables(tmp_path / "igo-membership", {}, member, member, state_years=[{"year": "1952.0", "iho": "1.0"}])
    (tmp_path / "corpus-coranicum" / "m.xml").write_text(TEI, encoding="utf-8")
    return {"unesco-whc": list_of_2019({}), **{name: tmp_path / name for name in KINDS if name != "unesco-whc"}}


@pytest.mark.parametrize("kind", KINDS)
def test_a_data_set_passes_the_gate_and_changes_nothing_the_second_time(data_sets, data, rulebook, kind):
    brought = [
        bring_in_file(data, IMPORTERS[kind], data_sets[kind], curated=Curated(), rulebook=rulebook) for _ in range(2)
    ]

    assert [each.prepared.changeset is None for each in brought] == [False, True]


def test_a_bulk_import_says_what_the_gate_would_say(data_sets, data, rulebook):
    path, kind = data_sets["corpus-coranicum"], IMPORTERS["corpus-coranicum"]
    report, loaded = bring_in_bulk(data, kind, path, curated=Curated(), rulebook=rulebook, told=lambda *_: None)
    again = bring_in_file(data, kind, path, curated=Curated(), rulebook=rulebook)

    assert (len(report), loaded.changes, again.prepared.changeset) == (1, True, None)


@pytest.mark.parametrize("kind", KINDS)
def test_every_piece_of_evidence_names_its_file(data_sets, kind):
    quads = read(kind, data_sets[kind]).quads
    evidence = {quad.subject for quad in quads if (quad.predicate, quad.object) == (RDF.type, HG.EvidenceSpan)}

    assert evidence == {quad.subject for quad in quads if quad.predicate == HG.fileName}


@pytest.mark.parametrize("kind", KINDS)
def test_a_data_set_in_another_encoding_is_refused_and_nothing_is_stored(data_sets, data, kind):
    path = data_sets[kind]
    spoiled = max(path.iterdir(), key=lambda each: each.suffix in {".csv", ".json", ".xml"}) if path.is_dir() else path
    spoiled.write_bytes(spoiled.read_bytes() + b"\xff")
    result = CliRunner().invoke(app, ["import", kind, str(path), "--data", str(data)])

    assert (result.exit_code != 0, published_generations(data)[-1]) == (True, 1)


def test_the_account_in_json_has_every_row_and_adds_up(data_sets, data):
    path = data_sets["igo-membership"]
    result = CliRunner().invoke(app, ["import", "igo-membership", str(path), "--data", str(data), "--json"])
    told = json.loads(result.stdout)

    assert (len(told["rows"]), told["counts"], told["rows"][0]) == (
        6,
        {"accepted": 6, "flagged": 0, "refused": 0},
        {"file": "states.csv", "line": 2, "identifier": "651", "outcome": "accepted", "remarks": []},
    )


def test_the_curators_identify_each_number_once_and_with_one_thing():
    registered = read_curated(asset_folder("sources")).registered

    assert (registered["cow-igo", "4410"], len(set(registered.values()))) == ("unesco", len(registered))


def test_without_the_files_of_the_curators_nothing_is_identified(tmp_path):
    assert read_curated(tmp_path).registered == {}

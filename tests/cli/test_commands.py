"""Each command does what its help says, with the exit code of its outcome."""

import json
import re
import shutil
import zipfile
from importlib.metadata import version
from pathlib import Path

import forked_commands
import pytest
from shipped_stores import shipped_store
from typer.testing import CliRunner

from heritage_graph.cli import app
from heritage_graph.importers.records.withheld import digest_of

RECORD = Path(__file__).parents[2] / "docs/how-to/record-a-collaboration/template.jsonl"
ONE_PARTY = """
@prefix hg:   <https://w3id.org/heritage-graph/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd:  <http://www.w3.org/2001/XMLSchema#> .
@prefix agreement: <https://w3id.org/heritage-graph/id/agreement/> .
@prefix participation: <https://w3id.org/heritage-graph/id/participation/> .
@prefix organization: <https://w3id.org/heritage-graph/id/organization/> .
@prefix document: <https://w3id.org/heritage-graph/id/document/> .
@prefix evidence: <https://w3id.org/heritage-graph/id/evidence/> .
@prefix role: <https://w3id.org/heritage-graph/vocab/role/> .
@prefix kind: <https://w3id.org/heritage-graph/vocab/agreement-kind/> .

document:trial
  a               hg:SourceDocument ;
  skos:prefLabel  "Trial page"@en ;
  hg:evidence     evidence:trial .

evidence:trial
  a            hg:PageEvidence ;
  hg:document  document:trial ;
  hg:readOn    "2026-11-21"^^xsd:date .

agreement:trial
  a                 hg:MemorandumOfUnderstanding ;
  skos:prefLabel    "Trial memorandum"@en ;
  hg:agreementKind  kind:memorandum-of-understanding ;
  hg:evidence       evidence:trial .

participation:trial--icesco
  a               hg:Participation ;
  hg:inContext    agreement:trial ;
  hg:participant  organization:icesco ;
  hg:role         role:party ;
  hg:evidence     evidence:trial .
"""
TWO_PARTIES = (
    ONE_PARTY
    + """
participation:trial--iccrom
  a               hg:Participation ;
  hg:inContext    agreement:trial ;
  hg:participant  organization:iccrom ;
  hg:role         role:party ;
  hg:evidence     evidence:trial .
"""
)
OTHER_SHAPES = """
@prefix sh:  <http://www.w3.org/ns/shacl#> .
@prefix hg:  <https://w3id.org/heritage-graph/ns#> .
@prefix hgs: <https://w3id.org/heritage-graph/shapes#> .

hgs:Noted
  a               sh:NodeShape ;
  sh:targetClass  hg:MemorandumOfUnderstanding ;
  sh:property     hgs:Noted-note .

hgs:Noted-note
  a            sh:PropertyShape ;
  sh:path      hg:note ;
  sh:minCount  1 ;
  sh:severity  sh:Violation ;
  sh:message   "Agreements have a note."@en, "للاتفاقات ملاحظة."@ar, "Les accords ont une note."@fr .
"""


@pytest.fixture
def run(tmp_path):
    """Run a command beside a copy of the shipped store, away from the checkout."""
    shutil.copytree(shipped_store(), tmp_path / "data")

    def command(*arguments, **environment):
        return forked_commands.run(*arguments, folder=tmp_path, COLUMNS="200", **environment)

    return command


@pytest.fixture
def document(tmp_path):
    def write(text, name="trial.ttl"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_question_of_the_catalogue_is_answered(run):
    answer = run("query", "agreements-in-force", "--param", "on=2026-11-21", "--format", "csv")
    rows = [line for line in answer.stdout.splitlines() if "/icesco-ots-mou," in line]

    assert ("in-force/in-force" in rows[0], "2027-06-13" in rows[0]) == (True, True)


def test_a_query_comes_from_standard_input_when_none_is_named(run, tmp_path):
    file = tmp_path / "ask.rq"
    file.write_text("ASK { ?s ?p ?o }", encoding="utf-8")

    assert json.loads(run("query", file, "--format", "json").stdout)["boolean"] is True


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["query", "no-such-question"], 2, "there is no query 'no-such-question'"),
        (["query", "agreements-in-force", "--param", "on=soon"], 2, "2026-11-21"),
        (["query", "agreements-in-force", "--param", "on=2026-11-21", "--param", "colour=red"], 2, "colour"),
        (["import", "no-such-list", "ask.rq"], 2, "unesco-whc"),
        (["import", "records", "ask.rq", "--bulk"], 2, "are not for records"),
        (["import", "unesco-whc", "ask.rq", "--in-copy"], 2, "are for records"),
        (["import", "unesco-whc", "ask.rq", "ask.rq"], 2, "one file or one folder"),
        (["history", "--data", "nowhere"], 2, "heritage-graph init --data nowhere"),
        (["settings", "--colour"], 2, "colour"),
        (["load", "ask.rq", "--source", "../inferred"], 2, "small letters"),
    ],
)
def test_a_wrong_call_says_what_would_be_right(run, document, arguments, code, words):
    document("ASK {}", "ask.rq")
    outcome = run(*arguments)

    assert (outcome.returncode, words in outcome.stderr) == (code, True), outcome.stderr


def test_a_record_that_is_imported_is_given_back(run, tmp_path):
    record = json.loads(RECORD.read_text(encoding="utf-8")) | {"topics": ["climate-change"]}  # as its concept is called
    run("import", "records", RECORD, "--read-on", "2026-11", "--in-copy")
    run("export", "--format", "records")
    (exported,) = tmp_path.glob("*.records.jsonl")

    assert json.loads(exported.read_text(encoding="utf-8")) == {
        key: value for key, value in record.items() if key not in {"ambiguity", "name_is_official"}
    }


def test_a_refused_document_is_explained_and_leaves_no_trace(run, document):
    before = run("history", "--json").stdout
    refusal = run("load", document(ONE_PARTY), "--source", "trial")

    assert (
        refusal.returncode,
        "Trial memorandum" in refusal.stderr,
        "line " in refusal.stderr,
        run("history", "--json").stdout,
    ) == (1, True, True, before), refusal.stderr


def test_a_document_that_breaks_off_is_refused_with_its_line(run, document):
    refusal = run("load", document("<a:b> <p:q> <r:s> .\n<a:b> <p:q"), "--source", "trial")

    assert (refusal.returncode, "line 2" in refusal.stderr) == (1, True)


def test_a_good_document_is_stored_and_its_inference_too(run, document):
    run("load", document(TWO_PARTIES), "--source", "trial")
    answer = run("query", "inferences", "--format", "csv").stdout

    assert "inference/trial" in answer


def test_a_dry_run_stores_nothing(run, document):
    outcome = run("load", document(TWO_PARTIES), "--source", "trial", "--dry-run")

    assert (outcome.returncode, len(json.loads(run("history", "--json").stdout))) == (0, 1)


def test_loading_the_same_again_is_nothing_to_do(run, document):
    path = document(TWO_PARTIES)
    run("load", path, "--source", "trial")

    assert "nothing to do" in run("load", path, "--source", "trial").stdout


def test_validate_judges_and_stores_nothing(run, document):
    verdict = run("validate", document(ONE_PARTY), "--format", "json")

    assert (verdict.returncode, json.loads(verdict.stdout)["conforms"]) == (1, False)


def test_validate_needs_no_store(run, document):
    verdict = run("validate", document(TWO_PARTIES), "--data", "nowhere")

    assert (verdict.returncode, "accepted" in verdict.stdout) == (0, True), verdict.stderr


def test_validate_judges_by_other_shapes_when_they_are_given(run, document):
    shapes = document(OTHER_SHAPES, "shapes.ttl")
    verdict = run("validate", document(TWO_PARTIES), "--shapes", shapes)

    assert (verdict.returncode, "Agreements have a note." in verdict.stdout) == (1, True), verdict.stderr


def test_validate_judges_in_the_place_of_what_a_source_says(run, document):
    run("load", document(TWO_PARTIES), "--source", "trial")
    beside = run("validate", document(ONE_PARTY))
    instead = run("validate", document(ONE_PARTY), "--source", "trial")

    assert (beside.returncode, instead.returncode) == (0, 1)


def test_the_catalogue_is_listed(run):
    assert "agreements-in-force" in run("query", "--list").stdout


def test_every_check_holds_on_the_shipped_dataset(run):
    outcome = run("check", "--json")

    assert (outcome.returncode, [check["name"] for check in json.loads(outcome.stdout) if check["faults"]]) == (0, [])


def test_a_name_that_is_withheld_is_a_fault_that_is_told_by_its_place_and_not_by_the_name(tmp_path, monkeypatch):
    shutil.copytree(shipped_store(), tmp_path / "data")
    withheld = {digest_of("Philipps-University Marburg"): "for its safety"}
    monkeypatch.setattr("heritage_graph.cli.store.read_withheld", lambda _: withheld)
    outcome = CliRunner().invoke(app, ["check", "--data", str(tmp_path / "data")])
    (fault,) = re.findall(r"FAULT (.+)\n((?: {8}.+\n)+)", outcome.stdout)

    assert (outcome.exit_code, fault[0]) == (1, "No name is told that a page withholds to keep somebody safe")
    assert ("prefLabel" in fault[1], "philipps" in fault[1].casefold()) == (True, False)


def test_an_export_can_be_loaded_again_and_says_the_same(run, tmp_path):
    run("export", "--out", "first")
    exported = (tmp_path / "first" / "heritage-graph-1.nq").read_bytes()
    run("export", "--out", "second")

    assert (tmp_path / "second" / "heritage-graph-1.nq").read_bytes() == exported


def test_the_published_view_is_exported_as_turtle(run, tmp_path):
    run("export", "--format", "ttl", "--out", "dumps")

    assert "icesco-ots-mou" in (tmp_path / "dumps" / "heritage-graph-1.ttl").read_text(encoding="utf-8")


def test_the_records_are_exported_a_line_each(run, tmp_path):
    run("export", "--format", "jsonl", "--out", "dumps")
    lines = (tmp_path / "dumps" / "heritage-graph-1.jsonl").read_text(encoding="utf-8").splitlines()

    assert any(json.loads(line)["id"].endswith("/agreement/icesco-ots-mou") for line in lines)


def test_records_have_the_name_of_json_ld_too(run, tmp_path):
    run("export", "--format", "jsonld", "--out", "dumps")

    assert [path.name for path in (tmp_path / "dumps").iterdir()] == ["heritage-graph-1.jsonl"]


@pytest.mark.parametrize(
    ("model", "thing", "told"),
    [
        ("edm", "document--icesco-2024-partnerships-report.xml", b"<edm:ProvidedCHO rdf:about="),
        ("linked-art", "agreement--icesco-ots-mou.json", b'"type": "PropositionalObject"'),
    ],
)
def test_things_are_exported_in_other_models_a_file_each(run, tmp_path, model, thing, told):
    run("export", "--format", model, "--out", "dumps")
    with zipfile.ZipFile(tmp_path / "dumps" / f"heritage-graph-1.{model}.zip") as archive:
        record = archive.read(thing)

    assert told in record


def test_equal_generations_give_equal_archives(run, tmp_path):
    for folder in ("first", "second"):
        run("export", "--format", "edm", "--out", folder)
    archives = {(tmp_path / folder / "heritage-graph-1.edm.zip").read_bytes() for folder in ("first", "second")}

    assert len(archives) == 1


def test_settings_say_where_each_comes_from(run, tmp_path):
    (tmp_path / "heritage-graph.toml").write_text("readers = 5\n", encoding="utf-8")
    found = json.loads(run("settings", "--json", HERITAGE_GRAPH_PORT="9000").stdout)

    assert (found["readers"], found["port"]["origin"], found["host"]["origin"]) == (
        {"value": 5, "origin": "heritage-graph.toml"},
        "environment",
        "default",
    )


@pytest.mark.parametrize("text", ["10.0.0.1, ::1", "10.0.0.1 ::1", '["10.0.0.1", "::1"]'])
def test_a_setting_of_several_items_is_taken_as_words_or_json(run, text):
    found = json.loads(run("settings", "--json", HERITAGE_GRAPH_TRUSTED_PROXIES=text).stdout)

    assert found["trusted_proxies"]["value"] == ["10.0.0.1/32", "::1/128"]


@pytest.mark.parametrize("text", ["localhost", '["10.0.0.1"', "10.0.0.1/8"])
def test_a_proxy_that_is_no_address_is_refused(run, text):
    outcome = run("settings", HERITAGE_GRAPH_TRUSTED_PROXIES=text)

    assert (outcome.returncode, "trusted_proxies" in outcome.stderr) == (2, True)


def test_an_unknown_setting_stops_the_command(run, tmp_path):
    (tmp_path / "heritage-graph.toml").write_text("colour = 'red'\n", encoding="utf-8")
    outcome = run("settings")

    assert (outcome.returncode, "colour" in outcome.stderr) == (2, True)


def test_a_key_is_shown_once_and_never_listed(run):
    key = run("key", "create", "--scope", "*", "--note", "trial").stdout.strip()
    listed = run("key", "list").stdout

    assert (key in listed, "trial" in listed) == (False, True)


@pytest.mark.parametrize(
    "command",
    [
        *("init", "serve", "load", "validate", "query", "check", "export", "history", "settings", "import", "release"),
        *("copy", "key create"),
    ],
)
def test_every_command_has_help_with_an_example(run, command):
    told = run(*command.split(), "--help")

    assert (told.returncode, "Example: " in told.stdout) == (0, True)


@pytest.mark.parametrize("group", ["key", "link"])
def test_a_group_of_commands_has_help(run, group):
    assert run(group, "--help").returncode == 0


def test_the_program_says_which_version_it_is(run):
    assert run("--version").stdout == f"heritage-graph {version('heritage-graph')}\n"


def test_a_release_keeps_the_last_generation_and_is_listed(run):
    made = run("release", "2026-autumn")
    listed = json.loads(run("release", "--json").stdout)

    assert (made.stdout, [(each["name"], each["generation"]) for each in listed]) == (
        "generation 1 is kept as 2026-autumn\n",
        [("2026-autumn", 1)],
    )


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["release", "2026-11-21"], 2, "not like a number or a day"),
        (["release", "v1", "--generation", "7"], 2, "generation 7 is not kept; kept are"),
        (["release", "--generation", "1"], 2, "--generation goes with the name"),
        (["release", "v1", "--data", "nowhere"], 2, "holds no store"),
    ],
)
def test_a_release_that_cannot_be_made_is_refused(run, arguments, code, told):
    outcome = run(*arguments)

    assert (outcome.returncode, told in outcome.stderr) == (code, True)


def test_a_generation_with_a_name_outlives_the_last_few(run, document, tmp_path):
    run("release", "first")
    for number in range(4):
        text = f'<https://example.org/t> <https://example.org/n> "{number}" .'
        run("load", document(text), "--source", "release-trial", "--replace")

    assert {path.name for path in (tmp_path / "data" / "generations").iterdir()} == {"1", "3", "4", "5"}

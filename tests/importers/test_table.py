"""Tables of anyone's own, mapped by the real morph-kgc: the worked examples of the how-to page, and what is refused."""

import shutil
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from heritage_graph.assets import asset_folder
from heritage_graph.errors import SettingError, SyntaxFault
from heritage_graph.importers.into_store import bring_in_file
from heritage_graph.importers.known import Curated, Known
from heritage_graph.importers.morph import MAPPING_PYTHON
from heritage_graph.importers.report import ImportReport
from heritage_graph.importers.table import open_table, table_importer
from heritage_graph.ingest.rulebook import load_rulebook
from heritage_graph.namespaces import HG, ID, SKOS, XSD

EXAMPLES = Path(__file__).parents[2] / "docs" / "how-to" / "import-a-table"
TABLES = {
    "agreements.csv": "agreements.yml",
    "organizations.xlsx": "organizations.yml",
    "projects.json": "projects.ttl",
}


def read(table, mapping, python=MAPPING_PYTHON):
    """The statements of a table and the account of its rows."""
    report = ImportReport()
    data_set = open_table(table, mapping=mapping, source="trial", python=python)
    quads = {quad.triple for quad in data_set.quads(Known(), report)}
    return {(triple.subject, triple.predicate, triple.object) for triple in quads}, report


@pytest.fixture(scope="module")
def examples():
    return {table: read(EXAMPLES / table, EXAMPLES / mapping) for table, mapping in TABLES.items()}


@pytest.mark.parametrize("table", TABLES)
def test_every_row_of_an_example_is_accounted_for_and_each_outcome_comes(examples, table):
    _, report = examples[table]

    assert (len(report), min(report.outcomes.values()), len(report.outcomes)) == (len(list(report.rows)), 1, 3)


def test_a_flagged_row_is_named_with_its_line_and_its_reason(examples):
    _, report = examples["agreements.csv"]
    told = [(row.line, row.identifier, remark.kind) for row in report.rows for remark in row.remarks]

    assert told == [(4, "3", "date-unreadable"), (5, "", "nothing-mapped"), (6, "5", "cells-do-not-match")]


def test_a_date_keeps_the_precision_with_which_it_was_written(examples):
    statements, _ = examples["agreements.csv"]
    signed = {value for _, predicate, value in statements if predicate == HG.signedOn}

    assert signed == {Literal("2019-03-01", datatype=XSD.date), Literal("2021-06", datatype=XSD.gYearMonth)}


def test_a_row_of_json_without_a_member_keeps_the_others(examples):
    statements, _ = examples["projects.json"]
    names = {value for subject, predicate, value in statements if subject.value.endswith("tide-archive")}

    assert Literal("Archive of the fictional tides", language="en") in names


def test_a_name_in_arabic_comes_out_of_a_workbook_as_it_went_in(examples):
    statements, _ = examples["organizations.xlsx"]
    museum = ID.term("organization/example-harbour-museum")

    assert (museum, SKOS.prefLabel, Literal("متحف الميناء الخيالي", language="ar")) in statements


def test_what_a_row_states_has_the_row_as_its_evidence(examples):
    statements, _ = examples["agreements.csv"]
    (evidence,) = {
        value
        for subject, predicate, value in statements
        if (subject, predicate) == (ID.term("agreement/example-harbour-2"), HG.evidence)
    }

    assert {value for subject, predicate, value in statements if (subject, predicate) == (evidence, HG.line)} == {
        Literal(3)
    }


def test_a_table_goes_through_the_gate_and_the_second_time_changes_nothing(data):
    rulebook = load_rulebook(asset_folder("shapes"))
    importer = table_importer(EXAMPLES / "organizations.yml", "example-organizations", MAPPING_PYTHON)
    table = EXAMPLES / "organizations.xlsx"
    brought = [bring_in_file(data, importer, table, curated=Curated(), rulebook=rulebook) for _ in range(2)]

    assert [each.prepared.changeset is None for each in brought] == [False, True]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("m.yml", "mappings: [", "it is no YAML"),
        ("m.yml", "prefixes: {}", "a YARRRML mapping has 'mappings'"),
        ("m.ttl", "<a> <b> <c> .", "triples maps with a logical source"),
        ("m.ttl", "no turtle", "cannot be mapped"),
    ],
)
def test_a_mapping_that_cannot_be_understood_is_refused(tmp_path, name, text, said):
    (tmp_path / name).write_text(text, encoding="utf-8")

    with pytest.raises(SyntaxFault, match=said):
        read(EXAMPLES / "agreements.csv", tmp_path / name)


def test_a_mapping_reads_the_table_and_no_other_file(tmp_path):
    (tmp_path / "secret.csv").write_text("number,title\n7,secret\n", encoding="utf-8")
    mapping = (EXAMPLES / "agreements.yml").read_text(encoding="utf-8")
    elsewhere = mapping.replace("    s:", f"    sources: [['{tmp_path / 'secret.csv'}~csv']]\n    s:", 1)
    (tmp_path / "m.yml").write_text(elsewhere, encoding="utf-8")
    statements, _ = read(EXAMPLES / "agreements.csv", tmp_path / "m.yml")

    assert Literal("secret", language="en") not in {value for _, _, value in statements}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"a,a\n1,2\n", "two columns are called 'a'"),
        (b"a,\n1,2\n", "names no column 2"),
        (b"a,_row\n1,2\n", "which is the number of the row"),
        (b"a,b\n\xe9,2\n", "the byte 0xe9 at offset 4 is not UTF-8"),
    ],
)
def test_a_table_that_could_be_misread_is_refused(tmp_path, table, said):
    (tmp_path / "t.csv").write_bytes(table)

    with pytest.raises(SyntaxFault, match=said):
        open_table(tmp_path / "t.csv", mapping=EXAMPLES / "agreements.yml", source="trial", python=MAPPING_PYTHON)


def test_where_morph_kgc_is_missing_the_cure_is_told(tmp_path):
    with pytest.raises(SettingError, match="make mapping"):
        read(EXAMPLES / "agreements.csv", EXAMPLES / "agreements.yml", tmp_path / "python")


def test_an_iri_that_is_none_is_left_out_and_told_with_its_row(tmp_path):
    shutil.copy(EXAMPLES / "organizations.yml", tmp_path / "m.yml")
    (tmp_path / "t.csv").write_text(
        "slug,English,Français,العربية,type,founded,home page\na,A,,,academic,1900,not an address\n", encoding="utf-8"
    )
    statements, report = read(tmp_path / "t.csv", tmp_path / "m.yml")

    assert (dict(report.remarks), {p for _, p, _ in statements if p == NamedNode(f"{HG}homepage")}) == (
        {"not-a-statement": 1},
        set(),
    )

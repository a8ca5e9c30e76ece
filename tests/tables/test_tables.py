"""The tables say what the published view says, whole and safe to open, and their descriptions hold."""

import csv
import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import frictionless
import pytest
from csvw import CSVW
from pyoxigraph import DefaultGraph, Literal, Quad, RdfFormat, Store, parse

import heritage_graph.tables
from heritage_graph.errors import ParameterError, WrongUsage
from heritage_graph.namespaces import HG, ID, XSD, is_published, source_graph
from heritage_graph.query_files import load_catalogue
from heritage_graph.tables.cells import safe_cell
from heritage_graph.tables.declared import TABLES
from heritage_graph.tables.writing import write_tables

COMMITTED = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
ADDITIONS = Path(__file__).with_name("additions.trig")
FIXED = {"iri", "tables", "differing", "statement"}
BY_LANGUAGE = {"name_en", "name_fr", "name_ar"}
OTS = "agreement/icesco-ots-mou"


def copied(shipped_store, folder, quads=()):
    """The first generation of a copy of the shipped store, and *quads* in it, in their graphs and in the view."""
    generation = folder / "1"
    shutil.copytree(shipped_store / "generations" / "1", generation)
    store = Store(str(generation))
    for quad in quads:
        store.add(quad)
        if is_published(quad.graph_name):
            store.add(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()))
    store.flush()
    del store
    return generation


def exported(generation, target, told=lambda _done, _total: None):
    write_tables(generation, target, committed=COMMITTED, told=told)
    return target


class Written:
    """The tables of the shipped store and the additions; `store` is what they were made of."""

    def __init__(self, generation, folder):
        self.told = []
        self.folder = exported(generation, folder, lambda done, total: self.told.append((done, total)))
        self.store = Store.read_only(str(generation))

    def rows(self, table):
        with (self.folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, strict=True))

    def row(self, table, thing):
        return next(row for row in self.rows(table) if row["iri"] == f"{ID}{thing}")

    def asked(self, pattern):
        """The answers to a SELECT of *pattern*, each as a tuple of texts."""
        prefixes = (
            "PREFIX hg: <https://w3id.org/heritage-graph/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        )
        return [tuple(term.value for term in row) for row in self.store.query(prefixes + pattern)]


@pytest.fixture(scope="module")
def written(shipped_store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    generation = copied(shipped_store, folder, parse(path=str(ADDITIONS), format=RdfFormat.TRIG))
    return Written(generation, folder / "out")


def test_the_data_package_is_valid_with_its_types_keys_and_foreign_keys(written):
    report = frictionless.validate(str(written.folder / "datapackage.json"))

    assert (report.valid, len(report.tasks), report.flatten(["rowNumber", "fieldName", "note"])) == (True, 10, [])


@pytest.mark.parametrize(
    ("place", "cell", "fault"),
    [
        ("participations.participant", "https://bay.example/nobody", "foreign-key"),
        ("statements.source", "https://bay.example/no-document", "foreign-key"),
        ("funding.amount", "2,500", "type-error"),
        ("funding.currency", "Euro", "constraint-error"),
        ("places.latitude", "91", "constraint-error"),
        ("agreements.signed_on_earliest", "2021-02-30", "type-error"),
        ("evidence.document", "", "constraint-error"),
    ],
)
def test_the_data_package_says_what_a_cell_must_be(written, tmp_path, place, cell, fault):
    table, column = place.split(".")
    shutil.copytree(written.folder, tmp_path / "out")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_bytes())
    needed = [each for each in package["resources"] if each["name"] in {table, "things", "agents", "documents"}]
    measured = {"bytes", "hash"}
    package["resources"] = [{key: each[key] for key in each.keys() - measured} for each in needed]
    (tmp_path / "out" / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    rows = written.rows(table)
    rows[0][column] = cell
    with (tmp_path / "out" / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    found = frictionless.validate(str(tmp_path / "out" / "datapackage.json")).flatten(["type"])

    assert found == [[fault]]


def test_a_strict_reader_of_csv_on_the_web_finds_nothing_to_mend(written):
    read = CSVW(str(written.folder / "csv-metadata.json"), validate=True)

    assert (read.is_valid, read.warnings, len(read.tables)) == (True, [], 10)


def test_a_reader_of_csv_on_the_web_gets_several_values_of_a_cell_as_such(written):
    read = CSVW(str(written.folder / "csv-metadata.json"))
    agreement = next(
        row for row in read.tablegroup.tabledict["agreements.csv"] if str(row["name_en"]).find("Turkic") > 0
    )

    assert agreement["text_status"] == ["annexed-not-held", "mention-only"]


def test_both_descriptions_describe_the_columns_that_there_are(written):
    package = json.loads((written.folder / "datapackage.json").read_bytes())
    group = json.loads((written.folder / "csv-metadata.json").read_bytes())
    there = {table.file_name: list(written.rows(table.name)[0]) for table in TABLES}

    assert (
        {each["path"]: [field["name"] for field in each["schema"]["fields"]] for each in package["resources"]},
        {each["url"]: [column["name"] for column in each["tableSchema"]["columns"]] for each in group["tables"]},
        {path.name for path in written.folder.iterdir()} - there.keys(),
    ) == (there, there, {"datapackage.json", "csv-metadata.json"})


def test_the_data_package_tells_its_generation_its_date_its_licence_and_its_sources(written):
    package = json.loads((written.folder / "datapackage.json").read_bytes())

    assert (
        package["name"],
        package["generation"],
        package["created"],
        [licence["name"] for licence in package["licenses"]],
        "https://turkicstates.org/en/partners-detail/icesco" in {source["path"] for source in package["sources"]},
    ) == ("heritage-graph-1-tables", 1, "2026-11-21T12:30:00+00:00", ["CC-BY-4.0"], True)


@pytest.mark.parametrize("table", [table for table in TABLES if table.classes], ids=lambda table: table.name)
def test_a_table_has_a_row_for_each_thing_of_its_classes_in_order(written, table):
    classes = " ".join(str(each) for each in table.classes)
    things = written.asked(
        f"SELECT DISTINCT ?thing {{ VALUES ?above {{ {classes} }} ?class rdfs:subClassOf* ?above . ?thing a ?class }}"
    )

    assert [row["iri"] for row in written.rows(table.name)] == sorted(iri for (iri,) in things)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_query_of_a_table_fills_its_columns_and_no_others(table):
    query = load_catalogue(Path(heritage_graph.tables.__file__).with_name("queries")).query(table.name)
    columns = {column.of or column.name for column in table.columns}
    filled = set(re.findall(r'"([a-z][a-z0-9_]{2,})"', query.sparql)) - {"name_", "derived", "stated", "english"}
    by_language = BY_LANGUAGE if '"name_other"' in query.sparql else set()

    assert (filled | by_language if query.columns[1] == "column" else set(query.columns)) == columns - FIXED


def test_who_took_part_in_what_is_told_as_sparql_answers_it(written):
    asked = written.asked(
        "SELECT ?node ?context ?who ?role { ?node hg:inContext ?context ; hg:participant ?who ; hg:role ?role }"
    )
    told = {
        (row["iri"], row["context"], row["participant"], role)
        for row in written.rows("participations")
        for role in row["roles"].split(" | ")
        if row["participant"]
    }

    assert told == {(node, context, who, role.rsplit("/", 1)[1]) for node, context, who, role in asked}


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("signed_on", ["2021-05 | 2021-05-04", "month | day", "2021-05-04", "2021-05-04"]),
        ("valid_until", ["2026", "year", "2026-01-01", "2026-12-31"]),
        ("effective_from", ["", "", "", ""]),
    ],
)
def test_a_date_has_its_precision_and_the_days_that_its_sources_allow(written, date, told):
    row = written.row("agreements", "agreement/bay-pact")

    assert [row[f"{date}{part}"] for part in ("", "_precision", "_earliest", "_latest")] == told


def test_what_is_stated_and_what_a_rule_derives_are_told_apart(written):
    assert (
        [written.row("agreements", OTS)[name] for name in ("valid_until", "valid_until_basis", "general_duration")],
        [written.row("agreements", "agreement/bay-pact")[name] for name in ("valid_until", "valid_until_basis")],
    ) == (["2027-06-13", "derived", "P3Y"], ["2026", "stated"])


def test_a_name_as_printed_stands_where_nobody_is_identified(written):
    rows = [row for row in written.rows("participations") if not row["participant"]]

    assert [row["participant_as_named"] for row in rows] == ["the UNIDROIT 1995 Convention"]


def test_a_sum_is_told_as_stated_with_its_currency(written):
    row = written.row("funding", "grant/bay-1")

    assert [row[name] for name in ("amount", "currency", "amount_year", "amounts", "differing")] == [
        "2500.5",
        "EUR",
        "2021",
        "2500.5 EUR",
        "",
    ]


def test_of_several_sums_none_is_chosen(written):
    row = written.row("funding", "grant/bay-2")

    assert [row[name] for name in ("amount", "currency", "amounts", "differing")] == [
        "",
        "USD",
        "10 USD | 12 USD",
        "amount",
    ]


def test_of_two_latitudes_none_is_chosen_and_both_are_statements(written):
    row = written.row("places", "site/old-lighthouse")
    stated = [
        (each["value"], each["source"].rsplit("/", 1)[1])
        for each in written.rows("statements")
        if each["thing"] == row["iri"] and each["property"] == "hg:latitude"
    ]

    assert (row["latitude"], row["differing"], stated) == (
        "",
        "latitude",
        [("'-12.5", "bay-news"), ("'-12.6", "bay-times")],
    )


def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe_and_a_number_does_not(written):
    place, grant = written.row("places", "site/old-lighthouse"), written.row("funding", "grant/bay-1")

    assert (place["name_en"], grant["funder_as_named"], place["longitude"]) == (
        '\'=HYPERLINK("https://bay.example")',
        "'@Lamp Fund",
        "-40.25",
    )


def test_no_cell_of_any_table_would_be_run(written):
    cells = {cell for table in TABLES for row in written.rows(table.name) for cell in row.values()}

    assert {cell for cell in cells if safe_cell(cell) != cell} == {"-40.25"}


def test_commas_quotes_and_lines_within_a_cell_stay_as_they_are(written):
    assert written.row("places", "site/old-lighthouse")["note"] == 'a,b;"c"\r\nand a second line'


def test_names_stand_in_the_column_of_their_language(written):
    ots, site = written.row("agreements", OTS), written.row("places", "site/old-lighthouse")

    assert (ots["name_ar"], ots["name_fr"][:9], ots["label_source"], site["name_other"]) == (
        "مذكرة تفاهم بين الإيسيسكو ومنظمة الدول التركية",
        "Mémorandu",
        "translated",
        "Altes Leuchthaus",
    )


def test_each_statement_of_a_thing_is_told_once_for_each_graph_that_makes_it(written):
    asked = written.asked(
        f"SELECT ?property ?value ?graph {{ GRAPH ?graph {{ <{ID}{OTS}> ?property ?value }} "
        'FILTER(!STRENDS(STR(?graph), "/log")) }'
    )
    told = [row for row in written.rows("statements") if row["subject"] == f"{ID}{OTS}"]

    assert sorted((row["value"], row["graph"]) for row in told) == sorted((value, graph) for _, value, graph in asked)


def test_a_statement_names_the_document_that_makes_it_and_none_when_a_rule_derived_it(written):
    said = {
        (row["property"], row["source"].rsplit("/", 1)[-1], row["standing"])
        for row in written.rows("statements")
        if row["thing"] == f"{ID}{OTS}" and row["property"] in {"hg:signedOn", "hg:validUntil"}
    }

    assert said == {
        ("hg:signedOn", "anews-2024-06-13-ots", "sourced"),
        ("hg:signedOn", "turkicstates-icesco", "sourced"),
        ("hg:validUntil", "", ""),
    }


def test_of_several_documents_of_a_graph_the_one_in_which_the_evidence_lies_makes_the_statement(written):
    said = {
        (row["subject"].rsplit("/", 1)[1], row["source"].rsplit("/", 1)[1])
        for row in written.rows("statements")
        if row["graph"].endswith("/bay-yearbook") and row["property"] == "rdf:type"
    }

    assert said == {
        ("bay-keepers", "bay-yearbook-2"),
        ("bay-yearbook-1", "bay-yearbook-1"),
        ("bay-yearbook-1", "bay-yearbook-2"),
        ("bay-yearbook-2", "bay-yearbook-1"),
        ("bay-yearbook-2", "bay-yearbook-2"),
    }


def test_what_is_said_of_a_term_or_a_sum_is_told_with_its_thing(written):
    said = {
        (row["thing"].removeprefix(ID), row["value"])
        for row in written.rows("statements")
        if row["property"] in {"hg:duration", "hg:amountValue"} and "bay" in row["thing"]
    }

    assert said == {
        ("agreement/bay-pact", "P5Y"),
        ("grant/bay-1", "2500.5"),
        ("grant/bay-2", "10"),
        ("grant/bay-2", "12"),
    }


def test_what_essays_claim_of_nobody_in_particular_is_in_no_table(written):
    generic = written.asked(
        "SELECT DISTINCT ?thing { GRAPH ?graph { ?thing a ?class } FILTER(CONTAINS(STR(?graph), '/graph/generic/')) "
        "FILTER NOT EXISTS { ?thing a ?any } }"
    )
    told = {row["iri"] for row in written.rows("things")}

    assert (len(generic) > 50, told & {iri for (iri,) in generic}) == (True, set())


def test_what_a_generic_graph_says_of_a_thing_is_no_statement(written):
    assert {row["value"] for row in written.rows("statements") if "Essays" in row["value"]} == set()


def test_progress_ends_where_it_said_it_would(written):
    done = [done for done, _ in written.told]

    assert (done, {total for _, total in written.told}) == (sorted(set(done)), {done[-1]})


def test_equal_generations_give_equal_bytes(written, tmp_path):
    again = exported(written.folder.parent / "1", tmp_path / "again")

    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in written.folder.iterdir()
    }


def test_what_is_there_already_is_not_replaced(written, tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "mine.txt").write_text("mine")
    with pytest.raises(WrongUsage, match="is not replaced; remove it, or choose another --out"):
        exported(written.folder.parent / "1", tmp_path / "kept")

    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["mine.txt"]


def test_an_export_that_fails_leaves_nothing_behind(shipped_store, tmp_path):
    (tmp_path / "out").mkdir()
    wrong = Quad(
        ID.term(OTS), HG.signedOn, Literal("2024-13-45", datatype=XSD.date), source_graph("turkicstates-icesco")
    )
    generation = copied(shipped_store, tmp_path, [wrong])
    with pytest.raises(ParameterError, match="2024-13-45"):
        exported(generation, tmp_path / "out" / "tables")

    assert list((tmp_path / "out").iterdir()) == []


def test_the_command_writes_one_folder_and_says_how_many_rows_each_table_has(shipped_store, tmp_path):
    shutil.copytree(shipped_store, tmp_path / "data")
    program = "from heritage_graph.cli import main; main()"
    command = [sys.executable, "-c", program, "export", "--format", "tables", "--out", "dumps"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    package = json.loads((tmp_path / "dumps" / "heritage-graph-1-tables" / "datapackage.json").read_bytes())

    assert (
        done.returncode,
        "agreements 10" in done.stdout,
        [path.name for path in (tmp_path / "dumps").iterdir()],
        datetime.fromisoformat(package["created"]) <= datetime.now(UTC),
    ) == (0, True, ["heritage-graph-1-tables"], True), done.stderr

"""A table in which a record is a group of rows is read as the records that JSON Lines would hold."""

import csv
import json
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from heritage_graph.errors import SyntaxFault
from heritage_graph.importers.records.reading import Seen, open_records, records
from heritage_graph.importers.records.record import Record
from heritage_graph.importers.rows import RefusedRow
from heritage_graph.web.published_schemas import schema

from .people_records import AGREEMENT, EXCAVATION, RENEWAL, read, without

TEMPLATES = Path(__file__).parents[2] / "docs/how-to/record-a-collaboration"
LISTS = {"parties": "party", "concerns": "concern", "funding": "funding"}
ROWS = (AGREEMENT, RENEWAL, EXCAVATION)

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="xl/workbook.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="records" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="worksheets/sheet1.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>',
}


def columns():
    """Every column that a table of records may have."""
    described = schema("collaboration-record")
    for key in described["properties"]:
        if key in LISTS:
            yield from (f"{key}.{member}" for member in described["$defs"][LISTS[key]]["properties"])
        else:
            yield key


def cell(value):
    if isinstance(value, bool):
        return str(value).lower()
    return "|".join(value) if isinstance(value, list) else "" if value is None else str(value)


def rows_of(record):
    """The rows of *record*: the first with its own columns, one more for each further party, concern or funding."""
    lists = [record.get(name, []) for name in LISTS]
    for number in range(max(map(len, lists))):
        row = {key: cell(value) for key, value in record.items() if key not in LISTS and not number}
        for name, each in zip(LISTS, lists, strict=True):
            if number < len(each):
                row |= {f"{name}.{key}": cell(value) for key, value in each[number].items()}
        yield row | {"slug": record["slug"]}


def csv_file(folder, *rows, encoding="utf-8", name="records.csv"):
    file = folder / name
    with file.open("w", encoding=encoding, newline="") as lines:
        writer = csv.DictWriter(lines, list(columns()))
        writer.writeheader()
        writer.writerows(rows)
    return file


def workbook(folder, *rows):
    file = folder / "records.xlsx"
    table = [list(columns()), *([row.get(column, "") for column in columns()] for row in rows)]
    lines = (
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>' for text in row) + "</row>"
        for row in table
    )
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in PARTS.items():
            archive.writestr(name, part)
        archive.writestr("xl/worksheets/sheet1.xml", SHEET.format("".join(lines)))
    return file


def read_table(file, encoding=None):
    return list(records(open_records([file], encoding), {}, Seen()))


def but_for_its_place(record):
    assert isinstance(record, Record)
    return {name: getattr(record, name) for name in Record.__slots__ if name != "place"}


@pytest.mark.parametrize("table", [csv_file, workbook])
def test_a_table_holds_the_same_records_as_json(tmp_path, table):
    rows = [row for record in ROWS for row in rows_of(record)]
    from_table = read_table(table(tmp_path, *rows))

    assert [*map(but_for_its_place, from_table)] == [*map(but_for_its_place, read(tmp_path, *ROWS))]


def test_the_template_in_csv_is_the_template_in_json():
    (table,), (line,) = (read_table(TEMPLATES / f"template.{suffix}") for suffix in ("csv", "jsonl"))

    assert but_for_its_place(table) == but_for_its_place(line)


def test_the_template_in_csv_has_every_column():
    assert (TEMPLATES / "template.csv").read_text(encoding="utf-8").splitlines()[0] == ",".join(columns())


def test_the_rows_of_a_record_may_stand_apart_and_repeat_its_columns(tmp_path):
    first, second, *others = rows_of(AGREEMENT)
    repeated = {key: value for key, value in first.items() if "." not in key} | second
    apart = read_table(csv_file(tmp_path, first, *rows_of(EXCAVATION), repeated, *others))

    assert [*map(but_for_its_place, apart)] == [*map(but_for_its_place, read(tmp_path, AGREEMENT, EXCAVATION))]


def test_a_table_in_another_encoding_is_read_when_that_is_declared(tmp_path):
    file = csv_file(tmp_path, *rows_of(EXCAVATION), encoding="cp1252")

    assert [each.name for each in read_table(file, "cp1252")] == ["Fouilles de l'ancien phare"]
    with pytest.raises(SyntaxFault, match=r"records\.csv: the byte 0xe9 at offset \d+ is not UTF-8"):
        read_table(file)


def changed(number, **cells):
    """The rows of the agreement, the one of *number* with other *cells*; the first stands in line 2."""
    rows = list(rows_of(AGREEMENT))
    rows[number] |= {name.replace("__", "."): text for name, text in cells.items()}
    return rows


@pytest.mark.parametrize(
    ("rows", "kind", "line", "words"),
    [
        (
            changed(1, url="https://bay.example/2"),
            "rows-differ",
            3,
            "column “url” has 'https://bay.example/2', and line 2",
        ),
        (changed(1, slug=""), "slug-missing", 3, "column “slug” is empty"),
        (changed(1, parties__as_named=""), "key-missing", 2, "line 3: “parties.as_named” is missing"),
        (changed(1, parties__withheld="why"), "withheld-and-named", 2, "line 3: “parties.withheld”"),
        (changed(0, kind="pact"), "kind-unknown", 2, "'pact'"),
    ],
)
def test_a_record_with_a_faulty_row_is_refused_whole_and_the_fault_is_placed(tmp_path, rows, kind, line, words):
    refused, other = read_table(csv_file(tmp_path, *rows, *rows_of(EXCAVATION)))

    assert (refused.identifier, refused.remark.kind, refused.place.file_line) == (AGREEMENT["slug"], kind, line)
    assert words in refused.remark.text
    assert (refused.place.file, other.slug) == ("records.csv", EXCAVATION["slug"])


def test_a_row_with_too_few_cells_keeps_its_record_out(tmp_path):
    file = csv_file(tmp_path, *rows_of(AGREEMENT))
    file.write_text(file.read_text(encoding="utf-8") + f"{AGREEMENT['slug']},x\n", encoding="utf-8")
    (row,) = read_table(file)

    assert (row.place.file_line, row.remark.kind) == (5, "cells-do-not-match")


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ({"funding__amount": "2 500"}, "line 2: “funding.amount” is left out: it would be a number, not '2 500'"),
        ({"funding__is_total": "oui"}, "line 2: “funding.is_total” is left out: it would be true or false, not 'oui'"),
        ({"concerns__whs_id": "many"}, "line 2: “concerns.whs_id” 'many' is left out"),
        ({"parties_open": "perhaps"}, "“parties_open” is left out: it would be true or false, not 'perhaps'"),
        ({"signed_on": "4 May"}, "“signed_on” is left out"),
    ],
)
def test_a_cell_that_is_left_out_is_told_with_its_row_and_column(tmp_path, cells, text):
    (record,) = read_table(csv_file(tmp_path, *changed(0, **cells)))

    assert any(remark.text.startswith(text) for remark in record.remarks)


def test_a_row_before_every_slug_is_a_refused_row_of_its_own(tmp_path):
    first, record = read_table(csv_file(tmp_path, {"parties.as_named": "Somebody"}, *rows_of(EXCAVATION)))

    assert isinstance(first, RefusedRow)
    assert record.slug == EXCAVATION["slug"]


def test_a_blank_row_is_no_row(tmp_path):
    assert len(read_table(csv_file(tmp_path, {}, *rows_of(EXCAVATION), {}))) == 1


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("name;slug", "records.csv: the header has no column “slug”"),
        ("slug,parties", "records.csv: a column is called “parties”; name what of it"),
        ("slug,url,url", "two columns are called 'url'"),
    ],
)
def test_a_table_that_is_none_of_records_is_refused(tmp_path, header, words):
    file = tmp_path / "records.csv"
    file.write_text(header + "\n", encoding="utf-8")

    with pytest.raises(SyntaxFault, match=words):
        read_table(file)


def test_a_slug_in_a_table_and_in_a_file_of_json_is_one_too_many(tmp_path):
    table = csv_file(tmp_path, *rows_of(EXCAVATION))
    lines = tmp_path / "more.jsonl"
    lines.write_text(json.dumps(without(EXCAVATION, "end")), encoding="utf-8")
    _, again = records(open_records([table, lines]), {}, Seen())

    assert again.remark.kind == "slug-repeated"

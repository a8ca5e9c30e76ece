"""A file is read as UTF-8 or as it is declared, and never as it might be."""

import gzip
from hashlib import sha256

import pytest

from heritage_graph.errors import ParameterError, SyntaxFault
from heritage_graph.importers import source_text
from heritage_graph.importers.csv_rows import CsvRow, csv_rows
from heritage_graph.importers.json_values import JsonRow, json_member, json_rows
from heritage_graph.importers.source_text import look_through


@pytest.fixture
def written(tmp_path):
    """The text made of files with the contents given, in their order."""

    def made(*contents: bytes, encoding=None):
        paths = [tmp_path / f"{number}.txt" for number in range(len(contents))]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        return look_through(paths, encoding)

    return made


@pytest.mark.parametrize(
    ("content", "offset"),
    [
        (b"\xff\xfea\x00", 0),
        ("naïve".encode("latin-1"), 2),
        (b"a" * (1 << 20) + b"\xe9", 1 << 20),
        (b"a" * ((1 << 20) - 1) + b"\xc3" + b"(", (1 << 20) - 1),
        (b"good \xc3", 5),
        ("قائمة".encode("windows-1256"), 0),
    ],
)
def test_a_file_in_another_encoding_is_refused_with_the_byte_that_shows_it(written, content, offset):
    with pytest.raises(SyntaxFault, match=rf"0\.txt: the byte 0x{content[offset]:02x} at offset {offset} is not UTF-8"):
        written(content)


def test_a_declared_encoding_is_followed(written):
    text = written("قائمة\n".encode("windows-1256"), encoding="windows-1256")

    assert list(text.files[0].lines()) == ["قائمة\n"]


def test_a_file_that_is_not_in_the_declared_encoding_is_refused(written):
    with pytest.raises(SyntaxFault, match="offset 1 is not ASCII; it is in another encoding than was declared"):
        written("aé".encode(), encoding="us-ascii")


@pytest.mark.parametrize("name", ["no-such", "base64", ""])
def test_what_names_no_encoding_is_told(written, name):
    with pytest.raises(ParameterError, match="there is no encoding"):
        written(b"", encoding=name)


def test_a_byte_order_mark_counts_as_a_character_and_belongs_to_no_row(written):
    [row] = csv_rows(written(b"\xef\xbb\xbfa\r\n1\r\n").files[0])

    assert (dict(row.cells), row.place.start) == ({"a": "1"}, 4)


def test_several_files_are_one_text(written):
    text = written(b"a\n1\n", "b\né\n".encode())

    assert (text.characters, text.digest, [(file.start, file.line) for file in text.files]) == (
        8,
        sha256("a\n1\nb\né\n".encode()).hexdigest(),
        [(0, 1), (4, 3)],
    )


def test_a_compressed_file_is_what_it_holds(tmp_path):
    path = tmp_path / "list.csv.gz"
    path.write_bytes(gzip.compress(b"a\n1\n"))
    text = look_through([path])

    assert (text.files[0].name, text.digest) == ("list.csv", sha256(b"a\n1\n").hexdigest())


def test_a_compressed_file_that_is_damaged_is_refused(tmp_path):
    path = tmp_path / "list.csv.gz"
    path.write_bytes(gzip.compress(b"a\n1\n")[:-6])

    with pytest.raises(SyntaxFault, match="cannot be unpacked"):
        look_through([path])


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(written, monkeypatch):
    monkeypatch.setattr(source_text, "LONGEST_LINE", 10)

    with pytest.raises(SyntaxFault, match="a line has more than 10 characters"):
        list(written(b"x" * 11).files[0].lines())


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1 << 20])
def test_lines_and_values_are_the_same_however_a_file_is_cut_into_pieces(written, monkeypatch, size):
    monkeypatch.setattr(source_text, "_CHUNK", size)
    content = '\ufeff{"meta": {"a": [1, "x]\\"}"]}, "rows": [ {"é": 1.50},\n "ü", [], 12 ,null]}'.encode()
    file = written(content).files[0]
    text = content.decode()
    rows = list(json_rows(file, "rows"))

    assert [(text[row.place.start : row.place.end], row.place.line) for row in rows] == [
        ('{"é": 1.50}', 1),
        ('"ü"', 2),
        ("[]", 2),
        ("12", 2),
        ("null", 2),
    ]


def test_a_member_behind_a_long_list_is_found(written):
    file = written(b'{"rows": [1, [2], {"meta": 0}], "meta": {"a": 1}}').files[0]

    assert json_member(file, "meta") == {"a": 1}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1", b'{"rows": 1}', b'{"rows" 1}', b'{"a": [1 2]}', b"[" * 100_000, b'{"rows": [1,, 2]}']
)
def test_a_file_without_the_member_ends_in_one_refused_row(written, content):
    rows = list(json_rows(written(content).files[0], "rows"))

    assert [row.remark.kind for row in rows if not isinstance(row, JsonRow)] == ["not-json"]


def test_a_value_that_would_fill_the_memory_is_refused(written, monkeypatch):
    monkeypatch.setattr("heritage_graph.importers.json_values.LONGEST_VALUE", 10)
    monkeypatch.setattr(source_text, "_CHUNK", 4)
    [row] = json_rows(written(b'["' + b"x" * 40 + b'"]').files[0])

    assert row.remark.text.endswith("a value has more than 10 characters")


def test_values_one_after_the_other_are_a_row_each(written):
    rows = json_rows(written(b'{"a": 1}\n{"a": 2}\n').files[0])

    assert [(row.value, row.place.line) for row in rows] == [({"a": 1}, 1), ({"a": 2}, 2)]


def test_a_row_of_several_lines_begins_on_the_first(written):
    rows = csv_rows(written(b'a,b\n1,"x\ny"\n2,z\n').files[0])

    assert [(row.place.line, row.place.end - row.place.start) for row in rows] == [(2, 7), (4, 3)]


def test_a_row_with_other_cells_than_the_header_is_refused(written):
    rows = list(csv_rows(written(b"a,b\n1\n\n1,2\n").files[0]))

    assert [isinstance(row, CsvRow) for row in rows] == [False, True]

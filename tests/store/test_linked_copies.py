"""A copy shares what is never written again, and nothing else."""

import os

import pytest

from heritage_graph.store.linked_copies import linked_copy


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    (folder / "within").mkdir(parents=True)
    for name in ("000009.sst", "000012.log", "CURRENT", "within/graph.nq.gz", "within/half.tmp"):
        (folder / name).write_text(name, encoding="ascii")
    return folder


def names_in(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_tables_and_compressed_files_are_shared_and_no_others(source, tmp_path):
    linked_copy(source, tmp_path / "copy")

    shared = {name for name in names_in(source) if (tmp_path / "copy" / name).samefile(source / name)}
    assert names_in(tmp_path / "copy") == names_in(source)
    assert shared == {"000009.sst", "within/graph.nq.gz"}


def test_names_that_are_to_be_left_are_not_copied(source, tmp_path):
    linked_copy(source, tmp_path / "copy", leave="*.tmp")

    assert names_in(source) - names_in(tmp_path / "copy") == {"within/half.tmp"}


def test_where_there_are_no_links_all_is_copied(source, tmp_path, monkeypatch):
    def refused(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refused)
    linked_copy(source, tmp_path / "copy")

    assert all((tmp_path / "copy" / name).read_text(encoding="ascii") == name for name in names_in(source))


def test_a_folder_that_has_gone_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        linked_copy(tmp_path / "gone", tmp_path / "copy")

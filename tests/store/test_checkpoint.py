"""A checkpoint has what the engine holds in its log alone, and what is in the log is on the disk."""

import os
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from pyoxigraph import Store
from store_fixtures import changeset, ring

from heritage_graph.store import checkpoint
from heritage_graph.store.checkpoint import link_checkpoint, sync_log
from heritage_graph.store.embedded import LONGEST_LOG, EmbeddedStore
from heritage_graph.store.generations import generation_folder


@pytest.fixture
def live(tmp_path):
    return tmp_path / "live"


@pytest.fixture
def unflushed(live):
    """A store of 1,200 triples, none of which the engine has written to a table."""
    store = Store(str(live))
    store.extend(ring(600))
    return store


def last_log(folder):
    return max(folder.glob("*.log"), key=lambda log: int(log.stem))


@pytest.mark.usefixtures("unflushed")
def test_a_checkpoint_has_what_is_in_the_log_alone(live, tmp_path):
    assert last_log(live).stat().st_size > 0
    assert link_checkpoint(live, tmp_path / "made")
    assert len(Store.read_only(str(tmp_path / "made"))) == 1_200


def test_a_checkpoint_has_what_is_in_tables(unflushed, live, tmp_path):
    unflushed.flush()
    unflushed.extend(ring(700))

    assert link_checkpoint(live, tmp_path / "made")
    assert set(Store.read_only(str(tmp_path / "made"))) == set(unflushed)


def test_a_checkpoint_stays_as_it_was_made(unflushed, live, tmp_path):
    link_checkpoint(live, tmp_path / "made")
    unflushed.extend(ring(700))
    unflushed.optimize()

    assert len(Store.read_only(str(tmp_path / "made"))) == 1_200


def test_none_is_made_of_tables_that_change_after_they_were_linked(unflushed, live, tmp_path, monkeypatch):
    def flushed_at_the_end(path):
        if path == tmp_path / "made":
            unflushed.flush()

    monkeypatch.setattr(checkpoint, "sync", flushed_at_the_end)

    assert not link_checkpoint(live, tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_none_is_made_of_files_that_go_meanwhile(unflushed, live, tmp_path, monkeypatch):
    copies = shutil.copyfile

    def copied_amid_a_flush(source, target):
        unflushed.flush()
        return copies(source, target)

    monkeypatch.setattr(shutil, "copyfile", copied_amid_a_flush)

    assert not link_checkpoint(live, tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_none_is_made_where_there_are_no_links(unflushed, live, tmp_path, monkeypatch):
    def refused(*_):
        raise OSError(95, "Operation not supported")

    unflushed.flush()
    monkeypatch.setattr(os, "link", refused)

    assert not link_checkpoint(live, tmp_path / "made")
    assert not (tmp_path / "made").exists()


def test_a_store_publishes_where_there_are_no_links(data, monkeypatch):
    def refused(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refused)
    EmbeddedStore(data).commit(changeset(1, ring(700)))

    assert len(Store.read_only(str(generation_folder(data, 2)))) == 1_400 + 5


@pytest.fixture
def synced(monkeypatch):
    """The files and folders that this process syncs from now on."""
    found, sync = [], os.fsync

    def noted(descriptor):
        found.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    return found


@pytest.mark.usefixtures("unflushed")
def test_the_log_is_synced(live, synced):
    sync_log(live)

    assert str(last_log(live)) in synced


@pytest.mark.usefixtures("unflushed")
def test_a_checkpoint_is_synced(live, tmp_path, synced):
    link_checkpoint(live, tmp_path / "made")

    logs = {log.name for log in live.glob("*.log")}
    assert {path.rsplit("/", 1)[-1].split("-")[0] for path in synced} == {"CURRENT", "MANIFEST", "made"} | logs


def test_a_commit_is_synced(data, synced):
    EmbeddedStore(data).commit(changeset(1, []))

    assert any(path.startswith(f"{data}/store/") and path.endswith(".log") for path in synced)


def test_a_store_that_is_opened_from_a_checkpoint_has_all_that_was_in_the_log(unflushed, live, tmp_path):
    link_checkpoint(live, tmp_path / "made")

    assert set(Store(str(tmp_path / "made"))) == set(unflushed)


def test_a_log_is_flushed_before_it_grows_long(data):
    store = EmbeddedStore(data)
    sizes = []
    for generation in range(1, 60):
        store.commit(changeset(generation, ring(40)))
        sizes.append(last_log(data / "store").stat().st_size)
    of_one = max(after - before for before, after in pairwise(sizes))

    assert max(sizes) < LONGEST_LOG + of_one
    assert any(after < before for before, after in pairwise(sizes))


def test_every_generation_of_many_is_whole(data):
    store = EmbeddedStore(data)
    for generation in range(1, 30):
        size = 600 + 137 * generation % 400
        store.commit(changeset(generation, ring(size)))
        published = Store.read_only(str(generation_folder(data, generation + 1)))
        assert set(published) == set(store.store), f"generation {generation + 1}"


@pytest.mark.usefixtures("unflushed")
def test_the_length_of_the_last_log_is_told(live):
    assert sync_log(live) == last_log(live).stat().st_size

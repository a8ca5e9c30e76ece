"""The log has every version of every record, whenever it is brought up to date, and is made anew for another store."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from pyoxigraph import RdfFormat, Store, parse, serialize

from heritage_graph.changes.append import append, append_last
from heritage_graph.changes.change_log import ChangeLog
from heritage_graph.changes.checkpoint import Checkpoint
from heritage_graph.errors import MovedOn
from heritage_graph.ingest.changes import Mode
from heritage_graph.namespaces import ID, LOG, is_published, source_graph
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.generations import generation_folder
from heritage_graph.store.state import FolderState

FIRST, SECOND = source_graph("first").value, source_graph("second").value
ACCORD = """
id:agreement\\/accord a hg:Accord ; hg:evidence id:evidence\\/first-1-9 .
id:participation\\/accord--ministry hg:inContext id:agreement\\/accord .
id:evidence\\/first-1-9 hg:line 1 .
"""
PLACE = "id:place\\/harbour a hg:Place ."
NOTED = 'id:place\\/harbour hg:note "seen"@en .'


def told(changes):
    return [(change.generation, change.iri.removeprefix(ID), change.kind) for change in changes]


def content(log, change):
    return sorted(log.contents([change.sequence])[change.sequence].decode().splitlines())


def lines_of(generation, data, *subjects):
    """What a generation states of some things, as sorted lines."""
    store = Store.read_only(str(generation_folder(data, generation)))
    quads = [
        quad for quad in store if quad.subject.value.removeprefix(ID) in subjects and "graph" in str(quad.graph_name)
    ]
    return sorted(serialize(quads, format=RdfFormat.N_QUADS).decode().splitlines())


def published(store):
    return {quad for quad in store if hasattr(quad.graph_name, "value") and is_published(quad.graph_name)}


def test_changes_come_by_generation_and_iri_and_are_numbered_without_gaps(kept):
    kept.commit("first", ACCORD + PLACE)
    kept.append()
    kept.commit("second", NOTED)
    changes = kept.taken().changes(limit=10)

    assert ([change.sequence for change in changes], told(changes)) == (
        [1, 2, 3],
        [(1, "agreement/accord", "create"), (1, "place/harbour", "create"), (2, "place/harbour", "update")],
    )


def test_the_content_of_a_version_is_the_record_as_it_then_was(kept):
    kept.commit("first", ACCORD)
    kept.append()
    kept.commit("first", ACCORD + "id:evidence\\/first-1-9 hg:start 3 .")
    log = kept.taken()
    nodes = ("agreement/accord", "participation/accord--ministry", "evidence/first-1-9")

    assert [content(log, change) for change in log.changes(limit=10)] == [
        lines_of(1, kept.data, *nodes),
        lines_of(2, kept.data, *nodes),
    ]


def test_a_deletion_has_no_content_and_keeps_the_graphs_that_told_of_it(kept):
    kept.commit("first", PLACE)
    kept.commit("second", NOTED)
    kept.commit("second", "", mode=Mode.REMOVE)
    kept.append()
    kept.commit("first", "", mode=Mode.REMOVE)
    record = kept.taken().record(f"{ID}place/harbour")

    assert (record.change.kind, record.change.has_content, record.graphs) == ("delete", False, (FIRST,))


def test_the_graphs_of_a_record_are_those_that_state_it_and_its_sources_those_that_changed_it(kept):
    kept.commit("first", PLACE)
    kept.commit("second", NOTED)
    record = kept.taken().record(f"{ID}place/harbour")

    assert (record.graphs, record.change.sources) == ((FIRST, SECOND), (SECOND,))


def test_a_version_that_went_before_it_was_taken_has_no_content_and_its_change_stays(kept):
    kept.commit("first", PLACE)
    kept.commit("second", NOTED)
    kept.retire(1)

    assert [change.has_content for change in kept.taken().changes(limit=10)] == [False, True]


def test_a_version_that_still_stands_is_read_from_a_later_generation(kept):
    kept.commit("first", PLACE)
    kept.commit("second", ACCORD)
    kept.retire(1)
    log = kept.taken()

    assert content(log, log.changes(limit=1)[0]) == lines_of(2, kept.data, "place/harbour")


def test_what_comes_after_the_first_run_became_visible_when_it_was_taken(kept):
    kept.commit("first", PLACE)
    kept.append()
    kept.commit("second", NOTED)
    kept.now += timedelta(minutes=7)

    assert kept.taken().state().last == kept.now


def test_a_log_made_anew_takes_its_moments_from_the_commits(kept):
    kept.commit("first", PLACE)
    committed = kept.now
    kept.commit("second", NOTED)

    assert kept.taken().state().first == committed


def test_what_was_committed_minutes_before_a_log_is_made_anew_is_of_that_moment(kept):
    kept.commit("first", PLACE)
    kept.now += timedelta(minutes=3)  # somebody may have asked meanwhile, and would begin here

    assert kept.taken().state().last == kept.now


def test_moments_never_run_backwards(kept):
    kept.commit("first", PLACE)
    kept.append()
    before = kept.log().state().last
    kept.now -= timedelta(days=2)
    kept.commit("second", NOTED)

    assert kept.taken().state().last == before


def test_who_asks_since_a_moment_finds_what_was_committed_before_and_taken_after(kept):
    kept.commit("first", PLACE)
    kept.append()
    kept.commit("second", NOTED)
    kept.now += timedelta(minutes=1)
    asked = kept.now
    kept.now += timedelta(minutes=1)
    kept.append()

    assert kept.log().state().last >= asked


def test_appending_twice_changes_nothing(kept):
    kept.commit("first", ACCORD + PLACE)
    kept.append()
    before = kept.log().changes(limit=10)

    assert kept.taken().changes(limit=10) == before


def test_a_generation_that_changed_no_record_is_taken(kept):
    kept.commit("first", PLACE)
    kept.commit("essay", PLACE, group="generic")
    kept.append()
    kept.commit("second", NOTED)
    kept.commit("essay", "", mode=Mode.REMOVE, group="generic")
    state = kept.taken().state()

    assert (state.generation, state.sequence, state.last) == (4, 2, kept.now)


def test_the_log_of_an_empty_store_is_empty(kept):
    state = kept.taken().state()

    assert (state.generation, state.sequence, state.records, state.first) == (0, 0, 0, kept.now)


def test_the_first_commit_follows_the_log_of_an_empty_store(kept):
    kept.append()
    kept.commit("first", PLACE)

    assert told(kept.taken().changes(limit=10)) == [(1, "place/harbour", "create")]


def test_the_log_of_another_store_is_made_anew(kept, another):
    kept.commit("first", PLACE)
    kept.append()
    another.commit("second", ACCORD)
    shutil.copy(kept.path, another.path)

    assert told(another.taken().changes(limit=10)) == [(1, "agreement/accord", "create")]


def test_the_log_of_a_store_that_was_set_back_is_made_anew(kept, tmp_path):
    kept.commit("first", PLACE)
    backup = shutil.copytree(kept.data, tmp_path / "backup")
    kept.commit("second", ACCORD)
    kept.append()
    for part in ("store", "generations"):
        shutil.rmtree(kept.data / part)
        shutil.copytree(backup / part, kept.data / part)

    assert told(kept.taken().changes(limit=10)) == [(1, "place/harbour", "create")]


def test_a_log_of_another_layout_is_made_anew(kept):
    kept.commit("first", PLACE)
    kept.append()
    with closing(sqlite3.connect(kept.path, isolation_level=None)) as tables:
        tables.execute("PRAGMA user_version = 9999")
        tables.execute("ALTER TABLE change RENAME TO changes")

    assert told(kept.taken().changes(limit=10)) == [(1, "place/harbour", "create")]


@pytest.mark.parametrize("text", [b"", b"SQLite format 3\x00, but cut off", b"no database at all" * 400])
def test_a_file_that_is_no_log_is_made_anew(kept, text):
    kept.commit("first", PLACE)
    kept.path.write_bytes(text)

    assert told(kept.taken().changes(limit=10)) == [(1, "place/harbour", "create")]


def test_things_that_the_log_of_a_store_does_not_tell_are_created_with_its_first_commit(kept):
    kept.commit("first", ACCORD + PLACE)
    kept.commit("second", NOTED)
    forget(kept.data, "accord")

    assert told(kept.taken().changes(limit=10)) == [
        (1, "agreement/accord", "create"),
        (1, "place/harbour", "create"),
        (2, "place/harbour", "update"),
    ]


def test_things_that_are_gone_though_the_log_does_not_say_so_are_deleted_with_the_last_commit(kept):
    kept.commit("first", ACCORD + PLACE)
    kept.commit("first", PLACE)
    forget(kept.data, "delete")

    assert told(kept.taken().changes(limit=10))[-1] == (2, "agreement/accord", "delete")


def test_changes_of_a_store_whose_log_names_no_graphs_are_by_those_of_their_commit(kept):
    kept.commit("first", PLACE)
    forget(kept.data, FIRST)

    assert kept.taken().changes(limit=1)[0].sources == (FIRST,)


def test_a_name_that_looks_like_a_short_one_is_taken_as_it_is(kept):
    kept.commit("first", '<id:place/harbour> hg:note "another one"@en . ' + PLACE)
    log = kept.taken()

    assert {change.iri: len(content(log, change)) for change in log.changes(limit=10)} == {
        f"{ID}place/harbour": 1,
        "id:place/harbour": 1,
    }


def test_the_records_of_the_shipped_dataset_are_its_published_view(shipped_store, tmp_path):
    append(tmp_path / "changes.sqlite", {1: FolderState(generation_folder(shipped_store, 1))})
    log = ChangeLog(tmp_path / "changes.sqlite")
    contents = log.contents(change.sequence for change in log.changes(limit=100_000))
    log.close()
    told = {quad for text in contents.values() for quad in parse(text, RdfFormat.N_QUADS)}

    assert told == published(Store.read_only(str(generation_folder(shipped_store, 1))))


def test_the_log_of_the_shipped_dataset_needs_no_comparison(shipped_store):
    checkpoint = Checkpoint(FolderState(generation_folder(shipped_store, 1)))

    assert {change.iri for change in checkpoint.changes(1)} == set(checkpoint.entities())


def test_a_log_of_an_engine_is_the_same_whenever_it_was_begun(kept, tmp_path):
    early, late = tmp_path / "early.sqlite", tmp_path / "late.sqlite"
    kept.commit("first", ACCORD + PLACE)
    append_last(early, 1, state_of(kept, 1), check=lambda: None)
    kept.commit("second", NOTED)
    append_last(early, 2, state_of(kept, 2), check=lambda: None)
    kept.commit("first", ACCORD)
    kept.commit("second", "", mode=Mode.REPLACE)
    for path in (early, late):
        append_last(path, 4, state_of(kept, 4), check=lambda: None)

    assert all_that(early) == all_that(late)


def test_a_log_of_an_engine_that_has_moved_on_meanwhile_stays_as_it_was(kept, tmp_path):
    kept.commit("first", ACCORD)
    append_last(tmp_path / "log.sqlite", 1, state_of(kept, 1), check=lambda: None)
    kept.commit("second", PLACE)
    with pytest.raises(MovedOn):
        append_last(tmp_path / "log.sqlite", 2, state_of(kept, 2), check=has_moved_on)

    assert {generation for generation, *_ in all_that(tmp_path / "log.sqlite")} == {1}


def state_of(kept, generation):
    return FolderState(generation_folder(kept.data, generation))


def has_moved_on():
    raise MovedOn("the engine stands on another generation", retry_after=1)


def all_that(path):
    """What a log tells of every change, with its moment, its content and the graphs of its record."""
    log = ChangeLog(path)
    told = [
        (change.generation, change.sequence, change.at, change.iri, change.kind, change.sources,
         log.contents([change.sequence]), log.record(change.iri))
        for change in log.changes(limit=100)
    ]  # fmt: skip
    log.close()
    return told


def forget(data, text):
    """Remove from the log of the last generation the changes that hold *text*, as an earlier version would have."""
    store = EmbeddedStore(data).store
    log = [quad for quad in store if quad.graph_name == LOG and "/change/" in quad.subject.value]
    known = {quad.subject for quad in log if text in quad.object.value and text != quad.object.value}
    for quad in log:
        if quad.subject in known or quad.object.value == text:
            store.remove(quad)
    store.flush()
    number = max(int(folder.name) for folder in (data / "generations").iterdir())
    shutil.rmtree(generation_folder(data, number))
    store.backup(str(generation_folder(data, number)))

"""The embedded store keeps what it acknowledged and shows only whole generations."""

import subprocess
import sys

import pytest
from pyoxigraph import DefaultGraph, Literal, Quad, Store
from store_fixtures import NAME, changeset, ring, thing

from heritage_graph.errors import StaleBase, StorageFull, StoreLocked
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.generations import generation_folder, published_generations


def name_of(data, generation, number):
    store = Store.read_only(str(generation_folder(data, generation)))
    rows = store.query(f"SELECT ?name {{ <{thing(number).value}> <{NAME.value}> ?name }}")
    return [row["name"].value for row in rows]


def rename(number, old, new):
    old_quad = Quad(thing(number), NAME, Literal(old), DefaultGraph())
    return changeset(1, [Quad(thing(number), NAME, Literal(new), DefaultGraph())], removed=[old_quad])


def test_a_commit_is_readable_in_its_generation(data):
    assert name_of(data, 1, 7) == ["thing 7"]


def test_a_generation_never_changes_once_published(data):
    EmbeddedStore(data).commit(rename(7, "thing 7", "seven"))

    assert (name_of(data, 1, 7), name_of(data, 2, 7)) == (["thing 7"], ["seven"])


def test_a_change_of_an_older_generation_is_refused(data):
    store = EmbeddedStore(data)
    store.commit(changeset(1, []))

    with pytest.raises(StaleBase, match="rests on generation 1, but the last one is 2"):
        store.commit(changeset(1, [], key="late"))


def test_the_last_commit_is_known_again_after_opening(data):
    EmbeddedStore(data).commit(changeset(1, [], key="mine"))
    store = EmbeddedStore(data)

    assert (store.generation, store.key) == (2, "mine")


def test_a_commit_that_was_not_yet_published_is_published_on_opening(data):
    store = EmbeddedStore(data)
    store.commit(changeset(1, []))
    generation_folder(data, 2).rename(data / "lost")
    del store
    EmbeddedStore(data)

    assert published_generations(data) == [0, 1, 2]


def test_what_a_killed_process_left_is_cleared(data):
    leftovers = [data / "generations" / "9.tmp", data / "store" / "bulk-1.sst"]
    leftovers[0].mkdir()
    leftovers[1].touch()
    EmbeddedStore(data)

    assert not any(path.exists() for path in leftovers)


def test_a_second_writer_is_told_who_holds_the_store(data):
    store = EmbeddedStore(data)
    program = (
        "import sys; from pathlib import Path; from heritage_graph.store.embedded import EmbeddedStore; "
        "EmbeddedStore(Path(sys.argv[1]))"
    )
    second = subprocess.run([sys.executable, "-c", program, data], capture_output=True, text=True, check=False)
    del store

    assert f"{StoreLocked.__name__}: {data / 'store'} is open in another process" in second.stderr


def test_writes_stop_before_the_disk_is_full_and_reading_goes_on(data):
    store = EmbeddedStore(data, reserve_bytes=1 << 60)
    with pytest.raises(StorageFull, match="make room"):
        store.commit(rename(7, "thing 7", "seven"))

    assert (store.generation, name_of(data, 1, 7)) == (1, ["thing 7"])


def test_writes_resume_without_opening_anew_once_there_is_room(data, monkeypatch):
    store = EmbeddedStore(data, reserve_bytes=1 << 60)
    with pytest.raises(StorageFull):
        store.commit(changeset(1, []))
    monkeypatch.setattr(store, "_reserve_bytes", 1)

    assert store.commit(changeset(1, list(ring(2)))) == 2


def test_the_last_generation_is_never_retired(data):
    store = EmbeddedStore(data)
    store.retire(1)

    assert store.generations() == [0, 1]

"""A store that was built aside takes the place of the live one whole or not at all, wherever a crash falls."""

import shutil

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from heritage_graph.errors import StoreLocked
from heritage_graph.namespaces import HG, LOG
from heritage_graph.store.aside import building, offer
from heritage_graph.store.embedded import EmbeddedStore

COMMIT = NamedNode("https://example.org/commit")


def built(data, folder, generation):
    """A store that says it is *generation*, built on what *data* holds."""
    live = EmbeddedStore(data)
    live.store.backup(str(folder))
    store = Store(str(folder))
    store.add(Quad(COMMIT, HG.generation, Literal(generation), LOG))
    store.add(Quad(COMMIT, HG.commitKey, Literal("key"), LOG))
    store.flush()
    return folder


def test_the_next_to_open_the_live_store_lets_it_take_its_place(tmp_path):
    offer(built(tmp_path, tmp_path / "aside", 1), tmp_path)

    assert EmbeddedStore(tmp_path).generation == 1


def test_a_crash_between_the_two_renames_is_mended(tmp_path):
    offer(built(tmp_path, tmp_path / "aside", 1), tmp_path)
    (tmp_path / "store").rename(tmp_path / "store.old")
    generation = EmbeddedStore(tmp_path).generation

    assert (generation, (tmp_path / "store.old").exists()) == (1, False)


def test_one_that_does_not_rest_on_the_live_store_is_not_taken(tmp_path):
    offer(built(tmp_path, tmp_path / "aside", 2), tmp_path)
    generation = EmbeddedStore(tmp_path).generation

    assert (generation, sorted(path.name for path in tmp_path.glob("store.*"))) == (0, ["store.lock"])


def test_its_maker_gets_it_back_as_long_as_it_lives(tmp_path):
    with building(tmp_path) as folder:
        offer(built(tmp_path, folder / "aside", 2), tmp_path)
        EmbeddedStore(tmp_path)
        given_back = (tmp_path / "store.stale").exists()

    assert (given_back, (tmp_path / "store.stale").exists()) == (True, False)


def test_what_a_killed_maker_left_is_removed(tmp_path):
    EmbeddedStore(tmp_path)
    shutil.copytree(tmp_path / "store", tmp_path / "bulk.tmp" / "after")
    EmbeddedStore(tmp_path)

    assert not (tmp_path / "bulk.tmp").exists()


def test_one_process_builds_at_a_time(tmp_path):
    with building(tmp_path), pytest.raises(StoreLocked, match="another bulk load"), building(tmp_path):
        pass

"""A release keeps its generation, whoever retires meanwhile."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from store_fixtures import changeset, ring

from heritage_graph.errors import EngineTrouble, GenerationNotKept, ParameterError
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.generations import published_generations
from heritage_graph.store.releases import Release, list_releases, make_release, releases_locked

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def store(data):
    return EmbeddedStore(data)


def test_a_release_keeps_the_last_generation_when_none_is_named(data):
    make_release(data, "2026-autumn", now=NOW)

    assert list_releases(data) == [Release("2026-autumn", 1, "2026-11-21T12:00:00+00:00")]


def test_a_generation_that_a_release_keeps_is_not_retired(data, store):
    make_release(data, "v1.0", generation=1, now=NOW)
    store.commit(changeset(1, ring(2)))
    store.retire(1)

    assert store.generations() == [0, 1, 2]


def test_a_generation_without_a_release_is_retired(data, store):
    make_release(data, "v1.0", generation=1, now=NOW)
    store.commit(changeset(1, ring(2)))
    store.retire(0)

    assert published_generations(data) == [1, 2]


def test_nothing_is_retired_while_a_generation_is_being_named(data, store):
    store.commit(changeset(1, ring(2)))
    retiring = threading.Thread(target=store.retire, args=(1,))
    with releases_locked(data):
        retiring.start()
        retiring.join(timeout=0.2)
        still_there = published_generations(data)
    retiring.join()

    assert (still_there, published_generations(data)) == ([0, 1, 2], [0, 2])


def test_naming_the_same_generation_again_changes_nothing(data):
    first = make_release(data, "v1.0", now=NOW)

    assert make_release(data, "v1.0", generation=1, now=datetime(2027, 1, 1, tzinfo=UTC)) == first


def test_a_release_never_moves(data, store):
    make_release(data, "v1.0", now=NOW)
    store.commit(changeset(1, ring(2)))
    with pytest.raises(ParameterError) as refusal:
        make_release(data, "v1.0", now=NOW)

    assert "generation 1 already" in str(refusal.value)


@pytest.mark.parametrize(
    "name", ["", "V1", "-a", ".lock", "a/b", "..", "12", "2026-11-21", "2026-11-21t00", "last", "é", "a b", "a" * 65]
)
def test_what_is_no_name_or_could_be_taken_for_a_generation_or_a_day_is_refused(data, name):
    with pytest.raises(ParameterError) as refusal:
        make_release(data, name, now=NOW)

    assert "a-z, 0-9" in str(refusal.value)


@pytest.mark.parametrize("name", ["v1", "v1.0", "2026.1", "2026-11", "first-release"])
def test_names_of_releases_look_like_this(data, name):
    assert make_release(data, name, now=NOW).name == name


def test_a_generation_that_is_not_there_cannot_be_named(data):
    with pytest.raises(GenerationNotKept) as refusal:
        make_release(data, "v9", generation=9, now=NOW)

    assert refusal.value.details["generations"] == [0, 1]


def test_while_a_release_cannot_be_read_nothing_is_retired(data, store):
    store.commit(changeset(1, ring(2)))
    (data / "releases").mkdir(exist_ok=True)
    (data / "releases" / "v1.json").write_text("{")
    with pytest.raises(EngineTrouble) as trouble:
        store.retire(1)

    assert ("v1.json" in str(trouble.value), store.generations()) == (True, [0, 1, 2])

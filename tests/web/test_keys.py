"""API keys, without a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from heritage_graph.errors import EngineTrouble, ParameterError, UnknownName
from heritage_graph.web.faults import Unauthorized
from heritage_graph.web.security import KeyRing, create_key, list_keys, revoke_key

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
GRAPH = "https://w3id.org/heritage-graph/graph/source/"


@pytest.fixture
def key(tmp_path):
    return create_key(tmp_path, scopes=[f"{GRAPH}icesco-*"], now=NOW, note="for a test")


def authenticated(folder, text, *, now=NOW):
    return KeyRing(folder).authenticate(f"Bearer {text}", now=now)


def test_a_key_is_known_again(tmp_path, key):
    assert authenticated(tmp_path, key[0]).id == key[1].id


def test_a_key_is_not_kept(tmp_path, key):
    secret = key[0].partition(".")[2]

    assert secret not in (tmp_path / "keys.json").read_text()


def test_only_the_owner_reads_the_file_of_keys(tmp_path, key):  # noqa: ARG001 - it makes the file
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (f"{GRAPH}icesco-2024", True),
        (f"{GRAPH}iccrom-2024", False),
        ("https://w3id.org/heritage-graph/graph/curation", False),
    ],
)
def test_a_scope_covers_what_it_matches(key, graph, expected):
    assert key[1].may_write(graph) is expected


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer x", "Basic eDp5", "Bearer hgk_.", "Bearer hgk_000000000000.x", "Bearer é"],
)
def test_what_is_no_key_is_not_taken(tmp_path, key, authorization):  # noqa: ARG001 - there is a key to guess
    with pytest.raises(Unauthorized) as refusal:
        KeyRing(tmp_path).authenticate(authorization, now=NOW)

    assert "Bearer" in str(refusal.value)


def test_a_key_with_another_secret_is_not_taken(tmp_path, key):
    with pytest.raises(Unauthorized) as refusal:
        authenticated(tmp_path, f"{key[0][:-1]}{'A' if key[0][-1] != 'A' else 'B'}")

    assert "valid key" in str(refusal.value)


def test_a_revoked_key_is_not_taken_any_more(tmp_path, key):
    ring = KeyRing(tmp_path)
    ring.authenticate(f"Bearer {key[0]}", now=NOW)
    revoke_key(tmp_path, key[1].id, now=NOW)

    with pytest.raises(Unauthorized) as refusal:
        ring.authenticate(f"Bearer {key[0]}", now=NOW)

    assert "valid key" in str(refusal.value)


def test_an_expired_key_is_not_taken(tmp_path):
    text, _ = create_key(tmp_path, scopes=["*"], now=NOW, expires=NOW + timedelta(days=1))

    with pytest.raises(Unauthorized) as refusal:
        authenticated(tmp_path, text, now=NOW + timedelta(days=1))

    assert "valid key" in str(refusal.value)


def test_the_last_use_is_noted(tmp_path, key):
    authenticated(tmp_path, key[0], now=NOW + timedelta(hours=1))

    assert list_keys(tmp_path)[0].used == "2026-11-21T13:00:00+00:00"


def test_a_key_that_is_not_there_cannot_be_revoked(tmp_path):
    with pytest.raises(UnknownName) as refusal:
        revoke_key(tmp_path, "nothing", now=NOW)

    assert "no key 'nothing'" in str(refusal.value)


@pytest.mark.parametrize(
    ("scopes", "expected"), [(["jobs"], True), (["*"], True), ([f"{GRAPH}*", "jobs"], True), ([f"{GRAPH}*"], False)]
)
def test_a_scope_lets_jobs_run(tmp_path, scopes, expected):
    assert create_key(tmp_path, scopes=scopes, now=NOW)[1].may_run_jobs() is expected


def test_the_scope_of_jobs_writes_no_graph(tmp_path):
    _, key = create_key(tmp_path, scopes=["jobs"], now=NOW)

    assert (key.may_write("jobs:graph"), key.may_write(f"{GRAPH}icesco-2024")) == (False, False)


@pytest.mark.parametrize("scopes", [[], ["anything"], ["https://example.org/a b"]])
def test_a_key_without_a_sound_scope_is_not_made(tmp_path, scopes):
    with pytest.raises(ParameterError) as refusal:
        create_key(tmp_path, scopes=scopes, now=NOW)

    assert "scope" in str(refusal.value)


def test_a_damaged_file_of_keys_lets_nobody_in(tmp_path):
    (tmp_path / "keys.json").write_text("[{]")

    with pytest.raises(EngineTrouble) as trouble:
        authenticated(tmp_path, "hgk_000000000000.x")

    assert "keys.json" in str(trouble.value)

"""A store into which nothing has been put yet is served like any other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from nothing_loaded import answers

from heritage_graph.store.embedded import EmbeddedStore

PATHS = [
    "/",
    "/search?q=icesco",
    "/queries",
    "/graphs",
    "/ns",
    "/health/ready",
    "/sparql",
    "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D",
    "/queries/agreements-in-force?on=2026-11-21",
    "/id/agreement/icesco-ots-mou",
    "/vocab/role",
    "/rdf-graph-store?default",
    "/changes",
    "/changes/1",
    "/ldes",
    "/ldes/1",
]


@pytest.fixture(scope="module")
def statuses(tmp_path_factory):
    """The status of each path over an empty store."""
    folder = Path(tmp_path_factory.mktemp("empty"))
    EmbeddedStore(folder)
    found = asyncio.run(answers(folder, PATHS))
    return {path: answer.status_code for path, answer in found.items()}


def test_what_is_there_is_answered_and_what_is_not_is_not_found(statuses):
    assert statuses == dict.fromkeys(PATHS, 200) | {
        "/id/agreement/icesco-ots-mou": 404,
        "/vocab/role": 404,
        "/changes/1": 404,
        "/ldes/1": 404,
    }

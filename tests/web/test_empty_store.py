"""A store into which nothing has been put yet is served like any other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from heritage_graph.settings import Settings
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.web.app import create_app

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
    return asyncio.run(_statuses(folder))


async def _statuses(folder):
    started, ended = asyncio.Event(), asyncio.Event()
    events = [{"type": "lifespan.startup"}]

    async def receive():
        if events:
            return events.pop()
        await ended.wait()
        return {"type": "lifespan.shutdown"}

    async def send(message):
        started.set()
        assert not message["type"].endswith("failed"), message

    app = create_app(Settings(data=folder, readers=1))
    lifespan = asyncio.create_task(app({"type": "lifespan"}, receive, send))
    await started.wait()
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        found = {path: (await client.get(path)).status_code for path in PATHS}
    ended.set()
    await lifespan
    return found


def test_what_is_there_is_answered_and_what_is_not_is_not_found(statuses):
    assert statuses == dict.fromkeys(PATHS, 200) | {
        "/id/agreement/icesco-ots-mou": 404,
        "/vocab/role": 404,
        "/changes/1": 404,
        "/ldes/1": 404,
    }

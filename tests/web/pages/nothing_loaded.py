"""Pages over a store into which nothing has been put: `serve` would fill it, so the application is asked itself."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from heritage_graph.settings import Settings
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.web.app import create_app


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """What gives the answer to a browser at an address of such a service."""
    folder = tmp_path_factory.mktemp("empty")
    EmbeddedStore(folder)
    return lambda path: asyncio.run(answers(folder, [path], accept="text/html"))[path]


async def answers(folder, paths, *, accept="*/*"):
    """What an application over the store in *folder* answers at each of *paths*."""
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
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        found = {path: await client.get(path, headers={"Accept": accept}, timeout=60) for path in paths}
    ended.set()
    await lifespan
    return found

"""A real server over the shipped dataset, and real clients."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import pytest
import referencing
from browser_fixtures import chromium, context, context_without_scripts, open_page, page, tab
from jsonschema import Draft202012Validator, FormatChecker
from shipped_stores import once, shipped_store
from warm_start import start

from heritage_graph.web.published_schemas import schema, schemas
from heritage_graph.web.security import create_key, revoke_key

__all__ = ["chromium", "context", "context_without_scripts", "open_page", "page", "tab"]

SOURCE = "https://w3id.org/heritage-graph/graph/source/"
LIMITS = {
    "HERITAGE_GRAPH_READERS": "2",
    "HERITAGE_GRAPH_QUERY_TIMEOUT": "2",
    "HERITAGE_GRAPH_QUERY_MEMORY_MB": "320",
    "HERITAGE_GRAPH_RESULT_MB": "8",
    "HERITAGE_GRAPH_CLIENT_QUERIES": "8",
    "HERITAGE_GRAPH_CLIENT_SECONDS": "3600",
    "HERITAGE_GRAPH_DOCUMENT_MB": "4",
    "HERITAGE_GRAPH_DUMPS": "false",  # made beside every server, they would take half of a processor
}


COPIED = {"store", "generations", "indexes", "changes.sqlite", "changes.sqlite-wal", "changes.sqlite-shm"}
"""What copies of the shipped dataset have; keys and the like are each service's own."""


@contextmanager
def serving(data, **settings):
    """The address of a server over *data* and its log, while it runs."""
    log = data.parent / f"{data.name}.log"
    reading, writing = os.pipe()
    with log.open("wb") as errors, os.fdopen(reading, "rb") as out:
        arguments = ["serve", "--data", data, "--port", "0"]
        server = start(arguments, env={**os.environ, **LIMITS, **settings}, out=writing, errors=errors.fileno())
        os.close(writing)
        try:
            told = out.readline().decode()
            assert " on " in told, log.read_text()
            yield told.split(" on ")[1].split()[0], log
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture(scope="session")
def until_retired():
    """What waits until a generation is not kept any more: that happens a moment after the last who read it is done."""

    def wait(client, generation):
        deadline = time.monotonic() + 60
        while client.get("/ns", params={"asOf": generation}).status_code != httpx.codes.GONE:
            assert time.monotonic() < deadline, f"generation {generation} is still kept"
            time.sleep(0.1)

    return wait


@pytest.fixture(scope="session")
def start_server():
    """What starts a server: a context that gives its address and its log."""
    return serving


@pytest.fixture(scope="session")
def shipped():
    """A data folder with the shipped dataset, its index and its change log; not to be served, but copied."""
    return once("served", with_index_and_log)


def with_index_and_log(data):
    shutil.copytree(shipped_store(), data)
    with serving(data) as (address, _), httpx.Client(base_url=address, timeout=60) as client:
        for made_of_it in ("/api/v1/people", "/changes"):  # the index and the change log: no copy need make its own
            while client.get(made_of_it).status_code == httpx.codes.SERVICE_UNAVAILABLE:
                pass
    for path in data.iterdir():
        if path.name not in COPIED:
            shutil.rmtree(path, ignore_errors=True)
            path.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def data(shipped, tmp_path_factory):
    """The data folder that the server of most tests serves."""
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(shipped, folder)
    return folder


@pytest.fixture(scope="session")
def server(data):
    """The address of the server and its log."""
    with serving(data) as (address, log):
        yield address, log


@pytest.fixture(scope="session")
def address(server):
    return server[0]


@pytest.fixture(scope="session")
def client(address):
    with httpx.Client(base_url=address, timeout=60, headers={"Accept-Encoding": "identity"}) as client:
        yield client


@pytest.fixture(scope="session")
def keys(data):
    """Keys by what they may: everything, one source only, nothing any more."""
    now = datetime.now(UTC)
    everything, _ = create_key(data, scopes=["*"], now=now)
    narrow, _ = create_key(data, scopes=[f"{SOURCE}other-*"], now=now)
    revoked, entry = create_key(data, scopes=["*"], now=now)
    revoke_key(data, entry.id, now=now)
    expired, _ = create_key(data, scopes=["*"], now=now, expires=datetime(2020, 1, 1, tzinfo=UTC))
    return {"everything": everything, "narrow": narrow, "revoked": revoked, "expired": expired}


@pytest.fixture(scope="session")
def writer(keys):
    """The header fields of one who may write everything."""
    return {"Authorization": f"Bearer {keys['everything']}"}


@pytest.fixture(scope="session")
def faults_in():
    """What tells the faults of a JSON value by the published schema of a name: a path and a message each."""
    resources = [referencing.Resource.from_contents(schema(name)) for name in schemas()]
    registry = referencing.Registry().with_resources([(each.id(), each) for each in resources])

    def told(value, name):
        validator = Draft202012Validator(schema(name), registry=registry, format_checker=FormatChecker())
        return [f"{fault.json_path}: {fault.message[:300]}" for fault in validator.iter_errors(value)]

    return told


@pytest.fixture
def generation(client):
    """What tells the last generation."""
    return lambda: client.get("/health/ready").json()["generation"]

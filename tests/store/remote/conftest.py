"""The fixtures of the tests of remote engines."""

from __future__ import annotations

import pytest
from asked import asked
from misbehaving import canary, misbehaving

from heritage_graph.store.remote.client import Client
from heritage_graph.store.remote.engine import Authentication, Engine, Scheme

RESULT_BYTES = 20 << 20


@pytest.fixture(scope="module")
def server():
    with misbehaving() as engine:
        yield engine


@pytest.fixture(scope="module")
def elsewhere():
    with canary() as another:
        yield another


@pytest.fixture(scope="module")
def engine(server):
    who = Authentication(Scheme.BASIC, "reader", "a password")
    return Engine(server.query, server.update, authentication=who, result_bytes=RESULT_BYTES, timeout_s=5)


@pytest.fixture(scope="module")
def module_pool(engine):
    with asked(engine) as pool:
        yield pool


@pytest.fixture
def pool(server, module_pool):
    """One pool for all tests of a module; the engine behaves well when a test begins."""
    server.behave("well")
    module_pool.recover()
    server.behave("well")
    return module_pool


@pytest.fixture(scope="module")
def module_client(engine):
    with Client(engine) as client:
        yield client


@pytest.fixture
def client(server, module_client):
    server.behave("well")
    return module_client

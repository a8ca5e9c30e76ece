"""A small store of two generations, and the pool that reads it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from heritage_graph.namespaces import HG, LOG
from heritage_graph.store.base import Changeset, QueryRequest
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.generations import Generations, published_generations
from heritage_graph.store.readers import ReaderPool

KNOWS = NamedNode("https://example.org/knows")
NAME = NamedNode("https://example.org/name")
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
"""It runs for longer than anybody waits."""


def thing(number):
    return NamedNode(f"https://example.org/thing/{number}")


def commit_quads(generation, key):
    commit = NamedNode(f"https://example.org/commit/{generation}")
    return (
        Quad(commit, HG.generation, Literal(generation), LOG),
        Quad(commit, HG.commitKey, Literal(key), LOG),
    )


def changeset(base, quads, *, key=None, removed=()):
    generation = base + 1
    key = key or f"key-{generation}"
    return Changeset(base, generation, key, (*quads, *commit_quads(generation, key)), tuple(removed))


def ring(size):
    for number in range(size):
        yield Quad(thing(number), KNOWS, thing((number + 1) % size), DefaultGraph())
        yield Quad(thing(number), NAME, Literal(f"thing {number}"), DefaultGraph())


@pytest.fixture
def data(tmp_path):
    store = EmbeddedStore(tmp_path)
    store.commit(changeset(0, ring(600)))
    del store
    return tmp_path


@asynccontextmanager
async def running_pool(data, **options):
    pool = ReaderPool(
        Generations(data, published_generations(data)),
        **{"size": 2, "memory_bytes": 256 << 20} | options,
    )
    await pool.start()
    try:
        yield pool
    finally:
        await pool.stop()


@asynccontextmanager
async def storm(pool, clients, *, timeout_s):
    """A long query of each of *clients* while the block runs; all are given up with it, however it ends."""
    request = QueryRequest(PRODUCT, timeout_s=timeout_s)
    tasks = [asyncio.create_task(pool.query(request, client=client)) for client in clients]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def commit_one_more(pool, data, quads):
    """Commit *quads* on the first generation, and let *pool* know, as the intake does."""
    EmbeddedStore(data).commit(changeset(1, quads))
    pool._generations.publish(published_generations(data))  # noqa: SLF001 - nobody else publishes here


@pytest.fixture
def ask(data):
    """Run one request in a fresh pool and return the whole answer."""

    def run(request, **options):
        async def once():
            async with running_pool(data, **options) as pool:
                answer = await pool.query(request)
                return b"".join([part async for part in answer.parts()])

        return asyncio.run(once())

    return run

"""Readers that share the published view in memory answer like those that read the disk."""

import asyncio
import json
import os
import signal

import pytest
from pyoxigraph import DefaultGraph, Quad
from store_fixtures import KNOWS, commit_one_more, running_pool, thing

from heritage_graph.errors import QueryMemory
from heritage_graph.store.base import QueryRequest
from heritage_graph.store.reader_process import names_graphs

ROOMY = 64 << 20
ONE_MORE = [Quad(thing(7000), KNOWS, thing(7001), DefaultGraph())]
COUNT = f"SELECT (COUNT(*) AS ?n) {{ ?s <{KNOWS.value}> ?o }}"
COUNT_LOG = "SELECT (COUNT(*) AS ?n) { GRAPH <https://w3id.org/heritage-graph/graph/log> { ?s ?p ?o } }"
GROWING = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(31))
DOUBLING = f"SELECT ?x31 {{ BIND('{'a' * 32}' AS ?x0) {GROWING} }}"


async def view_of(pool, generation):
    """Wait until the view of *generation* is in memory and all readers share it."""
    async with asyncio.timeout(20):
        while pool.in_memory != generation:  # noqa: ASYNC110 - the pool has no user of such an event
            await asyncio.sleep(0.02)


async def number(pool, query, **wanted):
    answer = await pool.query(QueryRequest(query, **wanted))
    return int(json.loads(answer.first)["results"]["bindings"][0]["n"]["value"])


def with_view(data, ask, **options):
    """What *ask* gives of a pool whose readers have the view of generation 1 in memory."""

    async def run():
        async with running_pool(data, view_bytes=ROOMY, **options) as pool:
            await view_of(pool, 1)
            return await ask(pool)

    return asyncio.run(run())


def test_the_view_in_memory_holds_what_is_published(data):
    assert with_view(data, lambda pool: number(pool, COUNT)) == 600


def test_a_query_of_a_named_graph_is_answered_from_the_disk(data):
    assert with_view(data, lambda pool: number(pool, COUNT_LOG)) > 0


def test_a_dataset_of_the_request_is_answered_from_the_disk(data):
    log = "https://w3id.org/heritage-graph/graph/log"
    found = with_view(data, lambda pool: number(pool, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", default_graphs=(log,)))

    assert 0 < found < 600


def test_a_view_that_would_not_fit_stays_on_the_disk(data):
    async def ask(pool):
        await asyncio.wait_for(pool._viewing, 10)  # noqa: SLF001 - nothing else tells that it was given up
        return pool.in_memory, await number(pool, COUNT)

    async def run():
        async with running_pool(data, view_bytes=1000) as pool:
            return await ask(pool)

    assert asyncio.run(run()) == (None, 600)


def test_what_was_committed_after_the_view_is_seen_at_once(data):
    async def ask(pool):
        commit_one_more(pool, data, ONE_MORE)
        return await number(pool, COUNT)

    assert with_view(data, ask) == 601


def test_the_view_follows_the_last_generation(data):
    async def ask(pool):
        commit_one_more(pool, data, ONE_MORE)
        await pool.refresh()
        await view_of(pool, 2)
        return await number(pool, COUNT)

    assert with_view(data, ask) == 601


def test_an_older_generation_is_asked_beside_the_view(data):
    async def ask(pool):
        commit_one_more(pool, data, ONE_MORE)
        await pool.refresh()
        await view_of(pool, 2)
        return await number(pool, COUNT, at_generation=1)

    assert with_view(data, ask) == 600


def test_the_memory_of_a_query_is_bounded_beside_the_view(data):
    async def ask(pool):
        with pytest.raises(QueryMemory):
            await pool.query(QueryRequest(DOUBLING))
        return await number(pool, COUNT)

    assert with_view(data, ask) == 600


def test_a_nursery_that_is_killed_takes_its_readers_along_and_is_replaced(data):
    async def ask(pool):
        os.kill(pool._nursery.pid, signal.SIGKILL)  # noqa: SLF001 - an operator finds it with ps
        return await number(pool, COUNT)

    assert with_view(data, ask) == 600


def test_the_view_returns_after_its_nursery_was_killed(data):
    async def ask(pool):
        os.kill(pool._nursery.pid, signal.SIGKILL)  # noqa: SLF001 - an operator finds it with ps
        await number(pool, COUNT)
        await view_of(pool, 1)
        return await number(pool, COUNT)

    assert with_view(data, ask) == 600


def test_there_are_readers_all_the_while_the_view_comes(data):
    async def watch():
        async with running_pool(data, view_bytes=ROOMY) as pool:
            fewest = len(pool.pids)
            end = asyncio.get_running_loop().time() + 3
            while asyncio.get_running_loop().time() < end:
                await asyncio.sleep(0)
                fewest = min(fewest, len(pool.pids))
            return pool.in_memory, fewest

    assert asyncio.run(watch()) == (1, 2)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "select * { graph<urn:g>{ ?s ?p ?o } }",
        "SELECT * FROM <urn:g> { ?s ?p ?o }",
        "SELECT(1<2 AS ?x)FROM<urn:g>{?s ?p ?o}",
        "SELECT * { FILTER(?a<?b)GRAPH<urn:g>{ ?s ?p ?o } }",
        "SELECT * { \\u0047RAPH ?g { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'it''s' . GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { ?s ?p ex:a\\#b . GRAPH ?g { ?s ?p ?o } }",
        "# a comment's apostrophe\nSELECT * { GRAPH ?g { ?s ?p ?o } } # another's",
    ],
)
def test_a_query_that_may_look_beyond_the_default_graph_is_recognised(query):
    assert names_graphs(query)


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX hg: <https://w3id.org/heritage-graph/ns#> SELECT * { ?s hg:participant ?o }",
        "# From each graph\nSELECT * { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o FILTER(?o = 'a graph' || ?o = \"from # here\") }",
        'SELECT * { ?s ?p """a "graph" from afar""" }',
        "SELECT * { ?s ?p <http://x/#from> } # graph",
    ],
)
def test_a_word_beside_the_query_is_no_look_beyond_the_default_graph(query):
    assert not names_graphs(query)

"""Nodes write to an engine beside each other: each document is brought in wholly or not at all, and none is lost."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from commit_fixtures import AT_REST, engine_of, held, left_over
from service_fixtures import BASE, document

from heritage_graph.assets import asset_folder
from heritage_graph.errors import InvalidData, StaleBase
from heritage_graph.ingest.changes import Mode
from heritage_graph.ingest.engine_intake import EngineIntake
from heritage_graph.ingest.intake import GateLimits
from heritage_graph.ingest.submission import Submission

ONE_PARTY = f"""
<{BASE}id/agreement/trial> a <{BASE}ns#Agreement> ;
  <http://www.w3.org/2004/02/skos/core#prefLabel> "Trial memorandum"@en .
""".encode()


def submission(number, body=None, mode=Mode.REPLACE):
    return Submission(f"{BASE}graph/source/trial-{number}", mode, document(number, 20) if body is None else body)


async def nothing():
    """Nobody waits for a commit here."""


@asynccontextmanager
async def node(engine):
    running = EngineIntake(engine, shapes=asset_folder("shapes"), limits=GateLimits(), on_commit=nothing, patience_s=1)
    await running.start()
    try:
        yield running
    finally:
        await running.stop()


@pytest.fixture(params=["oxigraph", "virtuoso"])
def server(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def during(server):
    """Run a coroutine function with so many nodes over an empty engine."""

    def run(act, nodes=1):
        async def inside():
            async with AsyncExitStack() as stack:
                return await act(*[await stack.enter_async_context(node(engine_of(server))) for _ in range(nodes)])

        return asyncio.run(inside())

    return run


def size(server, number):
    return sum(quad.graph_name.value.endswith(f"/trial-{number}") for quad in named(server))


def named(server):
    return [quad for quad in held(engine_of(server)) if hasattr(quad.graph_name, "value")]


def test_a_document_comes_and_goes(server, during):
    async def act(first):
        came = await first.submit(submission(1))
        there = await asyncio.to_thread(size, server, 1)
        went = await first.submit(submission(1, b"", Mode.REMOVE))
        return came.receipt["generation"], there, went.receipt["generation"], await asyncio.to_thread(size, server, 1)

    assert during(act) == (1, 20, 2, 0)


def test_neither_a_trial_nor_a_refused_document_leaves_a_trace(server, during):
    async def act(first):
        await first.validate(submission(1))
        with pytest.raises(InvalidData):
            await first.submit(submission(2, ONE_PARTY))
        return await asyncio.to_thread(held, engine_of(server))

    assert (during(act), left_over(server)) == (set(), AT_REST[server.dialect])


def test_a_change_of_what_another_node_has_changed_is_refused(during):
    async def act(first, second):
        await first.submit(submission(1))
        with pytest.raises(StaleBase, match="you saw generation 0, but the last one is 1"):
            await second.submit(submission(2), expected=0)
        return (await second.submit(submission(2), expected=1)).receipt["generation"]

    assert during(act, nodes=2) == 2


def test_documents_sent_to_two_nodes_at_once_are_both_brought_in(server, during):
    async def act(first, second):
        await asyncio.gather(*(node.submit(submission(number)) for number, node in enumerate((first, second))))
        return await asyncio.to_thread(lambda: (size(server, 0), size(server, 1)))

    assert during(act, nodes=2) == (20, 20)


def test_a_killed_writer_is_replaced(during):
    async def act(first):
        await first.submit(submission(1))
        os.kill(first.pids["writer"], signal.SIGKILL)
        return (await first.submit(submission(2))).receipt["generation"]

    assert during(act) == 2

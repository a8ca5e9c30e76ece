"""A worker that is given up while it starts is gone for good."""

import asyncio
from pathlib import Path

from heritage_graph.store.worker import start_worker


def children():
    return {pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}


def test_a_worker_that_is_given_up_while_it_starts_is_reaped():
    before = children()

    async def act():
        starting = asyncio.create_task(start_worker("heritage_graph.store.conversion", {}))
        await asyncio.sleep(0)
        begun = children() - before
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return len(begun), children() & begun

    assert asyncio.run(act()) == (1, set())

"""A worker that is given up, while it starts or while its end is waited for, is gone for good."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
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


def test_a_worker_whose_end_nobody_waits_for_any_more_is_reaped():
    before = children()

    async def act():
        worker = await start_worker("heritage_graph.store.conversion", {})
        begun = children() - before
        free = threading.Event()
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        occupied = asyncio.get_running_loop().run_in_executor(None, free.wait)
        worker.kill()
        waiting = asyncio.create_task(worker.wait())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        free.set()
        await occupied
        worker.channel.close()
        return begun

    begun = asyncio.run(act())

    assert (len(begun), children() & begun) == (1, set())

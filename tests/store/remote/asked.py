"""A pool over an engine, asked without a coroutine: its loop runs while it is asked, and lasts as long as it does."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager, suppress

import pytest

from heritage_graph.errors import HeritageGraphError, UpstreamDown
from heritage_graph.service import whole
from heritage_graph.store.base import QueryRequest
from heritage_graph.store.generations import Generations, published_generations
from heritage_graph.store.readers import ReaderPool
from heritage_graph.store.remote.pool import RemotePool

SELECT = "SELECT ?o WHERE { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
ASK = "ASK { ?s ?p ?o }"
SMALL = {"size": 1, "memory_bytes": 256 << 20}


class Asked:
    """The pool, and the loop that it lives in."""

    def __init__(self, runner, pool):
        self._runner = runner
        self.pool = pool

    def run(self, coroutine):
        return self._runner.run(coroutine)

    def answer(self, text=SELECT, *, lane="heavy", client="", **options):
        """The answer, its body whole."""
        return self.run(self._answer(QueryRequest(text, **options), lane, client))

    def body(self, text=SELECT, **options):
        return self.answer(text, **options)[1]

    def fault(self, text=SELECT, **options):
        """What is raised instead of an answer."""
        with pytest.raises(HeritageGraphError) as raised:
            self.answer(text, **options)
        return raised.value

    def timed_fault(self, text=SELECT, **options):
        """What is raised, and after how many seconds."""
        began = time.monotonic()
        fault = self.fault(text, **options)
        return fault, time.monotonic() - began

    def recover(self):
        """Wait until the pool lets requests pass again."""
        while self.run(self._is_down()):
            pass

    async def _answer(self, request, lane, client):
        answer = await self.pool.query(request, lane=lane, client=client)
        return answer, await whole(answer)

    async def _is_down(self):
        await asyncio.sleep(0.01)
        with suppress(UpstreamDown):
            await self.pool.query(QueryRequest(ASK))
            return False
        return True


@contextmanager
def asked(engine, **options):
    """A pool over *engine* that is ready."""
    with _running(RemotePool(engine, **SMALL | {"pause_s": 0.05} | options)) as pool:
        yield pool


@contextmanager
def asked_folder(folder):
    """A pool over the embedded store in *folder*, asked in the same way."""
    with _running(ReaderPool(Generations(folder, published_generations(folder)), **SMALL)) as pool:
        yield pool


@contextmanager
def _running(pool):
    with asyncio.Runner() as runner:
        runner.run(pool.start())
        try:
            yield Asked(runner, pool)
        finally:
            runner.run(pool.stop())

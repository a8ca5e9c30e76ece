"""One reader process as the front sees it: have it open a generation, and ask it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import WorkerLost
from heritage_graph.store.asking import AskedWorker
from heritage_graph.store.frames import ASK, json_frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from heritage_graph.store.base import Answer, QueryRequest
    from heritage_graph.store.generations import Generations
    from heritage_graph.store.nursery import Nursery
    from heritage_graph.store.worker import Worker

_OPEN_TIMEOUT_S: Final = 10.0


class Reader:
    """One reader process, forked by *nursery*, over *generations*; a query may use *memory_bytes* in it."""

    def __init__(self, worker: Worker, nursery: Nursery, generations: Generations, *, memory_bytes: int) -> None:
        self.worker = worker
        self.nursery = nursery
        self.generation: int | None = None
        self.yields = False
        self._view = nursery.generation
        self._generations = generations
        self._asked = AskedWorker(worker, memory_bytes=memory_bytes)

    @property
    def has_ended(self) -> bool:
        """Whether the process has gone, or has been ended."""
        return self.worker.channel.closed

    async def open(self, generation: int) -> None:
        """Have *generation* open, and hold it until another one is opened, or `let_go`.

        Raises:
            GenerationNotKept: it is not kept.
            WorkerLost: the process has ended, or does not answer and was ended.
        """
        if self.generation == generation:
            return
        folder = self._generations.folder(generation)
        self._generations.hold(generation)
        self.let_go()
        self.generation = generation
        await self.worker.channel.send(json_frame(ASK, {"open": str(folder)}))
        try:
            received = await asyncio.wait_for(self.worker.channel.receive(), _OPEN_TIMEOUT_S)
        except TimeoutError:
            self.worker.kill()
            raise WorkerLost("a reader process did not open the last generation; try again") from None
        except asyncio.CancelledError:  # what it says of this must not be taken for the answer to the next question
            self.worker.kill()
            raise
        if received is None:
            raise WorkerLost("a reader process could not open the last generation; try again")

    def yield_processor(self) -> None:
        """Have the process run only when nothing else wants the processor, from now on."""
        self.yields = True
        self.worker.yield_processor()

    def let_go(self) -> None:
        """Give up the hold on the generation that is open."""
        if self.generation is not None:
            self._generations.release(self.generation)
            self.generation = None

    async def ask(self, request: QueryRequest, generation: int, *, on_end: Callable[[], None]) -> Answer:
        """The answer to *request* on *generation*, which is open: see `AskedWorker.answer`."""
        in_view = self._view == generation and not request.default_graphs and not request.named_graphs
        return await self._asked.answer(request, {"in_view": in_view}, generation, on_end=on_end)

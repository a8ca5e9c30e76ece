"""The desk of the jobs: take them in, run them one after the other beside the readers of the service, end them."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections import deque
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import (
    Busy,
    GenerationNotKept,
    HeritageGraphError,
    ResultTooLarge,
    StorageFull,
    TooManyRequests,
)
from heritage_graph.jobs.job import Job, Question, State, told
from heritage_graph.jobs.shelf import Shelf
from heritage_graph.store.base import QueryRequest
from heritage_graph.store.conversions import STORED

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from datetime import datetime
    from pathlib import Path

    from heritage_graph.service import Pool
    from heritage_graph.store.base import Answer
    from heritage_graph.store.conversions import Conversions
    from heritage_graph.store.published import Published

_MOST_KEPT: Final = 200
_MOST_WAITING_OF_A_KEY: Final = 20
_SWEEP_S: Final = 600.0
_ID_BYTES: Final = 16
_RETRY_AFTER_S: Final = 60


@dataclass(frozen=True)
class JobLimits:
    """What jobs may take: readers at once, memory of each, bytes of all results together, days that one is kept.

    Nothing more is written while less than *reserve_bytes* of the disk are free.
    """

    readers: int = 1
    memory_bytes: int = 512 << 20
    kept_bytes: int = 2 << 30
    days: int = 7
    reserve_bytes: int = 256 << 20


class JobDesk:
    """The jobs of one data folder. Every method belongs to the event loop of `start`.

    Each is run by a reader of its own, which *pool* makes, given the bytes that it may use. A job holds its generation
    until it is over; where none but the last can be read, it is answered of that which is the last when its turn comes.
    Its state is on the disk at every moment, so what was queued or running when the process ended is run again by the
    next one.
    """

    def __init__(
        self,
        data: Path,
        generations: Published,
        *,
        limits: JobLimits,
        conversions: Conversions,
        clock: Callable[[], datetime],
        pool: Callable[[int], Pool],
    ) -> None:
        self._shelf = Shelf(data)
        self._generations = generations
        self._limits = limits
        self._clock = clock
        self._pool = pool
        self._conversions = conversions
        self._queue: deque[str] = deque()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._sweeping: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what the process before has left, and begin to remove what has expired."""
        self._shelf.clear_leftovers()
        self._sweep_all()
        self._sweeping = asyncio.get_running_loop().create_task(self._sweep())

    async def stop(self) -> None:
        """Break off what runs; the next process runs it again."""
        self._queue.clear()
        tasks = [*self._running.values(), *([self._sweeping] if self._sweeping is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def now(self) -> datetime:
        """The time by the clock of the jobs."""
        return self._clock()

    def submit(self, question: Question, *, key: str) -> Job:
        """Take *question* in for the owner of *key*.

        Raises:
            TooManyRequests: too many jobs of this key wait or run.
            Busy: as many jobs as there may be are kept.
            StorageFull: there is no room for another result.
            GenerationNotKept: its generation has gone.
        """
        kept = self._shelf.all()
        if sum(job.key == key and not job.is_over for job in kept) >= _MOST_WAITING_OF_A_KEY:
            raise TooManyRequests(
                f"{_MOST_WAITING_OF_A_KEY} of your jobs wait or run; wait for one to end, or cancel one",
                limit=_MOST_WAITING_OF_A_KEY,
                retry_after=_RETRY_AFTER_S,
            )
        if len(kept) >= _MOST_KEPT:
            raise Busy(
                f"{_MOST_KEPT} jobs are kept; delete one of yours, or wait until one expires",
                limit=_MOST_KEPT,
                retry_after=_RETRY_AFTER_S,
            )
        if self._shelf.size() >= self._limits.kept_bytes:
            raise StorageFull(
                f"the results of jobs take the {self._limits.kept_bytes >> 20} MiB that they may; delete one of yours, "
                "or wait until one expires",
                retry_after=_RETRY_AFTER_S,
            )
        self._generations.require(question.generation)
        job = Job(secrets.token_hex(_ID_BYTES), key, question, State.QUEUED, self._clock())
        self._take_up(job)
        self._run_next()
        return self.find(job.id)

    def find(self, job_id: str) -> Job:
        """The job called *job_id* as it stands.

        Raises:
            UnknownName: there is none, or none any more.
        """
        job = self._shelf.get(job_id)
        return self._expired(job) if self._is_past(job) else job

    async def end(self, job: Job) -> Job | None:
        """Cancel *job*, or remove it and give None when it is over already."""
        if job.is_over:
            self._shelf.drop(job)
            return None
        task = self._running.get(job.id)
        cancelled = self._over(job, State.CANCELLED)
        if task is None:
            self._queue.remove(job.id)
            self._generations.release(job.question.generation)
        else:
            task.cancel()
            await asyncio.wait([task])
        return cancelled

    def results(self, job: Job, extension: str) -> AsyncGenerator[bytes, None]:
        """The parts of the result of *job*, which is done, in the format that *extension* names.

        Raises, on the way:
            Busy, LimitReached, EngineTrouble: see `Conversions.results`.
        """
        assert job.form is not None
        return self._conversions.results(self._shelf.results(job), job.form, extension)

    def _take_up(self, job: Job) -> None:
        try:
            if self._generations.keeps_past:
                self._generations.require(job.question.generation)
        except GenerationNotKept as fault:
            self._over(job, State.FAILED, fault=told(fault))
            return
        self._shelf.put(replace(job, state=State.QUEUED, started=None))
        self._generations.hold(job.question.generation)
        self._queue.append(job.id)

    def _run_next(self) -> None:
        while self._queue and len(self._running) < self._limits.readers:
            job = replace(self._shelf.get(self._queue.popleft()), state=State.RUNNING, started=self._clock())
            with suppress(StorageFull):
                self._shelf.put(job)
            task = asyncio.get_running_loop().create_task(self._run(job))
            self._running[job.id] = task
            task.add_done_callback(partial(self._ended, job))  # a task may end before it has begun

    async def _run(self, job: Job) -> None:
        with suppress(StorageFull):  # what a full disk does not take is taken up again by `_sweep_all`
            await self._run_or_fail(job)

    async def _run_or_fail(self, job: Job) -> None:
        try:
            await self._answer(job)
        except HeritageGraphError as fault:
            self._shelf.drop_results(job)
            self._over(job, State.FAILED, fault=told(fault))
        except OSError as fault:
            self._shelf.drop_results(job)
            trouble = StorageFull(f"the result could not be written: {fault.strerror}", retry_after=_RETRY_AFTER_S)
            self._over(job, State.FAILED, fault=told(trouble))
        except asyncio.CancelledError:
            self._shelf.drop_results(job)
            raise

    def _ended(self, job: Job, _: asyncio.Task[None]) -> None:
        self._generations.release(job.question.generation)
        del self._running[job.id]
        self._run_next()

    async def _answer(self, job: Job) -> None:
        """Run the query of *job* in a reader of its own and store what comes."""
        question = job.question
        request = QueryRequest(
            question.text,
            bindings_format=STORED["bindings"],
            graph_format=STORED["graph"],
            base_iri=question.base_iri,
            default_graphs=question.default_graphs,
            named_graphs=question.named_graphs,
            labels=question.labels,
            timeout_s=question.limit_s,
            max_bytes=self._limits.kept_bytes,
            at_generation=question.generation if self._generations.keeps_past else None,
        )
        pool = self._pool(self._limits.memory_bytes)
        try:
            await pool.start()
            answer = await pool.query(request)
            size = await self._store(job, answer)
        finally:
            await pool.stop()
        self._shelf.finish_results(job, answer.form)
        answered = replace(question, generation=answer.generation)
        self._over(job, State.DONE, question=answered, form=answer.form, size=size)

    async def _store(self, job: Job, answer: Answer) -> int:
        """Write *answer* to the disk part by part and return how many bytes it has."""
        left = self._limits.kept_bytes - self._shelf.size()
        size = 0
        with self._shelf.begin_results(job) as file:
            async with aclosing(answer.parts()) as parts:
                async for part in parts:
                    size += len(part)
                    self._require_room(left - size)
                    file.write(part)
            file.flush()
            await asyncio.to_thread(os.fsync, file.fileno())
        return size

    def _require_room(self, left: int) -> None:
        if left < 0:
            raise ResultTooLarge(
                f"the results of all jobs together may take {self._limits.kept_bytes >> 20} MiB, and this one would "
                "take more; ask for less, or delete a job",
                limit_bytes=self._limits.kept_bytes,
            )
        if self._shelf.free() < self._limits.reserve_bytes:
            raise StorageFull("there is too little room on the disk for the result", retry_after=_RETRY_AFTER_S)

    def _over(self, job: Job, state: State, **changes: object) -> Job:
        """*job* as it is over from now on."""
        now = self._clock()
        over = replace(
            job,
            state=state,
            finished=now,
            expires=now + timedelta(days=self._limits.days),
            **changes,  # type: ignore[arg-type]  # fields of a job
        )
        self._shelf.put(over)
        return over

    def _is_past(self, job: Job) -> bool:
        return job.state == State.DONE and job.expires is not None and job.expires <= self._clock()

    def _expired(self, job: Job) -> Job:
        """*job* without its result, still known for as many days as it was kept."""
        expired = replace(job, state=State.EXPIRED, size=0)
        self._shelf.drop_results(job)
        self._shelf.put(expired)
        return expired

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            self._sweep_all()

    def _sweep_all(self) -> None:
        """Remove what has expired, and take up what is neither over nor known to this process."""
        for job in self._shelf.all():
            with suppress(StorageFull):  # tried again the next time
                self._sweep_one(job)
        self._run_next()

    def _sweep_one(self, job: Job) -> None:
        if self._is_past(job):
            self._expired(job)
        elif job.is_over and job.expires is not None:
            known_for = timedelta(days=self._limits.days if job.state == State.EXPIRED else 0)
            if job.expires + known_for <= self._clock():
                self._shelf.drop(job)
        elif not job.is_over and job.id not in self._running and job.id not in self._queue:
            self._take_up(job)

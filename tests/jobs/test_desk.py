"""Jobs outlive the process that took them in, keep their generation, and go when their time has come."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from store_fixtures import changeset, ring

from heritage_graph.errors import Busy, GenerationNotKept, StorageFull, TooManyRequests, UnknownName
from heritage_graph.jobs import desk as desk_module
from heritage_graph.jobs.desk import JobDesk, JobLimits
from heritage_graph.jobs.job import Job, Question, State, error_of
from heritage_graph.jobs.shelf import Shelf
from heritage_graph.store.conversions import ConversionLimits, Conversions
from heritage_graph.store.embedded import EmbeddedStore
from heritage_graph.store.generations import Generations, published_generations
from heritage_graph.store.readers import ReaderPool

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ALL = Question("SELECT ?s ?n WHERE { ?s <https://example.org/name> ?n }", generation=1, limit_s=20.0)
LONG = replace(ALL, text="SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
LEFT = Job("0" * 32, "key", ALL, State.RUNNING, NOW, started=NOW)


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def during(data, clock):
    """Run a coroutine function with a running desk over the small store."""

    @asynccontextmanager
    async def running(**limits):
        generations = Generations(data, published_generations(data))
        desk = JobDesk(
            data,
            generations,
            limits=JobLimits(**{"memory_bytes": 320 << 20} | limits),
            conversions=Conversions(ConversionLimits()),
            clock=clock,
            pool=lambda memory_bytes: ReaderPool(generations, size=1, memory_bytes=memory_bytes),
        )
        await desk.start()
        try:
            yield desk, generations
        finally:
            await desk.stop()

    def run(act, **limits):
        async def inside():
            async with running(**limits) as (desk, generations):
                return await act(desk, generations)

        return asyncio.run(inside())

    return run


async def over(desk, job):
    """The job once it is over."""
    async with asyncio.timeout(30):
        while not desk.find(job.id).is_over:  # noqa: ASYNC110 - what is looked at is what a client sees
            await asyncio.sleep(0.01)
    return desk.find(job.id)


def test_a_job_that_was_running_when_the_process_ended_is_run_again(data, during):
    Shelf(data).put(LEFT)

    async def act(desk, _):
        job = await over(desk, LEFT)
        return job.state, b"".join([part async for part in desk.results(job, "csv")]).count(b"\r\n")

    assert during(act) == (State.DONE, 601)


def test_a_job_is_run_again_from_the_queue(during):
    async def leave(desk, _):
        return [desk.submit(LONG, key="key"), desk.submit(ALL, key="key")]

    jobs = during(leave)

    async def act(desk, _):
        await desk.end(desk.find(jobs[0].id))
        return (await over(desk, jobs[1])).state

    assert during(act) is State.DONE


def test_a_job_whose_generation_has_gone_fails_with_the_reason(data, during):
    store = EmbeddedStore(data)
    store.commit(changeset(1, ring(2)))
    store.retire(1)
    del store
    Shelf(data).put(LEFT)

    async def act(desk, _):
        return desk.find(LEFT.id)

    job = during(act)

    assert (job.state, type(error_of(job.fault)), "generation 1" in str(error_of(job.fault))) == (
        State.FAILED,
        GenerationNotKept,
        True,
    )


def test_a_job_holds_its_generation_until_it_is_over(during):
    async def act(desk, generations):
        job = desk.submit(LONG, key="key")
        generations.publish([1, 2, 3, 4, 5])
        held = generations.retirable()
        await desk.end(desk.find(job.id))
        return held, generations.retirable()

    assert during(act) == ([2], [1, 2])


def test_a_result_expires_and_is_forgotten_after_as_long_again(during, clock):
    async def act(desk, _):
        job = await over(desk, desk.submit(ALL, key="key"))
        clock.now = NOW + timedelta(days=7)
        expired = desk.find(job.id)
        return expired.state, expired.size

    assert during(act) == (State.EXPIRED, 0)


def test_what_expired_long_ago_is_removed_at_the_start(data, during, clock):
    shelf = Shelf(data)
    shelf.put(replace(LEFT, state=State.EXPIRED, finished=NOW, expires=NOW))
    clock.now = NOW + timedelta(days=7)

    async def act(desk, _):
        await asyncio.sleep(0)
        with pytest.raises(UnknownName) as refusal:
            desk.find(LEFT.id)
        return str(refusal.value)

    assert "there is no job" in during(act)


def test_a_key_has_so_many_jobs_that_wait(during, monkeypatch):
    monkeypatch.setattr(desk_module, "_MOST_WAITING_OF_A_KEY", 2)

    async def act(desk, _):
        for _ in range(2):
            desk.submit(LONG, key="key")
        with pytest.raises(TooManyRequests) as refusal:
            desk.submit(ALL, key="key")
        return refusal.value.details["limit"], desk.submit(ALL, key="another").state

    assert during(act) == (2, State.QUEUED)


def test_so_many_jobs_are_kept(data, during, monkeypatch):
    monkeypatch.setattr(desk_module, "_MOST_KEPT", 1)
    Shelf(data).put(replace(LEFT, state=State.DONE, finished=NOW, expires=NOW + timedelta(days=1)))

    async def act(desk, _):
        with pytest.raises(Busy) as refusal:
            desk.submit(ALL, key="key")
        return str(refusal.value)

    assert "1 jobs are kept" in during(act)


def test_without_room_for_a_result_no_job_is_taken(data, during):
    shelf = Shelf(data)
    shelf.put(replace(LEFT, state=State.DONE, form="bindings", finished=NOW, expires=NOW + timedelta(days=1)))
    shelf.results(shelf.get(LEFT.id)).write_bytes(bytes(1000))

    async def act(desk, _):
        with pytest.raises(StorageFull) as refusal:
            desk.submit(ALL, key="key")
        return str(refusal.value)

    assert "delete one" in during(act, kept_bytes=1000)


def test_too_little_room_on_the_disk_fails_the_job(during):
    async def act(desk, _):
        return (await over(desk, desk.submit(ALL, key="key"))).fault["kind"]

    assert during(act, reserve_bytes=1 << 60) == "StorageFull"


def test_progress_is_the_time_that_has_passed():
    assert [LEFT.progress(NOW + timedelta(seconds=passed)) for passed in (0, 5, 40)] == [0.0, 0.25, 1.0]


def test_what_a_killed_process_left_is_removed(data, during):
    shelf = Shelf(data)
    shelf.put(replace(LEFT, state=State.DONE, form="bindings", finished=NOW, expires=NOW + timedelta(days=1)))
    shelf.begin_results(LEFT).close()
    (data / "jobs" / ("1" * 32)).mkdir()

    async def act(*_):
        return sorted(str(path.relative_to(data / "jobs")) for path in (data / "jobs").rglob("*"))

    assert during(act) == ["0" * 32, f"{'0' * 32}/job.json", f"{'0' * 32}/query.rq"]


def test_a_job_that_a_full_disk_kept_from_ending_is_taken_up_again(data, during, monkeypatch):
    monkeypatch.setattr(desk_module, "_SWEEP_S", 0.05)
    Shelf(data).put(LEFT)
    (data / "jobs" / LEFT.id / "job.tmp").mkdir()  # nothing can be written there

    async def act(desk, _):
        job = desk.find(LEFT.id)
        (data / "jobs" / LEFT.id / "job.tmp").rmdir()
        return job.state, (await over(desk, LEFT)).state

    assert during(act) == (State.RUNNING, State.DONE)


def test_a_job_that_cannot_be_written_is_not_taken(data, during):
    (data / "jobs").write_bytes(b"")

    async def act(desk, generations):
        with pytest.raises(StorageFull) as refusal:
            desk.submit(ALL, key="key")
        generations.publish([1, 2, 3, 4, 5])
        return "could not be written" in str(refusal.value), generations.retirable()

    assert during(act) == (True, [1, 2])

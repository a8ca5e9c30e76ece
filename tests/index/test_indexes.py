"""Indexes come, stay and go with their generations, and none is ever served that is not whole."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
from contextlib import asynccontextmanager

import pytest
from waiting import awaited, patient, processes_of, until

from heritage_graph.errors import Busy, EngineTrouble, GenerationNotKept, WorkerLost
from heritage_graph.index.indexes import Indexes
from heritage_graph.store.generations import Generations, generation_folder, published_generations

ICESCO = "https://w3id.org/heritage-graph/id/organization/icesco"


@asynccontextmanager
async def running(data, *, keep=3, **limits):
    generations = Generations(data, published_generations(data), keep=keep)
    indexes = Indexes(data, generations, **limits)
    await indexes.start()
    try:
        yield indexes, generations
    finally:
        await indexes.stop()


def builders():
    """The processes that build an index for this one."""
    return processes_of("index.builder_process")


def first(index, text):
    return index.search(text)[0].thing.iri


def files(data):
    return sorted(path.name for path in (data / "indexes").iterdir())


def publish(data, generations, number):
    """Publish the last generation once more, as *number*."""
    shutil.copytree(generation_folder(data, generations.last), generation_folder(data, number))
    generations.publish(published_generations(data))


@awaited
async def test_the_last_generation_is_indexed_without_being_asked_for(data):
    async with running(data):
        await until(lambda: "1.sqlite" in files(data))


@awaited
async def test_the_index_of_the_last_generation_finds_its_things(data):
    async with running(data) as (indexes, generations):
        index = await patient(indexes.current)

        assert (index.generation, first(index, "icesco")) == (generations.last, ICESCO)


@awaited
async def test_an_index_that_is_there_is_not_built_again(data):
    async with running(data) as (indexes, _):
        await patient(indexes.current)
    made = (data / "indexes/1.sqlite").stat().st_mtime_ns

    async with running(data) as (indexes, _):
        await patient(indexes.current)

    assert (data / "indexes/1.sqlite").stat().st_mtime_ns == made


@awaited
async def test_the_index_of_a_store_that_was_made_anew_is_built_again(data):
    async with running(data) as (indexes, _):
        await patient(indexes.current)
    made = (data / "indexes/1.sqlite").stat().st_ino
    os.utime(generation_folder(data, 1) / "CURRENT", ns=(1, 1))

    async with running(data) as (indexes, _):
        await patient(indexes.current)

    assert (data / "indexes/1.sqlite").stat().st_ino != made


@awaited
async def test_a_file_that_is_no_index_is_built_again(data):
    (data / "indexes").mkdir()
    (data / "indexes/1.sqlite").write_bytes(b"SQLite format 3\x00, but cut off")

    async with running(data) as (indexes, _):
        assert first(await patient(indexes.current), "icesco") == ICESCO


@awaited
async def test_a_builder_that_is_killed_leaves_nothing_that_is_served_and_the_next_call_builds(data):
    async with running(data) as (indexes, _):
        asking = asyncio.create_task(indexes.current())
        (builder,) = await until(builders)
        os.kill(builder, signal.SIGKILL)
        with pytest.raises(WorkerLost):
            await asking
        left = files(data)

        assert ("1.sqlite" in left, first(await patient(indexes.current), "icesco")) == (False, ICESCO)


@awaited
async def test_what_a_crash_left_is_cleared_at_the_start(data):
    (data / "indexes").mkdir()
    (data / "indexes/9.sqlite.tmp").write_bytes(b"half")
    (data / "indexes/9.sqlite.tmp-journal").write_bytes(b"half")

    async with running(data) as (indexes, _):
        await patient(indexes.current)

        assert files(data) == ["1.sqlite"]


@awaited
async def test_a_generation_that_cannot_be_read_is_an_error_that_leaves_no_index(data):
    (generation_folder(data, 1) / "CURRENT").write_text("no manifest\n")

    async with running(data) as (indexes, _):
        with pytest.raises(EngineTrouble, match="cannot be built"):
            await patient(indexes.current)

        assert "1.sqlite" not in files(data)


@awaited
async def test_a_new_generation_is_indexed_when_it_is_published(data):
    async with running(data) as (indexes, generations):
        await patient(indexes.current)
        publish(data, generations, 2)
        indexes.published()

        assert (await patient(lambda: indexes.current(at_least=2))).generation == 2


@awaited
async def test_a_generation_is_waited_for_while_it_is_not_published(data):
    async with running(data) as (indexes, generations):
        asking = asyncio.create_task(indexes.current(at_least=2))
        await patient(indexes.current)
        publish(data, generations, 2)

        assert (await asking).generation == 2


@awaited
async def test_the_newest_index_answers_while_a_newer_one_cannot_be_built_in_time(data):
    async with running(data) as (indexes, generations):
        await patient(indexes.current)
        publish(data, generations, 2)
        asking = asyncio.create_task(indexes.current())
        (builder,) = await until(builders)
        os.kill(builder, signal.SIGSTOP)
        index = await asking
        os.kill(builder, signal.SIGCONT)

        assert index.generation == 1


@awaited
async def test_without_any_index_in_time_the_client_is_asked_to_come_again(data):
    async with running(data) as (indexes, _):
        asking = asyncio.create_task(indexes.current())
        (builder,) = await until(builders)
        os.kill(builder, signal.SIGSTOP)
        with pytest.raises(Busy) as refusal:
            await asking
        os.kill(builder, signal.SIGCONT)

        assert refusal.value.details["retry_after"] > 0


@awaited
async def test_the_index_of_an_earlier_generation_is_built_on_demand(data):
    async with running(data) as (indexes, generations):
        publish(data, generations, 2)

        assert (await patient(lambda: indexes.of(1))).generation == 1


@awaited
async def test_the_index_of_a_generation_that_is_not_kept_is_refused(data):
    async with running(data) as (indexes, _):
        with pytest.raises(GenerationNotKept):
            await indexes.of(17)


@awaited
async def test_a_generation_is_held_while_it_is_indexed_and_no_longer(data):
    async with running(data, keep=1) as (indexes, generations):
        publish(data, generations, 2)
        asking = asyncio.create_task(indexes.of(1))
        await until(builders)
        during = generations.retirable()
        await asking

        assert (1 in during, 1 in generations.retirable()) == (False, True)


@awaited
async def test_the_index_of_a_generation_that_went_goes_too_and_whoever_reads_it_reads_on(data):
    async with running(data) as (indexes, generations):
        old = await patient(indexes.current)
        reading = sqlite3.connect(f"file:{data}/indexes/1.sqlite?mode=ro&immutable=1", uri=True)
        before = reading.execute("SELECT COUNT(*) FROM name").fetchone()
        publish(data, generations, 2)
        generations.publish([2])
        indexes.published()
        await until(lambda: files(data) == ["2.sqlite"])
        after = reading.execute("SELECT COUNT(*) FROM name").fetchone()
        reading.close()

        assert (old.generation, after) == (1, before)


@awaited
async def test_many_callers_share_one_build(data):
    async with running(data) as (indexes, _):
        found = await asyncio.gather(*(patient(indexes.current) for _ in range(20)))

        assert len({id(index) for index in found}) == 1

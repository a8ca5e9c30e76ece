"""Dumps come, stay and go with their generations, and none is ever listed that is not whole."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from waiting import awaited, processes_of, until

from heritage_graph.dumps.dumps import Dumps
from heritage_graph.store.generations import Generations, generation_folder, published_generations
from heritage_graph.store.releases import make_release

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@asynccontextmanager
async def running(data, *, keep=3, quiet_s=0.05, **settings):
    generations = Generations(data, published_generations(data), keep=keep)
    dumps = Dumps(data, generations, quiet_s=quiet_s, **settings)
    await dumps.start()
    try:
        yield dumps, generations
    finally:
        await dumps.stop()


def makers():
    """The processes that make a dump for this one."""
    return processes_of("dumps.maker_process")


async def dumped(dumps, *generations):
    await until(lambda: of(dumps) == list(generations))


def of(dumps):
    """The generations that are dumped, newest first."""
    return [manifest.generation for manifest in dumps.manifests()]


def folders(data):
    return sorted(path.name for path in (data / "dumps").iterdir())


def publish(data, generations, number):
    """Publish the last generation once more, as *number*."""
    shutil.copytree(generation_folder(data, generations.last), generation_folder(data, number))
    generations.publish(published_generations(data))


@awaited
async def test_the_last_generation_is_dumped_when_it_has_stood_for_a_moment(data):
    async with running(data) as (dumps, _):
        await dumped(dumps, 1)

        assert all(
            hashlib.sha256((dumps.folder(1) / file.name).read_bytes()).hexdigest() == file.sha256
            for file in dumps.listed()
        )


@awaited
async def test_a_generation_is_not_dumped_before_it_has_stood_for_long_enough(data):
    async with running(data, quiet_s=3600) as (dumps, _):
        make_release(data, "named", now=NOW)
        await dumped(dumps, 1)
        publish(data, dumps._generations, 2)  # noqa: SLF001 - as the service does
        dumps.published()

        assert (dumps.expected(), of(dumps)) == ([2], [1])


@awaited
async def test_a_release_is_dumped_though_it_is_not_the_last_generation(data):
    async with running(data) as (dumps, generations):
        publish(data, generations, 2)
        make_release(data, "named", generation=1, now=NOW)
        dumps.published()

        await dumped(dumps, 2, 1)


@awaited
async def test_a_dump_that_is_there_is_not_made_again(data):
    async with running(data) as (dumps, _):
        await dumped(dumps, 1)
    made = (data / "dumps/1/manifest.json").stat().st_ino

    async with running(data) as (dumps, _):
        assert (of(dumps), (data / "dumps/1/manifest.json").stat().st_ino) == ([1], made)


@awaited
async def test_the_dump_of_a_store_that_was_made_anew_is_made_again(data):
    async with running(data) as (dumps, _):
        await dumped(dumps, 1)
    os.utime(generation_folder(data, 1) / "CURRENT", ns=(1, 1))

    async with running(data) as (dumps, _):
        assert of(dumps) == []
        await dumped(dumps, 1)


@awaited
async def test_what_a_crash_left_is_cleared_at_the_start(data):
    for name in ("1.tmp", "9.tmp", "1", "17"):
        (data / "dumps" / name).mkdir(parents=True)
        (data / "dumps" / name / "heritage-graph-1.nq.gz").write_bytes(b"half")

    async with running(data, quiet_s=3600) as (dumps, _):
        assert (of(dumps), folders(data)) == ([], [])


@pytest.mark.parametrize("extension", ["nq", "trig", "jsonl"])
def test_a_maker_that_is_killed_leaves_nothing_half_and_the_next_process_makes_it(data, extension):
    @awaited
    async def kill_and_begin_again():
        async with running(data) as (dumps, _):
            await until((data / f"dumps/1.tmp/heritage-graph-1.{extension}.gz").exists)
            os.kill(makers()[0], signal.SIGKILL)
            await until(lambda: dumps.trouble(1))
            left = (of(dumps), folders(data), dumps.expected())
        async with running(data) as (dumps, _):
            await dumped(dumps, 1)

        assert left == ([], [], [1])

    kill_and_begin_again()


@awaited
async def test_a_service_that_stops_leaves_no_process_that_goes_on(data):
    async with running(data):
        await until(makers)

    assert makers() == []


@awaited
async def test_a_dump_is_refused_and_told_while_the_disk_is_too_full(data):
    async with running(data, reserve_bytes=1 << 60) as (dumps, _):
        await until(lambda: dumps.trouble(1))

        assert (of(dumps), folders(data), "too little room" in dumps.trouble(1)) == ([], [], True)


@awaited
async def test_a_generation_that_cannot_be_read_leaves_no_dump(data):
    (generation_folder(data, 1) / "CURRENT").write_text("no manifest\n")

    async with running(data) as (dumps, _):
        await until(lambda: dumps.trouble(1))

        assert (of(dumps), folders(data)) == ([], [])


@awaited
async def test_a_generation_is_held_while_it_is_dumped_and_no_longer(data):
    async with running(data, keep=1) as (dumps, generations):
        (maker,) = await until(makers)
        os.kill(maker, signal.SIGSTOP)
        publish(data, generations, 2)
        during = generations.retirable()
        os.kill(maker, signal.SIGCONT)
        await until(lambda: 1 in of(dumps))

        assert (1 in during, 1 in generations.retirable()) == (False, True)


@awaited
async def test_the_dump_of_a_generation_that_went_goes_too_and_whoever_reads_it_reads_on(data):
    async with running(data) as (dumps, generations):
        await dumped(dumps, 1)
        with (data / "dumps/1/heritage-graph-1.nq.gz").open("rb") as reading:
            publish(data, generations, 2)
            generations.publish([2])
            dumps.published()
            await until(lambda: folders(data) == ["2"])

            assert len(reading.read()) > 0


@awaited
async def test_the_maker_gives_way_to_everybody_else(data):
    async with running(data):
        (maker,) = await until(makers)
        await until(lambda: not makers() or os.getpriority(os.PRIO_PROCESS, maker) == 19)


@awaited
async def test_without_dumps_none_is_made_and_those_that_there_were_are_removed(data):
    async with running(data) as (dumps, _):
        await dumped(dumps, 1)

    async with running(data, wanted=False) as (dumps, _):
        assert (of(dumps), dumps.expected(), folders(data)) == ([], [], [])


@awaited
async def test_releases_that_cannot_be_read_do_not_keep_the_last_generation_from_being_dumped(data):
    (data / "releases").mkdir(exist_ok=True)
    (data / "releases/broken.json").write_text("{")

    async with running(data) as (dumps, _):
        await dumped(dumps, 1)

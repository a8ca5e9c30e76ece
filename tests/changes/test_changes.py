"""The log follows what is published, whatever ends its process, and nobody waits for it longer than is said."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import asynccontextmanager

import pytest
from waiting import awaited, patient, processes_of, until

from heritage_graph.changes.changes import Changes
from heritage_graph.errors import Busy, EngineTrouble
from heritage_graph.namespaces import ID
from heritage_graph.store.generations import Generations, generation_folder, published_generations

PLACE = "id:place\\/harbour a hg:Place ."
NOTED = 'id:place\\/harbour hg:note "seen"@en .'


@asynccontextmanager
async def running(data, *, keep=3):
    generations = Generations(data, published_generations(data), keep=keep)
    changes = Changes(data, generations)
    await changes.start()
    try:
        yield changes, generations
    finally:
        await changes.stop()


def appenders():
    """The processes that append for this one."""
    return processes_of("changes.appender_process")


def publish(kept, generations, changes, turtle):
    generation = kept.commit("second", turtle)
    generations.publish(published_generations(kept.data))
    changes.published()
    return generation


@awaited
async def test_the_log_has_what_was_committed_before_the_start(kept):
    kept.commit("first", PLACE)
    async with running(kept.data) as (changes, _):
        log = await patient(changes.log)

        assert log.record(f"{ID}place/harbour").change.kind == "create"


@awaited
async def test_what_is_published_is_taken(kept):
    kept.commit("first", PLACE)
    async with running(kept.data) as (changes, generations):
        await patient(changes.log)
        generation = publish(kept, generations, changes, NOTED)
        log = await patient(lambda: changes.log(at_least=generation))

        assert log.record(f"{ID}place/harbour").change.kind == "update"


@awaited
async def test_the_same_log_is_given_while_it_grows(kept):
    kept.commit("first", PLACE)
    async with running(kept.data) as (changes, generations):
        before = await patient(changes.log)
        publish(kept, generations, changes, NOTED)

        assert await patient(lambda: changes.log(at_least=2)) is before


@awaited
async def test_an_appender_that_is_killed_leaves_the_log_as_it_was_and_the_next_call_appends(kept):
    kept.commit("first", PLACE)
    async with running(kept.data) as (changes, generations):
        log = await patient(changes.log)
        publish(kept, generations, changes, NOTED)
        (appender,) = await until(appenders)
        os.kill(appender, signal.SIGKILL)
        before = log.state().generation
        await patient(lambda: changes.log(at_least=2))

        assert (before, log.state().generation) == (1, 2)


@awaited
async def test_the_log_answers_as_it_is_while_it_cannot_be_brought_up_to_date_in_time(kept):
    kept.commit("first", PLACE)
    async with running(kept.data) as (changes, generations):
        await patient(changes.log)
        publish(kept, generations, changes, NOTED)
        (appender,) = await until(appenders)
        os.kill(appender, signal.SIGSTOP)
        log = await changes.log()
        os.kill(appender, signal.SIGCONT)

        assert log.state().generation == 1


@awaited
async def test_without_a_log_in_time_the_client_is_asked_to_come_again(kept):
    kept.commit("first", PLACE)
    async with running(kept.data) as (changes, _):
        (appender,) = await until(appenders)
        os.kill(appender, signal.SIGSTOP)
        with pytest.raises(Busy) as refusal:
            await changes.log()
        os.kill(appender, signal.SIGCONT)

        assert refusal.value.details["retry_after"] > 0


@awaited
async def test_a_generation_that_is_not_published_is_waited_for_and_then_refused(kept):
    kept.commit("first", PLACE)
    async with running(kept.data) as (changes, _):
        await patient(changes.log)
        with pytest.raises(Busy, match="generation 9"):
            await changes.log(at_least=9)


@awaited
async def test_generations_are_held_until_they_are_taken_and_no_longer(kept):
    kept.commit("first", PLACE)
    async with running(kept.data, keep=1) as (changes, generations):
        await patient(changes.log)
        publish(kept, generations, changes, NOTED)
        (appender,) = await until(appenders)
        os.kill(appender, signal.SIGSTOP)
        publish(kept, generations, changes, PLACE)
        during = generations.retirable()
        os.kill(appender, signal.SIGCONT)
        log = await patient(lambda: changes.log(at_least=3))
        await until(lambda: generations.retirable() == [0, 1, 2])

        assert (during, [change.has_content for change in log.history(f"{ID}place/harbour")]) == (
            [],
            [True, True, True],
        )


@awaited
async def test_a_generation_that_cannot_be_read_is_told_to_who_asks_and_leaves_the_log_as_it_was(kept):
    kept.commit("first", PLACE)
    async with running(kept.data) as (changes, generations):
        log = await patient(changes.log)
        shutil.copytree(generation_folder(kept.data, 1), generation_folder(kept.data, 2))
        (generation_folder(kept.data, 2) / "CURRENT").write_text("no manifest\n")
        generations.publish([1, 2])
        changes.published()
        with pytest.raises(EngineTrouble, match="cannot be appended to"):
            await patient(lambda: changes.log(at_least=2))

        assert log.state().generation == 1


@awaited
async def test_a_log_that_was_removed_is_made_anew(kept):
    kept.commit("first", PLACE)
    async with running(kept.data) as (changes, generations):
        await patient(changes.log)
        for left in kept.data.glob("changes.sqlite*"):
            left.unlink()
        publish(kept, generations, changes, NOTED)
        log = await patient(lambda: changes.log(at_least=2))

        assert [change.kind for change in log.history(f"{ID}place/harbour")] == ["create", "update"]

"""A document is brought in wholly or not at all, whatever happens to the processes that handle it."""

import asyncio
import os
import shutil
import signal
from contextlib import asynccontextmanager

import pytest
from service_fixtures import BASE, document
from shipped_stores import shipped_store

from heritage_graph.assets import asset_folder
from heritage_graph.errors import ForbiddenContent, InvalidData, StaleBase, SyntaxFault, ValidationTimeout
from heritage_graph.ingest.changes import Mode
from heritage_graph.ingest.intake import GateLimits
from heritage_graph.ingest.submission import Submission
from heritage_graph.service import FolderService, ServiceLimits
from heritage_graph.store.base import QueryRequest

GRAPH = f"{BASE}graph/source/trial"
ONE_PARTY = f"""
<{BASE}id/agreement/trial> a <{BASE}ns#MemorandumOfUnderstanding> ;
  <http://www.w3.org/2004/02/skos/core#prefLabel> "Trial memorandum"@en .
""".encode()


def submission(body=None, mode=Mode.REPLACE, extension="ttl"):
    return Submission(GRAPH, mode, document(1, 20) if body is None else body, extension)


@asynccontextmanager
async def service(folder, **gate):
    limits = ServiceLimits(readers=1, gate=GateLimits(**gate))
    running = FolderService(folder, shapes=asset_folder("shapes"), limits=limits)
    await running.start()
    try:
        yield running
    finally:
        await running.stop()


@pytest.fixture
def during(tmp_path):
    """Run a coroutine function with a running service over a copy of the shipped store."""
    folder = tmp_path / "data"
    shutil.copytree(shipped_store(), folder)

    def run(act, **gate):
        async def inside():
            async with service(folder, **gate) as running:
                return await act(running)

        return asyncio.run(inside())

    return run


async def size(running):
    rows = await running.rows(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}")
    return int(rows[0]["n"]["value"])


def test_what_was_acknowledged_is_read_at_once(during):
    async def act(running):
        await running.intake.submit(submission())
        return await size(running)

    assert during(act) == 20


def test_a_refused_document_leaves_no_trace(during):
    async def act(running):
        with pytest.raises(InvalidData):
            await running.intake.submit(submission(ONE_PARTY))
        return await size(running), running.generations.last

    assert during(act) == (0, 1)


def test_a_refusal_carries_its_report_in_three_forms(during):
    async def act(running):
        with pytest.raises(InvalidData) as refusal:
            await running.intake.submit(submission(ONE_PARTY))
        return set(refusal.value.report)

    assert during(act) == {"json", "text", "turtle"}


def test_validating_stores_nothing(during):
    async def act(running):
        verdict = await running.intake.validate(submission())
        return verdict.receipt["added"] > 0, await size(running)

    assert during(act) == (True, 0)


def test_a_change_of_a_generation_that_is_gone_by_is_refused(during):
    async def act(running):
        await running.intake.submit(submission(), expected=1)
        with pytest.raises(StaleBase, match="you saw generation 1, but the last one is 2"):
            await running.intake.submit(submission(b"<a:b> <p:q> <r:s> ."), expected=1)
        return await size(running)

    assert during(act) == 20


def test_of_two_changes_of_one_generation_one_is_refused(during):
    async def act(running):
        both = [running.intake.submit(submission(document(number, 5)), expected=1) for number in (1, 2)]
        outcomes = await asyncio.gather(*both, return_exceptions=True)
        return sorted(type(outcome).__name__ for outcome in outcomes)

    assert during(act) == ["StaleBase", "Verdict"]


def test_a_document_that_takes_too_long_is_given_up(during):
    async def act(running):
        with pytest.raises(ValidationTimeout, match="nothing was stored"):
            await running.intake.submit(submission(document(1, 20_000)))
        return await size(running)

    assert during(act, seconds=0.05) == 0


async def submit_to_halted(running, process):
    """Begin to submit a document while *process* is halted."""
    await running.intake.validate(submission())
    os.kill(running.intake.pids[process], signal.SIGSTOP)
    task = asyncio.create_task(running.intake.submit(submission()))
    await asyncio.sleep(0.5)
    return task


@pytest.mark.parametrize("process", ["gate", "writer"])
def test_a_document_is_stored_although_a_process_is_killed_while_it_is_handled(during, process):
    async def act(running):
        task = await submit_to_halted(running, process)
        os.kill(running.intake.pids[process], signal.SIGKILL)
        await task
        return await size(running)

    assert during(act) == 20


def test_a_document_that_ends_the_gate_is_refused_and_the_next_is_taken(during):
    async def act(running):
        task = await submit_to_halted(running, "gate")
        os.kill(running.intake.pids["gate"], signal.SIGABRT)
        os.kill(running.intake.pids["gate"], signal.SIGCONT)
        with pytest.raises(ForbiddenContent):
            await task
        await running.intake.submit(submission())
        return await size(running)

    assert during(act) == 20


def test_a_service_that_is_only_read_has_no_gate(during):
    async def act(running):
        await running.intake.keep_alive()
        before = sorted(running.intake.pids)
        await running.intake.validate(submission())
        return before, sorted(running.intake.pids)

    assert during(act) == (["writer"], ["gate", "writer"])


def test_a_gate_that_was_killed_at_rest_is_back_before_the_next_document(during):
    async def act(running):
        await running.intake.validate(submission())
        killed = running.intake.pids["gate"]
        os.kill(killed, signal.SIGKILL)
        await until(lambda: running.intake.pids.get("gate", killed) != killed)

    during(act)


def test_the_gate_and_the_writer_come_back_when_they_were_killed_at_rest(during):
    async def act(running):
        await running.intake.validate(submission())
        for pid in running.intake.pids.values():
            os.kill(pid, signal.SIGKILL)
        await running.intake.submit(submission())
        return await size(running)

    assert during(act) == 20


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - of other processes, which have no events for us
            await asyncio.sleep(0.05)


def test_a_syntax_error_keeps_its_line_on_the_way_from_the_gate(during):
    async def act(running):
        with pytest.raises(SyntaxFault) as refusal:
            await running.intake.submit(submission(b"<a:b> <p:q> <r:s> .\n<a:b> nonsense"))
        return refusal.value.details["line"]

    assert during(act) == 2


def test_generations_that_nobody_needs_are_retired(during):
    async def act(running):
        for number in range(6):
            await running.intake.submit(submission(document(number, 3)))
        await size(running)
        await until(lambda: len(running.generations.published) == 3)
        return running.generations.published

    assert during(act) == (5, 6, 7)


def test_a_generation_that_was_held_is_retired_once_it_is_given_up(during):
    async def act(running):
        running.generations.hold(1)
        for number in range(6):
            await running.intake.submit(submission(document(number, 3)))
        await asyncio.sleep(1)
        held = 1 in running.generations.published
        running.generations.release(1)
        await until(lambda: 1 not in running.generations.published)
        return held

    assert during(act)


def test_a_generation_that_idle_readers_have_open_is_retired(during):
    async def act(running):
        running.generations.hold(1)
        for number in range(6):
            await running.intake.submit(submission(document(number, 3)))
        await asyncio.sleep(1)  # the readers have moved to the last generation
        await running.query(QueryRequest("ASK {}", at_generation=1))
        running.generations.release(1)
        await until(lambda: 1 not in running.generations.published)

    during(act)


def test_removing_a_source_removes_its_graph(during):
    async def act(running):
        await running.intake.submit(submission())
        await running.intake.submit(submission(b"", Mode.REMOVE))
        return await size(running)

    assert during(act) == 0

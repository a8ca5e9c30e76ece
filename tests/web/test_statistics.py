"""What a generation holds is counted once, aside from the requests that ask for it."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

import heritage_graph.web
from heritage_graph.assets import asset_folder
from heritage_graph.errors import LimitReached
from heritage_graph.query_files import load_catalogue
from heritage_graph.service import FolderService, ServiceLimits
from heritage_graph.store.base import QueryRequest
from heritage_graph.web.statistics import Censuses

INTERNAL = load_catalogue(Path(heritage_graph.web.__file__).with_name("queries"))
HEAVY = QueryRequest("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout_s=1.0)


@pytest.fixture
def during(shipped, tmp_path):
    """Run a coroutine function with a running service of two readers, one for heavy queries."""
    data = tmp_path / "data"
    shutil.copytree(shipped, data)

    async def inside(act):
        service = FolderService(data, shapes=asset_folder("shapes"), limits=ServiceLimits(readers=2))
        await service.start()
        try:
            return await act(service)
        finally:
            await service.stop()

    return lambda act: asyncio.run(inside(act))


def test_all_who_ask_share_one_count(during):
    async def act(service):
        censuses = Censuses(service, INTERNAL)
        return await asyncio.gather(censuses.of(1), censuses.of(1), censuses.of(1))

    assert len(set(during(act))) == 1


def test_a_generation_is_counted_once(during):
    async def act(service):
        censuses = Censuses(service, INTERNAL)
        return await censuses.of(1) is await censuses.of(1)

    assert during(act) is True


def test_whoever_asks_while_readers_are_busy_is_not_kept_waiting_and_the_count_goes_on(during):
    async def act(service):
        hasty, patient = Censuses(service, INTERNAL, patience_s=0.1), Censuses(service, INTERNAL)
        heavy = asyncio.create_task(service.query(HEAVY))
        await asyncio.sleep(0)
        at_once = await hasty.of(1)
        with pytest.raises(LimitReached):
            await heavy
        await patient.of(1)
        return at_once, (await hasty.of(1)).generation

    assert during(act) == (None, 1)


def test_lookups_are_answered_while_it_counts(during):
    async def act(service):
        counting = asyncio.create_task(Censuses(service, INTERNAL).of(1))
        await asyncio.sleep(0)
        await service.rows("SELECT ?s { ?s ?p ?o } LIMIT 1")
        return counting.done(), await counting is not None

    assert during(act) == (False, True)


def test_the_generation_that_is_counted_is_not_retired_meanwhile(during, tmp_path):
    async def act(service):
        generations = tmp_path / "data" / "generations"
        for later in (2, 3, 4):  # a reader that is added meanwhile opens the last one
            shutil.copytree(generations / "1", generations / str(later))
        counting = asyncio.create_task(Censuses(service, INTERNAL).of(1))
        await asyncio.sleep(0.01)
        service.generations.publish([1, 2, 3, 4])
        held = service.generations.retirable()
        await counting
        return held

    assert during(act) == []


def test_what_is_being_counted_is_given_up_when_the_service_stops(during):
    async def act(service):
        before = asyncio.all_tasks()
        censuses = Censuses(service, INTERNAL, patience_s=0.0)
        await censuses.of(1)
        begun = asyncio.all_tasks() - before
        await censuses.stop()
        return len(begun), [task.cancelled() for task in begun]

    assert during(act) == (1, [True])

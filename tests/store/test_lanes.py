"""Short queries pass long ones, and nobody takes more than a turn."""

import asyncio
import json
import os
from pathlib import Path

import pytest
from store_fixtures import KNOWS, running_pool, storm

from heritage_graph.errors import Busy, QueryTimeout
from heritage_graph.store.base import QueryRequest
from heritage_graph.store.lanes import LONG_S, Lane, LongTimes, Place

PRODUCT_OF_TWO = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(CONCAT(STR(?a), STR(?d), STR(?f))) > 0) }"
ONE = f"ASK {{ ?s <{KNOWS.value}> ?o }}"


class Clock:
    """A clock that is set by hand."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def place(client, *, lookup=False):
    return Place(client, is_long=False, lookup=lookup)


async def let_in_after(lane, *waiting):
    """The order in which those who wait are let in, as one place becomes free after the other."""
    first = place("first")
    lane.occupy(first)
    order = []

    async def take_and_leave(one, name):
        await lane.take(one)
        order.append(name)
        lane.leave(one)

    tasks = [asyncio.create_task(take_and_leave(one, name)) for name, one in waiting]
    await asyncio.sleep(0)
    lane.leave(first)
    await asyncio.gather(*tasks)
    return order


def test_those_who_wait_come_in_the_order_of_arrival():
    order = asyncio.run(let_in_after(Lane(1), ("a", place("x")), ("b", place("y"))))

    assert order == ["a", "b"]


def test_a_lookup_comes_before_those_who_wait_already():
    order = asyncio.run(let_in_after(Lane(1), ("query", place("x")), ("lookup", place("y", lookup=True))))

    assert order == ["lookup", "query"]


def test_who_runs_nothing_comes_before_who_runs_something():
    async def run():
        lane = Lane(2)
        lane.occupy(place("busy"))
        return await let_in_after(lane, ("again", place("busy")), ("new", place("idle")))

    assert asyncio.run(run()) == ["new", "again"]


def test_a_place_is_kept_for_lookups():
    async def run():
        lane = Lane(2, kept=1)
        lane.occupy(place("x"))
        query = asyncio.create_task(lane.take(place("y")))
        await asyncio.wait_for(lane.take(place("z", lookup=True)), 1)
        query.cancel()
        return lane.waiting(lookup=False)

    assert asyncio.run(run()) == 1


def test_who_gives_up_waiting_takes_nothing():
    async def run():
        lane = Lane(1)
        first = place("x")
        lane.occupy(first)
        gone = asyncio.create_task(lane.take(place("y")))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        lane.leave(first)
        return lane.waiting(lookup=False), lane.is_full

    assert asyncio.run(run()) == (0, False)


def test_who_is_cancelled_as_the_turn_comes_gives_it_on():
    async def run():
        lane = Lane(1)
        first = place("x")
        lane.occupy(first)
        gone = asyncio.create_task(lane.take(place("y")))
        await asyncio.sleep(0)
        lane.leave(first)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        return lane.is_full

    assert asyncio.run(run()) is False


def test_a_client_whose_queries_were_long_is_expected_to_ask_long_ones():
    times = LongTimes(Clock())
    times.add("heavy", 3.0)
    times.add("light", LONG_S)

    assert (times.expects_long("heavy"), times.expects_long("light")) == (True, False)


def test_a_second_of_a_long_query_is_forgotten_in_ten():
    clock = Clock()
    times = LongTimes(clock)
    times.add("heavy", 3.0 + LONG_S)
    clock.now += 10

    assert times.of("heavy") == pytest.approx(2.0)


def niceness(pid):
    return {os.getpriority(os.PRIO_PROCESS, int(thread.name)) for thread in Path(f"/proc/{pid}/task").iterdir()}


def test_a_long_query_goes_on_at_the_lowest_priority(data):
    async def run():
        async with running_pool(data, size=1) as pool:
            (pid,) = pool.pids
            async with storm(pool, ["hostile"], timeout_s=2):
                await asyncio.sleep(2 * LONG_S)
                return niceness(pid)

    assert asyncio.run(run()) == {19}


def test_short_queries_are_answered_while_long_ones_take_every_place(data):
    eight = [f"hostile {number}" for number in range(8)]

    async def run():
        async with running_pool(data, size=2) as pool, storm(pool, eight, timeout_s=5):
            await asyncio.sleep(8 * LONG_S)
            async with asyncio.timeout(1):
                return (await pool.query(QueryRequest(ONE), client="normal")).form

    assert asyncio.run(run()) == "boolean"


def test_a_long_query_that_was_sent_back_is_answered_in_its_turn(data):
    async def run():
        async with running_pool(data, size=1) as pool, storm(pool, ["hostile"], timeout_s=1.5) as (long,):
            await asyncio.sleep(2 * LONG_S)  # the only place of a long query is taken now
            answer = await pool.query(QueryRequest(PRODUCT_OF_TWO, timeout_s=30), client="patient")
            with pytest.raises(QueryTimeout):
                await long
            return int(json.loads(answer.first)["results"]["bindings"][0]["n"]["value"])

    assert asyncio.run(run()) == 1200 * 1200


def test_more_than_may_wait_are_told_so(data):
    async def run():
        async with running_pool(data, size=1, queue=1) as pool, storm(pool, "abc", timeout_s=1) as tasks:
            done = await asyncio.gather(*tasks, return_exceptions=True)
            return {type(each) for each in done}

    assert Busy in asyncio.run(run())


def test_lookups_find_room_to_wait_where_others_have_filled_theirs(data):
    async def run():
        async with running_pool(data, size=1, queue=1) as pool, storm(pool, "abc", timeout_s=3):
            await asyncio.sleep(LONG_S / 2)
            return (await pool.query(QueryRequest(ONE), lane="lookup")).form

    assert asyncio.run(run()) == "boolean"

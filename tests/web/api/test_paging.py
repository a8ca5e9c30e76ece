"""A generation for which a cursor was given is held until a while after it has been superseded."""

from __future__ import annotations

import asyncio

from heritage_graph.store.generations import Generations
from heritage_graph.web.api.paging import Cursor, Paging

A_WHILE = 0.05


def retirable_after(waits, data):
    """Which generations may go, after a cursor of the last one was given and others were published, wait by wait."""

    async def run():
        generations = Generations(data, [1], keep=1)
        Paging(data, generations, held_s=A_WHILE).next_cursor("list", Cursor(1, "thing"))
        found = []
        for published, seconds in waits:
            await asyncio.sleep(seconds)
            generations.publish(published)
            found.append(generations.retirable())
        return found

    return asyncio.run(run())


def test_it_is_held_right_after_it_was_superseded_however_old_the_cursor_is(tmp_path):
    assert retirable_after([([1, 2], 10 * A_WHILE)], tmp_path) == [[]]


def test_it_is_let_go_when_it_has_not_been_the_last_for_a_while(tmp_path):
    assert retirable_after([([1, 2], A_WHILE), ([1, 2], 5 * A_WHILE)], tmp_path) == [[], [1]]

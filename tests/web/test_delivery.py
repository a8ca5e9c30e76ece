"""Whoever goes while an answer is made leaves no reader busy."""

from __future__ import annotations

import asyncio

from heritage_graph.store.base import Answer
from heritage_graph.web.delivery import unless_gone


class Rest:
    """The rest of an answer, which remembers whether it was given up."""

    closed = False

    async def aclose(self):
        """Give it up."""
        self.closed = True


async def client_that_goes():
    """What a server says of a client that has gone."""
    return {"type": "http.disconnect"}


async def client_that_stays():
    """What a server says of a client that waits: nothing."""
    await asyncio.Event().wait()


def test_an_answer_that_comes_as_the_client_goes_is_given_up():
    rest = Rest()

    async def answer_all_the_same():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return Answer(1, "bindings", "json", b"", rest)

    assert (asyncio.run(unless_gone(client_that_goes, answer_all_the_same())), rest.closed) == (None, True)


def test_an_answer_for_a_client_that_stays_is_given():
    async def answer():
        return Answer(1, "bindings", "json", b"whole")

    assert asyncio.run(unless_gone(client_that_stays, answer())).first == b"whole"

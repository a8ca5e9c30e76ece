"""Whether an engine answers at all: nobody waits for one that does not, and it is tried again by itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from heritage_graph.store.remote.faults import RETRY_AFTER_S, down

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

PAUSE_S: Final = float(RETRY_AFTER_S)
"""The time between two probes of an engine that does not answer."""


class Breaker:
    """Open while the engine does not answer *probe*, which is asked when something goes wrong, and then every pause.

    One query that takes long says nothing of the engine, and so opens nothing: the probe does.
    """

    def __init__(self, probe: Callable[[], Awaitable[bool]], *, pause_s: float = PAUSE_S) -> None:
        self._probe = probe
        self._pause_s = pause_s
        self._probing: asyncio.Task[None] | None = None
        self.is_open = False

    def require(self) -> None:
        """Let a request pass.

        Raises:
            UpstreamDown: the engine did not answer when it was last probed.
        """
        if self.is_open:
            raise down()

    def suspect(self) -> None:
        """Find out whether the engine answers, unless that is being done."""
        if self._probing is None or self._probing.done():
            self._probing = asyncio.get_running_loop().create_task(self._until_it_answers())

    async def stop(self) -> None:
        """Probe no more."""
        if self._probing is not None:
            self._probing.cancel()
            with suppress(asyncio.CancelledError):
                await self._probing

    async def _until_it_answers(self) -> None:
        while not await self._probe():
            self.is_open = True
            await asyncio.sleep(self._pause_s)
        self.is_open = False

"""Cursors of lists: signed, bound to a list and to a generation, which is held while pages of it are asked for."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from heritage_graph.errors import GenerationNotKept, ParameterError
from heritage_graph.web.signing import Signer

if TYPE_CHECKING:
    from pathlib import Path

    from heritage_graph.store.published import Published

HELD_S: Final = 600.0
"""How long a generation is held once it is not the last one any more, after a cursor was given for it."""

_MOST_HELD: Final = 4


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: the generation of the list, and the last thing of the page before."""

    generation: int
    after: str


class Paging:
    """The cursors signed by the key of the folder *data*. `next_cursor` belongs to the event loop.

    At most a few generations are held at once, so that whoever asks for pages of many cannot fill the disk.
    """

    def __init__(self, data: Path, generations: Published, *, held_s: float = HELD_S) -> None:
        self._signer = Signer(data, "cursor")
        self._generations = generations
        self._held_s = held_s
        self._held: OrderedDict[int, asyncio.TimerHandle] = OrderedDict()

    def next_cursor(self, list_name: str, cursor: Cursor) -> str:
        """The text of *cursor* for the list *list_name*; its generation is held for a while."""
        self._hold(cursor.generation)
        packed = orjson.dumps([cursor.generation, list_digest(list_name), cursor.after])
        return self._signer.signed(packed)

    def read(self, text: str, list_name: str) -> Cursor:
        """The cursor that *text* is for the list *list_name*.

        Raises:
            ParameterError: it is none of ours, or one of a list with other filters.
            GenerationNotKept: its generation is not kept any more.
        """
        packed = self._signer.read(text)
        if packed is None:
            raise ParameterError(
                "this is no cursor of this service; take the `next` of a page as it is, or begin without cursor",
                parameter="cursor",
            )
        generation, digest, after = orjson.loads(packed)
        if digest != list_digest(list_name):
            raise ParameterError(
                "the cursor belongs to a list with other filters; give those of the page before, or begin without "
                "cursor",
                parameter="cursor",
            )
        if generation not in self._generations.published:
            raise GenerationNotKept(
                f"the pages before were of generation {generation}, which is not kept any more; begin the list again, "
                "without cursor",
                generation=generation,
                generations=list(self._generations.published),
            )
        return Cursor(generation, after)

    def _hold(self, generation: int) -> None:
        timer = self._held.pop(generation, None)
        if timer is not None:
            timer.cancel()
        else:
            self._generations.hold(generation)
        self._look_later(generation)
        if len(self._held) > _MOST_HELD:
            self._let_go(next(iter(self._held)))

    def _look_later(self, generation: int) -> None:
        is_last = generation == self._generations.last
        loop = asyncio.get_running_loop()
        self._held[generation] = loop.call_later(self._held_s, self._look, generation, is_last)

    def _look(self, generation: int, was_last: bool) -> None:  # noqa: FBT001 - a timer gives it
        """Go on holding what was the last generation a while ago: pages of it may have come from a cache since."""
        if was_last:
            self._look_later(generation)
        else:
            self._let_go(generation)

    def _let_go(self, generation: int) -> None:
        self._held.pop(generation).cancel()
        self._generations.release(generation)


def list_digest(list_name: str) -> str:
    """What tells a list with its filters from another in a cursor."""
    return hashlib.blake2b(list_name.encode(errors="replace"), digest_size=8).hexdigest()

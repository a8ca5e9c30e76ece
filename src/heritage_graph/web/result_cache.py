"""Results that were given already, kept while their generation lasts and there is room."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from heritage_graph.web.negotiation import Format

Key = tuple[object, ...]
"""What a result depends on: the generation, the query, its dataset, the format …"""

_BESIDE_BYTES: Final = 1000
"""What an entry takes beside its body and its query, roughly."""

_LARGEST_SHARE: Final = 8
"""One result may take this part of the room at most."""


@dataclass
class Stored:
    """A whole result, its format and its entity tag, and the header fields that are its own.

    `gzipped` is its compressed form once somebody took that.
    """

    body: bytes
    format: Format
    tag: str
    generation: int
    gzipped: bytes | None = field(default=None)
    fields: tuple[tuple[bytes, bytes], ...] = ()


class ResultCache:
    """Whole results by what they depend on; the one used longest ago goes first when they take more than *room* bytes.

    Nobody asks for those of earlier generations any more, so they go first.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._taken = 0
        self._entries: OrderedDict[Key, tuple[Stored, int]] = OrderedDict()

    @property
    def largest(self) -> int:
        """The bytes of the largest result that is kept."""
        return self._room // _LARGEST_SHARE

    @property
    def taken(self) -> int:
        """The bytes that the results take, roughly."""
        return self._taken

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> Stored | None:
        """The result of *key*."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: Key, result: Stored, *, question_bytes: int) -> None:
        """Keep *result*, if it is not too large; *question_bytes* is what its key takes."""
        size = 2 * len(result.body) + question_bytes + _BESIDE_BYTES  # it may be kept gzipped, too
        if size > self.largest:
            return
        self._drop(key)
        self._entries[key] = result, size
        self._taken += size
        while self._taken > self._room:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: Key) -> None:
        _, size = self._entries.pop(key, (None, 0))
        self._taken -= size

"""What the change log holds and gives: changes, records, and which of them are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

KINDS: Final = ("create", "delete", "update")
"""What becomes of an entity."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one entity in one generation.

    Attributes:
        sequence: 1, 2, 3 … without gaps, in the order in which changes became visible.
        generation: the generation that the commit made.
        at: when it became visible to harvesters: UTC, whole seconds, never earlier than that of a change before.
        iri: the entity.
        kind: one of `KINDS`.
        family: the kind of thing: see `records.family_of`.
        sources: the IRIs of the named graphs by which it changed, sorted.
        has_content: whether its statements are kept; not of deletes, and not of versions that were followed by another
            before they could be taken.
    """

    sequence: int
    generation: int
    at: datetime
    iri: str
    kind: str
    family: str
    sources: tuple[str, ...]
    has_content: bool


@dataclass(frozen=True, slots=True)
class Record:
    """An entity by its last change, and the published graphs that state something of it, sorted.

    Of a deleted one, these are the graphs that did when it was last there.
    """

    change: Change
    graphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LogState:
    """How far the log goes.

    Attributes:
        generation: the last generation taken.
        sequence: the number of the last change; 0 while there is none.
        first: when the first change became visible (UTC, whole seconds).
        last: when the last one did.
        records: how many entities were ever seen, deleted ones included.
    """

    generation: int
    sequence: int
    first: datetime
    last: datetime
    records: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Which records or changes: of one of *families* (empty: all), in *graph*, visible from *since* until *until*.

    Both moments are included. The graph of a record is one that states something of it, the graph of a change one by
    which it changed.
    """

    families: tuple[str, ...] = ()
    graph: str | None = None
    since: datetime | None = None
    until: datetime | None = None


ALL: Final = Choice()

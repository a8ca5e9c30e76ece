"""Ask the change log: changes in order, records by their last change, and what each version stated."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge, nlargest
from itertools import islice
from typing import TYPE_CHECKING, Final

from heritage_graph.changes.entries import ALL, KINDS, Change, Choice, LogState, Record
from heritage_graph.changes.tables import Tables
from heritage_graph.errors import EngineTrouble

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_AT_ONCE: Final = 500
_LAST: Final = (1 << 63) - 1
_CHANGE: Final = """
SELECT change.sequence, change.generation, moment.at, entity.iri, change.kind, change.family, change.sources,
       change.has_content, entity.graphs
FROM change
JOIN entity ON entity.number = change.entity
JOIN moment ON moment.generation = change.generation
WHERE change.sequence IN ({places})
ORDER BY change.sequence
"""

# Where there is no change yet, the moment at which the log was begun.
_SEEN: Final = "SELECT at FROM moment WHERE generation = IFNULL((SELECT generation FROM change WHERE sequence = ?), ?)"
_OF_GRAPH: Final = "graph = (SELECT number FROM graph WHERE iri = ?)"
PAGE: Final = "SELECT sequence FROM {} AND sequence BETWEEN ? AND ? ORDER BY sequence LIMIT ?"
_COUNT: Final = "SELECT COUNT(*) FROM {} AND sequence BETWEEN ? AND ?"

_Row = tuple[int, int, int, str, str, str, str, int, str]


@dataclass(frozen=True)
class _Way:
    """A range of one index, by sequence: the table with conditions of equality, and their values."""

    source: str
    values: tuple[str, ...] = ()


class ChangeLog:
    """The change log in the file *path*. Methods take milliseconds and may be called in any thread.

    Each answers of one state of the log, which grows meanwhile. All of them raise `EngineTrouble` when the file cannot
    be read.
    """

    def __init__(self, path: Path) -> None:
        self._tables = Tables(path)

    def state(self) -> LogState:
        """How far the log goes."""
        with self._tables.reading() as tables:
            taken = tables.execute("SELECT generation, last FROM moment ORDER BY generation DESC LIMIT 1").fetchone()
            if taken is None:
                raise EngineTrouble("the change log is empty")
            (records,) = tables.execute("SELECT IFNULL(MAX(number), 0) FROM entity").fetchone()
            begun, ended = (tables.execute(_SEEN, (sequence, taken[0])).fetchone()[0] for sequence in (1, taken[1]))
        return LogState(int(taken[0]), int(taken[1]), _moment(begun), _moment(ended), records)

    def changes(self, *, after: int = 0, limit: int, choice: Choice = ALL, kinds: Sequence[str] = ()) -> list[Change]:
        """The first *limit* changes whose sequence is greater than *after*, by sequence; of one of *kinds* if given."""
        with self._tables.reading() as tables:
            chosen = _merged(tables, ways_to_changes(tables, choice, kinds), _bounds(tables, after, choice), limit)
            names = _graph_names(tables)
            return [_change(row, names) for row in _rows(tables, chosen)]

    def last_changes(self, *, limit: int, choice: Choice = ALL) -> list[Change]:
        """The last *limit* changes, the newest first."""
        with self._tables.reading() as tables:
            bounds = _bounds(tables, 0, choice)
            found = [
                tables.execute(f"SELECT sequence FROM {way.source} AND sequence BETWEEN ? AND ? ORDER BY sequence DESC "  # noqa: S608 - of our own; values are bound
                               "LIMIT ?", (*way.values, *bounds, limit)).fetchall()
                for way in ways_to_changes(tables, choice, ())
            ]  # fmt: skip
            chosen = nlargest(limit, (sequence for rows in found for (sequence,) in rows))
            names = _graph_names(tables)
            return [_change(row, names) for row in reversed(_rows(tables, chosen))]

    def records(self, *, after: int = 0, limit: int, choice: Choice = ALL) -> list[Record]:
        """The first *limit* records whose last change has a sequence greater than *after*, by that sequence."""
        with self._tables.reading() as tables:
            chosen = _merged(tables, ways_to_records(tables, choice), _bounds(tables, after, choice), limit)
            names = _graph_names(tables)
            return [Record(_change(row, names), _named(row[8], names)) for row in _rows(tables, chosen)]

    def count(self, choice: Choice = ALL) -> int:
        """How many records *choice* takes."""
        with self._tables.reading() as tables:
            bounds = _bounds(tables, 0, choice)
            ways = ways_to_records(tables, choice)
            return sum(tables.execute(_COUNT.format(way.source), (*way.values, *bounds)).fetchone()[0] for way in ways)

    def record(self, iri: str) -> Record | None:
        """The record of the entity *iri*; None when it was never seen."""
        with self._tables.reading() as tables:
            found = tables.execute("SELECT sequence FROM entity WHERE iri = ?", (iri,)).fetchone()
            if found is None:
                return None
            names = _graph_names(tables)
            (row,) = _rows(tables, [found[0]])
            return Record(_change(row, names), _named(row[8], names))

    def history(self, iri: str) -> list[Change]:
        """All changes of the entity *iri*, oldest first; empty when it was never seen."""
        with self._tables.reading() as tables:
            chosen = tables.execute(
                PAGE.format("change WHERE entity = (SELECT number FROM entity WHERE iri = ?)"), (iri, 1, _LAST, -1)
            ).fetchall()
            names = _graph_names(tables)
            return [_change(row, names) for row in _rows(tables, [sequence for (sequence,) in chosen])]

    def contents(self, sequences: Iterable[int]) -> dict[int, bytes]:
        """The record of each change in N-Quads, as it was then, by sequence; of those that have content."""
        wanted = list(dict.fromkeys(sequences))
        found: dict[int, bytes] = {}
        with self._tables.reading() as tables:
            for begin in range(0, len(wanted), _AT_ONCE):
                part = wanted[begin : begin + _AT_ONCE]
                places = ", ".join("?" * len(part))
                rows = tables.execute(f"SELECT sequence, quads FROM content WHERE sequence IN ({places})", part)  # noqa: S608 - of our own; values are bound
                found.update((sequence, zlib.decompress(quads)) for sequence, quads in rows)
        return found

    def sequence_of(self, generation: int) -> int:
        """The sequence of the last change up to *generation*; 0 when nothing had changed by then."""
        with self._tables.reading() as tables:
            found = tables.execute(
                "SELECT last FROM moment WHERE generation <= ? ORDER BY generation DESC LIMIT 1", (generation,)
            ).fetchone()
        return 0 if found is None else int(found[0])

    def key_of(self, sequence: int) -> str | None:
        """The key of the commit that made a change, which no other store has; None when there is no such change."""
        with self._tables.reading() as tables:
            found = tables.execute(
                "SELECT key FROM moment WHERE generation = (SELECT generation FROM change WHERE sequence = ?)",
                (sequence,),
            ).fetchone()
        return None if found is None else str(found[0])

    def moments(self, sequences: Sequence[int]) -> dict[int, datetime]:
        """When each change became visible, by sequence; of at most some hundreds that are there."""
        places = ", ".join("?" * len(sequences))
        with self._tables.reading() as tables:
            rows = tables.execute(
                "SELECT change.sequence, moment.at FROM change JOIN moment ON moment.generation = change.generation "  # noqa: S608 - of our own; values are bound
                f"WHERE change.sequence IN ({places})",
                sequences,
            ).fetchall()
        return {sequence: _moment(at) for sequence, at in rows}

    def families(self) -> list[str]:
        """The families that occur, sorted."""
        with self._tables.reading() as tables:
            return _families(tables)

    def graphs(self) -> list[str]:
        """The IRIs of the named graphs that occur, sorted."""
        with self._tables.reading() as tables:
            return sorted(_graph_names(tables).values())

    def close(self) -> None:
        """Give the file back; calls that run end first."""
        self._tables.close()


def _bounds(tables: sqlite3.Connection, after: int, choice: Choice) -> tuple[int, int]:
    """The first and the last sequence that may be given: moments never run backwards, so they bound it."""
    low, high = after + 1, _LAST
    if choice.since is not None:
        (first,) = tables.execute(
            "SELECT first FROM moment WHERE at >= ? ORDER BY at, generation LIMIT 1",
            (int(choice.since.timestamp()),),
        ).fetchone() or (_LAST,)
        low = max(low, first)
    if choice.until is not None:
        (high,) = tables.execute(
            "SELECT last FROM moment WHERE at <= ? ORDER BY at DESC, generation DESC LIMIT 1",
            (int(choice.until.timestamp()),),
        ).fetchone() or (0,)
    return low, high


def ways_to_changes(tables: sqlite3.Connection, choice: Choice, kinds: Sequence[str]) -> list[_Way]:
    """What to look up, so that each look-up is a range of an index: one for each family and kind."""
    if not (choice.families or choice.graph or kinds):
        return [_Way("change WHERE TRUE")]
    pairs = [(family, kind) for family in _families_in(tables, choice) for kind in dict.fromkeys(kinds or KINDS)]
    if choice.graph is None:
        return [_Way("change WHERE family = ? AND kind = ?", pair) for pair in pairs]
    return [_Way(f"changed WHERE {_OF_GRAPH} AND family = ? AND kind = ?", (choice.graph, *pair)) for pair in pairs]


def ways_to_records(tables: sqlite3.Connection, choice: Choice) -> list[_Way]:
    """As for changes: one for each family."""
    if not (choice.families or choice.graph):
        return [_Way("entity WHERE TRUE")]
    families = _families_in(tables, choice)
    if choice.graph is None:
        return [_Way("entity WHERE family = ?", (family,)) for family in families]
    return [_Way(f"stated WHERE {_OF_GRAPH} AND family = ?", (choice.graph, family)) for family in families]


def _merged(tables: sqlite3.Connection, ways: Sequence[_Way], bounds: tuple[int, int], limit: int) -> list[int]:
    found = [tables.execute(PAGE.format(way.source), (*way.values, *bounds, limit)).fetchall() for way in ways]
    return [sequence for (sequence,) in islice(merge(*found), limit)]


def _rows(tables: sqlite3.Connection, sequences: Sequence[int]) -> list[_Row]:
    found: list[_Row] = []
    for begin in range(0, len(sequences), _AT_ONCE):
        part = sequences[begin : begin + _AT_ONCE]
        found += tables.execute(_CHANGE.format(places=", ".join("?" * len(part))), part).fetchall()
    return found


def _families_in(tables: sqlite3.Connection, choice: Choice) -> list[str]:
    return list(dict.fromkeys(choice.families)) or _families(tables)


def _families(tables: sqlite3.Connection) -> list[str]:
    return [name for (name,) in tables.execute("SELECT name FROM family ORDER BY name")]


def _graph_names(tables: sqlite3.Connection) -> dict[str, str]:
    return {str(number): iri for number, iri in tables.execute("SELECT number, iri FROM graph")}


def _named(numbers: str, names: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted(names[number] for number in numbers.split()))


def _change(row: _Row, names: dict[str, str]) -> Change:
    sequence, generation, at, iri, kind, family, sources, has_content, _ = row
    return Change(sequence, generation, _moment(at), iri, kind, family, _named(sources, names), bool(has_content))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

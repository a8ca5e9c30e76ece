"""What a load has to remember of millions of things: tables in a file that is thrown away."""

from __future__ import annotations

import os
import sqlite3
from itertools import islice
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

AT_ONCE: Final = 2_000
"""How many things are looked at together."""

# Nothing needs to be undone, since the file of a load that failed is thrown away.
_SETTINGS: Final = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -131072;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA temp_store = FILE;
"""
_LAYOUT: Final = """
CREATE TABLE unit (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE dropped (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE concluded (statement TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE coming (statement TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE turning (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE changed (iri TEXT, graph TEXT, PRIMARY KEY (iri, graph)) WITHOUT ROWID;
"""


def open_notes(path: Path) -> sqlite3.Connection:
    """The empty tables of one load in the new file *path*."""
    os.environ["SQLITE_TMPDIR"] = str(path.parent)  # beside it there is room; /tmp may be small
    notes = sqlite3.connect(path, isolation_level=None)
    notes.executescript(_SETTINGS + _LAYOUT + "BEGIN;")
    return notes


def note(notes: sqlite3.Connection, table: str, iris: Iterable[NamedNode]) -> None:
    """Put *iris* into one of the tables of IRIs; those that are there stay."""
    rows = ((iri.value,) for iri in iris)
    notes.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?)", rows)  # noqa: S608 - names of our own


def noted(notes: sqlite3.Connection, table: str) -> Iterator[list[NamedNode]]:
    """The IRIs of one of the tables in their order, `AT_ONCE` at a time."""
    rows = notes.cursor().execute(f"SELECT iri FROM {table} ORDER BY iri")  # noqa: S608 - names of our own
    while part := list(islice(rows, AT_ONCE)):
        yield [NamedNode(iri) for (iri,) in part]


def size(notes: sqlite3.Connection, table: str) -> int:
    """How many rows one of the tables has."""
    (rows,) = notes.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608 - names of our own
    return int(rows)


class Noted:
    """The IRIs of a table, of which each can be asked for."""

    def __init__(self, notes: sqlite3.Connection, table: str) -> None:
        self._notes = notes
        self._question = f"SELECT 1 FROM {table} WHERE iri = ?"  # noqa: S608 - names of our own

    def __contains__(self, iri: object) -> bool:
        if not isinstance(iri, NamedNode):
            return False
        return self._notes.execute(self._question, (iri.value,)).fetchone() is not None


def parts(things: Sequence[NamedNode], length: int) -> Iterator[Sequence[NamedNode]]:
    """*things* in runs of *length*; the last may be shorter."""
    return (things[begin : begin + length] for begin in range(0, len(things), length))

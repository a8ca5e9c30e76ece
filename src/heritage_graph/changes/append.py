"""Append to the change log what a store has committed since: one transaction, whatever happens meanwhile."""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, RdfFormat, serialize

from heritage_graph.changes.checkpoint import AT_ONCE, Checkpoint, Commit, graph_of
from heritage_graph.model.records import family_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pyoxigraph import Quad

    from heritage_graph.store.state import State


LAYOUT: Final = 1
"""The number of the layout of the tables, raised whenever they or what they hold change."""

_HERE: Final = Path(__file__).parent
_RECENT_S: Final = 600
_NEEDED_S: Final = 0.2
_Version = tuple[int, int, str, int]
"""The generation to read it from, the sequence, the entity, and whether it is its last version."""

_ADD_MISSING: Final = """
WITH last AS (SELECT iri, kind, MAX(generation) FROM temp.told GROUP BY iri)
INSERT INTO temp.told
SELECT IIF(last.kind IS NULL, :first, :last), standing.iri, 'create', NULL
FROM temp.standing LEFT JOIN last ON last.iri = standing.iri
WHERE last.kind IS NULL OR last.kind = 'delete'
"""
_ADD_VANISHED: Final = """
WITH last AS (SELECT iri, kind, MAX(generation) FROM temp.told GROUP BY iri)
INSERT INTO temp.told
SELECT :last, last.iri, 'delete', NULL
FROM last
WHERE last.kind <> 'delete' AND last.iri NOT IN (SELECT iri FROM temp.standing)
"""
# The kind is that of the row with the greatest rowid: what was told last.
_NUMBER: Final = """
INSERT INTO temp.coming
SELECT
  (SELECT IFNULL(MAX(sequence), 0) FROM change) + ROW_NUMBER() OVER (ORDER BY generation, iri),
  generation, iri, kind, sources,
  LEAD(generation) OVER (PARTITION BY iri ORDER BY generation)
FROM (
  SELECT generation, iri, kind, MAX(rowid), REPLACE(IFNULL(GROUP_CONCAT(DISTINCT graph), ''), ',', ' ') AS sources
  FROM temp.told
  GROUP BY generation, iri
)
"""
_ENTER_ENTITIES: Final = """
INSERT INTO entity (iri, family, sequence, graphs)
SELECT iri, family_of(iri), MAX(sequence), '' FROM temp.coming GROUP BY iri ORDER BY 3
ON CONFLICT (iri) DO UPDATE SET sequence = excluded.sequence
"""
_ENTER_CHANGES: Final = """
INSERT INTO change
SELECT coming.sequence, coming.generation, entity.number, entity.family, coming.kind, coming.sources, 0
FROM temp.coming JOIN entity ON entity.iri = coming.iri
ORDER BY coming.sequence
"""
_VERSIONS: Final = """
SELECT
  (
    SELECT MAX(kept.generation)
    FROM temp.kept
    WHERE kept.generation >= coming.generation AND kept.generation < IFNULL(next, 1 << 62)
  ) AS source,
  sequence, iri, next IS NULL
FROM temp.coming
WHERE kind <> 'delete' AND source IS NOT NULL
ORDER BY source, sequence
"""
# A deleted one keeps the graphs that it had; where they are not known, they are those that gave it up.
_GRAPHS_OF_OTHERS: Final = """
UPDATE entity
SET graphs = (SELECT sources FROM change WHERE change.sequence = entity.sequence)
WHERE sequence >= ? AND graphs = ''
"""
_FORGET_FOLLOWED: Final = (
    """
    INSERT OR IGNORE INTO temp.followed
    SELECT change.sequence
    FROM temp.coming
    JOIN entity ON entity.iri = coming.iri
    JOIN change ON change.entity = entity.number
    WHERE change.sequence < entity.sequence
    """,
    "DELETE FROM content WHERE sequence IN (SELECT sequence FROM temp.followed)",
    "UPDATE change SET has_content = 0 WHERE sequence IN (SELECT sequence FROM temp.followed)",
)
_SETTINGS: Final = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -16384;
PRAGMA temp_store = FILE;
PRAGMA journal_size_limit = 67108864;
PRAGMA busy_timeout = 10000;
"""


def append(path: Path, states: Mapping[int, State], *, clock: Callable[[], float] = time.time) -> None:
    """Bring the change log in the file *path* up to the last of *states*; a file that is not its log is made anew.

    Args:
        path: the file; it may not exist.
        states: the generations that are kept, by number. Versions are read from the last one in
            which they stood; where there is none, their content is not known.
        clock: seconds since 1970.

    Raises:
        OSError, ValueError, RuntimeError, sqlite3.Error: the disk or a store failed; the file is as it was.
    """
    with _opened(path) as tables:
        _Append(tables, states, clock).run()


def append_last(path: Path, generation: int, state: State, *, check: Callable[[], None]) -> None:
    """As `append`, of a *generation* whose past is not kept: equal commits make equal logs, wherever one is made.

    So moments are those of the commits, and only the last version of an entity has content: who began to look later
    has not seen the others. Nothing is compared with what the log of the store tells.

    Args:
        path: the file; it may not exist.
        generation: its number.
        state: what it holds.
        check: called when all was read: it raises when *state* was not that of *generation* all the time.

    Raises:
        MovedOn: *check* did; the file is as it was.
        OSError, ValueError, RuntimeError, sqlite3.Error: the disk or the engine failed; the file is as it was.
    """
    with _opened(path) as tables:
        _Append(tables, {generation: state}, None, check).run()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file *path*, made anew when it is no file of tables."""
    os.environ["SQLITE_TMPDIR"] = str(path.parent)  # beside it there is room; /tmp may be small
    if not _is_readable(path):
        for file in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
            file.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as tables:
        tables.executescript(_SETTINGS)
        yield tables


def _is_readable(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as tables:
            tables.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return False
    return True


class _Append:
    """One run. Without a *clock*, the log tells no more than the commits do."""

    def __init__(
        self,
        tables: sqlite3.Connection,
        states: Mapping[int, State],
        clock: Callable[[], float] | None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._tables = tables
        self._states = states
        self._clock = clock
        self._check = check
        self._last = max(states)
        self._state = Checkpoint(states[self._last])
        self._graphs: dict[str, int] = {}

    def run(self) -> None:
        """Take what is new; nothing when nothing is."""
        commits = self._state.commits()
        taken = self._taken(commits)
        if taken == self._last:
            return
        self._begin(anew=taken is None)
        coming = [commit for commit in commits if taken is None or commit.generation > taken]
        self._take_log([commit.generation for commit in coming])
        if taken is None and self._clock is not None:
            self._compare(commits)
        self._number()
        self._enter()
        if self._clock is None:  # what was known of earlier versions tells nothing
            self._tables.execute("UPDATE entity SET graphs = '' WHERE sequence >= ?", (self._first(),))
        self._take_contents()
        if self._clock is None:
            self._forget_followed()
        self._place()
        self._make_visible(coming, anew=taken is None)

    def _taken(self, commits: Sequence[Commit]) -> int | None:
        """The last generation that the file has taken of this store; None when it has to be made anew."""
        (layout,) = self._tables.execute("PRAGMA user_version").fetchone()
        if layout != LAYOUT:
            return None
        last = self._tables.execute("SELECT generation, key FROM moment ORDER BY generation DESC LIMIT 1").fetchone()
        keys = {commit.generation: commit.key for commit in commits}
        return int(last[0]) if last is not None and keys.get(last[0], "") == last[1] else None

    def _begin(self, *, anew: bool) -> None:
        script = "BEGIN IMMEDIATE;\n"
        if anew:
            names = self._tables.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            script += "".join(f"DROP TABLE {name};\n" for (name,) in names)
            script += (_HERE / "layout.sql").read_text(encoding="utf-8")
            script += f"PRAGMA user_version = {LAYOUT};\n"
        self._tables.create_function("family_of", 1, family_of, deterministic=True)
        self._tables.executescript(script + (_HERE / "coming.sql").read_text(encoding="utf-8"))
        self._graphs = dict(self._tables.execute("SELECT iri, number FROM graph"))

    def _take_log(self, generations: Sequence[int]) -> None:
        rows = (
            (generation, each.iri, each.kind, each.graph and self._graph(each.graph))
            for generation in generations
            for each in self._state.changes(generation)
        )
        self._tables.executemany("INSERT INTO temp.told VALUES (?, ?, ?, ?)", rows)

    def _compare(self, commits: Sequence[Commit]) -> None:
        """Add what the log of an earlier version of this software did not tell."""
        self._tables.executemany("INSERT INTO temp.standing VALUES (?)", ((iri,) for iri in self._state.entities()))
        first = commits[0].generation if commits else 0
        first = commits[0].generation if commits else 0
        self._tables.execute(_ADD_MISSING, {"first": first, "last": self._last})
        self._tables.execute(_ADD_VANISHED, {"last": self._last})

    def _number(self) -> None:
        self._tables.execute(_NUMBER)

    def _enter(self) -> None:
        """Enter the changes and their entities; records leave the places that their last change gave them."""
        run = self._tables.execute
        run("INSERT OR IGNORE INTO family SELECT DISTINCT family_of(iri) FROM temp.coming")
        before = run("SELECT graphs, family, sequence FROM entity WHERE iri IN (SELECT iri FROM temp.coming)")
        self._tables.executemany(
            "DELETE FROM stated WHERE graph = ? AND family = ? AND sequence = ?",
            ((graph, family, sequence) for graphs, family, sequence in before for graph in graphs.split()),
        )
        run(_ENTER_ENTITIES)
        run(_ENTER_CHANGES)
        changes = run("SELECT sources, family, kind, sequence FROM change WHERE sequence >= ?", (self._first(),))
        self._tables.executemany(
            "INSERT INTO changed VALUES (?, ?, ?, ?)",
            ((graph, *rest) for sources, *rest in changes for graph in sources.split()),
        )

    def _take_contents(self) -> None:
        """Keep what each version stated, from the last kept generation in which it stood."""
        self._tables.executemany("INSERT INTO temp.kept VALUES (?)", ((generation,) for generation in self._states))
        versions = self._tables.cursor().execute(_VERSIONS)
        for generation, group in groupby(versions, itemgetter(0)):
            store = self._state if generation == self._last else Checkpoint(self._states[generation])
            while part := list(islice(group, AT_ONCE)):
                self._take_some_contents(store, part)

    def _take_some_contents(self, store: Checkpoint, versions: Sequence[_Version]) -> None:
        records = store.records(NamedNode(iri) for _, _, iri, _ in versions)
        for _, sequence, iri, is_last in versions:
            quads = records[NamedNode(iri)]
            if quads:
                self._tables.execute("INSERT INTO content VALUES (?, ?)", (sequence, _packed(quads)))
                self._tables.execute("UPDATE change SET has_content = 1 WHERE sequence = ?", (sequence,))
            if quads and is_last:
                graphs = {self._graph(graph_of(quad).value) for quad in quads}
                told = " ".join(map(str, sorted(graphs)))
                self._tables.execute("UPDATE entity SET graphs = ? WHERE sequence = ?", (told, sequence))

    def _forget_followed(self) -> None:
        """Give up the content of versions that were followed by another."""
        for statement in _FORGET_FOLLOWED:
            self._tables.execute(statement)

    def _place(self) -> None:
        """Give each record that changed its places among those of its graphs."""
        self._tables.execute(_GRAPHS_OF_OTHERS, (self._first(),))
        places = self._tables.cursor().execute(
            "SELECT graphs, family, sequence FROM entity WHERE sequence >= ?", (self._first(),)
        )
        self._tables.executemany(
            "INSERT INTO stated VALUES (?, ?, ?)",
            ((graph, family, sequence) for graphs, family, sequence in places for graph in graphs.split()),
        )

    def _make_visible(self, commits: Sequence[Commit], *, anew: bool) -> None:
        """Say when, and commit: what is visible in a second says so, since who asks in that second asks from it on."""
        ranges = {
            generation: (first, last)
            for generation, first, last in self._tables.execute(
                "SELECT generation, MIN(sequence), MAX(sequence) FROM temp.coming GROUP BY generation"
            )
        }
        at, end = self._tables.execute("SELECT IFNULL(MAX(at), 0), IFNULL(MAX(last), 0) FROM moment").fetchone()
        now = None if self._clock is None else _early_in_a_second(self._clock)
        rows = []
        for generation, key, when in commits or [Commit(self._last, "", datetime.fromtimestamp(now or 0, UTC))]:
            committed = int(when.timestamp())
            settled = now is None or (anew and committed < now - _RECENT_S)
            at = max(at, committed, 0 if settled or now is None else now)
            first, last = ranges.get(generation, (end + 1, end))
            end = last
            rows.append((generation, key, at, first, last))
        self._tables.executemany("INSERT INTO moment VALUES (?, ?, ?, ?, ?)", rows)
        self._check()
        self._tables.execute("COMMIT")

    def _first(self) -> int:
        """The sequence of the first change that is taken."""
        (first,) = self._tables.execute("SELECT IFNULL(MIN(sequence), 1 << 62) FROM temp.coming").fetchone()
        return int(first)

    def _graph(self, iri: str) -> int:
        """The number of the graph *iri*, given to it now when it has none."""
        if iri not in self._graphs:
            number = self._graphs[iri] = len(self._graphs) + 1
            self._tables.execute("INSERT INTO graph VALUES (?, ?)", (number, iri))
        return self._graphs[iri]


def _early_in_a_second(clock: Callable[[], float]) -> int:
    """The second that it is, once there is enough of it left to commit in it."""
    rest = 1 - clock() % 1
    if rest < _NEEDED_S:
        time.sleep(rest)
    return int(clock())


def _packed(quads: Sequence[Quad]) -> bytes:
    text = serialize(quads, format=RdfFormat.N_QUADS)
    assert text is not None
    return zlib.compress(b"".join(sorted(text.splitlines(keepends=True))))

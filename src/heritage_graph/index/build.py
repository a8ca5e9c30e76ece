"""Build the index of one generation: a file of tables made of the answers to the query files of this package."""

from __future__ import annotations

import os
import re
import sqlite3
from array import array
from collections import defaultdict
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from heritage_graph.errors import ParameterError
from heritage_graph.index.entries import (
    CLASSES_OF_KINDS,
    KINDS,
    LONGEST_NEAR,
    PACKED,
    pieces_of,
    without_one_letter,
    words_key,
)
from heritage_graph.model.dates import read_literal
from heritage_graph.namespaces import DCTERMS, HG, RDFS, SKOS
from heritage_graph.query_files import bind, load_catalogue
from heritage_graph.store.durable import sync

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heritage_graph.store.state import State

LAYOUT: Final = 2
"""The number of the layout of the tables, raised whenever they or what they hold change."""

_HERE: Final = Path(__file__).parent
_SHORTEST_NEAR: Final = 3
_PREFERRED: Final = (SKOS.prefLabel, RDFS.label, DCTERMS.term("title"))
# Nothing needs to be undone, since a file that is not whole is thrown away.
_SETTINGS: Final = """
PRAGMA page_size = 8192;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -65536;
PRAGMA locking_mode = EXCLUSIVE;
"""

_Row = tuple[str | int | None, ...]
_Statement = tuple[str, NamedNode, NamedNode | Literal]


def build(state: State, path: Path, *, stamp: str) -> None:
    """Write the index of the published view of *state* into the new file *path*; it is on the disk when this returns.

    *stamp* is kept in it: it tells this state from another of the same number. Triples are taken as they come, so what
    this needs of memory does not grow with the graph, save for what the engine keeps to tell repeated triples (about
    250 bytes each, a query at a time).

    Raises:
        OSError, ValueError, RuntimeError, sqlite3.Error: the disk or the store failed; the file is of no use.
    """
    os.environ["SQLITE_TMPDIR"] = str(path.parent)  # beside it there is room; /tmp may be small
    with closing(sqlite3.connect(path, isolation_level=None)) as tables:
        tables.executescript(_SETTINGS)
        tables.executescript((_HERE / "layout.sql").read_text(encoding="utf-8"))
        tables.execute("BEGIN")
        _Given(tables, state).take_all()
        tables.execute("COMMIT")
        tables.executescript((_HERE / "assembly.sql").read_text(encoding="utf-8"))
        tables.execute("BEGIN")
        _add_near(tables)
        _add_years(tables)
        _add_pieces(tables)
        names = tables.execute("SELECT MIN(LENGTH(words), 255) FROM name ORDER BY number")
        lengths = bytes((0, *(length for (length,) in names)))  # by number, from 1 on
        tables.execute("CREATE TABLE made AS SELECT ? AS stamp, ? AS layout, ? AS lengths", (stamp, LAYOUT, lengths))
        tables.execute("COMMIT")
        tables.execute("ANALYZE")
    sync(path)


class _Given:
    """What the queries give of one state, on its way into the temporary tables."""

    def __init__(self, tables: sqlite3.Connection, state: State) -> None:
        self._tables = tables
        self._state = state
        self._catalogue = load_catalogue(_HERE / "queries")

    def take_all(self) -> None:
        """Ask every query once."""
        classes = [(narrower, above.value) for narrower, _, above in self._statements("classes")]
        self._take("given_class", 2, iter(classes))
        self._take("given_kind", 3, _kinds(classes))
        self._take("given_type", 2, ((thing, kind.value) for thing, _, kind in self._statements("types")))
        self._take("given_name", 5, (_name(*statement) for statement in self._statements("names")))
        self._take("given_degree", 2, ((thing, int(each.value)) for thing, _, each in self._statements("degrees")))
        self._take("given_bound", 3, self._bounds())
        self._take("given_publication", 3, self._publications())
        for query in self._catalogue.on_topic("facets"):
            name = _facet(query.name)
            values = ((name, value.value, thing) for thing, _, value in self._statements(query.name))
            self._take("given_facet", 3, values)

    def _statements(self, name: str) -> Iterator[_Statement]:
        """The triples that the query called *name* gives, as they come, those about blank nodes left out."""
        for triple in self._state.triples(bind(self._catalogue.query(name), {})):
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
                yield triple.subject.value, triple.predicate, triple.object

    def _take(self, table: str, columns: int, rows: Iterator[_Row]) -> None:
        places = ", ".join("?" * columns)
        self._tables.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - names of our own

    def _bounds(self) -> Iterator[_Row]:
        for thing, bound, day in self._statements("bounds"):
            if (days := _days(day)) is not None:
                first, last = days
                yield (thing, first, None) if bound == HG.earliest else (thing, None, last)

    def _publications(self) -> Iterator[_Row]:
        for thing, _, day in self._statements("publications"):
            if (days := _days(day)) is not None:
                yield thing, *days


def _name(thing: str, use: NamedNode, name: NamedNode | Literal) -> _Row:
    assert isinstance(name, Literal)
    return thing, name.value, (name.language or "").lower(), int(use not in _PREFERRED), words_key(name.value)


def _kinds(classes: list[tuple[str, str]]) -> Iterator[_Row]:
    """The class, the kind of its things and the place of the kind, for each class that has one."""
    kind_of = {each.value: kind for kind, roots in CLASSES_OF_KINDS.items() for each in roots}
    found: dict[str, str] = dict(kind_of)
    for narrower, above in classes:
        if above in kind_of:
            found[narrower] = min(found.get(narrower, kind_of[above]), kind_of[above], key=KINDS.index)
    return ((iri, kind, KINDS.index(kind)) for iri, kind in found.items())


def _facet(query: str) -> str:
    """The name of the facet that a query gives: `agreementKind` of `agreement-kind`."""
    return re.sub("-([a-z])", lambda letter: letter[1].upper(), query)


def _days(value: NamedNode | Literal) -> tuple[int, int] | None:
    """The first and the last day that *value* means, as ordinals; None when it is no date that the model has."""
    if not isinstance(value, Literal):
        return None
    try:
        read = read_literal(value)
    except ParameterError:
        return None
    return read.earliest.toordinal(), read.latest.toordinal()


def _add_near(tables: sqlite3.Connection) -> None:
    short = tables.cursor().execute(
        "SELECT number, words FROM name WHERE LENGTH(words) BETWEEN ? AND ?", (_SHORTEST_NEAR, LONGEST_NEAR)
    )
    rows = ((variant, number) for number, words in short for variant in without_one_letter(words))
    tables.executemany("INSERT INTO near VALUES (?, ?)", rows)


def _add_pieces(tables: sqlite3.Connection) -> None:
    """Where each piece of three letters stands; four bytes of memory for each place, some 120 for a name."""
    places: defaultdict[str, array[int]] = defaultdict(lambda: array(PACKED))
    for number, words in tables.cursor().execute("SELECT number, words FROM name ORDER BY number"):
        for piece in pieces_of(words):
            places[piece].append(number)
    rows = ((piece, places[piece].tobytes()) for piece in sorted(places))
    tables.executemany("INSERT INTO piece VALUES (?, ?)", rows)


def _add_years(tables: sqlite3.Connection) -> None:
    """Every year in which a thing has a day; of one that is open at an end, the year of the other end."""
    dated = tables.cursor().execute("SELECT number, earliest, latest FROM thing WHERE earliest OR latest")
    rows = (
        (f"{year:04}", number)
        for number, earliest, latest in dated
        for year in range(_year(earliest or latest), _year(latest or earliest) + 1)
    )
    tables.executemany("INSERT INTO facet VALUES ('year', ?, ?)", rows)


def _year(ordinal: int) -> int:
    return date.fromordinal(ordinal).year

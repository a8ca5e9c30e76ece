"""Find names in the tables of an index: equal ones, those that begin so, those with these words, those with slips.

Each step is taken only when those before it found too few things, since what it finds ranks below them all; slips of
the pen are looked for only when nothing else is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from heritage_graph.index.entries import KINDS, LONGEST_NEAR, without_one_letter

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator

    from heritage_graph.index.ranking import Wanted
    from heritage_graph.index.selection import Condition

_PIECE: Final = 3
_MOST_EQUAL: Final = 5_000
_SPARE: Final = 50
_NAMES_OF_A_THING: Final = 6
_MOST_PIECES: Final = 12
_MOST_SHARED: Final = 8
_MOST_ROWS: Final = 5_000
_MOST_COMPARED: Final = 200
_LAST: Final = "\U0010ffff"
_COLUMNS: Final = "name.number, name.thing, name.text, name.language, name.use, name.words"
_SHORTEST: Final = "LENGTH(name.words), name.number"
_THINGS_OF_NAMES: Final = "JOIN thing ON thing.number = name.thing"


@dataclass(frozen=True, slots=True)
class Found:
    """A thing, by its number, the name by which it was found, and how well that answers."""

    thing: int
    text: str
    language: str
    score: float


_Name = tuple[int, int, str, str, int, str]


class Search:
    """One search for *wanted* among the names that *condition* leaves."""

    def __init__(self, tables: sqlite3.Connection, wanted: Wanted, condition: Condition, *, limit: int) -> None:
        self._tables = tables
        self._wanted = wanted
        self._condition = condition
        self._limit = limit
        self._narrow = condition.chooses
        self._best: dict[int, Found] = {}

    def results(self) -> list[Found]:
        """At most as many as were asked for, best first; equal ones by kind, degree and IRI."""
        if self._wanted.joined:
            for step in (self._equal, self._beginning, self._in_words):
                step()
                if len(self._best) >= self._limit:
                    break
            if not self._best:
                self._similar()
        return self._ranked()

    def _equal(self) -> None:
        for spelling in self._wanted.spellings:
            rows = self._names("name.words = ?", spelling, order="name.use, name.number", most=_MOST_EQUAL)
            self._take(rows, lambda name: self._wanted.equal(name[2], name[4]))

    def _beginning(self) -> None:
        """The shortest names come first, since of those the text is the largest part."""
        for spelling in self._wanted.spellings:
            rows = self._names("name.words > ? AND name.words < ?", spelling, spelling + _LAST, order=_SHORTEST)
            self._take(rows, lambda name: self._wanted.beginning(name[5]))

    def _in_words(self) -> None:
        pieces = self._rarest({piece for word in self._wanted.words for piece in _pieces(word)})
        if pieces and all(pieces.values()):
            text = " AND ".join(f'"{piece}"' for piece in list(pieces)[:_MOST_PIECES])
            rows = self._names("name.number IN (SELECT rowid FROM pieces WHERE pieces MATCH ?)", text, order=_SHORTEST)
            self._take(rows, lambda name: self._wanted.in_words(name[5]))

    def _similar(self) -> None:
        numbers = [*dict.fromkeys((*self._one_slip_away(), *self._sharing_pieces()))]
        places = ", ".join("?" * len(numbers))
        rows = self._names(f"name.number IN ({places})", *numbers, order="name.number", most=len(numbers))
        self._take(rows, lambda name: self._wanted.similar(name[5]))

    def _one_slip_away(self) -> list[int]:
        """Short names from which one letter was left out, added, changed, or swapped with the next one.

        Such names may share no piece of three letters with what was typed.
        """
        joined = self._wanted.joined
        variants = sorted(without_one_letter(joined)) if _PIECE <= len(joined) <= LONGEST_NEAR + 1 else []
        places = ", ".join("?" * len(variants))
        rows = self._tables.execute(
            f"SELECT DISTINCT name.number, name.words FROM near JOIN name ON name.number = near.name "  # noqa: S608
            f"WHERE near.variant IN ({places})",
            variants,
        )
        return [number for number, words in rows if OSA.distance(joined, words, score_cutoff=1) <= 1]

    def _sharing_pieces(self) -> list[int]:
        """Names with the most of the rarest pieces: one slip spoils up to four, so of eight some outlive two slips."""
        pieces = {piece: names for piece, names in self._rarest(_pieces(self._wanted.joined)).items() if names}
        chosen: list[str] = []
        rows = 0
        for piece, names in list(pieces.items())[:_MOST_SHARED]:
            rows += names
            if chosen and rows > _MOST_ROWS:
                break
            chosen.append(f'"{piece}"')
        if not chosen:
            return []
        having = " UNION ALL ".join(["SELECT rowid AS number FROM pieces WHERE pieces MATCH ?"] * len(chosen))
        left = (
            f"JOIN name ON name.number = piece.number {_THINGS_OF_NAMES} WHERE {self._condition.text}"
            if self._narrow
            else ""
        )
        found = self._tables.execute(
            f"SELECT piece.number FROM ({having}) AS piece {left} GROUP BY 1 ORDER BY COUNT(*) DESC, 1 LIMIT ?",  # noqa: S608 - of our own; values are bound
            (*chosen, *self._condition.values, _MOST_COMPARED),
        )
        return [number for (number,) in found]

    def _rarest(self, pieces: Iterable[str]) -> dict[str, int]:
        """In how many names each of *pieces* stands, the rarest first."""
        count = "SELECT names FROM frequency WHERE piece = ?"
        found = {piece: self._tables.execute(count, (piece,)).fetchone() for piece in pieces}
        counted = {piece: row[0] if row else 0 for piece, row in found.items()}
        return dict(sorted(counted.items(), key=lambda each: (each[1], each[0])))

    def _names(self, where: str, *values: str | int, order: str, most: int | None = None) -> Iterator[_Name]:
        """Names for which *where* is true, the first *most* by *order*.

        They are chosen by number first: the index on words tells enough for that, and is a tenth of the table.
        """
        things, left = (_THINGS_OF_NAMES, f"AND {self._condition.text}") if self._narrow else ("", "")
        chosen = f"SELECT name.number FROM name {things} WHERE {where} {left} ORDER BY {order} LIMIT ?"  # noqa: S608 - as above
        return self._tables.execute(
            f"SELECT {_COLUMNS} FROM name WHERE name.number IN ({chosen}) ORDER BY {order}",  # noqa: S608 - as above
            (*values, *self._condition.values, most or _SPARE + _NAMES_OF_A_THING * self._limit),
        )

    def _take(self, names: Iterable[_Name], score: Callable[[_Name], float]) -> None:
        """Keep of each thing the name that answers best; the first in the order of names when several do."""
        for name in names:
            found = Found(name[1], name[2], name[3], score(name))
            best = self._best.get(found.thing)
            if found.score and (best is None or found.score > best.score):
                self._best[found.thing] = found

    def _ranked(self) -> list[Found]:
        numbers = list(self._best)
        places = ", ".join("?" * len(numbers))
        rows = self._tables.execute(
            f"SELECT number, kind, degree, iri FROM thing WHERE number IN ({places})",  # noqa: S608 - as above
            numbers,
        )
        order = {number: (KINDS.index(kind), -degree, iri) for number, kind, degree, iri in rows}
        ranked = sorted(self._best.values(), key=lambda found: (-found.score, order[found.thing]))
        return ranked[: self._limit]


def _pieces(words: str) -> set[str]:
    return {words[place : place + _PIECE] for place in range(len(words) - _PIECE + 1)}

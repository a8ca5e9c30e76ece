"""Find names in the tables of an index: equal ones, those that begin so, those with these words, those with slips.

Each step is taken only when those before it found too few things, since what it finds ranks below them all; slips of
the pen are looked for only when nothing else is found.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from heritage_graph.index.entries import KINDS, LONGEST_NEAR, PACKED, pieces_of, without_one_letter

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from heritage_graph.index.ranking import Wanted
    from heritage_graph.index.selection import Condition

_SHORTEST_VARIED: Final = 3
_AT_ONCE: Final = 500
_SPARE: Final = 50
_MOST_PLACES: Final = 40_000
_MOST_COMPARED: Final = 200
_NARROWED: Final = 10
_Name = tuple[int, int, str, str, int, str]
_LAST: Final = "\U0010ffff"
_COLUMNS: Final = "name.number, name.thing, name.text, name.language, name.use, name.words"


@dataclass(frozen=True, slots=True)
class Found:
    """A thing, by its number, the name by which it was found, and how well that answers."""

    thing: int
    text: str
    language: str
    score: float


class Search:
    """One search for *wanted* among the names that *condition* leaves."""

    def __init__(self, tables: sqlite3.Connection, wanted: Wanted, condition: Condition, *, limit: int) -> None:
        self._tables = tables
        self._wanted = wanted
        self._condition = condition
        self._limit = limit
        self._best: dict[int, Found] = {}

    def results(self) -> list[Found]:
        """At most as many as were asked for, best first; equal ones by kind, degree and IRI."""
        if self._wanted.joined:
            for step in (self._equal, self._beginning, self._in_words):
                step()
                if self._is_enough():
                    break
            if not self._best:
                self._similar()
        return self._ranked()

    def _is_enough(self) -> bool:
        return len(self._best) >= self._limit

    def _equal(self) -> None:
        for spelling in self._wanted.spellings:
            first, last = self._run("words >= ?", spelling, "words <= ?", spelling)
            self._take(self._names(range(first, last + 1)), lambda name: self._wanted.equal(name[2], name[4]))

    def _beginning(self) -> None:
        for spelling in self._wanted.spellings:
            first, last = self._run("words > ?", spelling, "words < ?", spelling + _LAST)
            self._take_shortest(range(first, last + 1), lambda name: self._wanted.beginning(name[5]))

    def _in_words(self) -> None:
        """Names with the rarest piece of every word are looked at; words of one or two letters have none."""
        pieces = [pieces_of(word) for word in self._wanted.words]
        places = self._rarest(set().union(*pieces))
        if not places or any(piece not in places for some in pieces for piece in some):
            return
        rarest = sorted(min((places[piece], piece) for piece in some) for some in pieces if some)
        found: Sequence[int] = self._having(rarest[0][1])
        for _, piece in rarest[1:]:
            others = set(self._having(piece))
            found = [name for name in found if name in others]
        self._take_shortest(found, lambda name: self._wanted.in_words(name[5]))

    def _similar(self) -> None:
        numbers = [*dict.fromkeys((*self._one_slip_away(), *self._sharing_pieces()))]
        self._take(self._names(numbers), lambda name: self._wanted.similar(name[5]))

    def _one_slip_away(self) -> list[int]:
        """Short names from which one letter was left out, added, changed, or swapped with the next one.

        Such names may share no piece of three letters with what was typed.
        """
        joined = self._wanted.joined
        variants = sorted(without_one_letter(joined)) if _SHORTEST_VARIED <= len(joined) <= LONGEST_NEAR + 1 else []
        places = ", ".join("?" * len(variants))
        rows = self._tables.execute(
            f"SELECT DISTINCT name.number, name.words FROM near JOIN name ON name.number = near.name "  # noqa: S608 - of our own; values are bound
            f"WHERE near.variant IN ({places})",
            variants,
        )
        return [number for number, words in rows if OSA.distance(joined, words, score_cutoff=1) <= 1]

    def _sharing_pieces(self) -> list[int]:
        """Names with the most of the pieces, of which the rarest are counted, until that is enough work.

        More are given when there is a condition, since it is put to them only later.
        """
        shared: Counter[int] = Counter()
        left = _MOST_PLACES
        for piece, count in self._rarest(pieces_of(self._wanted.joined)).items():
            if shared and count > left:
                break
            left -= count
            shared.update(self._having(piece))
        most = _MOST_COMPARED * (_NARROWED if self._condition.chooses else 1)
        return [number for number, _ in shared.most_common(most)]

    def _having(self, piece: str) -> array[int]:
        """The names in which *piece* stands, by number."""
        names = array(PACKED)
        names.frombytes(self._tables.execute("SELECT names FROM piece WHERE letters = ?", (piece,)).fetchone()[0])
        return names

    def _rarest(self, pieces: Iterable[str]) -> dict[str, int]:
        """In how many names each of *pieces* stands that stands in any, the rarest first."""
        count = "SELECT LENGTH(names) FROM piece WHERE letters = ?"
        rows = ((piece, self._tables.execute(count, (piece,)).fetchone()) for piece in pieces)
        counts = [(row[0] // array(PACKED).itemsize, piece) for piece, row in rows if row]
        return {piece: names for names, piece in sorted(counts)}

    def _run(self, above: str, least: str, below: str, most: str) -> tuple[int, int]:
        """The first and the last number of the names whose words lie between; the last is less when there are none."""
        find = f"SELECT number FROM name WHERE {above} AND {below} ORDER BY words"  # noqa: S608 - as above
        first = self._tables.execute(f"{find}, number LIMIT 1", (least, most)).fetchone()
        last = self._tables.execute(f"{find} DESC, number DESC LIMIT 1", (least, most)).fetchone()
        return (first[0], last[0]) if first else (1, 0)

    def _take_shortest(self, numbers: Collection[int], score: Callable[[_Name], float]) -> None:
        """Take names from the shortest on, of which the text is the largest part, until there are enough things."""
        (lengths,) = self._tables.execute("SELECT lengths FROM made").fetchone()
        given, wanted = 0, 2 * self._limit + _SPARE
        while given < len(numbers) and not self._is_enough():
            # Sorted once more from the start: most searches end after the first part.
            part = nsmallest(given + wanted, numbers, key=lengths.__getitem__)[given:]
            self._take(self._names(part), score)
            given, wanted = given + len(part), wanted * 8

    def _names(self, numbers: Sequence[int]) -> Iterator[_Name]:
        """Those of the names with *numbers* that the condition leaves, in this order."""
        for begin in range(0, len(numbers), _AT_ONCE):
            some = numbers[begin : begin + _AT_ONCE]
            rows = self._tables.execute(
                f"SELECT {_COLUMNS} FROM name JOIN thing ON thing.number = name.thing "  # noqa: S608 - as above
                f"WHERE name.number IN ({', '.join('?' * len(some))}) AND {self._condition.text}",
                (*some, *self._condition.values),
            )
            by_number: dict[int, _Name] = {row[0]: row for row in rows}
            yield from (by_number[number] for number in some if number in by_number)

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

"""One index open for reading: search by name, pages and counts of lists, what it knows of things.

Reading blocks, so the front calls these methods in threads (`asyncio.to_thread`); any number may run at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError
from heritage_graph.index.entries import LONGEST_TEXT, Match, Page, Period, Thing
from heritage_graph.index.ranking import EXACT, Wanted
from heritage_graph.index.search import Search
from heritage_graph.index.selection import in_languages, of_kinds, require_facet, with_facets, within
from heritage_graph.index.tables import Tables

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

ALWAYS: Final = Period()
_NONE: Final[Mapping[str, Sequence[str]]] = {}
_AT_ONCE: Final = 500


class Index:
    """The index of *generation*, in the file *path*; *seconds* is what one call may take.

    Every method raises, besides what it says:
        QueryTimeout: it took longer; nothing partial is given.
        EngineTrouble: the file cannot be read.
    """

    def __init__(self, generation: int, path: Path, *, seconds: float = 2.0) -> None:
        self.generation = generation
        self._tables = Tables(path)
        self._seconds = seconds

    def search(
        self,
        text: str,
        *,
        languages: Sequence[str] = (),
        kinds: Sequence[str] = (),
        limit: int = 20,
        facets: Mapping[str, Sequence[str]] = _NONE,
    ) -> list[Match]:
        """The things with a name like *text*, each once, at most *limit*, best first: see `ranking`.

        Things are of one of *kinds* and have of each of *facets* one of its values; names are in one of *languages* or
        in none. Things whose names answer equally well come by kind, by degree and by IRI. Of one or two letters only
        whole names and beginnings of names are found. Empty when nothing is like it, or it has no letter or digit.

        Raises:
            ParameterError: *text* is longer than `LONGEST_TEXT`, or a kind or a facet is unknown.
        """
        if len(text) > LONGEST_TEXT:
            raise ParameterError(f"a name to search for has at most {LONGEST_TEXT} characters", limit=LONGEST_TEXT)
        condition = of_kinds(kinds) & with_facets(facets) & in_languages(languages)
        with self._tables.reading(self._seconds) as tables:
            found = Search(tables, Wanted(text), condition, limit=limit).results()
            things = _things(tables, "number", [each.thing for each in found])
        return [
            Match(things[each.thing], each.text, each.language, round(each.score, 2), each.score >= EXACT)
            for each in found
        ]

    def page(
        self,
        kind: str,
        *,
        facets: Mapping[str, Sequence[str]] = _NONE,
        period: Period = ALWAYS,
        after: str | None = None,
        limit: int,
    ) -> Page:
        """The first *limit* things of *kind* whose IRI lies behind *after*, by IRI (in the order of code points).

        They have, of each of *facets*, one of its values, and days that may lie in *period*.

        Raises:
            ParameterError: the kind or a facet is unknown.
        """
        condition = of_kinds([kind]) & with_facets(facets) & within(period)
        with self._tables.reading(self._seconds) as tables:
            (total,) = tables.execute(
                f"SELECT COUNT(*) FROM thing WHERE {condition.text}",  # noqa: S608 - of our own; values are bound
                condition.values,
            ).fetchone()
            rows = tables.execute(
                f"SELECT iri FROM thing WHERE {condition.text} AND iri > ? ORDER BY iri LIMIT ?",  # noqa: S608 - as above
                (*condition.values, after or "", limit + 1),
            ).fetchall()
        iris = [iri for (iri,) in rows[:limit]]
        return Page(iris, total, iris[-1] if len(rows) > limit else None)

    def counts(
        self,
        kind: str,
        *,
        facets: Mapping[str, Sequence[str]] = _NONE,
        period: Period = ALWAYS,
        of: Sequence[str],
    ) -> dict[str, list[tuple[str, int]]]:
        """For each facet named in *of*, its values and how many things of *kind* have each: most first, then by value.

        What is chosen of a facet itself does not narrow its own values, so that another can be chosen instead.

        Raises:
            ParameterError: the kind or a facet is unknown.
        """
        found = {}
        with self._tables.reading(self._seconds) as tables:
            for name in of:
                require_facet(name)
                others = {other: values for other, values in facets.items() if other != name}
                condition = of_kinds([kind]) & with_facets(others) & within(period)
                found[name] = tables.execute(
                    "SELECT counted.value, COUNT(*) FROM thing JOIN facet AS counted ON counted.thing = thing.number "  # noqa: S608 - as above
                    f"WHERE counted.name = ? AND {condition.text} GROUP BY counted.value ORDER BY 2 DESC, 1",
                    (name, *condition.values),
                ).fetchall()
        return found

    def things(self, iris: Iterable[str]) -> list[Thing]:
        """What is known of those of *iris* that the index has, in the order given, each once."""
        wanted = list(dict.fromkeys(iris))
        with self._tables.reading(self._seconds) as tables:
            found = {thing.iri: thing for thing in _things(tables, "iri", wanted).values()}
        return [found[iri] for iri in wanted if iri in found]

    def close(self) -> None:
        """Give the file back; calls that run end first."""
        self._tables.close()


def _things(tables: sqlite3.Connection, column: str, keys: Sequence[str | int]) -> dict[int, Thing]:
    """Things by their numbers, chosen by the *column* `number` or `iri`."""
    found: dict[int, Thing] = {}
    for begin in range(0, len(keys), _AT_ONCE):
        found |= _some_things(tables, column, keys[begin : begin + _AT_ONCE])
    return found


def _some_things(tables: sqlite3.Connection, column: str, keys: Sequence[str | int]) -> dict[int, Thing]:
    places = ", ".join("?" * len(keys))
    chosen = f"SELECT number FROM thing WHERE {column} IN ({places})"  # noqa: S608 - of our own; values are bound
    types: dict[int, list[str]] = {}
    for number, iri in tables.execute(f"SELECT thing, iri FROM type WHERE thing IN ({chosen}) ORDER BY iri", keys):  # noqa: S608 - as above
        types.setdefault(number, []).append(iri)
    labels: dict[int, dict[str, list[str]]] = {}
    uses: dict[int, int] = {}
    for number, language, text, use in tables.execute(
        f"SELECT thing, language, text, use FROM name WHERE thing IN ({chosen}) ORDER BY use, language, text",  # noqa: S608 - as above
        keys,
    ):
        if use == uses.setdefault(number, use):  # other names only where there is no preferred one
            labels.setdefault(number, {}).setdefault(language, []).append(text)
    return {
        number: Thing(iri, kind, tuple(types.get(number, ())), labels.get(number, {}))
        for number, iri, kind in tables.execute(
            f"SELECT number, iri, kind FROM thing WHERE {column} IN ({places})",  # noqa: S608 - as above
            keys,
        )
    }

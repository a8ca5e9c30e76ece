"""Conditions on things as SQL: kinds, facets, days, languages. Values are always bound, never written into the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from heritage_graph.errors import ParameterError
from heritage_graph.index.entries import FACETS, KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.index.entries import Period


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of SQL and the values of its places, in order."""

    text: str = "TRUE"
    values: tuple[str | int, ...] = ()

    def __and__(self, other: Condition) -> Condition:
        if not (self.chooses and other.chooses):
            return self if self.chooses else other
        return Condition(f"{self.text} AND {other.text}", self.values + other.values)

    @property
    def chooses(self) -> bool:
        """Tell whether it leaves anything out."""
        return self.text != "TRUE"


def of_kinds(kinds: Sequence[str]) -> Condition:
    """Things of one of *kinds*; of any when there is none.

    Raises:
        ParameterError: there is no such kind.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise ParameterError(f"there is no kind {kind[:60]!r}; kinds are {', '.join(KINDS)}", allowed=list(KINDS))
    return _one_of("thing.kind", kinds)


def with_facets(facets: Mapping[str, Sequence[str]]) -> Condition:
    """Things that have, of each facet, one of its values; a facet without values leaves nothing out.

    Raises:
        ParameterError: there is no such facet.
    """
    chosen = Condition()
    for name, values in facets.items():
        require_facet(name)
        if values:
            having = _one_of("facet.value", values)
            chosen &= Condition(
                f"thing.number IN (SELECT facet.thing FROM facet WHERE facet.name = ? AND {having.text})",  # noqa: S608 - of our own; values are bound
                (name, *having.values),
            )
    return chosen


def require_facet(name: str) -> None:
    """Make sure that there is a facet called *name*.

    Raises:
        ParameterError: there is none.
    """
    if name not in FACETS:
        raise ParameterError(f"there is no facet {name[:60]!r}; facets are {', '.join(FACETS)}", allowed=list(FACETS))


def within(period: Period) -> Condition:
    """Things whose days, as far as they are known, meet *period*; one without any day meets only the open one."""
    chosen = Condition()
    if period.first is not None or period.last is not None:
        chosen &= Condition("COALESCE(thing.earliest, thing.latest) IS NOT NULL")
    if period.first is not None:
        chosen &= Condition("COALESCE(thing.latest >= ?, TRUE)", (period.first.toordinal(),))
    if period.last is not None:
        chosen &= Condition("COALESCE(thing.earliest <= ?, TRUE)", (period.last.toordinal(),))
    return chosen


def in_languages(languages: Iterable[str]) -> Condition:
    """Names in one of *languages* or a variety of it, and those in no language; any name when there is none."""
    tags = [language.lower() for language in languages]
    if not tags:
        return Condition()
    each = " OR ".join(["name.language = ? OR name.language LIKE ?"] * len(tags))
    return Condition(f"(name.language = '' OR {each})", tuple(value for tag in tags for value in (tag, f"{tag}-%")))


def _one_of(column: str, values: Sequence[str]) -> Condition:
    if not values:
        return Condition()
    return Condition(f"{column} IN ({', '.join('?' * len(values))})", tuple(values))

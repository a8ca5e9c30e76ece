"""What the graph states of things under some properties, with the names of the values."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.namespaces import HG
from heritage_graph.query_files import bind
from heritage_graph.web.replies import rows_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from starlette.requests import Request

    from heritage_graph.index.entries import Thing
    from heritage_graph.index.index import Index
    from heritage_graph.service import Row
    from heritage_graph.web.context import Context

Cell = Mapping[str, str]
"""A value as SPARQL JSON results write it: `type`, `value`, perhaps `datatype` or `xml:lang`."""

COUNTRY: Final = HG.country.value
SEAT: Final = HG.seat.value
FOUNDED_ON: Final = HG.foundedOn.value
REGISTRY_STATUS: Final = HG.registryStatus.value

_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Stated:
    """The values of things by property, and what the index knows of the things that are values."""

    values: Mapping[tuple[str, str], Sequence[Cell]]
    things: Mapping[str, Thing]

    def of(self, thing: str, property_: str) -> Sequence[Cell]:
        """The values of *property_* (an IRI) that *thing* has."""
        return self.values.get((thing, property_), ())


@dataclass(frozen=True)
class Asking:
    """A request, on which index and in which language it is answered."""

    request: Request
    context: Context
    index: Index
    language: str

    async def rows(self, name: str, values: Mapping[str, Collection[str]]) -> list[Row]:
        """The rows of an internal query whose parameters are lists of IRIs; none when a list is empty."""
        if not all(values.values()):
            return []
        text = bind(self.context.internal.query(name), {key: " ".join(iris) for key, iris in values.items()})
        return await rows_of(self.request, self.context, text, generation=self.index.generation)

    async def things(self, iris: Iterable[str]) -> dict[str, Thing]:
        """What the index knows of *iris*, by IRI."""
        return {thing.iri: thing for thing in await asyncio.to_thread(self.index.things, [*iris])}


async def stated_of(asking: Asking, things: Sequence[str], properties: Collection[str]) -> Stated:
    """What the graph states of *things* under *properties*.

    Raises:
        LimitReached, EngineTrouble: as `rows_of`.
    """
    found: defaultdict[tuple[str, str], list[Cell]] = defaultdict(list)
    for begin in range(0, len(things), _AT_ONCE):
        some = things[begin : begin + _AT_ONCE]
        for row in await asking.rows("reconcile-values", {"things": some, "properties": properties}):
            found[row["thing"]["value"], row["property"]["value"]].append(row["value"])
    values = {cell["value"] for cells in found.values() for cell in cells if cell["type"] == "uri"}
    return Stated(found, await asking.things(sorted(values)))


async def codes_of_countries(asking: Asking, things: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The ISO 3166-1 codes of the countries of *things*, by the IRI of the country."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for begin in range(0, len(things), _AT_ONCE):
        for row in await asking.rows("reconcile-countries", {"things": things[begin : begin + _AT_ONCE]}):
            found[row["country"]["value"]].add(row["code"]["value"])
    return {country: tuple(sorted(codes)) for country, codes in found.items()}


def preferred_name(thing: Thing, language: str) -> str:
    """The name of *thing* in *language*, else in English, French, Arabic, or any; its IRI when it has none."""
    for tag in (language, "en", "fr", "ar", *sorted(thing.labels)):
        if thing.labels.get(tag):
            return thing.labels[tag][0]
    return thing.iri


def all_names(thing: Thing) -> tuple[str, ...]:
    """Every preferred name of *thing*."""
    return tuple(name for names in thing.labels.values() for name in names)

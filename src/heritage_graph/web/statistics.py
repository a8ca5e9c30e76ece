"""Count what a generation holds: once, aside from the requests that ask for it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import Busy, HeritageGraphError, LimitReached
from heritage_graph.namespaces import CURATION, INFERRED, LOG, META, ONTOLOGY, VOCAB
from heritage_graph.query_files import bind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heritage_graph.query_files import Catalogue
    from heritage_graph.service import Row, Service

MOST_LISTED: Final = 60
"""Up to this many named graphs are described one by one; of more, only those that belong to no single source."""

_STANDING: Final = (CURATION, INFERRED, LOG, META, ONTOLOGY, VOCAB)
PATIENCE_S: Final = 5.0  # the shipped dataset is counted in 0.3 s, a million with 200,000 links in some 8 s
_LONGEST_QUERY_S: Final = 120.0
_REST: Final = 9  # times as long as a long count took: it has a reader for a tenth of the time at most
_REST_AFTER_FAULT_S: Final = 5.0


@dataclass(frozen=True)
class Numbers:
    """How much a graph holds; None is what was not counted, since it needed more time or memory than there is.

    `entities` are the subjects with an IRI of ours.
    """

    triples: int | None = None
    entities: int | None = None
    subjects: int | None = None
    objects: int | None = None
    classes: int | None = None
    properties: int | None = None


@dataclass(frozen=True)
class CountedGraph:
    """A named graph: how much it holds, and what graph/meta says of it."""

    iri: str
    numbers: Numbers
    status: str | None = None
    licence: str | None = None
    retrieved_on: str | None = None
    document: str | None = None


@dataclass(frozen=True)
class Links:
    """How many statements with *property* lead from things described here to the IRIs that begin with *space*."""

    property: str
    space: str
    count: int


@dataclass(frozen=True, eq=False)
class Census:
    """What *generation* holds.

    `time` is when it was committed (xsd:dateTime). `classes` and `properties` of the published view come with how
    many things and statements they have, the most used first. `graphs` are all `graph_count` named graphs, sorted,
    or some of them (`MOST_LISTED`). `links` come with the most first; None where they were not counted. `examples` are
    things of several kinds, `span` is the first and the last day that the graph tells of, and `countries` are those
    that it describes, with their names in English.
    """

    generation: int
    time: str | None
    view: Numbers
    classes: tuple[tuple[str, int], ...]
    properties: tuple[tuple[str, int], ...]
    graph_count: int
    graphs: tuple[CountedGraph, ...]
    links: tuple[Links, ...] | None = ()
    examples: tuple[str, ...] = ()
    span: tuple[str, str] | None = None
    countries: tuple[tuple[str, str], ...] = ()


class Censuses:
    """The last census of one service; a new one is taken when one is asked for and the graph has changed.

    Whoever asks waits for it *patience_s* seconds at most.
    """

    def __init__(self, service: Service, internal: Catalogue, *, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._service = service
        self._internal = internal
        self._known: Census | None = None
        self._running: asyncio.Task[None] | None = None
        self._rest_until = 0.0

    async def of(self, generation: int) -> Census | None:
        """The census of *generation*; the last one taken when that one takes long, None when there is none yet.

        All who ask share one count, which goes on after they have been answered.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience_s
        while self._known is None or self._known.generation < generation:
            running = self._begun(generation)
            if running is None or not (await asyncio.wait({running}, timeout=max(0.0, deadline - loop.time())))[0]:
                break
        return self._known

    async def stop(self) -> None:
        """Give up what is being counted."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    def _begun(self, generation: int) -> asyncio.Task[None] | None:
        """The count that runs, one that begins now when none does; None while it rests."""
        loop = asyncio.get_running_loop()
        if self._running is None or self._running.done():
            if loop.time() < self._rest_until:
                return None
            self._running = loop.create_task(self._take(generation))
        return self._running

    async def _take(self, generation: int) -> None:
        """Count; when that fails, what was known stays known, and it is tried again after a rest."""
        loop, generations = asyncio.get_running_loop(), self._service.generations
        began = loop.time()
        rest_s = _REST_AFTER_FAULT_S
        generations.hold(generation)
        try:
            self._known = await self._counted(generation)
            rest_s = 0.0
        except HeritageGraphError:  # busy, or the store is in trouble: whoever asks next may see it counted
            pass
        finally:
            generations.release(generation)
            took_s = loop.time() - began
            self._rest_until = loop.time() + max(rest_s, took_s * _REST if took_s > self._patience_s else 0.0)

    async def _counted(self, generation: int) -> Census:
        times = await self._rows("generation-time", generation, {"generation": str(generation)})
        properties = await self._rows("view-properties", generation)
        classes = await self._rows("view-classes", generation)
        subjects = await self._rows("view-subjects", generation)
        objects = await self._rows("view-objects", generation)
        links = await self._rows("view-links", generation)
        examples = await self._rows("view-examples", generation)
        span = await self._rows("view-span", generation)
        countries = await self._rows("view-countries", generation)
        count, listed = await self._graphs(generation)
        return Census(
            generation,
            times[0]["time"]["value"] if times else None,
            Numbers(
                triples=None if properties is None else sum(_integer(row, "triples") for row in properties),
                entities=None if subjects is None else _integer(subjects[0], "entities"),
                subjects=None if subjects is None else _integer(subjects[0], "subjects"),
                objects=None if objects is None else _integer(objects[0], "objects"),
                classes=None if classes is None else len(classes),
                properties=None if properties is None else len(properties),
            ),
            tuple((row["class"]["value"], _integer(row, "entities")) for row in classes or ()),
            tuple((row["property"]["value"], _integer(row, "triples")) for row in properties or ()),
            count,
            tuple([graph for row in listed if (graph := await self._graph(row, generation)).numbers.triples != 0]),
            None if links is None else tuple(_links(row) for row in links),
            tuple(row["example"]["value"] for row in examples or () if "example" in row),
            (span[0]["first"]["value"], span[0]["last"]["value"]) if span and "first" in span[0] else None,
            tuple({row["country"]["value"]: row["name"]["value"] for row in countries or ()}.items()),
        )

    async def _graphs(self, generation: int) -> tuple[int, list[Row]]:
        """How many named graphs there are, and a row for each that is to be described."""
        counted = await self._rows("graph-count", generation)
        count = _integer(counted[0], "graphs") if counted else 0
        if count > MOST_LISTED:
            return count, [{"graph": {"type": "uri", "value": graph.value}} for graph in _STANDING]
        rows = await self._rows("graph-descriptions", generation)
        return count, list({row["graph"]["value"]: row for row in reversed(rows or ())}.values())[::-1]

    async def _graph(self, row: Row, generation: int) -> CountedGraph:
        iri = row["graph"]["value"]
        counted = await self._rows("graph-numbers", generation, {"graph": iri})
        names = ("triples", "entities", "subjects", "objects", "classes", "properties")
        told = {name: row[name]["value"] for name in ("status", "licence", "retrievedOn", "document") if name in row}
        return CountedGraph(
            iri,
            Numbers(**{name: _integer(counted[0], name) for name in names}) if counted else Numbers(),
            told.get("status"),
            told.get("licence"),
            told.get("retrievedOn"),
            told.get("document"),
        )

    async def _rows(self, name: str, generation: int, given: Mapping[str, str] | None = None) -> list[Row] | None:
        """The rows of an internal query; None when they take more time or memory than there is."""
        text = bind(self._internal.query(name), given or {})
        try:
            return await self._service.rows(text, lane="heavy", timeout_s=_LONGEST_QUERY_S, at_generation=generation)
        except Busy:
            raise
        except LimitReached:
            return None


def _links(row: Row) -> Links:
    return Links(row["property"]["value"], row["space"]["value"], _integer(row, "links"))


def _integer(row: Row, name: str) -> int:
    """The number in a column; 0 when it is unbound, as the sum of nothing is."""
    return int(row[name]["value"]) if name in row else 0

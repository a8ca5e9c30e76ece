"""Records of things: what the graph says of each, with the nodes around it, as JSON that is JSON-LD too."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from heritage_graph.json_ld.written import Around, node, reference, term
from heritage_graph.namespaces import HG, HGV, INFERRED, is_published
from heritage_graph.query_files import bind
from heritage_graph.web.api.references import Labels, iris_in
from heritage_graph.web.replies import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from heritage_graph.json_ld.written import Json
    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking

MOST_AROUND: Final = 100
"""How many nodes of one way around a thing its record tells; `more` says how many there are."""

_DERIVED: Final = HGV + "epistemic-status/derived"  # nothing describes the graph of what rules conclude
_EVIDENCE: Final = HG.evidence.value


@dataclass(frozen=True)
class Way:
    """Nodes that stand around a thing: the key under which they are told, and the property between them."""

    key: str
    iri: str
    parameter: str

    @property
    def told_in_full(self) -> bool:
        """Tell whether the statements about each node are told, or only its names."""
        return self.parameter == "to"


PARTICIPATIONS: Final = Way("participations", HG.inContext.value, "to")
PARTICIPATES_IN: Final = Way("participatesIn", HG.participant.value, "to")
COLLABORATORS: Final = Way("collaboratesWith", HG.collaboratesWith.value, "from")
WAYS: Final = (PARTICIPATIONS, PARTICIPATES_IN, COLLABORATORS)


@dataclass(frozen=True)
class Wanted:
    """What records are to tell: nodes around a thing, evidence, sources, and its own properties, all or only some."""

    ways: tuple[Way, ...] = WAYS
    evidence: bool = False
    sources: bool = False
    properties: tuple[str, ...] | None = None


@dataclass(frozen=True)
class _Linked:
    """The nodes of one way around some things, by thing, and how many there are where those are not all."""

    way: Way
    nodes: Mapping[str, Sequence[str]]
    totals: Mapping[str, int]


async def records(asking: Asking, iris: Sequence[str], wanted: Wanted) -> dict[str, Json]:
    """The records of those of *iris* of which the published view says anything, by IRI, in the order given.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    linked = await asyncio.gather(*(_linked(asking, way, iris) for way in wanted.ways))
    only = {} if wanted.properties is None else {"only": " ".join(wanted.properties)}
    said = _by_subject(await asking.rows_about("api-statements", "things", iris, **only))
    inner = {each for ways in linked if ways.way.told_in_full for found in ways.nodes.values() for each in found}
    of_nodes = _by_subject(await asking.rows_about("api-statements", "things", inner))
    evidence = await _evidence(asking, [said, of_nodes]) if wanted.evidence else {}
    everything = (said, of_nodes, evidence)
    referred = iris_in(*(row["o"] for statements in everything for rows in statements.values() for row in rows))
    by_name = [ways for ways in linked if not ways.way.told_in_full]
    referred |= {each for ways in by_name for found in ways.nodes.values() for each in found}
    names, sources = await asyncio.gather(
        asking.rows_about("api-names", "things", referred - evidence.keys()),
        asking.rows_about("api-sources", "things", {*said, *inner, *evidence}) if wanted.sources else _nothing(),
    )
    around = Around(Labels(names), evidence, _graphs_by_statement(sources) if wanted.sources else None)
    written = _Records(said, of_nodes, linked, around)
    told = {iri: written.of(iri) for iri in iris if iri in said}
    if wanted.sources:
        await _add_graphs(asking, told)
    return told


@dataclass(frozen=True)
class _Records:
    """All that was read for some records."""

    said: Mapping[str, Sequence[Row]]
    of_nodes: Mapping[str, Sequence[Row]]
    linked: Sequence[_Linked]
    around: Around

    def of(self, iri: str) -> Json:
        """The record of one thing."""
        told = node(iri, self.said[iri], self.around)
        more: Json = {}
        for ways in self.linked:
            if iri in ways.nodes:
                told[ways.way.key] = [self._around(ways.way, iri, each) for each in ways.nodes[iri]]
            if iri in ways.totals:
                more[ways.way.key] = {"exactly": ways.totals[iri]}
        return {**told, "more": more} if more else told

    def _around(self, way: Way, thing: str, iri: str) -> Json:
        if way.told_in_full:
            told = node(iri, self.of_nodes.get(iri, ()), self.around, without=way.iri)
            sources = self.around.of(iri, way.iri, {"type": "uri", "value": thing})
        else:
            told = reference(iri, self.around)
            sources = self.around.of(thing, way.iri, {"type": "uri", "value": iri})
        return told if sources is None else {**told, "sources": sources}


async def _linked(asking: Asking, way: Way, iris: Sequence[str]) -> _Linked:
    """The nodes around *iris* by one way: all where they are not more than are told, else the first."""
    counted = await asking.rows_about("api-linked-counts", "things", iris, **{way.parameter: way.iri})
    counts = {row["thing"]["value"]: int(row["count"]["value"]) for row in counted}
    few = [iri for iri, count in counts.items() if count <= MOST_AROUND]
    many = {iri: count for iri, count in counts.items() if count > MOST_AROUND}
    rows = await asking.rows_about("api-linked", "things", few, **{way.parameter: way.iri})
    for iri in many:
        rows += await _first(asking, way, iri)
    nodes: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        nodes[row["thing"]["value"]].append(row["node"]["value"])
    return _Linked(way, nodes, many)


async def _first(asking: Asking, way: Way, iri: str) -> list[Row]:
    query = asking.context.internal.query("api-linked")
    text = f"{bind(query, {'things': iri, way.parameter: way.iri})}\nLIMIT {MOST_AROUND}"
    return await rows_of(asking.request, asking.context, text, generation=asking.generation)


async def _evidence(asking: Asking, statements: Iterable[Mapping[str, Sequence[Row]]]) -> dict[str, list[Row]]:
    """What is said of the evidence that *statements* point to."""
    found = iris_in(
        *(row["o"] for each in statements for rows in each.values() for row in rows if row["p"]["value"] == _EVIDENCE)
    )
    return _by_subject(await asking.rows_about("api-statements", "things", found))


async def _add_graphs(asking: Asking, told: Mapping[str, Json]) -> None:
    """Give each record the list of the graphs that are told as sources in it, and what is known of each."""
    cited = {iri: sorted(set(_cited(record))) for iri, record in told.items()}
    rows = await asking.rows_about(
        "graph-documents", "graphs", {graph for graphs in cited.values() for graph in graphs}
    )
    named = iris_in(*(cell for row in rows for cell in row.values()))
    labels = await asking.labels({*named, INFERRED.value, _DERIVED})
    known: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        known[row["graph"]["value"]].append(row)
    for iri, record in told.items():
        record["graphs"] = [_graph(graph, known[graph], labels) for graph in cited[iri]]


def _graph(iri: str, rows: Sequence[Row], labels: Labels) -> Json:
    told = labels.reference(iri)
    for name in ("status", "document"):
        told[name] = labels.references(iris_in(*(row.get(name) for row in rows)))
    return {**told, "status": [labels.reference(_DERIVED)]} if iri == INFERRED.value else told


def _cited(value: object) -> Iterator[str]:
    """The graphs that are told as sources anywhere in *value*."""
    if isinstance(value, dict):
        yield from (source["id"] for source in value.get("sources", ()))
        yield from (graph for each in value.values() for graph in _cited(each))
    elif isinstance(value, list):
        yield from (graph for each in value for graph in _cited(each))


def _graphs_by_statement(rows: Iterable[Row]) -> dict[tuple[str, str, tuple[str, str, str, str]], list[str]]:
    """The published graphs that make each statement, sorted."""
    found: defaultdict[tuple[str, str, tuple[str, str, str, str]], list[str]] = defaultdict(list)
    for row in rows:
        if is_published(NamedNode(row["g"]["value"])):
            found[row["s"]["value"], row["p"]["value"], term(row["o"])].append(row["g"]["value"])
    return {statement: sorted(graphs) for statement, graphs in found.items()}


def _by_subject(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["s"]["value"]].append(row)
    return found


async def _nothing() -> list[Row]:
    return []

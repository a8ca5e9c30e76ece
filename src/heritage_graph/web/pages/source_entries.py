"""What is told of each source: its document, how it stands, how much it asserts, and how that agrees with others."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError
from heritage_graph.model.dates import read_date
from heritage_graph.namespaces import DCTERMS, FOAF, HG
from heritage_graph.query_files import bind
from heritage_graph.web.api.dates import date_value
from heritage_graph.web.api.kinds import short_links
from heritage_graph.web.kind_classes import class_of, is_of_things
from heritage_graph.web.replies import rows_of
from heritage_graph.web.templating import local_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.web.api.references import Asking, Labels

MOST_COMPARED: Final = 50_000
"""Of a larger graph it is not counted which of its statements others repeat: each is looked up in all graphs."""

_PUBLISHER: Final = DCTERMS.publisher.value


@dataclass(frozen=True)
class Source:
    """The graph of a source, and what is said of it and of its documents: values by property, in their order."""

    graph: str
    said: Mapping[str, Sequence[str]]

    @property
    def documents(self) -> Sequence[str]:
        """The documents whose content it holds; none for the remarks of curators."""
        return self.said.get(HG.describes.value, ())

    @property
    def publishers(self) -> Sequence[str]:
        """Who published them."""
        return self.said.get(_PUBLISHER, ())

    @property
    def standing(self) -> str | None:
        """The concept that tells how far it can be trusted."""
        return next(iter(self.said.get(HG.epistemicStatus.value, ())), None)

    @property
    def issued(self) -> str:
        """When the document was issued, as written: the first day when sources give several; empty when unknown."""
        return next(iter(self.said.get(HG.issuedOn.value, ())), "")

    @property
    def named(self) -> str:
        """What its name is that of: the document, else the graph."""
        return self.documents[0] if self.documents else self.graph

    @property
    def iris(self) -> set[str]:
        """Everything that is told with its name."""
        return {self.graph, *self.documents, *self.publishers} | ({self.standing} if self.standing else set())


@dataclass(frozen=True)
class Figures:
    """How much each graph holds, by its IRI; a graph that is missing holds none, or was not counted (`repeated`)."""

    statements: Mapping[str, int]
    things: Mapping[str, Mapping[str, int]]
    contradicted: Mapping[str, int]
    repeated: Mapping[str, int]
    compared: frozenset[str] = field(default_factory=frozenset)


async def sources_in(asking: Asking) -> list[Source]:
    """All sources, by the IRI of their graphs.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    said: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in await asking.rows("source-documents"):
        said[row["graph"]["value"]][row["property"]["value"]].append(row["value"]["value"])
    return [Source(graph, values) for graph, values in said.items()]


async def sizes_of(asking: Asking, graphs: Iterable[str]) -> dict[str, int]:
    """How many statements each of *graphs* holds.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    rows = await asking.rows_about("source-sizes", "graphs", graphs)
    return {row["graph"]["value"]: int(row["statements"]["value"]) for row in rows if "graph" in row}


async def figures_of(asking: Asking, graphs: Sequence[str]) -> Figures:
    """The figures of *graphs*.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    sizes = await sizes_of(asking, graphs)
    things: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in await asking.rows_about("source-kinds", "graphs", graphs):
        if "graph" in row and is_of_things(kind := row["kind"]["value"]):
            things[row["graph"]["value"]][kind] = int(row["things"]["value"])
    compared = frozenset(graph for graph in graphs if sizes.get(graph, 0) <= MOST_COMPARED)
    repeated = {
        row["graph"]["value"]: int(row["repeated"]["value"])
        for row in await asking.rows_about("source-repeats", "graphs", compared)
        if "graph" in row
    }
    return Figures(sizes, things, await _contradicted(asking), repeated, compared)


def entry(source: Source, figures: Figures, labels: Labels) -> dict[str, object]:
    """*source* as the answers tell it."""
    graph = source.graph
    things = sorted(figures.things.get(graph, {}).items(), key=lambda each: (-each[1], each[0]))
    return {
        "graph": graph,
        "href": local_address(graph),
        "label": labels.words(source.named),
        "graphLabel": labels.words(graph),
        "documents": [{**labels.reference(each), "links": short_links(each)} for each in source.documents],
        "publishers": labels.references(source.publishers),
        "issued": [_date(text) for text in source.said.get(HG.issuedOn.value, ())],
        "languages": list(source.said.get(DCTERMS.language.value, ())),
        "pages": list(source.said.get(FOAF.page.value, ())),
        "license": next(iter(source.said.get(DCTERMS.license.value, ())), None),
        "retrievedOn": next(iter(source.said.get(HG.retrievedOn.value, ())), None),
        "epistemicStatus": _concept(source.standing, labels),
        "statements": figures.statements.get(graph, 0),
        "things": [
            {"kind": kind, "label": labels.words(class_of(kind)), "count": count} for kind, count in things
        ],
        "contradictions": figures.contradicted.get(graph, 0),
        "repeated": figures.repeated.get(graph, 0) if graph in figures.compared else None,
    }  # fmt: skip


async def _contradicted(asking: Asking) -> Counter[str]:
    """In how many contradictions each graph is one of the two."""
    text = bind(asking.context.catalogue.query("contradictions"), {})
    rows = await rows_of(asking.request, asking.context, text, generation=asking.generation, lane="heavy")
    return Counter(row[side]["value"] for row in rows for side in ("oneIn", "otherIn"))


def _date(text: str) -> dict[str, object]:
    try:
        return date_value(read_date(text).bounds)
    except ParameterError:
        return {"readings": [text]}


def _concept(iri: str | None, labels: Labels) -> dict[str, object] | None:
    return None if iri is None else {"code": iri.rpartition("/")[2], **labels.reference(iri)}

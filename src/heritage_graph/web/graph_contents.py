"""What a named graph states, thing by thing, and the commits that changed it: what its page shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from heritage_graph.model.records import CONCEPT, OTHER, TERM, family_of, may_stand_around
from heritage_graph.namespaces import GRAPH, RDF
from heritage_graph.web.api.references import iris_in
from heritage_graph.web.kind_classes import class_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking, Cell, Labels

THINGS_A_PAGE: Final = 25
MOST_TOLD: Final = 50_000
"""Of a larger graph the page does not tell thing by thing: to find the things, all statements are counted."""
MOST_COMMITS: Final = 20

_NAMED_GRAPH: Final = "graph"
_MOST_STATEMENTS: Final = 200
_WITHOUT_CLASS: Final = frozenset({CONCEPT, OTHER, TERM, _NAMED_GRAPH})


@dataclass(frozen=True)
class Told:
    """A thing and what the graph states of it: a reference, and properties with their values; `left` are not shown."""

    thing: Mapping[str, object]
    statements: int
    properties: Sequence[tuple[Mapping[str, object], Sequence[Cell]]]
    left: int


@dataclass(frozen=True)
class Contents:
    """A page of what a graph states: how many things of each kind there are, and those of the page.

    `kinds` are the kinds with their references (None for those that no class names) and numbers; `labels` names
    everything that is shown.
    """

    kinds: Sequence[tuple[str, Mapping[str, object] | None, int]]
    things: int
    told: Sequence[Told]
    pages: int
    labels: Labels


async def contents_of(asking: Asking, graph: str, *, kind: str, page: int) -> Contents:
    """The page numbered *page* of what *graph* states of things of *kind*, of all when that is empty.

    Things come before the nodes around them, and by kind.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    rows = await asking.rows("graph-things", graph=graph)
    sizes = {row["thing"]["value"]: int(row["statements"]["value"]) for row in rows if "thing" in row}
    kinds = Counter(map(kind_of_subject, sizes))
    ordered = sorted((iri for iri in sizes if kind in {"", kind_of_subject(iri)}), key=_place)
    shown = ordered[(page - 1) * THINGS_A_PAGE : page * THINGS_A_PAGE]
    statements = await asking.rows_about("graph-statements", "things", shown, graph=graph)
    named = iris_in(*(row[column] for row in statements for column in ("thing", "property", "value")))
    labels = await asking.labels(named | {class_of(each) for each in kinds if each not in _WITHOUT_CLASS})
    by_thing = {iri: list(group) for iri, group in groupby(statements, lambda row: row["thing"]["value"])}
    return Contents(
        [(each, _class(each, labels), count) for each, count in sorted(kinds.items(), key=lambda item: -item[1])],
        len(ordered),
        [_told(iri, by_thing.get(iri, []), labels) for iri in shown],
        max(-(-len(ordered) // THINGS_A_PAGE), 1),
        labels,
    )


async def commits_of(asking: Asking, graph: str) -> list[dict[str, object]]:
    """The last commits that changed *graph*, the newest first: their generation, time and message.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    rows = await asking.rows("graph-commits", graph=graph)
    return [
        {
            "generation": int(row["generation"]["value"]),
            "time": row["time"]["value"],
            "message": row["message"]["value"] if "message" in row else "",
        }
        for row in rows[:MOST_COMMITS]
    ]


def kind_of_subject(iri: str) -> str:
    """The kind of what a graph speaks of: that of a thing, `graph`, `concept`, `term` or `other`."""
    return _NAMED_GRAPH if iri.startswith(GRAPH) else family_of(iri)


def _place(iri: str) -> tuple[bool, str, str]:
    return may_stand_around(NamedNode(iri)), kind_of_subject(iri), iri


def _class(kind: str, labels: Labels) -> Mapping[str, object] | None:
    return None if kind in _WITHOUT_CLASS else labels.reference(class_of(kind))


def _told(iri: str, rows: Sequence[Row], labels: Labels) -> Told:
    shown = rows[:_MOST_STATEMENTS]
    return Told(labels.reference(iri), len(rows), list(_properties(shown, labels)), len(rows) - len(shown))


def _properties(rows: Sequence[Row], labels: Labels) -> Iterator[tuple[Mapping[str, object], list[Cell]]]:
    """The properties with their values, what a thing is first."""
    ordered = sorted(rows, key=lambda row: row["property"]["value"] != RDF.type.value)
    for iri, group in groupby(ordered, lambda row: row["property"]["value"]):
        yield labels.reference(iri), [row["value"] for row in group]

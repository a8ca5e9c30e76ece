"""The named graphs of a generation, and what graph/meta says of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

from pyoxigraph import NamedNode

from heritage_graph.namespaces import GRAPH, is_published
from heritage_graph.query_files import bind
from heritage_graph.web.replies import rows_of
from heritage_graph.web.templating import local_address

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.context import Context
    from heritage_graph.web.names import Names

_FAMILIES: Final = {"curation": "own", "inferred": "own", "ontology": "terms", "vocab": "terms"}
FAMILIES: Final = ("source", "own", "generic", "terms", "books")
"""What kinds of graphs there are: of documents, ours, of generic claims, of terms, and about graphs."""


class Graph(TypedDict):
    """A named graph as the answers tell it."""

    graph: str
    href: str | None
    label: dict[str, str]
    published: bool
    triples: int
    epistemicStatus: str | None
    license: str | None
    retrievedOn: str | None
    attributedTo: list[str]
    document: list[str]
    publisher: list[str]


async def named_graphs(request: Request, context: Context, generation: int, *, only: str | None = None) -> list[Graph]:
    """The graphs by IRI, or *only* one.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    text = bind(context.internal.query("graphs"), {} if only is None else {"only": only})
    rows = await rows_of(request, context, text, generation=generation, lane="heavy")
    names = await context.term_names.of(request, context, generation)
    found: dict[str, Graph] = {}
    for row in rows:
        iri = row["graph"]["value"]
        described = found.setdefault(iri, _described(iri, row, names))
        _add(described["attributedTo"], row, "attributedTo")
        _add(described["document"], row, "document")
        _add(described["publisher"], row, "publisher")
    return list(found.values())


def family_of_graph(iri: str) -> str:
    """Which of `FAMILIES` the graph *iri* belongs to; a graph of no known name counts among the books."""
    name = iri.removeprefix(GRAPH)
    group, slash, _ = name.partition("/")
    return group if slash and group in FAMILIES else _FAMILIES.get(name, "books")


def _described(iri: str, row: Row, names: Names) -> Graph:
    return {
        "graph": iri,
        "href": local_address(iri),
        "label": dict(names.all_of(iri)),
        "published": is_published(NamedNode(iri)),
        "triples": int(row["triples"]["value"]),
        "epistemicStatus": row["status"]["value"] if "status" in row else None,
        "license": row["licence"]["value"] if "licence" in row else None,
        "retrievedOn": row["retrievedOn"]["value"] if "retrievedOn" in row else None,
        "attributedTo": [],
        "document": [],
        "publisher": [],
    }


def _add(values: list[str], row: Row, column: str) -> None:
    if column in row and row[column]["value"] not in values:
        values.append(row[column]["value"])

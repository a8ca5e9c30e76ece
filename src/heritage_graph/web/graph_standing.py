"""How a generation knows a named graph: there, removed or never heard of, and since when it is as it is."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from heritage_graph.errors import UnknownName
from heritage_graph.namespaces import GRAPH, META
from heritage_graph.query_files import bind
from heritage_graph.web.http_dates import last_modified
from heritage_graph.web.negotiation import HTML
from heritage_graph.web.replies import rows_of
from heritage_graph.web.signposting import Link, link_field
from heritage_graph.web.standing import withdrawn
from heritage_graph.web.templating import local_address

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.service import Row
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Fields


async def graph_fields(request: Request, context: Context, graph: str, generation: int) -> Fields:
    """The header fields of the document of *graph*: when it last changed, and where it is described.

    Raises:
        Gone: the graph was removed.
        UnknownName: it never held anything.
        EngineTrouble, LimitReached: the store cannot be asked.
    """
    row = await _standing(request, context, graph, generation)
    if row["there"]["value"] == "true":
        return (*last_modified(_changed(row)), *_description(graph))
    if "at" in row:
        raise withdrawn(graph, at=row["at"]["value"], generation=int(row["generation"]["value"]))
    raise UnknownName(f"there is no graph {graph}; /graphs lists those there are", graph=graph)


async def graph_changed(request: Request, context: Context, graph: str, generation: int) -> datetime | None:
    """When *graph* last changed; None when the log does not tell.

    Raises:
        EngineTrouble, LimitReached: the store cannot be asked.
    """
    return _changed(await _standing(request, context, graph, generation))


async def _standing(request: Request, context: Context, graph: str, generation: int) -> Row:
    text = bind(context.internal.query("graph-standing"), {"graph": graph})
    (row,) = await rows_of(request, context, text, generation=generation)
    return row


def _changed(row: Row) -> datetime | None:
    return datetime.fromisoformat(row["at"]["value"]) if "at" in row else None


def _description(graph: str) -> Fields:
    """Links to the page about a graph of ours, and to the graph that describes all graphs."""
    address = local_address(graph)
    if not graph.startswith(GRAPH) or address is None:
        return ()
    meta = str(local_address(META.value))
    return link_field(
        [
            Link(f"{address}.{HTML.extension}", "describedby", HTML.media_type),
            Link(f"{meta}.ttl", "describedby", "text/turtle"),
        ]
    )

"""Who states what a row of an answer tells: the graphs that hold the facts of the row, with their documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError
from heritage_graph.query_files import bind
from heritage_graph.query_files.facts import STATED_IN, columns_of, graphs_stating, term_of
from heritage_graph.web.replies import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from heritage_graph.query_files import Query
    from heritage_graph.service import Row
    from heritage_graph.web.context import Context

MOST_ROWS: Final = 5000
_AT_ONCE: Final = 250

Source = dict[str, str]
"""`graph`, `status`, and where it holds the content of one, `document` and `title`."""


async def sources_of(
    request: Request, context: Context, query: Query, rows: Sequence[Row], generation: int
) -> list[list[Source]]:
    """For each of *rows* the graphs that state one of the facts of *query*, sorted by IRI.

    Raises:
        ParameterError: the query names no facts, or there are more than `MOST_ROWS` rows.
        LimitReached, EngineTrouble: as `rows_of`.
    """
    if not query.facts:
        raise ParameterError(f"the rows of {query.name} are not about facts that a source states; leave 'include' out")
    if len(rows) > MOST_ROWS:
        raise ParameterError(
            f"sources are told for at most {MOST_ROWS:,} rows, and these are {len(rows):,}; narrow the question",
            limit_rows=MOST_ROWS,
        )
    graphs: list[set[str]] = [set() for _ in rows]
    for fact in query.facts:
        columns = columns_of(query, fact)
        places: dict[tuple[str, ...], list[int]] = {}
        for place, row in enumerate(rows):
            if all(column in row for column in columns):
                places.setdefault(tuple(term_of(row[column]) for column in columns), []).append(place)
        in_order = list(places)
        for begin in range(0, len(in_order), _AT_ONCE):
            text = graphs_stating(query, fact, in_order[begin : begin + _AT_ONCE])
            for found in await rows_of(request, context, text, generation=generation, lane="heavy"):
                for place in places[tuple(term_of(found[column]) for column in columns)]:
                    graphs[place].add(found[STATED_IN]["value"])
    told = await _described(request, context, set().union(*graphs), generation)
    return [[told[graph] for graph in sorted(of_row) if graph in told] for of_row in graphs]


async def _described(request: Request, context: Context, graphs: set[str], generation: int) -> dict[str, Source]:
    """What *graphs* are; those that nothing describes (the schemes, the log) are left out."""
    text = bind(context.internal.query("graph-documents"), {"graphs": " ".join(sorted(graphs))})
    described: dict[str, Source] = {}
    for row in await rows_of(request, context, text, generation=generation):
        source = described.setdefault(row["graph"]["value"], {})
        for name, cell in row.items():
            source.setdefault(name, cell["value"])
    return described

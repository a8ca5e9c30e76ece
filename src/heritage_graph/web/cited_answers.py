"""What a kept query gives: its answer on one generation, and the digest by which two answers are compared."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import LimitReached, QueryMemory, QueryTimeout, ResultTooLarge
from heritage_graph.store.base import QueryRequest
from heritage_graph.web.delivery import Departure
from heritage_graph.web.replies import answer_of
from heritage_graph.web.sparql_request import is_settled

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.store.base import Answer
    from heritage_graph.web.cited_queries import CitedQuery
    from heritage_graph.web.context import Context

_NO_GRAPH: Final = ("urn:heritage-graph:no-graph",)


@dataclass(frozen=True)
class Outcome:
    """What running a query gave: the form of its answer, and the digest or why there is none."""

    form: str
    digest: str | None
    undigested: str | None = None


async def outcome_of(
    request: Request, context: Context, query: CitedQuery, generation: int, timeout_s: float
) -> Outcome:
    """What *query* gives on *generation*; where its answer passes a limit, that it parses.

    Raises:
        QueryFault: it does not parse.
        LimitReached: not even that can be told within the limits.
    """
    wanted = request_for(query, generation, context, "tsv", timeout_s)
    try:
        answer = await answer_of(request, context, wanted, "heavy")
        async with Departure(request.receive) as departure:
            digest = await _digest(context, answer)
        if departure.happened:
            raise LimitReached("the client has gone")
    except (QueryTimeout, QueryMemory, ResultTooLarge) as fault:
        parsed = await answer_of(request, context, replace(wanted, default_graphs=_NO_GRAPH, named_graphs=()), "heavy")
        await parsed.give_up()
        return Outcome(parsed.form, None, f"its answer passes a limit of this service: {fault.title.lower()}")
    if not is_settled(query.text):
        return Outcome(answer.form, None, "the query asks for what differs each time, such as NOW() or RAND()")
    if not digest:
        return Outcome(answer.form, None, "its answer holds blank nodes, whose labels differ each time")
    return Outcome(answer.form, digest)


async def _digest(context: Context, answer: Answer) -> str:
    """The digest of *answer*, which passes over the disk; empty when it has none."""
    with context.cited.aside() as path:
        with path.open("wb") as file:
            async with aclosing(answer.parts()) as parts:
                async for part in parts:
                    file.write(part)
        return await context.conversions.digest(path)


def request_for(query: CitedQuery, generation: int, context: Context, extension: str, timeout_s: float) -> QueryRequest:
    """The request for the answer to *query* on *generation*; tsv stands for N-Triples where it is a graph."""
    return QueryRequest(
        query.text,
        bindings_format=extension,
        graph_format="nt" if extension == "tsv" else extension,
        base_iri=query.base_iri,
        default_graphs=query.default_graphs,
        named_graphs=query.named_graphs,
        timeout_s=timeout_s,
        max_bytes=context.result_bytes,
        max_rows=context.settings.result_rows,
        at_generation=generation,
    )

"""The shortest chain of collaborations between two agents."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import ParameterError
from heritage_graph.query_files import bind
from heritage_graph.web.api.collaboration_contexts import UNDATED, contexts_of, period_in
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION, fresh_enough
from heritage_graph.web.api.parameters import PROBLEMS, iri_in
from heritage_graph.web.api.reasons import unknown_because
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF, generation_in
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import JSON
from heritage_graph.web.replies import cached, current, json_reply, rows_of
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, values_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.analysis.rows import Row
    from heritage_graph.web.api.collaboration_contexts import Period
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

PATH: Final = "/api/v1/collaborations/path"
FROM: Final = Value("from", "The agent at the beginning.", required=True, example="id:organization/icom", type="iri")
TO: Final = Value("to", "The agent at the end.", required=True, example="id:organization/hist", type="iri")
SINCE: Final = Value("since", "Only contexts that may have lasted until this day, month or year, or later.",
                     example="2020")  # fmt: skip
UNTIL: Final = Value("until", "Only contexts that may have begun by this day, month or year.", example="2024-12-31")


def operations(_: Context) -> tuple[Operation, ...]:
    """The path."""
    return (
        Operation(
            "collaborationPath", PATH, "The shortest chain of collaborations between two agents, with the contexts.",
            _path, values=(FROM, TO, SINCE, UNTIL, UNDATED, AS_OF, MIN_GENERATION, FORMAT), formats=(JSON,),
            problems=PROBLEMS, schema="collaboration-path", tag="api",
        ),
    )  # fmt: skip


async def _path(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON,))
    values = values_of(request.scope)
    start, goal, period = iri_in(values, FROM), iri_in(values, TO), period_in(values, SINCE, UNTIL)
    assert start is not None
    assert goal is not None
    if start == goal:
        raise ParameterError("'from' and 'to' are the same; a path is between two", parameter=TO.name)
    await fresh_enough(request, context)
    generation = await generation_in(values, context)
    edition = await current(
        request, context, PATH, start, goal, str(period), chosen.extension, at_generation=generation
    )
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        rows = await collaboration_rows(asking, period)
        hops = await context.analyses.run("shortest-path", rows, {"from": start, "to": goal})
    described = await contexts_of(asking, (hop["context"]["value"] for hop in hops))
    labels = await asking.labels({start, goal, *(cell["value"] for hop in hops for cell in hop.values()
                                                 if cell["type"] == "uri")})  # fmt: skip
    told = [
        {
            "from": labels.reference(one),
            "to": labels.reference(other),
            "contexts": [described[each["context"]["value"]].told(labels) for each in shared],
        }
        for (_, one, other), shared in groupby(hops, _hop)
    ]
    document = envelope(
        edition.generation,
        **{"from": labels.reference(start)},
        to=labels.reference(goal),
        period=period.told,
        path={"length": len(told), "hops": told} if told else unknown_because("no-path-on-record"),
    )
    return cached(json_reply(document), edition)


async def collaboration_rows(asking: Asking, period: Period, **more: str) -> list[Row]:
    """The participations that the analyses of collaboration read, within *period*.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    text = bind(asking.context.internal.query("collaboration-rows"), {**period.bound, **more})
    rows = await rows_of(asking.request, asking.context, text, generation=asking.generation, lane="heavy")
    return list(rows)


def _hop(row: Row) -> tuple[str, str, str]:
    return row["hop"]["value"], row["one"]["value"], row["other"]["value"]

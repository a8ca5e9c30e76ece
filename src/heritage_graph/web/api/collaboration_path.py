"""The shortest chain of collaborations between two agents."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.errors import ParameterError
from heritage_graph.query_files import bind
from heritage_graph.web.api.collaboration_contexts import (
    AGENT_KINDS,
    KINDS,
    UNDATED,
    contexts_of,
    kinds_of_agents,
    kinds_told,
    period_in,
)
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION, fresh_enough
from heritage_graph.web.api.parameters import PROBLEMS, iri_in
from heritage_graph.web.api.reasons import unknown_because
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF, generation_in
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.replies import cached, current, json_reply, redirect, rows_of
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


PAGE: Final = "/network/path"
"""The page that shows it; it calls the two agents `a` and `b`."""
_KINDS: Final = {**KINDS, **AGENT_KINDS}


def operations(_: Context) -> tuple[Operation, ...]:
    """The path."""
    return (
        Operation(
            "collaborationPath", PATH, "The shortest chain of collaborations between two agents, with the contexts.",
            _path, values=(FROM, TO, SINCE, UNTIL, UNDATED, AS_OF, MIN_GENERATION, FORMAT), formats=(JSON,),
            statuses=(200, 303), problems=PROBLEMS, schema="collaboration-path", tag="api",
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class PathAsked:
    """Between whom a path is asked for, and of what time its contexts."""

    start: str
    goal: str
    period: Period


async def _path(request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, (JSON, HTML))
    values = values_of(request.scope)
    if chosen == HTML:
        ends = {"a": values.get(FROM.name, ""), "b": values.get(TO.name, "")}
        return redirect(f"{PAGE}?{urlencode(ends, safe=':/')}")
    start, goal, period = iri_in(values, FROM), iri_in(values, TO), period_in(values, SINCE, UNTIL)
    assert start is not None
    assert goal is not None
    return await path_reply(request, context, PathAsked(start, goal, period))


async def path_reply(request: Request, context: Context, asked: PathAsked) -> Reply:
    """The path as JSON.

    Raises:
        ParameterError: it would lead from an agent to itself.
        LimitReached, EngineTrouble: as `Service.query`.
    """
    if asked.start == asked.goal:
        raise ParameterError("'from' and 'to' are the same; a path is between two", parameter=TO.name)
    await fresh_enough(request, context)
    generation = await generation_in(values_of(request.scope), context)
    edition = await current(request, context, PATH, str(asked), JSON.extension, at_generation=generation)
    if edition.unchanged:
        return edition.unchanged
    document = envelope(edition.generation, **await path_members(Asking(request, context, edition.generation), asked))
    return cached(json_reply(document), edition)


async def path_members(asking: Asking, asked: PathAsked) -> dict[str, object]:
    """What an answer says of the path that is asked for.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    context = asking.context
    with context.budgets.spending(client_of(asking.request.scope)):
        rows = await collaboration_rows(asking, asked.period)
        hops = await context.analyses.run("shortest-path", rows, {"from": asked.start, "to": asked.goal})
    described = await contexts_of(asking, (hop["context"]["value"] for hop in hops))
    labels = await asking.labels({asked.start, asked.goal, *_KINDS, *(cell["value"] for hop in hops
                                                 for cell in hop.values() if cell["type"] == "uri")})  # fmt: skip
    told = [
        {
            "from": labels.reference(one),
            "to": labels.reference(other),
            "contexts": [described[each["context"]["value"]].told(labels) for each in shared],
        }
        for (_, one, other), shared in groupby(hops, _hop)
    ]
    agents = await kinds_of_agents(asking, dict.fromkeys(hop[end]["value"] for hop in hops for end in ("one", "other")))
    return {
        "from": labels.reference(asked.start),
        "to": labels.reference(asked.goal),
        "period": asked.period.told,
        "path": {"length": len(told), "hops": told} if told else unknown_because("no-path-on-record"),
        "agents": [{**labels.reference(agent), "kind": kind} for agent, kind in agents.items()],
        "kinds": kinds_told(_KINDS, labels),
    }


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

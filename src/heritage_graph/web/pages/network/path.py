"""/network/path: how two agents are connected, step by step; as data it is the path of the API."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.errors import ParameterError
from heritage_graph.web.api.collaboration_contexts import Period
from heritage_graph.web.api.collaboration_path import PAGE, PathAsked, path_members, path_reply
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION, fresh_enough
from heritage_graph.web.api.parameters import PROBLEMS
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF, generation_in
from heritage_graph.web.negotiation import HTML, JSON
from heritage_graph.web.page_language import page_language
from heritage_graph.web.pages.network.choices import agent_named, agent_names
from heritage_graph.web.replies import cached, current, page_reply
from heritage_graph.web.routing import FORMAT, LANG, Operation, Value, negotiated, values_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from heritage_graph.web.context import Context
    from heritage_graph.web.pages.agent_choice import AgentChoice
    from heritage_graph.web.replies import Reply

A: Final = Value("a", "Where the path begins: an agent by its IRI, or by its name as it stands in the graph.",
                 example="id:organization/icom")  # fmt: skip
B: Final = Value("b", "Where it ends, in the same way.", example="id:organization/hist")
_FORMATS: Final = (JSON, HTML)
_ALWAYS: Final = Period(None, None, "include")


def operations(agents: AgentChoice) -> tuple[Operation, ...]:
    """The page, which offers *agents*."""
    return (
        Operation("networkPathPage", PAGE, "How two agents are connected, step by step.", partial(_path, agents),
                  values=(A, B, AS_OF, MIN_GENERATION, LANG, FORMAT), formats=_FORMATS, problems=PROBLEMS,
                  schema="collaboration-path", example=f"{PAGE}?a=id:organization/icom&b=id:organization/hist",
                  tag="pages"),
    )  # fmt: skip


async def _path(agents: AgentChoice, request: Request, context: Context) -> Reply:
    chosen = negotiated(request.scope, _FORMATS)
    values = values_of(request.scope)
    await fresh_enough(request, context)
    start, goal = await agent_named(context, values, A), await agent_named(context, values, B)
    asked = PathAsked(start, goal, _ALWAYS) if start and goal else None
    if chosen == JSON:
        if asked is None:
            raise ParameterError("'a' and 'b' name the two agents that the path is between; give both", parameter="a")
        return await path_reply(request, context, asked)
    generation = await generation_in(values, context)
    edition = await current(request, context, PAGE, str(sorted(values.items())), chosen.extension,
                            at_generation=generation)  # fmt: skip
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    is_one = asked is not None and asked.start == asked.goal
    document = envelope(edition.generation, **await path_members(asking, asked)) if asked and not is_one else None
    reply = page_reply(
        request, context, "network_path.html",
        values=values,
        start=start,
        goal=goal,
        is_one=is_one,
        names=await agent_names(asking, agents, page_language(request.scope).code),
        document=document,
        query=urlencode({"a": start or "", "b": goal or ""}, safe=":/"),
    )  # fmt: skip
    return cached(reply, edition)

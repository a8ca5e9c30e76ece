"""/network: the network of collaborations, to be filtered, looked at and read; as data it is that of the API."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.errors import LimitReached, ParameterError, UnknownName
from heritage_graph.web.api.collaboration_contexts import FROM, TO
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION, fresh_enough
from heritage_graph.web.api.lists import CURSOR, page_asked
from heritage_graph.web.api.network import (
    AGENT,
    FORMATS,
    KIND,
    PAGE,
    ROLE,
    SOURCE,
    network_asked,
    network_members,
    network_reply,
    read_network,
)
from heritage_graph.web.api.parameters import PROBLEMS
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import HTML, named
from heritage_graph.web.page_language import page_language
from heritage_graph.web.pages.agent_choice import AgentChoice
from heritage_graph.web.pages.network import path as network_path
from heritage_graph.web.pages.network import summary
from heritage_graph.web.pages.network.choices import ABOUT, agent_named, choices_of
from heritage_graph.web.pages.network.tables import agent_tables, link_table
from heritage_graph.web.replies import cached, current, links, page_reply
from heritage_graph.web.routing import FORMAT, LANG, Operation, Value, negotiated, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.web.api.lists import PageAsked
    from heritage_graph.web.api.network import NetworkAsked
    from heritage_graph.web.api.network_graph import Network
    from heritage_graph.web.context import Context
    from heritage_graph.web.pages.network.choices import Choices
    from heritage_graph.web.replies import Reply

_ALL_FORMATS: Final = (*FORMATS, HTML)
_FURTHER: Final = Value(CURSOR.name, "Where the links that the page lists begin: as it stands in the address of its "
                        "next page. The other formats have all links.")  # fmt: skip
_VALUES: Final = (ABOUT, ROLE, KIND, SOURCE, FROM, TO, _FURTHER, AS_OF, MIN_GENERATION, LANG, FORMAT)
_LINKS: Final = 25
"""So many links a page lists, each with all that connects the two."""
_MOST_OPEN: Final = 12
"""So many rows are read at a glance; longer tables are folded."""
_FILTERS: Final = (ABOUT.name, ROLE.name, KIND.name, SOURCE.name, FROM.name, TO.name)


def operations(_: Context) -> tuple[Operation, ...]:
    """The explorer, negotiated and by suffix, the page about paths, and the network of other pages."""
    problems = (*PROBLEMS, "result-too-large", "not-in-xml", "not-found")
    agents = AgentChoice("network-agents")
    answer = partial(_network, agents)
    return (
        Operation("networkPage", PAGE, "The network of collaborations, to be filtered and looked at.", answer,
                  values=_VALUES, formats=_ALL_FORMATS, problems=problems, schema="network",
                  example=f"{PAGE}?about=id:organization/icesco", tag="pages"),
        Operation("networkPageAs", PAGE + ".{suffix}", "The same in one format.", answer, values=_VALUES,
                  formats=_ALL_FORMATS, problems=problems, schema="network",
                  example=f"{PAGE}.graphml?about=id:organization/icesco", tag="pages"),
        *network_path.operations(agents),
        *summary.operations(),
    )  # fmt: skip


async def _network(agents: AgentChoice, request: Request, context: Context) -> Reply:
    suffix = request.path_params.get("suffix", "")
    if suffix and named(suffix, _ALL_FORMATS) is None:
        raise UnknownName(f"the network has no format with the suffix {suffix[:20]!r}; there are html, json, graphml, "
                          "gexf")  # fmt: skip
    chosen = negotiated(request.scope, _ALL_FORMATS, suffix=suffix)
    values = {name: text for name, text in values_of(request.scope).items() if text.strip()}
    await fresh_enough(request, context)
    about = await agent_named(context, values, ABOUT)
    asked = network_asked(values | ({AGENT.name: about} if about else {}))
    if chosen != HTML:
        return await network_reply(request, context, asked, chosen)
    further = replace(await page_asked(request, context, PAGE, values), limit=_LINKS)
    edition = await current(
        request, context, PAGE, str(asked), str(sorted(values.items())), chosen.extension,
        at_generation=further.generation,
    )  # fmt: skip
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        shown = await _drawn(asking, asked)
        choices = await choices_of(asking, agents, page_language(request.scope).code)
    reply = _page(asking, asked, further, shown, choices)
    return cached(reply, edition) if shown else reply


def _page(asking: Asking, asked: NetworkAsked, further: PageAsked, shown: Network | None, choices: Choices) -> Reply:
    values, language = further.values, page_language(asking.request.scope).code
    filters = {name: values[name] for name in _FILTERS if name in values}
    if asked.agent:
        filters[ABOUT.name] = asked.agent
    query = urlencode(filters, safe=":/")
    document = envelope(asking.generation, **network_members(shown, asked)) if shown else None
    table = link_table(shown, further, language) if shown else None
    following = further.next_address(asking.generation, table.following) if table else None
    page = page_reply(
        asking.request, asking.context, "network.html",
        values=values,
        about=asked.agent,
        choices=choices,
        filtered=bool(filters),
        network=document,
        agents=agent_tables(shown, language) if shown else [],
        links=table,
        begins=_address(filters),
        following=following,
        is_further=further.after is not None,
        most_open=_MOST_OPEN,
        query=f"?{query}" if query else "",
    )  # fmt: skip
    return replace(page, fields=(*page.fields, *links((following, "next", HTML.media_type)))) if following else page


def _address(filters: Mapping[str, str]) -> str:
    query = urlencode(filters, safe=":/")
    return f"{PAGE}?{query}" if query else PAGE


async def _drawn(asking: Asking, asked: NetworkAsked) -> Network | None:
    """The network that is asked for, None when it is larger than what is drawn or can be read in time."""
    try:
        return await read_network(asking, asked)
    except (LimitReached, ParameterError):  # what is asked for has been read: the parameter is that of a limit, too
        return None

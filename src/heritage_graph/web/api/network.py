"""The network of collaborations, whole or around one agent, for programs that draw and measure networks."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from heritage_graph.errors import ParameterError, ResultTooLarge, UnknownName
from heritage_graph.namespaces import source_graph
from heritage_graph.web.api.collaboration_contexts import (
    AGENT_KINDS,
    FROM,
    KINDS,
    TO,
    UNDATED,
    contexts_of,
    kinds_of_agents,
    kinds_told,
    period_in,
)
from heritage_graph.web.api.collaboration_path import collaboration_rows
from heritage_graph.web.api.envelope import at_least, envelope
from heritage_graph.web.api.freshness import MIN_GENERATION, fresh_enough
from heritage_graph.web.api.network_graph import Network, gexf_of, graphml_of
from heritage_graph.web.api.parameters import LANGUAGE, PROBLEMS, choice_in, iri_in, language_in
from heritage_graph.web.api.reasons import unknown_because
from heritage_graph.web.api.references import Asking
from heritage_graph.web.as_of import AS_OF, generation_in
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import HTML, JSON, Format, named
from heritage_graph.web.replies import Reply, cached, current, json_reply, redirect
from heritage_graph.web.routing import FORMAT, Operation, Value, negotiated, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.web.api.collaboration_contexts import Period
    from heritage_graph.web.context import Context

PATH: Final = "/api/v1/network"
PAGE: Final = "/network"
"""The page that shows it; it calls the agent `about`."""
GRAPHML: Final = Format("graphml", "application/graphml+xml", ("application/xml", "text/xml", "xml"))
GEXF: Final = Format("gexf", "application/gexf+xml")
FORMATS: Final = (JSON, GRAPHML, GEXF)

MOST_AGENTS: Final = 5_000
MOST_LINKS: Final = 20_000

_KIND_WORDS: Final = tuple(KINDS.values())
ROLE: Final = Value("role", "Only participations in this role.", example="party", type="concept:role")
KIND: Final = Value("kind", "Only contexts of this kind: " + ", ".join(_KIND_WORDS) + ".", example="agreement",
                    type="choice:" + "|".join(_KIND_WORDS))  # fmt: skip
AGENT: Final = Value("agent", "Only the surroundings of this agent.", example="id:organization/icesco", type="iri")
DEPTH: Final = Value("depth", "How many hops the surroundings reach: 1 or 2.", example="1", type="choice:1|2",
                     default="1")  # fmt: skip
SOURCE: Final = Value("source", "Only participations that this source states: its short name, or the IRI of its graph.",
                      example="icesco-2024-partnerships-report")  # fmt: skip
COMMUNITIES: Final = Value(
    "communities", "true: number the groups whose members work more with each other than with the rest.",
    example="true", type="choice:true|false", default="false",
)  # fmt: skip
_VALUES: Final = (AGENT, DEPTH, ROLE, KIND, SOURCE, FROM, TO, UNDATED, COMMUNITIES, LANGUAGE, AS_OF, MIN_GENERATION,
                  FORMAT)  # fmt: skip
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KINDS: Final = {**KINDS, **AGENT_KINDS}
_ON_PAGE: Final = (ROLE.name, KIND.name, SOURCE.name, FROM.name, TO.name)


def operations(_: Context) -> tuple[Operation, ...]:
    """The network, negotiated or by suffix."""
    summary = "The network of collaborations: Cytoscape elements, GraphML or GEXF."
    problems = (*PROBLEMS, "result-too-large", "not-in-xml", "not-found")
    return tuple(
        Operation(name, path, summary, _network, values=_VALUES, formats=FORMATS, statuses=statuses,
                  problems=problems, schema="network", example=example, tag="api")
        for name, path, statuses, example in (
            ("network", PATH, (200, 303), f"{PATH}?agent=id:organization/icesco"),
            ("networkAs", PATH + ".{suffix}", (200,), f"{PATH}.json?agent=id:organization/icesco"),
        )
    )  # fmt: skip


@dataclass(frozen=True)
class NetworkAsked:
    """What a request asks for."""

    period: Period
    agent: str | None
    depth: str
    role: str | None
    kind: str | None
    source: str | None
    with_communities: bool
    language: str

    @property
    def bound(self) -> dict[str, str]:
        """The parameters of the query besides the period."""
        given = {"role": self.role, "kind": self.kind, "source": self.source}
        return {name: value for name, value in given.items() if value is not None}


async def _network(request: Request, context: Context) -> Reply:
    suffix = request.path_params.get("suffix", "")
    if suffix and named(suffix, FORMATS) is None:
        raise UnknownName(f"the network has no format with the suffix {suffix[:20]!r}; there are json, graphml, gexf")
    chosen = negotiated(request.scope, FORMATS if suffix else (*FORMATS, HTML), suffix=suffix)
    values = values_of(request.scope)
    if chosen == HTML:
        return redirect(_page(values))
    return await network_reply(request, context, network_asked(values), chosen)


async def network_reply(request: Request, context: Context, asked: NetworkAsked, chosen: Format) -> Reply:
    """The network that is asked for, in one of `FORMATS`.

    Raises:
        ResultTooLarge, ParameterError, LimitReached, EngineTrouble: as `read_network`.
        NotInXml: as `graphml_of`.
    """
    await fresh_enough(request, context)
    generation = await generation_in(values_of(request.scope), context)
    edition = await current(request, context, PATH, str(asked), chosen.extension, at_generation=generation)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        network = await read_network(asking, asked)
    if chosen == JSON:
        return cached(json_reply(envelope(edition.generation, **network_members(network, asked))), edition)
    written = await asyncio.to_thread(graphml_of if chosen == GRAPHML else gexf_of, network)
    return cached(Reply(written, chosen), edition)


async def read_network(asking: Asking, asked: NetworkAsked) -> Network:
    """The network that is asked for.

    Raises:
        ResultTooLarge: it has more agents or links than are drawn.
        ParameterError, LimitReached, EngineTrouble: as the query and the analyses.
    """
    rows = await collaboration_rows(asking, asked.period, **asked.bound)
    around = {"agent": asked.agent, "depth": asked.depth} if asked.agent else {}
    found = await asking.context.analyses.run("collaboration-network", rows, around)
    links: dict[tuple[str, str], list[str]] = {}
    for row in found:
        links.setdefault((row["one"]["value"], row["other"]["value"]), []).append(row["context"]["value"])
    agents = sorted({agent for pair in links for agent in pair} | ({asked.agent} if asked.agent else set()))
    check_size(len(agents), len(links))
    communities = {}
    if asked.with_communities:
        grouped = await asking.context.analyses.run("communities", rows, {})
        communities = {row["agent"]["value"]: int(row["community"]["value"]) for row in grouped}
    contexts = await contexts_of(asking, {context for shared in links.values() for context in shared})
    return Network(
        links=links,
        agents=await kinds_of_agents(asking, agents),
        contexts=contexts,
        labels=await asking.labels({*agents, *contexts, *_KINDS}),
        language=asked.language,
        communities={agent: communities[agent] for agent in agents if agent in communities},
    )


def check_size(agents: int, links: int) -> None:
    """Make sure that a network of so many *agents* and *links* can be drawn.

    Raises:
        ResultTooLarge: it has more than are drawn.
    """
    if agents > MOST_AGENTS or links > MOST_LINKS:
        raise ResultTooLarge(
            f"the network has {agents:,} agents and {links:,} links, and at most {MOST_AGENTS:,} and {MOST_LINKS:,} "
            "are drawn; ask for the surroundings of one agent, or for a period, source, kind or role",
            agents=agents,
            links=links,
            most_agents=MOST_AGENTS,
            most_links=MOST_LINKS,
        )


def network_members(network: Network, asked: NetworkAsked) -> dict[str, object]:
    """What an answer says of *network*."""
    members: dict[str, object] = {
        "period": asked.period.told,
        "agents": at_least(len(network.agents), complete=False),
        "links": at_least(len(network.links), complete=False),
        "elements": network.elements(),
        "contexts": network.contexts_told(),
        "kinds": kinds_told(_KINDS, network.labels),
    }
    return members | ({} if network.links else unknown_because("no-collaboration-on-record"))


def network_asked(values: Mapping[str, str]) -> NetworkAsked:
    """What *values*, the parameters of an address, ask for.

    Raises:
        ParameterError: one of them means nothing.
    """
    agent = iri_in(values, AGENT)
    if agent is None and DEPTH.name in values:
        raise ParameterError("'depth' is how far the surroundings of an 'agent' reach; give 'agent' too",
                             parameter=DEPTH.name)  # fmt: skip
    kind = choice_in(values, KIND) if KIND.name in values else None
    return NetworkAsked(
        period=period_in(values),
        agent=agent,
        depth=choice_in(values, DEPTH),
        role=iri_in(values, ROLE),
        kind=next((class_ for class_, word in KINDS.items() if word == kind), None),
        source=_source(values),
        with_communities=choice_in(values, COMMUNITIES) == "true",
        language=language_in(values),
    )


def _page(values: Mapping[str, str]) -> str:
    """Where a browser finds what *values* ask for."""
    about = {"about": values[AGENT.name]} if AGENT.name in values else {}
    query = urlencode(about | {name: values[name] for name in _ON_PAGE if name in values}, safe=":/")
    return f"{PAGE}?{query}" if query else PAGE


def _source(values: Mapping[str, str]) -> str | None:
    """The graph of the source that is given by its slug or by the IRI of its graph."""
    text = values.get(SOURCE.name)
    if text is not None and _SLUG.fullmatch(text):
        return source_graph(text).value
    return iri_in(values, Value(SOURCE.name, SOURCE.doc, type="iri"))

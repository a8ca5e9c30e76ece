"""The network as tables: its agents with how many they work with, its links with what connects the two."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heritage_graph.web.api.collaboration_contexts import Json
    from heritage_graph.web.api.network_graph import Network

MOST_AGENTS: Final = 200
MOST_LINKS: Final = 300
"""Longer tables are not read; the other formats have all."""


@dataclass(frozen=True)
class AgentRow:
    """An agent, and how many partners and contexts it has in the network."""

    agent: Json
    kind: str
    partners: int
    contexts: int


@dataclass(frozen=True)
class LinkRow:
    """Two agents, and the contexts that connect them."""

    one: Json
    other: Json
    contexts: Sequence[Json]


@dataclass(frozen=True)
class Tables:
    """The agents with most partners first, the links with most contexts first; and how many there are of both."""

    agents: Sequence[AgentRow]
    links: Sequence[LinkRow]
    all_agents: int
    all_links: int


def tables_of(network: Network, language: str) -> Tables:
    """The tables of *network*; what is equal otherwise comes by name in *language*."""
    partners = Counter(agent for pair in network.links for agent in pair)
    contexts: dict[str, set[str]] = {agent: set() for agent in network.agents}
    for (one, other), shared in network.links.items():
        contexts[one].update(shared)
        contexts[other].update(shared)
    labels = network.labels
    name = {agent: labels.text(agent, language) or agent for agent in network.agents}
    agents = sorted(network.agents, key=lambda agent: (-partners[agent], name[agent]))
    links = sorted(network.links.items(), key=lambda link: (-len(link[1]), *sorted(name[agent] for agent in link[0])))
    return Tables(
        agents=[
            AgentRow(labels.reference(agent), network.agents[agent], partners[agent], len(contexts[agent]))
            for agent in agents[:MOST_AGENTS]
        ],
        links=[
            LinkRow(
                labels.reference(min(pair, key=name.__getitem__)),
                labels.reference(max(reversed(pair), key=name.__getitem__)),
                [network.contexts[context].told(labels) for context in shared],
            )
            for pair, shared in links[:MOST_LINKS]
        ],
        all_agents=len(agents),
        all_links=len(links),
    )

"""The network as tables: its agents by kind, its links with what connects the two."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heritage_graph.web.api.collaboration_contexts import Json
    from heritage_graph.web.api.lists import PageAsked
    from heritage_graph.web.api.network_graph import Network

MOST_AGENTS: Final = 1_000
"""Of one kind; a longer table is not read, and the other formats have all."""

_KINDS: Final = ("organization", "state", "person", "other")
"""Of agents, in the order of the tables."""


@dataclass(frozen=True)
class AgentRow:
    """An agent, and how many partners and contexts it has in the network."""

    agent: Json
    partners: int
    contexts: int


@dataclass(frozen=True)
class AgentTable:
    """The agents of one kind, those with most partners first; and how many there are."""

    kind: str
    rows: Sequence[AgentRow]
    number: int


@dataclass(frozen=True)
class LinkRow:
    """Two agents, and the contexts that connect them."""

    one: Json
    other: Json
    contexts: Sequence[Json]


@dataclass(frozen=True)
class LinkTable:
    """One page of the links, those with most contexts first.

    `first` is the number of its first link among all `number`, `following` the key of its last link when more come.
    `kinds` tells how many links contexts of each kind make; a link may be made by several.
    """

    rows: Sequence[LinkRow]
    first: int
    number: int
    following: str | None
    kinds: Mapping[str, int]


def agent_tables(network: Network, language: str) -> list[AgentTable]:
    """The agents of *network* by kind; those with as many partners come by name in *language*."""
    partners = Counter(agent for pair in network.links for agent in pair)
    contexts: dict[str, set[str]] = {agent: set() for agent in network.agents}
    for (one, other), shared in network.links.items():
        contexts[one].update(shared)
        contexts[other].update(shared)
    labels = network.labels
    name = {agent: labels.text(agent, language) or agent for agent in network.agents}
    ordered = sorted(network.agents, key=lambda agent: (-partners[agent], name[agent]))
    tables = []
    for kind in _KINDS:
        agents = [agent for agent in ordered if network.agents[agent] == kind]
        rows = [
            AgentRow(labels.reference(agent), partners[agent], len(contexts[agent])) for agent in agents[:MOST_AGENTS]
        ]
        if rows:
            tables.append(AgentTable(kind, rows, len(agents)))
    return tables


def link_table(network: Network, asked: PageAsked, language: str) -> LinkTable:
    """The page of the links of *network* that is *asked* for; each names its two agents by name in *language*.

    The order of the links is the same in every language, so that pages of several fit together.
    """
    ordered = sorted(network.links.items(), key=lambda link: (-len(link[1]), link[0]))
    keyed = list(enumerate(ordered))
    page, following = asked.cut(keyed, lambda each: f"{each[0]:08}")
    kinds = Counter(
        kind for shared in network.links.values() for kind in {network.contexts[context].kind for context in shared}
    )
    return LinkTable(
        rows=[_link_row(network, pair, shared, language) for _, (pair, shared) in page],
        first=page[0][0] + 1 if page else 0,
        number=len(ordered),
        following=following,
        kinds={kind: number for kind, number in kinds.most_common() if kind != "other"},
    )


def _link_row(network: Network, pair: tuple[str, str], shared: Sequence[str], language: str) -> LinkRow:
    labels = network.labels
    one, other = sorted(pair, key=lambda agent: (labels.text(agent, language) or agent, agent))
    return LinkRow(
        labels.reference(one),
        labels.reference(other),
        [network.contexts[context].told(labels) for context in shared],
    )

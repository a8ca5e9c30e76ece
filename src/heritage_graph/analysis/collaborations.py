"""Who works with whom, as read from rows of participations.

A row tells one of three things: that `agent` took part in `context` in a role that implies collaboration; that `agent`
is a part of `whole`; or that `thing` is called `name`. Agents of one house (one a part of the other, or both parts of a
third) are no partners.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.analysis.rows import Cell, Row


@dataclass(frozen=True)
class Collaborations:
    """Agents by context and contexts by agent, each sorted; the house of each agent; a name of things that have one."""

    agents: Mapping[str, Sequence[str]]
    contexts: Mapping[str, Sequence[str]]
    house: Mapping[str, frozenset[str]]
    names: Mapping[str, Cell]

    def are_apart(self, one: str, other: str) -> bool:
        """Tell whether two agents are neither the same nor of one house."""
        return self.house[one].isdisjoint(self.house[other])

    def shared(self, one: str, other: str) -> list[str]:
        """The contexts in which both took part, sorted."""
        return sorted(set(self.contexts[one]).intersection(self.contexts[other]))

    def named(self, **things: str) -> dict[str, Cell]:
        """The cells `{column}Name` of the *things* that have a name."""
        return {f"{column}Name": self.names[thing] for column, thing in things.items() if thing in self.names}

    def pairs(self) -> dict[tuple[str, str], list[str]]:
        """The shared contexts of each pair of partners, sorted; the lesser IRI is first."""
        found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for context, agents in self.agents.items():
            for one, other in combinations(agents, 2):
                if self.are_apart(one, other):
                    found[one, other].append(context)
        return dict(sorted(found.items()))


def collaborations_in(rows: Iterable[Row]) -> Collaborations:
    """The collaborations that *rows* tell of, in any order; of several names the first in alphabetical order."""
    agents: defaultdict[str, set[str]] = defaultdict(set)
    contexts: defaultdict[str, set[str]] = defaultdict(set)
    wholes: defaultdict[str, set[str]] = defaultdict(set)
    names: dict[str, Cell] = {}
    for row in rows:
        if "context" in row:
            agents[row["context"]["value"]].add(row["agent"]["value"])
            contexts[row["agent"]["value"]].add(row["context"]["value"])
        elif "whole" in row:
            wholes[row["agent"]["value"]].add(row["whole"]["value"])
        else:
            thing, name = row["thing"]["value"], row["name"]
            names[thing] = min(names.get(thing, name), name, key=lambda each: each["value"])
    return Collaborations(
        agents={context: sorted(agents[context]) for context in sorted(agents)},
        contexts={agent: sorted(contexts[agent]) for agent in sorted(contexts)},
        house={agent: frozenset({agent, *wholes[agent]}) for agent in contexts},
        names=names,
    )


def partner_graph(collaborations: Collaborations, pairs: Mapping[tuple[str, str], Sequence[str]]) -> nx.Graph[int]:
    """The graph of *pairs*: nodes are the places of agents in `contexts`, so that no order depends on a hash.

    The weight of an edge is the sum of 1/(n - 1) over the shared contexts, n being how many took part: who met among
    two has worked more closely than who met among fifty (Newman 2001, doi:10.1103/PhysRevE.64.016132).
    """
    place = {agent: number for number, agent in enumerate(collaborations.contexts)}
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(sorted({place[agent] for pair in pairs for agent in pair}))
    for (one, other), shared in pairs.items():
        weight = sum(1 / (len(collaborations.agents[context]) - 1) for context in shared)
        graph.add_edge(place[one], place[other], weight=weight)
    return graph

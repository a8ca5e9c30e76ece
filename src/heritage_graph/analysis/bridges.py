"""Find the agents that hold otherwise separate groups together.

Groups come from the biconnected components (Hopcroft and Tarjan 1973, doi:10.1145/362248.362272), betweenness from
Brandes 2001 (doi:10.1080/0022250X.2001.9990249).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, cast

import networkx as nx

from heritage_graph.analysis.collaborations import collaborations_in, partner_graph
from heritage_graph.analysis.rows import boolean, iri, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heritage_graph.analysis.rows import Row


_STEPS: Final = 1_000_000
"""How many steps along edges the betweenness may take: a few seconds."""


def bridges(rows: Sequence[Row], _: Mapping[str, str]) -> list[Row]:
    """One row for each agent that bridges, each group that only it connects, and each partner it has in the group.

    `groups` counts the groups into which the agent's surroundings fall without it; `group` numbers them, the largest
    first, and `groupSize` tells how many agents each has. `bridge` is true when the link to the partner `through` is
    the only one between the group and the rest. An agent on shortest paths without which nothing falls apart has one
    row, with 1 group and no partner. `betweenness` is the share of shortest paths that lead over the agent, estimated
    from a sample of agents where `exact` is false. Most betweenness first, then by IRI.
    """
    known = collaborations_in(rows)
    graph = partner_graph(known, known.pairs())
    agents = list(known.contexts)
    pivots = pivot_count(graph)
    betweenness = nx.betweenness_centrality(graph, k=None if pivots == len(graph) else pivots, seed=0)
    separated = groups_by_cut(graph)
    found: list[Row] = []
    for node in sorted(graph, key=lambda node: (-round(betweenness[node], 6), node)):
        groups = separated.get(node, [])
        if not groups and not betweenness[node]:
            continue
        told = {
            "agent": iri(agents[node]),
            "betweenness": number(round(float(betweenness[node]), 6)),
            "exact": boolean(pivots == len(graph)),
            "groups": number(len(groups) or 1),
            **known.named(agent=agents[node]),
        }
        found += [
            {
                **told,
                "group": number(place),
                "groupSize": number(size),
                "through": iri(agents[partner]),
                "bridge": boolean(len(partners) == 1),
                **known.named(through=agents[partner]),
            }
            for place, (size, partners) in enumerate(groups, start=1)
            for partner in partners
        ] or [told]
    return found


def pivot_count(graph: nx.Graph[int]) -> int:
    """From how many agents the betweenness is computed: all when that takes no more than the steps allowed."""
    around = len(graph) + graph.number_of_edges()
    return len(graph) if len(graph) * around <= _STEPS else max(1, min(len(graph), _STEPS // around))


def groups_by_cut(graph: nx.Graph[int]) -> dict[int, list[tuple[int, list[int]]]]:
    """For each articulation point, the groups that are left without it: size and its partners there, sorted.

    The largest group is first, then the one with the least partner. The sizes are summed along the tree of blocks and
    articulation points, so that no group is walked twice.
    """
    # types-networkx takes the node type of both for a set.
    components = cast("list[set[int]]", list(nx.connected_components(graph)))
    blocks = [sorted(block) for block in cast("list[set[int]]", list(nx.biconnected_components(graph)))]
    blocks_of: defaultdict[int, list[int]] = defaultdict(list)
    for place, block in enumerate(blocks):
        for node in block:
            blocks_of[node].append(place)
    found: dict[int, list[tuple[int, list[int]]]] = {}
    for component in components:
        behind = _sizes_behind(blocks, blocks_of, blocks_of[min(component)][0] if len(component) > 1 else None)
        for node in component:
            if len(blocks_of[node]) > 1:
                sizes = {place: behind[place] for place in blocks_of[node] if behind.get(place, (0, -1))[1] == node}
                groups = []
                for place in blocks_of[node]:
                    size = sizes[place][0] if place in sizes else len(component) - 1 - sum(s for s, _ in sizes.values())
                    groups.append((size, sorted(set(graph[node]).intersection(blocks[place]))))
                found[node] = sorted(groups, key=lambda group: (-group[0], group[1]))
    return found


def _sizes_behind(
    blocks: Sequence[Sequence[int]], blocks_of: Mapping[int, Sequence[int]], root: int | None
) -> dict[int, tuple[int, int]]:
    """For each block but the *root*: how many nodes lie in it and behind it, and the articulation point before it."""
    if root is None:
        return {}
    before: dict[int, int] = {}
    order = [root]
    for place in order:
        for node in blocks[place]:
            if node != before.get(place):
                for behind in blocks_of[node]:
                    if behind != place:
                        before[behind] = node
                        order.append(behind)
    sizes: dict[int, int] = {}
    at: defaultdict[int, int] = defaultdict(int)
    for place in reversed(order[1:]):
        own = [node for node in blocks[place] if node != before[place]]
        sizes[place] = len(own) + sum(at[node] for node in own)
        at[before[place]] += sizes[place]
    return {place: (size, before[place]) for place, size in sizes.items()}

"""Group the agents that work more with each other than with the rest.

The method is that of Louvain (Blondel et al. 2008, doi:10.1088/1742-5468/2008/10/P10008) with a fixed seed, over the
weights of `partner_graph`; a community that is not connected is taken apart into its pieces, since the method does not
rule it out (Traag et al. 2019, doi:10.1038/s41598-019-41695-z).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import networkx as nx

from heritage_graph.analysis.collaborations import collaborations_in, partner_graph
from heritage_graph.analysis.rows import iri, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heritage_graph.analysis.rows import Row


_SEED: Final = 0


def communities(rows: Sequence[Row], _: Mapping[str, str]) -> list[Row]:
    """One row for each agent with a partner: the number of its community, and its partners inside and outside of it.

    The largest community is number 1; of equal ones the first is that with the least IRI. Within one, by IRI.
    """
    known = collaborations_in(rows)
    graph = partner_graph(known, known.pairs())
    agents = list(known.contexts)
    return [
        {
            "community": number(place),
            "size": number(len(community)),
            "agent": iri(agents[node]),
            "partnersInside": number(len(inside := community.intersection(graph[node]))),
            "partnersOutside": number(len(graph[node]) - len(inside)),
            **known.named(agent=agents[node]),
        }
        for place, community in enumerate(communities_of(graph), start=1)
        for node in sorted(community)
    ]


def communities_of(graph: nx.Graph[int]) -> list[set[int]]:
    """The communities of *graph*, which has no node alone: the largest first, then by the least node."""
    if not graph:
        return []
    found = nx.community.louvain_communities(graph, weight="weight", seed=_SEED)
    pieces = [set(piece) for each in found for piece in nx.connected_components(graph.subgraph(each))]
    return sorted(pieces, key=lambda piece: (-len(piece), min(piece)))

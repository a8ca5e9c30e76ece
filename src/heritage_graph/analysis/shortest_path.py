"""Find the shortest chain of collaborations between two agents."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from heritage_graph.analysis.collaborations import collaborations_in
from heritage_graph.analysis.rows import iri, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heritage_graph.analysis.collaborations import Collaborations
    from heritage_graph.analysis.rows import Row


def shortest_path(rows: Sequence[Row], values: Mapping[str, str]) -> list[Row]:
    """One row for each hop of a shortest path and each context that its two agents share, from `from` to `to`.

    Of several shortest paths the one whose agents come first, IRI by IRI. No row when no path is on record; the single
    hop 0 without a context when both are the same agent.
    """
    start, goal = values["from"], values["to"]
    known = collaborations_in(rows)
    if start == goal:
        return [{"hop": number(0), "one": iri(start), "other": iri(goal), **known.named(one=start, other=goal)}]
    return [
        {
            "hop": number(hop),
            "one": iri(one),
            "other": iri(other),
            "context": iri(context),
            **known.named(one=one, other=other, context=context),
        }
        for hop, (one, other) in enumerate(_hops(known, start, goal), start=1)
        for context in known.shared(one, other)
    ]


def _hops(known: Collaborations, start: str, goal: str) -> list[tuple[str, str]]:
    """The pairs of agents along the path; empty when there is none."""
    if start not in known.contexts or goal not in known.contexts:
        return []
    distance = _distances(known, goal)
    if start not in distance:
        return []
    hops = []
    here = start
    while here != goal:
        there = min(
            agent
            for context in known.contexts[here]
            for agent in known.agents[context]
            if distance.get(agent) == distance[here] - 1 and known.are_apart(here, agent)
        )
        hops.append((here, there))
        here = there
    return hops


def _distances(known: Collaborations, start: str) -> dict[str, int]:
    """How many hops each agent that can be reached is from *start*.

    The search goes through contexts and lets go of who is reached, so a context of a thousand agents costs a thousand
    steps and not a million pairs.
    """
    distance = {start: 0}
    left = {context: set(agents) for context, agents in known.agents.items()}
    ahead = deque([start])
    while ahead:
        here = ahead.popleft()
        for context in known.contexts[here]:
            reached = {agent for agent in left[context] if agent in distance or known.are_apart(here, agent)}
            left[context] -= reached
            fresh = sorted(agent for agent in reached if agent not in distance)
            distance.update(dict.fromkeys(fresh, distance[here] + 1))
            ahead.extend(fresh)
    return distance

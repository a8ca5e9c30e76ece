"""Draw the network of partners, or the surroundings of one agent in it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from heritage_graph.analysis.collaborations import collaborations_in
from heritage_graph.analysis.rows import iri
from heritage_graph.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.analysis.rows import Row


_MOST_MEETINGS: Final = 500_000
"""How many times two agents may meet in one context, over all contexts: beyond it no drawing is legible."""


def collaboration_network(rows: Sequence[Row], values: Mapping[str, str]) -> list[Row]:
    """One row for each pair of partners and each context they share, by IRI; the lesser IRI of a pair is first.

    With `agent`, only pairs of which one is at most `depth` - 1 hops away from it, or both are `depth` hops away.

    Raises:
        ParameterError: the network is too large to be drawn.
    """
    known = collaborations_in(rows)
    meetings = sum(len(agents) * (len(agents) - 1) // 2 for agents in known.agents.values())
    if meetings > _MOST_MEETINGS:
        raise ParameterError(
            f"two agents meet {meetings:,} times in one context, and a network of more than {_MOST_MEETINGS:,} "
            "meetings is not drawn; ask for a period, a source, a kind or a role",
            limit=_MOST_MEETINGS,
        )
    pairs = known.pairs()
    kept = _around(pairs, values["agent"], int(values["depth"])) if "agent" in values else None
    return [
        {
            "one": iri(one),
            "other": iri(other),
            "context": iri(context),
            **known.named(one=one, other=other, context=context),
        }
        for (one, other), shared in pairs.items()
        if kept is None or (one in kept and other in kept)
        for context in shared
    ]


def _around(pairs: Iterable[tuple[str, str]], agent: str, depth: int) -> set[str]:
    """The agents at most *depth* hops from *agent*, itself too."""
    partners: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        partners[one].add(other)
        partners[other].add(one)
    reached = {agent}
    for _ in range(depth):
        reached |= {partner for each in reached for partner in partners.get(each, ())}
    return reached

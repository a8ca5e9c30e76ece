"""The agents that a form offers by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from heritage_graph.web.api.references import Asking

_MOST: Final = 200
"""So many can still be looked through; whoever is not among them has a link from the page about it."""


class AgentChoice:
    """The agents that a stored question counts, by generation; *name* is its name."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._kept: tuple[int, tuple[str, ...]] = (-1, ())

    async def offered(self, asking: Asking, chosen: str | None, language: str) -> list[dict[str, object]]:
        """Those in most agreements or events, and *chosen*, as references by their name in *language*.

        Raises:
            LimitReached, EngineTrouble: as `Service.query`.
        """
        if self._kept[0] != asking.generation:
            rows = await asking.rows(self._name)
            self._kept = asking.generation, tuple(row["agent"]["value"] for row in rows[:_MOST])
        agents = dict.fromkeys([*self._kept[1], *([chosen] if chosen else [])])
        labels = await asking.labels(agents)
        named = sorted(agents, key=lambda agent: (labels.text(agent, language) or agent).casefold())
        return [labels.reference(agent) for agent in named]

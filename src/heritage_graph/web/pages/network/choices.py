"""What readers of the network choose from: agents by their names, roles, kinds and sources."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import LimitReached, ParameterError
from heritage_graph.namespaces import HGV, source_graph
from heritage_graph.web.api.collaboration_contexts import KINDS
from heritage_graph.web.api.parameters import iri_in
from heritage_graph.web.routing import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heritage_graph.web.api.references import Asking, Labels
    from heritage_graph.web.context import Context
    from heritage_graph.web.pages.agent_choice import AgentChoice

ABOUT: Final = Value("about", "Only the surroundings of this agent: its IRI, or its name as it stands in the graph.",
                     example="id:organization/icesco")  # fmt: skip
_AGENTS: Final = ("organizations", "states", "people")
_MOST_SOURCES: Final = 100
_LIKE_IT: Final = 5
_ROLES: Final = f"{HGV}role/"
_SOURCES: Final = source_graph("").value


@dataclass(frozen=True)
class Choice:
    """Something that can be chosen: what stands for it in an address, and its name."""

    value: str
    name: str


@dataclass(frozen=True)
class Choices:
    """What can be chosen; each list is sorted by name, and empty when it would be too long to choose from."""

    agents: Sequence[str]
    roles: Sequence[Choice]
    kinds: Sequence[Choice]
    sources: Sequence[Choice]


async def choices_of(asking: Asking, agents: AgentChoice, language: str) -> Choices:
    """What the network can be filtered by, with names in *language*.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    roles = {row["role"]["value"] for row in await asking.rows("collaborating-roles")}
    sources = {row["graph"]["value"] for row in await asking.rows("source-list")}
    sources = sources if len(sources) <= _MOST_SOURCES else set()
    labels = await asking.labels({*roles, *sources, *KINDS})
    return Choices(
        agents=await agent_names(asking, agents, language),
        roles=_named(labels, roles, language, {iri: iri.removeprefix(_ROLES) for iri in roles}),
        kinds=_named(labels, KINDS, language, KINDS),
        sources=_named(labels, sources, language, {iri: iri.removeprefix(_SOURCES) for iri in sources}),
    )


async def agent_names(asking: Asking, agents: AgentChoice, language: str) -> list[str]:
    """The names in *language* of the agents that are offered, in their order; none when finding them takes too long.

    Raises:
        EngineTrouble: as `Service.query`.
    """
    try:
        offered = await agents.offered(asking, None, language)
    except LimitReached:  # whoever is known by name needs no list
        return []
    labels = await asking.labels(str(each["id"]) for each in offered)
    return list(dict.fromkeys(name for each in offered if (name := labels.text(str(each["id"]), language))))


async def agent_named(context: Context, values: Mapping[str, str], value: Value) -> str | None:
    """The IRI of the agent that *values* give for the parameter *value*, by IRI or by name; None when there is none.

    Raises:
        ParameterError: it is no IRI, and nobody is called so; the error lists names that are like it.
        Busy, EngineTrouble: as `Indexes.of`.
    """
    text = values.get(value.name, "").strip()
    if not text:
        return None
    try:
        return iri_in({value.name: text}, Value(value.name, value.doc, type="iri"))
    except ParameterError:
        index = await context.indexes.current()
        found = await asyncio.to_thread(index.search, text, kinds=_AGENTS, limit=_LIKE_IT)
    exact = [match.thing.iri for match in found if match.exact]
    if exact:
        return exact[0]
    like = [match.name for match in found]
    said = f"names like it: {'; '.join(like)}" if like else "the lists on the page have names that are"
    raise ParameterError(
        f"{value.name!r}: no organization, state or person is called {text[:80]!r}; {said}",
        parameter=value.name, allowed=like,
    )  # fmt: skip


def _named(labels: Labels, iris: Iterable[str], language: str, values: Mapping[str, str]) -> list[Choice]:
    return sorted(
        (Choice(values[iri], labels.text(iri, language) or values[iri]) for iri in iris),
        key=lambda choice: (choice.name, choice.value),
    )

"""/network/summary: the network as a small part of another page shows it, in few bytes however large it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heritage_graph.web.api.collaboration_contexts import AGENT_KINDS, KINDS, kinds_of_agents, kinds_told
from heritage_graph.web.api.envelope import envelope
from heritage_graph.web.api.freshness import MIN_GENERATION, fresh_enough
from heritage_graph.web.api.parameters import LANGUAGE, PROBLEMS, language_in
from heritage_graph.web.api.references import Asking
from heritage_graph.web.limits import client_of
from heritage_graph.web.negotiation import JSON
from heritage_graph.web.replies import cached, current, json_reply
from heritage_graph.web.routing import FORMAT, Operation, negotiated, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from heritage_graph.web.api.collaboration_contexts import Json
    from heritage_graph.web.context import Context
    from heritage_graph.web.replies import Reply

PATH: Final = "/network/summary"
MOST_AGENTS: Final = 40
MOST_LINKS: Final = 200
"""More agents, or more links between them, are no picture in a corner of a page."""
_KINDS: Final = {**KINDS, **AGENT_KINDS}


def operations() -> tuple[Operation, ...]:
    """The network of another page."""
    return (
        Operation("networkSummary", PATH, "The network for a small picture: who took part in most, and their links.",
                  _summary, values=(LANGUAGE, MIN_GENERATION, FORMAT), formats=(JSON,), problems=PROBLEMS,
                  schema="network-summary", example=PATH, tag="pages"),
    )  # fmt: skip


async def _summary(request: Request, context: Context) -> Reply:
    negotiated(request.scope, (JSON,))
    language = language_in(values_of(request.scope))
    await fresh_enough(request, context)
    edition = await current(request, context, PATH, language, JSON.extension)
    if edition.unchanged:
        return edition.unchanged
    asking = Asking(request, context, edition.generation)
    with context.budgets.spending(client_of(request.scope)):
        members = await read_summary(asking, language, MOST_AGENTS, MOST_LINKS)
    return cached(json_reply(envelope(edition.generation, **members)), edition)


async def read_summary(asking: Asking, language: str, most_agents: int, most_links: int) -> Json:
    """What an answer says of the network, with names in *language*.

    Of the *most_agents* that took part in most, those that worked with each other; of their links, the strongest.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    agents = [row["agent"]["value"] for row in await asking.rows("network-agents")]
    links = (await asking.rows_about("largest-links", "agents", agents[:most_agents]))[:most_links]
    kinds = await _kinds_by_class(asking, {class_ for link in links for class_ in link["classes"]["value"].split()})
    linked = await kinds_of_agents(asking, sorted({link[end]["value"] for link in links for end in ("one", "other")}))
    labels = (await asking.labels({*linked, *_KINDS})).in_language(language)
    nodes: list[Json] = [{"id": iri, "labels": labels.words(iri), "kind": kind} for iri, kind in linked.items()]
    edges: list[Json] = [
        {
            "source": link["one"]["value"],
            "target": link["other"]["value"],
            "weight": int(link["contexts"]["value"]),
            "kinds": sorted({kinds[class_] for class_ in link["classes"]["value"].split()}),
        }
        for link in links
    ]
    return {
        "elements": {"nodes": [{"data": node} for node in nodes], "edges": [{"data": edge} for edge in edges]},
        "kinds": kinds_told(_KINDS, labels),
    }


async def _kinds_by_class(asking: Asking, classes: set[str]) -> Mapping[str, str]:
    """The word for the kind of contexts of each of *classes*; of several the first holds."""
    above: dict[str, set[str]] = {class_: set() for class_ in classes}
    for row in await asking.rows_about("classes-below", "classes", classes, above=" ".join(KINDS)):
        above[row["class"]["value"]].add(row["above"]["value"])
    return {
        class_: next((word for kind, word in KINDS.items() if kind in found), "other")
        for class_, found in above.items()
    }

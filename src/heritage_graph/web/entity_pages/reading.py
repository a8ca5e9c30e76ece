"""Ask the store what the page about a thing needs: a bounded number of queries, each answered by an index."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from heritage_graph.model.records import family_of
from heritage_graph.namespaces import HG, RDF, is_generic_graph, is_published
from heritage_graph.query_files import bind
from heritage_graph.web.api.around_agreements import dates_of, participants_of
from heritage_graph.web.api.disputes import disputes_about
from heritage_graph.web.api.statements import statements_in
from heritage_graph.web.entity_pages.layouts import AGENTS
from heritage_graph.web.replies import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from heritage_graph.service import Row
    from heritage_graph.web.api.around_agreements import Dated, Participant
    from heritage_graph.web.api.disputes import Disputes
    from heritage_graph.web.api.references import Asking
    from heritage_graph.web.api.statements import Statement

MOST_LISTED: Final = 30
"""How many things a list on a page has; the rest is where its link leads."""
MOST_AROUND: Final = 100
"""How many nodes around a thing its page tells."""
MOST_PARTNERS: Final = 60
"""How many partners are told by name."""
_MOST_STATEMENTS: Final = 2000
_MOST_CONTEXTS: Final = 1000
_MOST_ASSERTED: Final = 2000
_PAIRS: Final = 4  # graphs that state one link, seldom more than one

_COUNTING: Final[Mapping[str, Callable[[str], bool]]] = {
    "published": lambda graph: is_published(NamedNode(graph)),
    "generic": lambda graph: is_generic_graph(NamedNode(graph)),
    "elsewhere": lambda graph: not is_generic_graph(NamedNode(graph)),
}
"""Which graphs count where a thing stands: what essays claim of nobody is never mixed with what is known."""

Nodes = dict[str, dict[str, list["Statement"]]]


@dataclass(frozen=True)
class Links:
    """What points to a thing by one property: how many there are, and the first of them with the graphs that say so."""

    count: int
    nodes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Context:
    """What an agent takes part in, and by which participation.

    The roles and the graphs that say so are known of those that the page lists.
    """

    iri: str
    participation: str
    property: str
    roles: tuple[str, ...] = ()
    graphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """What a list tells of a thing beside its name: its classes and its days, as written, by property."""

    classes: tuple[str, ...] = ()
    days: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What was read for one page.

    `nodes` are those around the thing, by way and IRI; `contexts` what an agent takes part in, by kind, the latest
    first, and `partner_count` is all of whom `partners` are the first; `asserted` is what the graph of a document
    speaks of, with the number of its statements. `dates` and `taking_part` are those of the agreements and contexts
    that the page lists.
    """

    iri: str
    statements: Sequence[Statement]
    nodes: Nodes = field(default_factory=dict)
    links: Mapping[str, Links] = field(default_factory=dict)
    contexts: Mapping[str, Sequence[Context]] = field(default_factory=dict)
    contexts_cut: bool = False
    partners: Sequence[str] = ()
    partner_count: int = 0
    asserted: Mapping[str, int] = field(default_factory=dict)
    cards: Mapping[str, Card] = field(default_factory=dict)
    dates: Mapping[tuple[str, str], Dated] = field(default_factory=dict)
    taking_part: Mapping[str, Sequence[Participant]] = field(default_factory=dict)
    disputes: Disputes = field(default_factory=dict)

    @property
    def family(self) -> str:
        """The kind of the thing: the first segment of its IRI."""
        return family_of(self.iri)


async def read(asking: Asking, iri: str, *, place: str) -> Reading:
    """What the page about *iri* needs, where *place* is that of its `Standing`.

    What generic graphs say is told of what only they know, and of nothing else.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    counts = _COUNTING[place]
    is_agent = family_of(iri) in AGENTS
    rows, around, linking, contexts, partners, asserted = await asyncio.gather(
        _first(asking, "entity-statements", _MOST_STATEMENTS, this=iri),
        _first(asking, "entity-nodes", MOST_AROUND, this=iri),
        asking.rows("entity-link-counts", this=iri),
        _first(asking, "entity-contexts", _MOST_CONTEXTS, this=iri) if is_agent else _nothing(),
        asking.rows("entity-partners", this=iri) if is_agent else _nothing(),
        _first(asking, "entity-asserted", _MOST_ASSERTED, this=iri) if family_of(iri) == "document" else _nothing(),
    )
    statements = statements_in(row for row in rows if counts(row["graph"]["value"]))
    nodes, links, disputes = await asyncio.gather(
        _nodes(asking, around, counts),
        _links(asking, iri, linking, counts, told={row["node"]["value"] for row in around}),
        disputes_about(asking, iri, statements) if place == "published" else _no_disputes(),
    )
    taking_part = await _contexts(asking, contexts, counts)
    listed = [each.iri for of_kind in taking_part.values() for each in of_kind[:MOST_LISTED]]
    agreements = {each for each in (iri, *listed, *_linking(links)) if family_of(each) == "agreement"}
    cards, dates, participants = await asyncio.gather(
        _cards(asking, {*listed, *_linking(links)}),
        dates_of(asking, agreements),
        participants_of(asking, listed),
    )
    return Reading(
        iri,
        statements,
        nodes,
        links,
        taking_part,
        len(contexts) == _MOST_CONTEXTS,
        [row["partner"]["value"] for row in partners[:MOST_PARTNERS]],
        len(partners),
        {row["thing"]["value"]: int(row["count"]["value"]) for row in asserted},
        cards,
        dates,
        participants,
        disputes,
    )


def reading_of(iri: str, rows: Sequence[Row]) -> Reading:
    """What a record that the change log has kept tells: *rows* have s, p, o and g."""
    by_subject: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_subject[row["s"]["value"]].append({"property": row["p"], "value": row["o"], "graph": row["g"]})
    told = {subject: statements_in(found) for subject, found in by_subject.items()}
    nodes: Nodes = defaultdict(dict)
    for subject, statements in told.items():
        values = {each.predicate for each in statements if each.cell["value"] == iri}
        if HG.inContext.value in values:
            nodes["participation"][subject] = statements
    return Reading(iri, told.get(iri, []), nodes)


async def _first(asking: Asking, name: str, most: int, **values: str) -> list[Row]:
    """The first *most* rows of one of the front's own queries."""
    text = f"{bind(asking.context.internal.query(name), values)}\nLIMIT {most}"
    return await rows_of(asking.request, asking.context, text, generation=asking.generation)


async def _nodes(asking: Asking, around: Sequence[Row], counts: Callable[[str], bool]) -> Nodes:
    ways: defaultdict[str, list[str]] = defaultdict(list)
    for row in around:
        ways[row["node"]["value"]].append(row["way"]["value"])
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in await asking.rows_about("entity-node-statements", "nodes", ways):
        if counts(row["graph"]["value"]):
            rows[row["node"]["value"]].append(row)
    nodes: Nodes = defaultdict(dict)
    for node, found in rows.items():
        for way in ways[node]:
            nodes[way][node] = statements_in(found)
    return nodes


async def _links(
    asking: Asking, iri: str, counted: Sequence[Row], counts: Callable[[str], bool], *, told: Container[str]
) -> dict[str, Links]:
    """What points to *iri*, without the nodes that are *told* around it."""
    totals = {row["property"]["value"]: int(row["count"]["value"]) for row in counted}
    most = MOST_LISTED * _PAIRS
    found = await asyncio.gather(
        *(_first(asking, "entity-links", most, this=iri, property=property_) for property_ in totals)
    )
    links = {}
    for (property_, total), rows in zip(totals.items(), found, strict=True):
        nodes: defaultdict[str, list[str]] = defaultdict(list)
        for row in rows:
            if counts(row["graph"]["value"]):
                nodes[row["node"]["value"]].append(row["graph"]["value"])
        hidden = [nodes.pop(each) for each in [*nodes] if each in told]
        links[property_] = Links(
            total - len(hidden), {node: tuple(graphs) for node, graphs in [*nodes.items()][:MOST_LISTED]}
        )
    return links


def _linking(links: Mapping[str, Links]) -> set[str]:
    return {node for each in links.values() for node in each.nodes}


async def _contexts(asking: Asking, rows: Sequence[Row], counts: Callable[[str], bool]) -> dict[str, list[Context]]:
    """What an agent takes part in by kind, in the order of *rows*; those that are listed with roles and graphs."""
    by_kind: defaultdict[str, list[Context]] = defaultdict(list)
    for row in rows:
        context, participation, property_ = (row[name]["value"] for name in ("context", "participation", "property"))
        by_kind[family_of(context)].append(Context(context, participation, property_))
    listed = {each.participation for of_kind in by_kind.values() for each in of_kind[:MOST_LISTED]}
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in await asking.rows_about("entity-node-statements", "nodes", listed):
        if counts(row["graph"]["value"]):
            found[row["node"]["value"]].append(row)
    told = {participation: statements_in(of_one) for participation, of_one in found.items()}
    return {
        kind: [_with_roles(each, told.get(each.participation, ())) for each in of_kind]
        for kind, of_kind in by_kind.items()
    }


def _with_roles(context: Context, statements: Iterable[Statement]) -> Context:
    roles = tuple(each.cell["value"] for each in statements if each.predicate == HG.role.value)
    graphs = tuple(graph for each in statements if each.predicate == context.property for graph in each.graphs)
    return replace(context, roles=roles, graphs=tuple(dict.fromkeys(graphs)))


async def _cards(asking: Asking, things: Iterable[str]) -> dict[str, Card]:
    classes: defaultdict[str, list[str]] = defaultdict(list)
    days: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in await asking.rows_about("entity-cards", "things", things):
        thing, property_, value = (row[column]["value"] for column in ("thing", "property", "value"))
        if property_ == RDF.type.value:
            classes[thing].append(value)
        else:
            days[thing][property_].append(value)
    return {
        thing: Card(tuple(classes[thing]), {name: tuple(texts) for name, texts in days[thing].items()})
        for thing in {*classes, *days}
    }


async def _nothing() -> list[Row]:
    return []


async def _no_disputes() -> Disputes:
    return {}

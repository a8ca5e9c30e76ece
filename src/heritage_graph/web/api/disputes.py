"""Who disagrees with a statement: other values of other sources, where only one can be right."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from heritage_graph.namespaces import HG, is_source_graph
from heritage_graph.query_files import bind
from heritage_graph.query_files.facts import term_of
from heritage_graph.web.api.references import iris_in
from heritage_graph.web.replies import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from heritage_graph.service import Row
    from heritage_graph.web.api.references import Asking, Cell
    from heritage_graph.web.api.statements import Statement

_ONE_VALUE: Final = frozenset(
    HG + name
    for name in (
        "amountValue",
        "areaHectares",
        "areasOfCooperation",
        "currency",
        "duration",
        "effectBasis",
        "latitude",
        "listIsOpen",
        "longitude",
        "renewalMode",
        "requestedBy",
        "sessionNumber",
        "share",
        "sharingMode",
        "worldHeritageId",
    )
)
"""Properties of which a thing has one value, so that two sources that give different ones disagree.

Kinds, dates, parties, titles, places and amounts given to a thing are not here: the stored question `contradictions`
judges those.
"""


@dataclass(frozen=True)
class Dispute:
    """Another graph's word against a statement; without a cell, it lists others and not this one."""

    aspect: str
    cell: Cell | None
    graph: str


Disputes = dict[tuple[str, str], list[Dispute]]
"""The words against each statement, by its key."""


async def disputes_about(asking: Asking, thing: str, statements: Sequence[Statement]) -> Disputes:
    """The words against each of *statements*, which are all that is said about *thing* with their properties.

    Raises:
        LimitReached, EngineTrouble: as `Service.query`.
    """
    rows = await _contradictions(asking, thing)
    for context in await _contexts(asking, thing, statements):
        rows += [row for row in await _contradictions(asking, context) if row["aspect"]["value"] == "party"]
    for paid in await _paid(asking, thing, statements):
        rows += [row for row in await _contradictions(asking, paid) if thing in _sums(row)]
    found: defaultdict[tuple[str, str], dict[tuple[str, str], Dispute]] = defaultdict(dict)
    for key, dispute in (*_recorded(rows), *_of_one_value(statements)):
        other = "" if dispute.cell is None else term_of(dispute.cell)
        found[key][other, dispute.graph] = dispute
    return {key: list(disputes.values()) for key, disputes in found.items()}


def _recorded(rows: Iterable[Row]) -> Iterator[tuple[tuple[str, str], Dispute]]:
    for row in rows:
        one, other = row.get("one"), row.get("other")
        for mine, theirs, graph in ((one, other, row["otherIn"]), (other, one, row["oneIn"])):
            if mine is not None:
                yield (
                    (row["property"]["value"], term_of(mine)),
                    Dispute(row["aspect"]["value"], theirs, graph["value"]),
                )


def _of_one_value(statements: Sequence[Statement]) -> Iterator[tuple[tuple[str, str], Dispute]]:
    single = [each for each in statements if each.predicate in _ONE_VALUE and each.has_source]
    for one in single:
        for other in single:
            if one.predicate == other.predicate and one.key != other.key:
                for graph in other.graphs:
                    if is_source_graph(NamedNode(graph)):
                        yield one.key, Dispute("value", other.cell, graph)


async def _contradictions(asking: Asking, thing: str) -> list[Row]:
    text = bind(asking.context.catalogue.query("contradictions"), {"about": thing})
    return await rows_of(asking.request, asking.context, text, generation=asking.generation)


async def _contexts(asking: Asking, thing: str, statements: Iterable[Statement]) -> list[str]:
    """What *thing* is somebody's part in: parties are disputed there."""
    if all(each.predicate != HG.participant.value for each in statements):
        return []
    rows = await asking.rows("why-statements", this=thing, property=HG.inContext.value)
    return sorted(iris_in(*(row["value"] for row in rows)))


async def _paid(asking: Asking, thing: str, statements: Iterable[Statement]) -> list[str]:
    """What the sum *thing* is given to: sums are disputed there."""
    if all(each.predicate != HG.amountValue.value for each in statements):
        return []
    rows = await asking.rows("why-sums", this=thing)
    return sorted(iris_in(*(row["thing"] for row in rows)))


def _sums(row: Row) -> set[str]:
    """The sums that *row* compares; none of other aspects."""
    return iris_in(row.get("oneSum"), row.get("otherSum"))

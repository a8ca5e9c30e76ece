"""The search tree over the pages: which nodes there are, what each leads to, and in which time that was added.

Pages are the leaves. A node above them leads to `FAN` nodes, which cover as many consecutive pages each, and is called
by the first and the last of its pages (`1-100`, `1-10000`). The root leads to the lowest level that has no more than
`FAN` nodes, so that no document grows with the log; a node keeps its name and its place when a level is added.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, Quad

from heritage_graph.namespaces import RDF, XSD
from heritage_graph.web.feeds import PAGE_SIZE, before_page, is_closed, moment, pages
from heritage_graph.web.ldes.vocabulary import TIMESTAMP, TREE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import NamedNode

    from heritage_graph.changes.change_log import ChangeLog
    from heritage_graph.changes.entries import LogState
    from heritage_graph.web.ldes.vocabulary import Addresses

FAN: Final = 100
"""To how many nodes one leads at most."""
_NAME: Final = re.compile(r"([1-9][0-9]{0,11})(?:-([1-9][0-9]{0,11}))?")


@dataclass(frozen=True)
class Node:
    """The node that covers the pages from *first* to *last*; a leaf is one page."""

    first: int
    last: int

    @property
    def name(self) -> str:
        """What it is called in its address."""
        return f"{self.first}-{self.last}" if self.last > self.first else str(self.first)

    @property
    def is_page(self) -> bool:
        """Whether it is a leaf."""
        return self.first == self.last

    def is_settled(self, state: LogState) -> bool:
        """Tell whether nothing that it covers can change any more."""
        return is_closed(self.last, state)

    def below(self, state: LogState) -> list[Node]:
        """The nodes to which it leads, in the order of their pages; a leaf leads to none."""
        return (
            []
            if self.is_page
            else _nodes((self.last - self.first + 1) // FAN, self.first, min(self.last, pages(state)))
        )


def node_named(name: str, state: LogState) -> Node | None:
    """The node that *name* names; None when there is none."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    node = Node(int(found[1]), int(found[2] or found[1]))
    width = node.last - node.first + 1
    exists = node.first <= pages(state) and node.name == name and (node.first - 1) % max(width, 1) == 0
    return node if exists and width in _widths(state) else None


def below_root(state: LogState) -> list[Node]:
    """The nodes to which the root leads."""
    return _nodes(_widths(state)[-1], 1, pages(state))


def relations(
    source: NamedNode, nodes: list[Node], addresses: Addresses, log: ChangeLog, state: LogState
) -> Iterator[Quad]:
    """The relations from *source* to *nodes*: from when on, and for a settled one until when, their members were added.

    Both bounds belong to the time, since one commit, which is one moment, can fill many pages.
    """
    ends = [node.last * PAGE_SIZE for node in nodes if node.is_settled(state)]
    added = log.moments([*(before_page(node.first) + 1 for node in nodes), *ends])
    for node in nodes:
        target = addresses.node(node.name)
        bounds = [("from", TREE.GreaterThanOrEqualToRelation, added[before_page(node.first) + 1])]
        if node.is_settled(state):
            bounds.append(("until", TREE.LessThanOrEqualToRelation, added[node.last * PAGE_SIZE]))
        for word, kind, at in bounds:
            relation = addresses.relation(source, f"{node.name}-{word}")
            yield Quad(source, TREE.relation, relation)
            yield Quad(relation, RDF.type, kind)
            yield Quad(relation, TREE.node, target)
            yield Quad(relation, TREE.path, TIMESTAMP)
            yield Quad(relation, TREE.value, Literal(moment(at), datatype=XSD.dateTime))


def _nodes(width: int, first: int, last: int) -> list[Node]:
    """The nodes of *width* pages each that cover the pages from *first* to *last*."""
    return [Node(begin, begin + width - 1) for begin in range(first, last + 1, width)]


def _widths(state: LogState) -> list[int]:
    """How many pages the nodes of each level cover, leaves first."""
    widths = [1]
    while -(-pages(state) // widths[-1]) > FAN:
        widths.append(widths[-1] * FAN)
    return widths

"""What an importer may know of the graph into which it reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from heritage_graph.importers.labels import GivenLabels, no_labels
from heritage_graph.importers.state_slugs import StateSlugs

Identified = Callable[[NamedNode], NamedNode | None]
"""The thing that the curators identify with a record of another registry, by the address of that record."""


def nothing_identified(_record: NamedNode) -> NamedNode | None:
    """The lookup for a graph that stands alone."""
    return None


@dataclass(frozen=True, slots=True)
class Known:
    """Preferred labels in other graphs, registered slugs of states, and which thing a foreign record is about."""

    labels: GivenLabels = no_labels
    slugs: StateSlugs = field(default_factory=StateSlugs)
    identified: Identified = nothing_identified

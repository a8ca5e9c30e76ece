"""What an importer may know of the graph into which it reads."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from heritage_graph.importers.labels import GivenLabels, no_labels
from heritage_graph.importers.state_slugs import StateSlugs, read_state_slugs

if TYPE_CHECKING:
    from pathlib import Path

Identified = Callable[[NamedNode], NamedNode | None]
"""The thing that the curators identify with a record of another registry, by the address of that record."""

Registered = Mapping[tuple[str, str], str]
"""The slugs of the things that the curators identify with numbers of a registry, by its name and the number."""


def nothing_identified(_record: NamedNode) -> NamedNode | None:
    """The lookup for a graph that stands alone."""
    return None


@dataclass(frozen=True, slots=True)
class Known:
    """What other graphs and the curators say of the things that a data set speaks of.

    Preferred labels in other graphs, registered slugs of states, which thing a foreign record is about, and which
    thing has which number where the records of a registry have no addresses.
    """

    labels: GivenLabels = no_labels
    slugs: StateSlugs = field(default_factory=StateSlugs)
    identified: Identified = nothing_identified
    registered: Registered = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Curated:
    """What the curators say under version control: the slugs of states, and which thing has which number."""

    slugs: StateSlugs = field(default_factory=StateSlugs)
    registered: Registered = field(default_factory=dict)


def read_curated(folder: Path) -> Curated:
    """What the files `registry.csv` and `identifications.csv` in *folder* say; a missing file says nothing.

    The second is CSV with the columns `registry`, `number` and `slug`.
    """
    identifications = folder / "identifications.csv"
    slugs = read_state_slugs(folder / "registry.csv")
    if not identifications.is_file():
        return Curated(slugs)
    with identifications.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Curated(slugs, {(row["registry"], row["number"]): row["slug"] for row in rows})

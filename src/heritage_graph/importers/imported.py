"""What an importer gives: the quads of one source graph, and the account of every row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from heritage_graph.importers.report import ImportReport


@dataclass(frozen=True, slots=True)
class Imported:
    """One data set, ready for the gate.

    `source` is the slug of its source graph, `quads` are the quads of that graph without repetition, `about` are
    those of graph/meta that describe it, and `report` accounts for every row of the file.
    """

    source: str
    quads: tuple[Quad, ...]
    about: tuple[Quad, ...]
    report: ImportReport

"""What a question needs beyond SPARQL: algorithms over the rows of its query, by name.

An analysis is a pure function. A query file names it in its header, and its columns take the place of the query's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heritage_graph.analysis import (
    bridges,
    collaboration_network,
    communities,
    concentration,
    continuous_duration,
    shortest_path,
)
from heritage_graph.analysis.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["ANALYSES", "Analysis", "Row"]


@dataclass(frozen=True, slots=True)
class Analysis:
    """One algorithm: the columns that it gives, and the function from rows and values to rows.

    The values are those of the question's parameters, defaults filled in and IRIs written out.
    """

    name: str
    columns: tuple[str, ...]
    run: Callable[[Sequence[Row], Mapping[str, str]], list[Row]]


_KNOWN: Final = (
    Analysis("bridges", bridges.COLUMNS, bridges.bridges),
    Analysis("collaboration-network", collaboration_network.COLUMNS, collaboration_network.collaboration_network),
    Analysis("communities", communities.COLUMNS, communities.communities),
    Analysis("concentration", concentration.COLUMNS, concentration.concentration),
    Analysis("continuous-duration", continuous_duration.COLUMNS, continuous_duration.continuous_duration),
    Analysis("shortest-path", shortest_path.COLUMNS, shortest_path.shortest_path),
)

ANALYSES: Final = {analysis.name: analysis for analysis in _KNOWN}
"""Every analysis by the name that a query file gives."""

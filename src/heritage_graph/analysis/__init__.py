"""What a question needs beyond SPARQL: algorithms over the rows of its query, by name.

An analysis is a pure function, `shortest_path` of the module `shortest_path` for the name `shortest-path`. A query file
names it in its header, and its columns take the place of the query's.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from heritage_graph.analysis.rows import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    _Function = Callable[[Sequence[Row], Mapping[str, str]], list[Row]]

__all__ = ["ANALYSES", "Analysis", "Row"]


@dataclass(frozen=True, slots=True)
class Analysis:
    """One algorithm: its name and the columns that it gives."""

    name: str
    columns: tuple[str, ...]

    def load(self) -> _Function:
        """The function, its module imported: networkx takes 0.2 s and 22 MB that whoever runs none need not pay."""
        function = self.name.replace("-", "_")
        loaded: _Function = getattr(import_module(f"{__name__}.{function}"), function)
        return loaded

    def run(self, rows: Sequence[Row], values: Mapping[str, str]) -> list[Row]:
        """What the algorithm makes of *rows*; *values* are the question's, defaults filled in and IRIs written out.

        Raises:
            ParameterError: the algorithm refuses the values.
        """
        return self.load()(rows, values)


_KNOWN: Final = (
    Analysis(
        "bridges",
        (
            "agent",
            "agentName",
            "betweenness",
            "exact",
            "groups",
            "group",
            "groupSize",
            "through",
            "throughName",
            "bridge",
        ),
    ),
    Analysis("collaboration-network", ("one", "oneName", "other", "otherName", "context", "contextName")),
    Analysis("communities", ("community", "size", "agent", "agentName", "partnersInside", "partnersOutside")),
    Analysis(
        "concentration",
        (
            "currency",
            "verdict",
            "reason",
            "herfindahl",
            "gini",
            "countries",
            "largest",
            "largestShare",
            "fundedActivities",
            "coveredActivities",
            "coverage",
        ),
    ),
    Analysis(
        "continuous-duration",
        (
            "root",
            "agreement",
            "agreementName",
            "renews",
            "effectiveEarliest",
            "effectiveLatest",
            "validEarliest",
            "validLatest",
            "joined",
            "gapDays",
            "members",
            "chainFrom",
            "chainUntil",
            "coveredDays",
            "longestDays",
            "longestFrom",
            "longestUntil",
            "complete",
        ),
    ),
    Analysis("shortest-path", ("hop", "one", "oneName", "other", "otherName", "context", "contextName")),
)

ANALYSES: Final = {analysis.name: analysis for analysis in _KNOWN}
"""Every analysis by the name that a query file gives."""

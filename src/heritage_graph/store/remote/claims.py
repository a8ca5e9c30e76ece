"""Commit to an engine whose updates are atomic: claim the next generation, see that nobody else does, commit.

The update that commits carries the condition that its base is the last commit. That alone is not enough: an engine may
run two updates at once, each over the state before the other, and take both (the server of Oxigraph 0.5.13 did so in
77 of 300 rounds of eight writers; a row that both delete and insert did not help). A claim is one triple of
graph/journal. Whoever has written one looks for others: of two that claim the same generation, the later to look sees
the claim of the other. The claim goes with the commit, in the same update.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from heritage_graph.errors import StaleBase
from heritage_graph.store.remote.commits import stale
from heritage_graph.store.remote.update_texts import bound, entry_of, in_graphs

if TYPE_CHECKING:
    from heritage_graph.store.base import Changeset
    from heritage_graph.store.remote.line import Line

_LOOK_EACH_S: Final = 0.02
_QUADS_A_SECOND: Final = 1_000
"""No engine is slower, by far: the server of Oxigraph applies 20,000 in a second."""

_CLAIM: Final = """
PREFIX j: <https://w3id.org/heritage-graph/graph/journal#>
INSERT DATA { GRAPH <https://w3id.org/heritage-graph/graph/journal> { $entry$ j:claims $base$ ; j:seconds $seconds$ } }
"""
_WITHDRAW: Final = """
PREFIX j: <https://w3id.org/heritage-graph/graph/journal#>
DELETE WHERE { GRAPH <https://w3id.org/heritage-graph/graph/journal> { $entry$ ?says ?what } }
"""
_CLAIMS: Final = """
PREFIX j: <https://w3id.org/heritage-graph/graph/journal#>
SELECT ?entry ?base ?seconds
FROM NAMED <https://w3id.org/heritage-graph/graph/journal>
WHERE { GRAPH <https://w3id.org/heritage-graph/graph/journal> { ?entry j:claims ?base ; j:seconds ?seconds } }
"""
_COMMIT: Final = """
PREFIX hg: <https://w3id.org/heritage-graph/ns#>
PREFIX j: <https://w3id.org/heritage-graph/graph/journal#>
DELETE { $removed$
  GRAPH <https://w3id.org/heritage-graph/graph/journal> { $entry$ j:claims $base$ ; j:seconds $seconds$ } }
INSERT { $added$ }
WHERE {
  GRAPH <https://w3id.org/heritage-graph/graph/journal> { $entry$ j:claims $base$ }
  FILTER NOT EXISTS { GRAPH <https://w3id.org/heritage-graph/graph/log> { ?later hg:generation $generation$ } }
}
"""


@dataclass(frozen=True)
class _Claim:
    """A claim of the generation after *base*; who made it is dead when it stands for more than *seconds*."""

    entry: NamedNode
    base: int
    seconds: int


class ClaimedCommits:
    """The way of engines whose updates are atomic. A claim stands for at least *patience_s* before it is broken."""

    def __init__(self, line: Line, *, patience_s: int) -> None:
        self._line = line
        self._patience_s = patience_s
        self._seen: dict[_Claim, float] = {}

    def recover(self) -> None:
        """Nothing is ever half done; a claim that a crash left is broken by who next wants to commit."""

    def apply(self, changeset: Changeset) -> None:
        """See `commits.Commits.apply`."""
        size = len(changeset.added) + len(changeset.removed)
        mine = _Claim(entry_of(changeset.key), changeset.base, self._patience_s + size // _QUADS_A_SECOND)
        try:
            self._claim(mine)
        except StaleBase:
            self._withdraw(mine)
            raise
        self._line.update(
            bound(
                _COMMIT,
                entry=mine.entry,
                base=mine.base,
                seconds=mine.seconds,
                generation=mine.base + 1,
                removed=in_graphs(changeset.removed),
                added=in_graphs(changeset.added),
            )
        )

    def settle(self, key: str) -> None:
        """See `commits.Commits.settle`; nothing is under way once the claim has gone, or stood as long as it says."""
        entry = entry_of(key)
        while left := [claim for claim in self._claims() if claim.entry == entry]:
            self._break_old(left)
            time.sleep(_LOOK_EACH_S)

    def _claim(self, mine: _Claim) -> None:
        """Return once the generation is claimed by nobody else.

        Of several claims the one with the least name stays, and the others are withdrawn until it has gone.

        Raises:
            StaleBase: another commit has come first.
        """
        claimed = False
        while True:
            if not claimed:
                self._line.update(bound(_CLAIM, entry=mine.entry, base=mine.base, seconds=mine.seconds))
            claims = [claim for claim in self._claims() if claim.base == mine.base]
            last, _ = self._line.last_commit()
            if last != mine.base:
                raise stale(mine.base, last)
            others = [claim for claim in claims if claim.entry != mine.entry]
            claimed = mine in claims  # else somebody took us for dead
            if claimed and not others:
                return
            if claimed and any(claim.entry.value < mine.entry.value for claim in others):
                self._withdraw(mine)
                claimed = False
                self._wait_for(mine.base)
            else:
                self._break_old(others)
                time.sleep(_LOOK_EACH_S)

    def _wait_for(self, base: int) -> None:
        """Return once nobody claims the generation after *base*."""
        while others := [claim for claim in self._claims() if claim.base == base]:
            self._break_old(others)
            time.sleep(_LOOK_EACH_S)

    def _break_old(self, claims: list[_Claim]) -> None:
        now = time.monotonic()
        self._seen = {claim: self._seen.get(claim, now) for claim in claims}
        for claim, since in self._seen.items():
            if now - since > claim.seconds:
                self._withdraw(claim)

    def _claims(self) -> list[_Claim]:
        found = []
        for entry, base, seconds in self._line.rows(_CLAIMS):
            assert isinstance(entry, NamedNode)
            assert isinstance(base, Literal)
            assert isinstance(seconds, Literal)
            found.append(_Claim(entry, int(base.value), int(seconds.value)))
        return found

    def _withdraw(self, claim: _Claim) -> None:
        self._line.update(bound(_WITHDRAW, entry=claim.entry))

"""Rank the candidates of one query by name and evidence, and tell whether the first one is the thing meant.

The score of a candidate is the likeness of its name, more or less what each property given in evidence adds or takes:
see `comparison.GAINS`. An identifier of another registry that agrees makes it 100, whatever the name. One candidate,
and only the first, is a match: when an identifier agrees, or its name is more than partly alike and its score at least
`MATCH_FROM`; and it leads the second by `LEAD` or more, no identifier speaks against it, and no registry has withdrawn
it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from heritage_graph.matching.comparison import gain
from heritage_graph.matching.likeness import MOST_OF_PARTLY_ALIKE, SAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from heritage_graph.web.reconciliation.properties import Property

MATCH_FROM: Final = 88.0
"""The least score of a match."""

LEAD: Final = 4.0
"""By how much a match leads the next candidate at least."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant: how alike its name is, and how far each property agrees.

    `agreement` has a number from 0 (disagrees) to 1 (agrees) for each property of which the thing has a value.
    """

    iri: str
    name_score: float
    agreement: Mapping[Property, float] = field(default_factory=dict)
    withdrawn: bool = False

    @property
    def identified(self) -> bool:
        """Whether an identifier agrees."""
        return any(each.kind == "identifier" and value == 1.0 for each, value in self.agreement.items())

    @property
    def contradicted(self) -> bool:
        """Whether an identifier speaks against it."""
        return any(each.kind == "identifier" and value == 0.0 for each, value in self.agreement.items())

    @property
    def weight(self) -> float:
        """The score before it is held within 0 and 100, by which candidates are compared."""
        evidence = sum(gain(each.kind, value) for each, value in self.agreement.items())
        return max(self.name_score, SAME) + evidence if self.identified else self.name_score + evidence

    @property
    def score(self) -> float:
        """The score, from 0 to 100."""
        return round(min(SAME, max(0.0, self.weight)), 2)


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates, best first; equal ones by IRI, those that were withdrawn behind."""
    return sorted(candidates, key=lambda each: (-each.weight, each.withdrawn, each.iri))


def matches(best_first: list[Candidate]) -> bool:
    """Whether the first of *best_first* is the thing meant; False when there is none."""
    if not best_first:
        return False
    first = best_first[0]
    if first.contradicted or first.withdrawn or not (first.identified or _named_so(first)):
        return False
    rivals = [each for each in best_first[1:] if each.identified or not first.identified]
    return not rivals or first.weight - rivals[0].weight >= LEAD


def _named_so(candidate: Candidate) -> bool:
    return candidate.name_score > MOST_OF_PARTLY_ALIKE and candidate.score >= MATCH_FROM

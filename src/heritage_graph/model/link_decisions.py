"""What a decision on proposals changes in graph/curation: their state, and the statement that two things are one.

Accepted pairs make groups. Of each group one thing keeps its IRI and the others are replaced by it, so that their
addresses lead there; `owl:sameAs` stands between the two of each pair. All of it is worked out anew from the accepted
pairs, so that taking one back leaves what the others say, whatever the order.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Triple

from heritage_graph.errors import ParameterError
from heritage_graph.model.link_proposals import Decision, LinkStatus, Proposal, read_proposals, require, triples_of
from heritage_graph.namespaces import DCTERMS, ID, OWL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

_NUMBERED: Final = re.compile(r"[0-9]")
_LONGEST: Final = 500


def check_account(*, by: str, because: str) -> None:
    """See to it that who decides and why are a line each.

    Raises:
        ParameterError: one is empty, too long or no line.
    """
    for name, text in (("by", by), ("because", because)):
        if not text.strip() or len(text) > _LONGEST or not text.isprintable():
            raise ParameterError(f"{name} takes one line of 1 to {_LONGEST} characters", parameter=name)


class Outcome(StrEnum):
    """What is decided: that the two are one, that they are not to be taken for one, or that it is open again."""

    ACCEPT = "accept"
    REJECT = "reject"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What somebody decides on proposals, when and why."""

    outcome: Outcome
    by: str
    because: str
    on: date

    def __post_init__(self) -> None:
        check_account(by=self.by, because=self.because)

    @property
    def message(self) -> str:
        """What the log says of it."""
        return f"link {self.outcome.value}, by {self.by}: {self.because}"


@dataclass(frozen=True, slots=True)
class CurationChange:
    """The triples that come into graph/curation and those that go; the two are disjoint."""

    added: frozenset[Triple]
    removed: frozenset[Triple]

    @classmethod
    def between(cls, before: frozenset[Triple], after: frozenset[Triple]) -> CurationChange:
        """What makes *after* of *before*."""
        return cls(after - before, before - after)


def change_of(
    ruling: Ruling, wanted: Sequence[str], proposals: Mapping[str, Proposal], *, keep: Sequence[str] = ()
) -> CurationChange:
    """What *ruling* on the proposals with the IRIs *wanted* changes.

    *proposals* are these and all that are accepted, by IRI. *keep* are things whose IRIs are to stay; where both of a
    pair or neither is among them, it is the usual one.

    Raises:
        UnknownName: there is no such proposal.
        ParameterError: it is not in a state on which this can be decided, or one of *keep* is none of their things.
    """
    before = {iri: require(proposals, iri) for iri in wanted}
    things = {thing for proposal in before.values() for thing in proposal.pair}
    for iri in keep:
        if iri not in things:
            raise ParameterError(f"{iri} is none of the things that are joined", parameter="keep")
    after = {iri: _ruled(proposal, ruling, keep) for iri, proposal in before.items()}
    return CurationChange.between(
        frozenset().union(*map(triples_of, before.values()), identity_of(proposals.values())),
        frozenset().union(*map(triples_of, after.values()), identity_of({**proposals, **after}.values())),
    )


def usual_keep(pair: Sequence[str]) -> str:
    """The thing of *pair* that keeps its IRI unless somebody chooses: without a registry's number, then the shorter."""
    return min(pair, key=lambda iri: (_NUMBERED.search(iri.removeprefix(ID)) is not None, len(iri), iri))


def identity_of(proposals: Iterable[Proposal]) -> frozenset[Triple]:
    """What the accepted ones of *proposals* state."""
    accepted = [each for each in proposals if each.status is LinkStatus.ACCEPTED]
    same = {Triple(NamedNode(_other(each)), OWL.sameAs, NamedNode(_kept(each))) for each in accepted}
    replaced = {
        Triple(NamedNode(iri), DCTERMS.isReplacedBy, NamedNode(kept))
        for group in _groups(accepted)
        for kept in (_kept_of_group(group),)
        for iri in {iri for each in group for iri in each.pair}
        if iri != kept
    }
    return frozenset(same | replaced)


def links_in(curation: frozenset[Triple]) -> frozenset[Triple]:
    """What of the graph *curation* are proposals and what the accepted ones state."""
    proposals = read_proposals(curation).values()
    return frozenset().union(*map(triples_of, proposals), identity_of(proposals)) & curation


def _ruled(proposal: Proposal, ruling: Ruling, keep: Sequence[str]) -> Proposal:
    if ruling.outcome is Outcome.UNDO:
        if proposal.status is LinkStatus.PROPOSED:
            raise ParameterError(f"{proposal.iri} waits for a decision; there is none to take back")
        return proposal.decided(LinkStatus.PROPOSED, None)
    if proposal.status is not LinkStatus.PROPOSED:
        raise ParameterError(f"{proposal.iri} is {proposal.status.value} already; take that back first, by undo")
    if ruling.outcome is Outcome.REJECT:
        return proposal.decided(LinkStatus.REJECTED, Decision(ruling.by, ruling.on, ruling.because))
    keeps = usual_keep([iri for iri in proposal.pair if iri in keep] or proposal.pair)
    return proposal.decided(LinkStatus.ACCEPTED, Decision(ruling.by, ruling.on, ruling.because, keeps))


def _kept(proposal: Proposal) -> str:
    return (proposal.decision and proposal.decision.keeps) or usual_keep(proposal.pair)


def _other(proposal: Proposal) -> str:
    kept = _kept(proposal)
    return next(iri for iri in proposal.pair if iri != kept)


def _groups(accepted: Sequence[Proposal]) -> Iterator[list[Proposal]]:
    """The proposals that hang together by the things that they have in common."""
    touching: defaultdict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(accepted):
        for iri in each.pair:
            touching[iri].append(number)
    seen: set[int] = set()
    for first in range(len(accepted)):
        waiting, group = [first], []
        while waiting:
            number = waiting.pop()
            if number not in seen:
                seen.add(number)
                group.append(accepted[number])
                waiting += [other for iri in accepted[number].pair for other in touching[iri]]
        if group:
            yield group


def _kept_of_group(group: Sequence[Proposal]) -> str:
    """The thing that no pair of *group* gives up, or the one that most pairs keep; of several the usual one."""
    kept = Counter(_kept(each) for each in group)
    given_up = {_other(each) for each in group}
    never = [iri for iri in kept if iri not in given_up] or [*kept]
    most = max(kept[iri] for iri in never)
    return usual_keep([iri for iri in never if kept[iri] == most])
